//! Tables that follow in time: a note where rows are drawn at random, a split by time, and a note where
//! cross-validation and the test rows disagree.

use serde_json::Value;
use std::fmt::Write;
use support::tables::{Draw, refused, write};
use support::{example, hearth};
use tempfile::TempDir;

/// Rows of 100 days in their order. What decides is `a` up to the day `turn`, and `b` from there on.
fn days(rows: std::ops::Range<usize>, turn: usize) -> String {
    let mut draw = Draw::new(9 + rows.start as u64);
    let mut table = String::from("at,a,b,late\n");
    for row in rows {
        let (a, b) = (draw.share(), draw.share());
        let day = row / 20;
        let noise = 0.4 * draw.share() - 0.2;
        let late = if day < turn { a } else { b } + noise > 0.5;
        let late = if late { "late" } else { "in time" };
        let (month, date, hour) = (day / 25 + 1, day % 25 + 1, row % 20);
        let _ = writeln!(
            table,
            "2026-{month:02}-{date:02}T{hour:02}:30,{a:.3},{b:.3},{late}"
        );
    }
    table
}

fn train(folder: &TempDir, more: &[&str]) -> Value {
    let arguments = [
        "train",
        "--quiet",
        "--data",
        "table.csv",
        "--target",
        "late",
        "--folds",
        "4",
    ];
    let estimator = [
        "--estimator",
        "gradient_boosting",
        "--calibration",
        "always",
    ];
    hearth(folder, &[&arguments[..], &estimator, more].concat()).success();
    example::card(&folder.path().join("model.hearth"))
}

fn kinds(card: &Value) -> Vec<&str> {
    let notes = card["notes"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    notes
        .iter()
        .map(|note| note["kind"].as_str().unwrap())
        .collect()
}

#[test]
fn rows_in_the_order_of_time_are_told_and_can_be_split_by_it() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &days(0..2000, 80));
    let drawn = train(&folder, &[]);
    assert_eq!(kinds(&drawn), ["order"]);
    let text = drawn["notes"][0]["text"].as_str().unwrap();
    assert!(text.contains("--split time=at"), "{text}");
    assert_eq!(kinds(&train(&folder, &["--split", "random"])), [""; 0]);

    // The newest fifth follows another rule: no row drawn at random shows that.
    let newest = train(&folder, &["--split", "time=at"]);
    let accuracy = |card: &Value| card["metrics"]["accuracy"].as_f64().unwrap();
    assert!(accuracy(&drawn) > accuracy(&newest) + 0.1);
    assert_eq!(newest["metrics"]["testing_rows"], 400);
    // The column that rows are split by need not be learnt from.
    let without = train(&folder, &["--split", "time=at", "--drop", "at"]);
    assert_eq!(without["metrics"]["testing_rows"], 400);
    assert_eq!(without["columns"][0]["name"], "a");
    assert_eq!(kinds(&newest), ["disagree"]);
    let text = newest["notes"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("4 folds have accuracy 0."), "{text}");
}

#[test]
fn a_test_table_of_later_rows_that_disagrees_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &days(0..1600, 80));
    write(&folder, "test.csv", &days(1600..2000, 80));
    assert_eq!(
        kinds(&train(&folder, &["--test", "test.csv"])),
        ["disagree"]
    );
    write(&folder, "test.csv", &days(1200..1600, 80));
    assert!(!kinds(&train(&folder, &["--test", "test.csv"])).contains(&"disagree"));
}

#[test]
fn a_split_that_cannot_be_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &days(0..200, 80));
    for (split, expected) in [
        (
            "time=when",
            "table.csv: split is time=when, and it has no such column of times",
        ),
        (
            "time=late",
            "table.csv: split is time=late, and it has no such column of times",
        ),
    ] {
        let told = refused(&folder, &["--target", "late", "--split", split]);
        assert!(told.starts_with(expected), "{told}");
    }
    let wrong = hearth(&folder, &["train", "--split", "newest"]);
    assert!(
        wrong.stderr.contains("random, or time=COLUMN"),
        "{}",
        wrong.stderr
    );
}
