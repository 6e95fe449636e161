//! `hearth check` prints what training would learn and every doubt, and trains nothing; with `--strict`
//! a doubt fails `check` and `train`, and nothing is written.

use serde_json::json;
use std::fmt::Write;
use std::fs;
use support::tables::{Draw, tickets, write};
use support::{hearth, names};
use tempfile::TempDir;

/// Trains on the table of the tests, without progress.
const TRAIN: [&str; 6] = [
    "train",
    "--quiet",
    "--data",
    "table.csv",
    "--target",
    "label",
];

fn folder(table: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder, "table.csv", table);
    folder
}

/// Rows with a number each in mixed order, a label in two spellings, and one in one row.
fn doubtful() -> String {
    let mut draw = Draw::new(7);
    let mut table = String::from("n,x,label\n");
    for row in 0..300 {
        let label = match row {
            70 => "lost",
            _ => draw.of(&["late", "Late", "in time"]),
        };
        let _ = writeln!(table, "{},{:.3},{label}", row * 7 % 300, draw.share());
    }
    table
}

#[test]
fn a_table_is_checked_without_training() {
    let folder = folder(&doubtful());
    let finished = hearth(&folder, &["check", "table.csv", "--target", "label"]).success();
    let shown = finished.stdout;
    for expected in [
        "Data  table.csv: 300 rows, 240 to train on, 60 to test on\n",
        "\n  x      number    0.",
        "\n  label  target    4 labels: classification",
        "\n  n      left out  it numbers the 300 rows from 0 to 299 in mixed order",
        "\nChecks  3 doubts\n",
        "\n  !  n: left out, it numbers the 300 rows",
        "the label \"lost\" has one row only (row 71)",
        "differ by case or blanks only",
        "\n  ✓  no more rows repeat than by chance\n",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    assert_eq!(names(folder.path()), ["table.csv"]);
}

#[test]
fn the_same_as_json() {
    let folder = folder(&doubtful());
    let arguments = [
        "check",
        "--data",
        "table.csv",
        "--target",
        "label",
        "--json",
    ];
    let found = hearth(&folder, &arguments).success().json();
    assert_eq!(
        (&found["rows"], &found["task"]),
        (&json!(300), &json!("classification"))
    );
    assert_eq!(found["columns"][0]["role"], "left_out");
    assert_eq!(found["columns"][1]["kind"], "number");
    assert_eq!(found["columns"][2]["role"], "target");
    assert_eq!(found["labels"][2]["label"], "late");
    let kinds: Vec<&str> = found["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["key", "spelling", "stray"]);
    assert_eq!(found["notes"][0]["column"], "n");
    assert_eq!(found["notes"][0]["doubt"], true);
}

#[test]
fn strict_fails_on_a_doubt_before_anything_is_written() {
    let folder = folder(&doubtful());
    let checked = hearth(
        &folder,
        &["check", "table.csv", "--target", "label", "--strict"],
    );
    assert_eq!(checked.status.code(), Some(1));
    assert!(checked.stderr.contains("3 doubts"), "{}", checked.stderr);
    assert!(
        checked.stdout.contains("differ by case"),
        "{}",
        checked.stdout
    );

    let more = [
        "--strict",
        "--metrics",
        "metrics.json",
        "--report",
        "report.html",
    ];
    let refused = hearth(&folder, &[&TRAIN[..], &more].concat());
    assert_eq!(refused.status.code(), Some(1));
    let sentence =
        "hearth: with --strict no model is written where there is a doubt: n: left out, it";
    assert!(refused.stderr.starts_with(sentence), "{}", refused.stderr);
    assert_eq!(refused.stderr.matches('\n').count(), 1);
    assert_eq!(names(folder.path()), ["table.csv"]);

    // What a person has decided is no doubt.
    let decided = doubtful().replace("Late", "late").replace("lost", "late");
    write(&folder, "table.csv", &decided);
    let checked = [
        "check",
        "table.csv",
        "--target",
        "label",
        "--strict",
        "--drop",
        "n",
    ];
    let shown = hearth(&folder, &checked).success().stdout;
    assert!(shown.contains("\nChecks  no doubts\n"), "{shown}");
    assert!(!shown.contains("\n  !  "), "{shown}");
}

#[test]
fn notes_stand_in_the_report_and_in_json() {
    let folder = folder(&doubtful());
    let more = [
        "--json",
        "--estimator",
        "logistic_regression",
        "--report",
        "report.html",
    ];
    let trained = hearth(&folder, &[&TRAIN[..], &more].concat()).success();
    let card = trained.json();
    let inspected = hearth(&folder, &["inspect", "model.hearth", "--json"]).success();
    assert_eq!(card, inspected.json());
    let text = card["notes"][0]["text"].as_str().unwrap();
    assert!(
        text.starts_with("left out, it numbers the 300 rows"),
        "{text}"
    );
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("left out, it numbers the 300 rows"), "{page}");
}

#[test]
fn a_good_table_has_no_doubts() {
    let folder = folder(&tickets(300));
    let finished = hearth(
        &folder,
        &["check", "table.csv", "--target", "queue", "--strict"],
    )
    .success();
    assert!(
        finished.stdout.contains("\nChecks  no doubts\n") && !finished.stdout.contains("\n  !  "),
        "{}",
        finished.stdout
    );
    let wrong = hearth(&folder, &["check", "table.csv", "--target", "label"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        wrong.stderr.contains("there is no column \"label\""),
        "{}",
        wrong.stderr
    );
}
