//! Whatever a file holds: it is refused or it answers, without a panic and soon; and `verify`
//! finds every byte that is not what was written.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::damage::{Damage, apply, damage};
use common::{Draft, entry_of, put_u32, put_u64, row, section, u64_at};
use model::Model;
use model::score::Scorer;
use model::verify::{Fault, verify};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::LazyLock;

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| Draft::of_200_terms().bytes());

/// Everything that can be asked of a model.
fn use_model(model: &Model<'_>) {
    let texts = [
        "",
        "word1 Word2 word3 word4",
        "word40 word41 word40 word42 x",
        "é 日本語 😀",
    ];
    let mut scorer = Scorer::default();
    for text in texts {
        let row = row(model, &vec![text; model.columns.len()]);
        if let Ok(answer) = scorer.answer(model, &row) {
            let sum: f64 = answer.probabilities().iter().sum();
            assert!((sum - 1.0).abs() < 1e-9, "{:?}", answer.probabilities());
            assert!(model.head.labels().contains(&answer.label().unwrap()));
        }
    }
    for column in &model.columns {
        for index in 0..column.term_count() {
            let _ = column.term(index);
        }
    }
    let _ = (model.version(), verify(model));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_damage_makes_a_model_panic(
        damages in vec(damage(), 1..4),
        reach in prop_oneof![Just(64usize), Just(800), Just(1600), Just(usize::MAX)],
        tell_length in any::<bool>(),
    ) {
        let mut bytes = WHOLE.clone();
        for damage in &damages {
            apply(&mut bytes, damage, reach);
        }
        if tell_length {
            apply(&mut bytes, &Damage::TellLength, reach);
        }
        match Model::open(&bytes) {
            Ok(model) => {
                use_model(&model);
                prop_assert_eq!(verify(&model).is_ok(), bytes == *WHOLE);
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn no_bytes_behind_a_right_header_make_a_model_panic(noise in vec(any::<u8>(), 0..600)) {
        let mut bytes = WHOLE[..64 + 24 * 16].to_vec();
        bytes.extend(noise);
        apply(&mut bytes, &Damage::TellLength, usize::MAX);
        if let Ok(model) = Model::open(&bytes) {
            use_model(&model);
        }
    }
}

#[test]
fn every_byte_of_a_file_is_guarded() {
    let whole = Draft::support().bytes();
    assert_eq!(verify(&Model::open(&whole).unwrap()), Ok(2));
    for at in 0..whole.len() {
        for bits in [1 << (at % 8), 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= bits;
            if let Ok(model) = Model::open(&bytes) {
                let fault = verify(&model).unwrap_err();
                assert!(matches!(fault, Fault::Digest { .. }), "byte {at}: {fault}");
                assert!(fault.to_string().contains(&model.digest_hex()));
            }
        }
    }
}

#[test]
fn every_shorter_file_is_refused() {
    for length in 0..WHOLE.len() {
        assert!(Model::open(&WHOLE[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn a_feature_out_of_range_counts_as_unknown() {
    let mut bytes = Draft::spam().bytes();
    let slots = section(&bytes, 7, 0);
    for slot in 0..3 {
        if u64_at(&bytes, slots + slot * 16) != 0 {
            put_u32(&mut bytes, slots + slot * 16 + 8, 2);
        }
    }
    let model = Model::open(&bytes).unwrap();
    let mut scorer = Scorer::default();
    scorer
        .answer(&model, &row(&model, &["prize hello"]))
        .unwrap();
    assert_eq!(scorer.statistics().unknown, 2);
}

#[test]
fn terms_that_end_out_of_order_are_not_shown() {
    let mut bytes = Draft::spam().bytes();
    let ends = section(&bytes, 9, 0);
    put_u64(&mut bytes, ends, u64::MAX);
    let model = Model::open(&bytes).unwrap();
    assert_eq!(
        (model.columns[0].term(0), model.columns[0].term(1)),
        (None, None)
    );
}

/// Labels of 1,000 bytes each, a hundred thousand times in a file of 2 MB.
#[test]
fn names_that_overlap_are_refused_at_once() {
    let mut bytes = Draft::spam().bytes();
    let strings = bytes.len().next_multiple_of(64);
    bytes.resize(strings, 0);
    // No two of them are equal: digits count up.
    bytes.extend((0..1 << 17).flat_map(|at| format!("{at:08}").into_bytes()));
    let labels = bytes.len();
    for index in 0..100_000u32 {
        bytes.extend_from_slice(&index.to_le_bytes());
        bytes.extend_from_slice(&1_000u32.to_le_bytes());
    }
    for (kind, offset, length) in [(4, strings, 1 << 20), (3, labels, 800_000)] {
        let entry = entry_of(&bytes, kind, u32::MAX);
        put_u64(&mut bytes, entry + 8, offset as u64);
        put_u64(&mut bytes, entry + 16, length);
    }
    let summary = section(&bytes, 1, u32::MAX);
    put_u32(&mut bytes, summary + 40, 1); // softmax
    put_u32(&mut bytes, summary + 44, 100_000);
    apply(&mut bytes, &Damage::TellLength, usize::MAX);
    assert_eq!(
        Model::open(&bytes).unwrap_err().to_string(),
        "the model file is damaged: names in its section Strings overlap; fetch or train it again"
    );
}
