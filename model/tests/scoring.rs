//! A model file, opened, answers rows.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::{Draft, json, row};
use model::Model;
use model::answer::{Answer, Identity};
use model::features::InputStatistics;
use model::head::DecisionRule;
use model::score::{NotFinite, Scorer};
use model::source::open_path;
use std::path::Path;

#[test]
fn an_opened_file_says_what_it_is() {
    let bytes = Draft::support().bytes();
    let model = Model::open(&bytes).unwrap();
    assert_eq!(model.name, "support");
    assert_eq!(model.version(), "3");
    assert_eq!(model.git_revision, "c0ffee");
    assert_eq!(model.head.labels(), ["billing", "delivery", "other"]);
    let columns: Vec<&str> = model.columns.iter().map(|column| column.name).collect();
    assert_eq!(columns, ["subject", "body"]);
    assert_eq!(model.columns[1].term(1), Some("order late"));
    assert_eq!(model.columns[1].term(2), None);
    assert_eq!(
        (model.outputs(), model.kernel.weights().unwrap().features()),
        (3, 4)
    );
    assert_eq!(model.card, br#"{"name": "support"}"#);
}

#[test]
fn a_model_without_a_version_has_that_of_its_digest() {
    let bytes = Draft::spam().bytes();
    let model = Model::open(&bytes).unwrap();
    assert_eq!(model.version().len(), 12);
    assert!(model.digest_hex().starts_with(&model.version()));
}

#[test]
fn a_row_of_two_columns_is_scored_with_softmax() {
    let bytes = Draft::support().bytes();
    let model = Model::open(&bytes).unwrap();
    let mut scorer = Scorer::default();
    let answer = scorer
        .answer(&model, &row(&model, &["Late, late!", "Order late?"]))
        .unwrap();
    let answer = answer.labelled().unwrap();
    // delivery: "late" twice, idf 2, weight 1; "order" 0.5; "order late", idf 1.5, weight 2.
    let scores = [0.0f64, 4.0 + 0.5 + 3.0, 0.5];
    let sum: f64 = scores.iter().map(|score| score.exp()).sum();
    for (probability, score) in answer.probabilities.iter().zip(scores) {
        assert!((probability - score.exp() / sum).abs() < 1e-15);
    }
    assert_eq!((answer.label(), answer.code()), ("delivery", 1));
    assert_eq!(answer.confidence(), answer.probabilities[1]);
    let seen = InputStatistics {
        chars: 22,
        tokens: 4,
        shortest_ngrams: 4,
        unknown: 1, // "late" is no term of the body
    };
    assert_eq!(scorer.statistics(), seen);
}

#[test]
fn a_scorer_keeps_nothing_of_the_row_before() {
    let bytes = Draft::support().bytes();
    let model = Model::open(&bytes).unwrap();
    let mut scorer = Scorer::default();
    let refund = row(&model, &["refund", ""]);
    let first = scorer.answer(&model, &refund).unwrap();
    let empty = scorer.answer(&model, &row(&model, &["", ""])).unwrap();
    assert_eq!(empty.label(), Some("other"));
    assert_eq!(scorer.answer(&model, &refund).unwrap(), first);
}

#[test]
fn two_labels_are_scored_with_sigmoid() {
    let bytes = Draft::spam().bytes();
    let model = Model::open(&bytes).unwrap();
    let probability = |text: &str| {
        let row = row(&model, &[text]);
        let answer = Scorer::default().answer(&model, &row).unwrap();
        let [ham, spam] = answer.probabilities()[..] else {
            panic!("two labels have two probabilities");
        };
        assert_eq!(ham, 1.0 - spam);
        assert_eq!(
            answer.label(),
            Some(if spam > ham { "spam" } else { "ham" })
        );
        spam
    };
    let sigmoid = |score: f64| 1.0 / (1.0 + (-score).exp());
    assert!((probability("Prize!") - sigmoid(2.0)).abs() < 1e-15);
    assert!((probability("hello hello") - sigmoid(-3.5)).abs() < 1e-15);
    assert_eq!(probability(&"prize ".repeat(1000)), 1.0);
    assert!(probability(&"hello ".repeat(1000)) < 1e-300);
}

#[test]
fn great_scores_do_not_overflow() {
    let mut draft = Draft::support();
    draft.intercepts = vec![1e308, -1e308, 1e308];
    let bytes = draft.bytes();
    let model = Model::open(&bytes).unwrap();
    let answer = Scorer::default().answer(&model, &row(&model, &["", ""]));
    assert_eq!(answer.unwrap().probabilities(), [0.5, 0.0, 0.5]);
}

#[test]
fn a_weight_that_is_not_finite_gives_no_answer() {
    for weight in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut draft = Draft::support();
        draft.weights[0] = weight;
        let bytes = draft.bytes_with("");
        let model = Model::open(&bytes).unwrap();
        let answer = Scorer::default().answer(&model, &row(&model, &["refund", ""]));
        assert_eq!(answer, Err(NotFinite));
        // A row that does not meet the weight is answered.
        assert!(
            Scorer::default()
                .answer(&model, &row(&model, &["late", ""]))
                .is_ok()
        );
    }
}

