//! Small models to open, score and damage.
#![allow(dead_code)] // each test binary uses some of it

pub mod damage;
pub mod mixed;
pub mod refusal;

use model::Model;
use model::answer::{Answer, Identity, ReportWriter};
use model::assemble::{ColumnPart, KernelParts, Parts, TextColumn, assemble};
use model::features::TextSettings;
use model::format::{Estimator, Link};
use model::head::{Classes, Head};
use model::row::{Row, Value};
use model::verify::golden_cases;
use std::borrow::Cow;

/// Single words in lowercase, plain counts.
pub const WORDS: TextSettings = TextSettings {
    lowercase: true,
    ngram_range: (1, 1),
    sublinear_tf: false,
    l2_norm: false,
    characters: false,
};

/// Change by a test before the file is made.
pub struct Draft {
    pub version: &'static str,
    pub columns: Vec<TextColumn>,
    pub labels: Vec<String>,
    pub link: Link,
    pub weights: Vec<f32>,
    pub intercepts: Vec<f64>,
    /// Rows of the golden cases.
    pub golden: Vec<String>,
}

pub fn column(name: &str, settings: TextSettings, terms: &[(&str, f32)]) -> TextColumn {
    let terms = terms.iter().map(|(term, idf)| (term.to_string(), *idf));
    TextColumn {
        name: name.to_string(),
        settings,
        terms: terms.collect(),
    }
}

/// Names, owned.
pub fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

impl Draft {
    /// Two columns, three labels, softmax.
    pub fn support() -> Draft {
        let bigrams = TextSettings {
            ngram_range: (1, 2),
            ..WORDS
        };
        Draft {
            version: "3",
            columns: vec![
                column("subject", WORDS, &[("refund", 1.0), ("late", 2.0)]),
                column("body", bigrams, &[("order", 1.0), ("order late", 1.5)]),
            ],
            labels: strings(&["billing", "delivery", "other"]),
            link: Link::Softmax,
            weights: vec![
                2.0, 0.0, 0.0, // refund
                0.0, 1.0, 0.0, // late
                0.0, 0.5, 0.0, // order
                0.0, 2.0, 0.0, // order late
            ],
            intercepts: vec![0.0, 0.0, 0.5],
            golden: strings(&[
                r#"{"subject": "Refund", "body": "please"}"#,
                r#"{"subject": "late late", "body": "order late"}"#,
            ]),
        }
    }

    /// `tests/files/format-1.hearth`: all that format 1 can hold.
    pub fn format_1() -> Draft {
        let mut draft = Draft::support();
        draft.columns[1].settings.sublinear_tf = true;
        draft.columns[1].settings.l2_norm = true;
        draft.columns[1].terms.push(("café".to_string(), 1.25));
        draft.weights.extend([-0.75, 0.0, 1.0]);
        draft.golden = strings(&[
            r#"{"subject": "Refund", "body": "please"}"#,
            r#"{"subject": "late late", "body": "Order late: order LATE! x CAFÉ"}"#,
            r#"{"subject": "", "body": "ORDER, order; caf\u00e9"}"#,
        ]);
        draft
    }

    /// `tests/files/characters-1.hearth`: a column whose characters of scripts without spaces are
    /// tokens.
    pub fn characters() -> Draft {
        let mut draft = Draft::support();
        draft.columns[1].settings.characters = true;
        let terms = [("包", 1.0), ("包 裹", 1.5), ("ที่", 2.0), ("order 包", 1.0)];
        draft.columns[1].terms = terms.map(|(term, idf)| (term.to_string(), idf)).into();
        draft.weights.truncate(2 * 3);
        draft
            .weights
            .extend([0.5, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.5, 0.0, 0.25, 0.0]);
        draft.golden = strings(&[
            r#"{"subject": "", "body": "我的包裹，包"}"#,
            r#"{"subject": "Refund 包", "body": "Order包 ที่นี่ 〇ー〆"}"#,
            r#"{"subject": "late", "body": "x order 42 ่"}"#,
        ]);
        draft
    }

