//! Text to features, against values worked out by hand.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::{Draft, WORDS, column, row};
use model::Model;
use model::features::{Features, InputStatistics, TextSettings};

/// Features of a text for the terms "cat" (idf 2), "dog" (idf 1) and "cat dog" (idf 3).
fn features(settings: TextSettings, text: &str) -> (Vec<(u32, f64)>, InputStatistics) {
    let mut draft = Draft::spam();
    let terms = [("cat", 2.0), ("dog", 1.0), ("cat dog", 3.0)];
    draft.columns = vec![column("text", settings, &terms)];
    draft.weights = vec![0.0; 3];
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let mut features = Features::default();
    features.fill(&model.encoders, &row(&model, &[text]));
    (features.entries, features.by_column[0])
}

/// Equal up to the last bits.
fn assert_close(actual: &[(u32, f64)], expected: &[(u32, f64)]) {
    assert_eq!(actual.len(), expected.len(), "{actual:?}");
    for (actual, expected) in actual.iter().zip(expected) {
        assert_eq!(actual.0, expected.0);
        assert!(
            (actual.1 - expected.1).abs() < 1e-15,
            "{actual:?} {expected:?}"
        );
    }
}

#[test]
fn a_count_is_multiplied_by_its_inverse_document_frequency() {
    let (entries, _) = features(WORDS, "Dog cat, CAT cat bird");
    assert_eq!(entries, [(0, 6.0), (1, 1.0)]);
}

#[test]
fn sublinear_counts_grow_by_their_logarithm() {
    let settings = TextSettings {
        sublinear_tf: true,
        ..WORDS
    };
    // 1 + ln 3 and 1 + ln 2.
    let (entries, _) = features(settings, "cat dog cat dog cat");
    assert_close(
        &entries,
        &[(0, 2.0 * 2.09861228866811), (1, 1.693147180559945)],
    );
    let (entries, _) = features(settings, "cat");
    assert_eq!(entries, [(0, 2.0)]);
}

#[test]
fn l2_scales_a_column_to_length_1() {
    let settings = TextSettings {
        l2_norm: true,
        ..WORDS
    };
    // 2 * 2 and 1, divided by the square root of 17.
    let (entries, _) = features(settings, "cat cat dog");
    assert_close(&entries, &[(0, 0.970142500145332), (1, 0.242535625036333)]);
    assert_eq!(features(settings, "bird").0, []);
}

#[test]
fn a_small_column_grows_to_length_1_and_an_empty_one_stays() {
    let settings = TextSettings {
        l2_norm: true,
        ..WORDS
    };
    let mut draft = Draft::spam();
    draft.columns = vec![column("text", settings, &[("cat", 0.25), ("dog", 0.0)])];
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let mut features = Features::default();
    features.fill(&model.encoders, &row(&model, &["cat dog"]));
    assert_eq!(features.entries, [(0, 1.0), (1, 0.0)]);
    features.fill(&model.encoders, &row(&model, &["dog"]));
    assert_eq!(features.entries, [(1, 0.0)]);
}

#[test]
fn each_column_has_length_1_of_its_own() {
    let settings = TextSettings {
        l2_norm: true,
        ..WORDS
    };
    let mut draft = Draft::support();
    draft.columns[0].settings = settings;
    draft.columns[1].settings = settings;
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let mut features = Features::default();
    features.fill(&model.encoders, &row(&model, &["late", "order order"]));
    assert_eq!(features.entries, [(1, 1.0), (2, 1.0)]);
}

#[test]
fn bigrams_are_words_that_follow_each_other() {
    let settings = TextSettings {
        ngram_range: (1, 2),
        ..WORDS
    };
    // What stands between two words, and words of one letter, do not part them.
    let (entries, _) = features(settings, "a cat: x dog; cat! dog");
    assert_eq!(entries, [(0, 4.0), (1, 2.0), (2, 6.0)]);
    assert_eq!(features(settings, "dog bird cat").0, [(0, 2.0), (1, 1.0)]);
}

#[test]
fn case_matters_without_lowercase() {
    let settings = TextSettings {
        lowercase: false,
        ..WORDS
    };
    assert_eq!(features(settings, "Cat cat").0, [(0, 2.0)]);
}

#[test]
fn unknown_words_are_counted() {
    let (_, seen) = features(WORDS, "cat bird bird é x");
    assert_eq!((seen.chars, seen.tokens), (17, 3));
    assert_eq!((seen.shortest_ngrams, seen.unknown), (3, 2));
    assert_eq!(seen.oov_ratio(), 2.0 / 3.0);
    let (_, seen) = features(WORDS, "");
    assert_eq!((seen, seen.oov_ratio()), (InputStatistics::default(), 0.0));
}

#[test]
fn unknown_are_counted_among_the_shortest_ngrams() {
    let settings = TextSettings {
        ngram_range: (2, 3),
        ..WORDS
    };
    let (entries, seen) = features(settings, "cat dog cat dog cat");
    assert_eq!(entries, [(2, 6.0)]);
    // Four bigrams, "dog cat" twice.
    assert_eq!((seen.tokens, seen.shortest_ngrams, seen.unknown), (5, 4, 2));
}