const LABELS: [&str; 4] = ["a", "b", "c", "d"];

fn identity() -> Identity {
    Identity {
        name: "support".into(),
        version: "3".into(),
    }
}

#[test]
fn an_answer_lists_labels_by_falling_probability() {
    let answer = Answer::of_labels(
        &LABELS,
        vec![0.125, 0.5, 0.25, 0.125],
        &DecisionRule::MostProbable,
    );
    let json = json(&LABELS, &identity(), &answer, None);
    assert_eq!(
        json,
        r#"{"label":"b","probabilities":{"b":0.5,"c":0.25,"a":0.125,"d":0.125},"model":{"name":"support","version":"3"}}"#
    );
}

#[test]
fn of_equal_probabilities_the_first_label_of_the_model_wins() {
    let answer = Answer::of_labels(&LABELS, vec![0.25; 4], &DecisionRule::MostProbable);
    assert_eq!(answer.labelled().unwrap().code(), 0);
    let json = json(&LABELS, &identity(), &answer, None);
    assert!(json.contains(r#"{"a":0.25,"b":0.25,"c":0.25,"d":0.25}"#));
}

#[test]
fn top_keeps_the_most_probable_labels() {
    let answer = Answer::of_labels(
        &LABELS,
        vec![0.125, 0.5, 0.25, 0.125],
        &DecisionRule::MostProbable,
    );
    for (top, expected) in [
        (0, "{}"),
        (2, r#"{"b":0.5,"c":0.25}"#),
        (9, r#"{"b":0.5,"c":0.25,"a":0.125,"d":0.125}"#),
    ] {
        let json = json(&LABELS, &identity(), &answer, Some(top));
        assert!(json.starts_with(r#"{"label":"b","#), "{json}");
        assert!(
            json.contains(&format!(r#""probabilities":{expected},"#)),
            "{json}"
        );
    }
}

#[test]
fn an_identity_is_that_of_its_model() {
    let bytes = Draft::support().bytes();
    assert_eq!(Identity::of(&Model::open(&bytes).unwrap()), identity());
}

#[test]
fn a_file_on_disk_answers_like_its_bytes() {
    let bytes = Draft::support().bytes();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.hearth");
    std::fs::write(&path, &bytes).unwrap();
    let mapped = open_path(&path).unwrap();
    assert_eq!(mapped.bytes, bytes);
    assert_eq!(model::verify::verify(&mapped), Ok(2));
}

#[test]
fn a_path_that_cannot_be_read_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = |path: &Path| open_path(path).unwrap_err().to_string();
    assert_eq!(
        refusal(&folder.path().join("none")),
        "the model file cannot be read: No such file or directory (os error 2)"
    );
    assert_eq!(
        refusal(folder.path()),
        "the model file cannot be read: this is not a file"
    );
    let empty = folder.path().join("empty");
    std::fs::write(&empty, b"").unwrap();
    assert_eq!(
        refusal(&empty),
        "this is not a Hearth model file: its first bytes are not those of one"
    );
}