    /// One column, two labels, sigmoid; its digest is its version.
    pub fn spam() -> Draft {
        Draft {
            version: "",
            columns: vec![column("text", WORDS, &[("prize", 1.0), ("hello", 1.0)])],
            labels: strings(&["ham", "spam"]),
            link: Link::Sigmoid,
            weights: vec![1.5, -2.0],
            intercepts: vec![0.5],
            golden: strings(&[r#"{"text": "you won a prize"}"#]),
        }
    }

    /// Two columns, 200 terms, five labels.
    pub fn of_200_terms() -> Draft {
        let settings = TextSettings {
            sublinear_tf: true,
            l2_norm: true,
            ngram_range: (1, 3),
            ..WORDS
        };
        let named = |name: &str| {
            let term = |i: usize| match i % 4 {
                3 => (format!("word{} word{i}", i - 1), 2.5),
                _ => (format!("word{i}"), 1.0 + i as f32 / 64.0),
            };
            TextColumn {
                name: name.to_string(),
                settings,
                terms: (0..100).map(term).collect(),
            }
        };
        Draft {
            version: "",
            columns: vec![named("title"), named("text")],
            labels: strings(&["a", "b", "c", "d", "e"]),
            link: Link::Softmax,
            weights: (0..1000).map(|i| (i % 17) as f32 / 8.0 - 1.0).collect(),
            intercepts: vec![0.1, -0.2, 0.3, -0.4, 0.5],
            golden: strings(&[r#"{"title": "word1 word2 word3", "text": "Word40 and word41"}"#]),
        }
    }

    /// The model file, with its golden cases.
    pub fn bytes(&self) -> Vec<u8> {
        let without = self.bytes_with("");
        let model = Model::open(&without).unwrap();
        let golden = golden_cases(&model, &self.golden).unwrap();
        self.bytes_with(&golden)
    }

    /// The model file with these golden cases; it need not be one that can be opened.
    pub fn bytes_with(&self, golden: &str) -> Vec<u8> {
        let columns: Vec<ColumnPart> = self.columns.iter().cloned().map(Into::into).collect();
        let parts = Parts {
            name: "support",
            version: self.version,
            git_revision: "c0ffee",
            example: r#"{"subject": "Refund", "body": "My order is late"}"#,
            estimator: Estimator::LogisticRegression,
            columns: &columns,
            kernel: KernelParts::Weights(self.weights.clone()),
            intercepts: &self.intercepts,
            head: Head::Classes(Classes::new(
                self.labels.iter().map(String::as_str).collect(),
                self.link,
            )),
            baseline: None,
            golden,
            card: r#"{"name": "support"}"#,
        };
        assemble(&parts).unwrap()
    }
}

/// A row of these texts, one a column.
pub fn row<'t>(model: &Model<'_>, texts: &[&'t str]) -> Row<'t> {
    let values = texts
        .iter()
        .map(|text| Some(Value::Text(Cow::Borrowed(*text))));
    Row::new(&model.columns, values).unwrap()
}

/// A `u32` of a file, by the offsets of `FORMAT.md`.
pub fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// A `u64` of a file.
pub fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

/// Overwrites a `u32`.
pub fn put_u32(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

/// Overwrites a `u64`.
pub fn put_u64(bytes: &mut [u8], at: usize, value: u64) {
    bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
}

/// Where the table's entry of a section lies.
pub fn entry_of(bytes: &[u8], kind: u32, column: u32) -> usize {
    let entries = (0..u32_at(bytes, 12) as usize).map(|index| 64 + 24 * index);
    let mut found =
        entries.filter(|at| (u32_at(bytes, *at), u32_at(bytes, at + 4)) == (kind, column));
    found.next().unwrap()
}

/// Where a section begins.
pub fn section(bytes: &[u8], kind: u32, column: u32) -> usize {
    u64_at(bytes, entry_of(bytes, kind, column) + 8) as usize
}

/// An answer as clients read it.
pub fn json(
    labels: &[&str],
    identity: &Identity,
    answer: &Answer<'_>,
    top: Option<usize>,
) -> String {
    let mut written = Vec::new();
    ReportWriter::new(labels, identity).write(answer, top, &mut written);
    String::from_utf8(written).unwrap()
}
