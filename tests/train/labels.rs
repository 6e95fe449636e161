//! `hearth train` on few rows of a label and on many labels.

use std::fmt::Write;

use serde_json::Value;
use support::tables::{texts, write, yes_or_no};
use support::{example, hearth, hearth_with};
use tempfile::TempDir;

/// Trains on this table, and returns what it said with the card.
#[track_caller]
fn trained(table: &str, target: &str, estimator: &str) -> (TempDir, String, Value) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder, "table.csv", table);
    let arguments = ["train", "--data", "table.csv", "--target", target];
    let more = ["--estimator", estimator, "--folds", "3"];
    let finished = hearth(&folder, &[&arguments[..], &more].concat()).success();
    hearth(&folder, &["verify", "model.hearth"]).success();
    let card = example::card(&folder.path().join("model.hearth"));
    (folder, finished.stdout + &finished.stderr, card)
}

/// The yes-or-no table with so many rows of a third label.
fn with_rare(rows: usize) -> String {
    let mut table = yes_or_no(200, 2);
    for row in 0..rows {
        let _ = writeln!(table, "0.9{row},0.1,0.5,0.5,9.5,rare");
    }
    table
}

const ESTIMATORS: [&str; 5] = [
    "auto",
    "logistic_regression",
    "linear_svc",
    "random_forest",
    "gradient_boosting",
];

#[test]
fn a_label_of_one_row_or_two_is_learnt_or_told_and_stops_nothing() {
    for rows in [1, 2] {
        for estimator in ESTIMATORS {
            let (_folder, _, card) = trained(&with_rare(rows), "answer", estimator);
            let labels: Vec<&str> = card["metrics"]["per_class"]
                .as_array()
                .unwrap()
                .iter()
                .map(|class| class["label"].as_str().unwrap())
                .collect();
            assert!(
                labels.contains(&"rare"),
                "{rows} of {estimator}: {labels:?}"
            );
            let accuracy = card["metrics"]["accuracy"].as_f64().unwrap();
            assert!(accuracy > 0.6, "{rows} of {estimator}: {accuracy}");
        }
    }
}

#[test]
fn sixty_labels_are_told_apart() {
    for estimator in ["auto", "logistic_regression", "linear_svc", "complement_nb"] {
        let (folder, said, card) = trained(&texts(1200, 60), "label", estimator);
        assert!(said.contains("60 labels"), "{said}");
        let accuracy = card["metrics"]["accuracy"].as_f64().unwrap();
        assert!(accuracy > 0.6, "{estimator}: {accuracy}");
        let arguments = ["predict", "model.hearth", "--top", "3"];
        let row = br#"{"text": "please help topic17 today"}"#;
        let answer = hearth_with(&folder, &arguments, &[], row).success();
        let answer = answer.json();
        assert_eq!(answer["label"], "label17", "{estimator}");
        assert_eq!(answer["probabilities"].as_object().unwrap().len(), 3);
    }
}

#[test]
fn trees_tell_many_labels_apart_too() {
    let mut table = String::from("a,b,label\n");
    for row in 0..1200 {
        let (x, y) = (row % 6, row / 6 % 6);
        let shift = |step: usize| (row * step % 97) as f64 / 200.0;
        let _ = writeln!(
            table,
            "{:.3},{:.3},l{x}{y}",
            x as f64 + shift(31),
            y as f64 + shift(57)
        );
    }
    for estimator in ["gradient_boosting", "random_forest", "extra_trees"] {
        let (_folder, _, card) = trained(&table, "label", estimator);
        let accuracy = card["metrics"]["accuracy"].as_f64().unwrap();
        assert!(accuracy > 0.9, "{estimator}: {accuracy}");
    }
}
