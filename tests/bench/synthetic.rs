//! Models of any size, made up: what a start and a first request cost must not depend on it.

use model::assemble::{KernelParts, Parts, TextColumn, assemble};
use model::features::TextSettings;
use model::format::{Estimator, Link};
use model::head::{Classes, Head};

const LABELS: [&str; 4] = ["billing", "delivery", "returns", "technical"];

/// Bytes that a term takes: 1.25 slots of 16 bytes, 8 for its end, 4 weights of 4, and its text.
const TERM_BYTES: usize = 54;

/// A text model of about this many megabytes. The words of `text` are among its terms, as far apart
/// in the order of frequency as the words of a message are by Zipf's law.
pub fn model(megabytes: usize, text: &str) -> Vec<u8> {
    let count = megabytes * 1_000_000 / TERM_BYTES;
    let mut terms: Vec<(String, f32)> = (0..count)
        .map(|rank| (format!("term{rank:06}"), 1.0 + (rank as f32 + 1.0).ln()))
        .collect();
    let mut words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1)
        .map(str::to_lowercase)
        .collect();
    words.sort_unstable();
    words.dedup();
    let steps = words.len() as f64;
    for (index, word) in words.into_iter().enumerate() {
        let rank = (count as f64).powf((index as f64 + 0.5) / steps) as usize;
        terms[rank].0 = word;
    }
    // A linear congruential generator (Knuth's MMIX) is random enough for weights.
    let mut state = 7u64;
    let weights: Vec<f32> = (0..count * LABELS.len())
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        })
        .collect();
    let column = TextColumn {
        name: "text".into(),
        settings: TextSettings {
            ngram_range: (1, 2),
            sublinear_tf: true,
            ..TextSettings::default()
        },
        terms,
    };
    let parts = Parts {
        name: "synthetic",
        version: "1",
        git_revision: "",
        example: r#"{"text": "where is my parcel"}"#,
        estimator: Estimator::LogisticRegression,
        columns: &[column.into()],
        kernel: KernelParts::Weights(weights),
        intercepts: &[0.0; LABELS.len()],
        head: Head::Classes(Classes::new(LABELS.to_vec(), Link::Softmax)),
        baseline: None,
        golden: "",
        card: "{}",
    };
    assemble(&parts).expect("no two of its terms share a hash")
}
