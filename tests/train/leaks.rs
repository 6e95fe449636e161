//! `hearth train` on tables that give their answers away: row numbers, copies of the target and rows
//! on both sides of the split never make a good figure in silence.

use serde_json::Value;
use std::fmt::Write;
use support::tables::{Draw, write};
use support::{example, hearth};
use tempfile::TempDir;

/// A model of a table, its card, and what was printed.
struct Trained {
    folder: TempDir,
    card: Value,
    stdout: String,
}

impl Trained {
    fn of(table: &str, more: &[&str]) -> Trained {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        write(&folder, "table.csv", table);
        let arguments = [
            "train",
            "--data",
            "table.csv",
            "--target",
            "label",
            "--folds",
            "3",
        ];
        let finished = hearth(&folder, &[&arguments[..], more].concat()).success();
        let card = example::card(&folder.path().join("model.hearth"));
        Trained {
            folder,
            card,
            stdout: finished.stdout,
        }
    }

    fn accuracy(&self) -> f64 {
        self.card["metrics"]["accuracy"].as_f64().unwrap()
    }

    fn columns(&self) -> Vec<&str> {
        let columns = self.card["columns"].as_array().unwrap();
        columns
            .iter()
            .map(|column| column["name"].as_str().unwrap())
            .collect()
    }

    /// The text of the note of this kind; it is printed, too.
    #[track_caller]
    fn note(&self, kind: &str) -> &str {
        let notes = self.card["notes"]
            .as_array()
            .unwrap_or_else(|| panic!("{}", self.stdout));
        let note = notes.iter().find(|note| note["kind"] == kind);
        let text = note.unwrap_or_else(|| panic!("{notes:?}"))["text"]
            .as_str()
            .unwrap();
        // Of a column that is left out, the block Data has the reason.
        let shown = text.trim_start_matches("left out, ");
        assert!(self.stdout.contains(shown), "{}", self.stdout);
        text
    }
}

/// A table whose rows have their numbers in the order of their labels: 300 rows, noise in `x`.
/// `numbers` gives a row its number, of those that it has when labels are sorted.
fn numbered(name: &str, numbers: impl Fn(usize) -> u64) -> String {
    let mut draw = Draw::new(7);
    let mut rows: Vec<usize> = (0..300).collect();
    for end in (1..rows.len()).rev() {
        rows.swap(end, draw.below(end + 1));
    }
    let mut table = format!("{name},x,label\n");
    for row in rows {
        let label = if row < 150 { "a" } else { "b" };
        let _ = writeln!(table, "{},{:.3},{label}", numbers(row), draw.share());
    }
    table
}

#[test]
fn row_numbers_are_left_out_whatever_their_order() {
    let with_gaps = |row: usize| 5000 + 3 * row as u64 + row as u64 % 2;
    let sparse = |row: usize| 10_000_000 * (1 + row as u64) + row as u64 * 7919 % 5000;
    for (name, numbers) in [
        ("", (|row| row as u64) as fn(usize) -> u64),
        ("n", |row| row as u64),
        ("position", with_gaps),
        ("user", sparse),
    ] {
        let trained = Trained::of(&numbered(name, numbers), &[]);
        assert_eq!(trained.columns(), ["x"], "{name}");
        assert!(trained.accuracy() < 0.7, "{name}: {}", trained.accuracy());
        let kind = if ["n", "position"].contains(&name) {
            "key"
        } else {
            "left_out"
        };
        let text = trained.note(kind);
        assert!(
            text.starts_with("left out, it") && text.contains("--keep"),
            "{text}"
        );
    }
}

#[test]
fn a_lone_measure_in_its_order_is_learnt_from_with_a_doubt() {
    let mut table = String::from("income,label\n");
    for row in 0..100 {
        let _ = writeln!(
            table,
            "{},{}",
            1000 + 1007 * row,
            ["low", "high"][usize::from(row > 50)]
        );
    }
    let trained = Trained::of(&table, &["--estimator", "gradient_boosting"]);
    assert_eq!(trained.columns(), ["income"]);
    let text = trained.note("key");
    assert!(
        text.ends_with("learnt from, since no other column is left"),
        "{text}"
    );
    // With a currency, numbers are a measure.
    let mut dollars = String::from("income,x,label\n");
    for row in 0..100 {
        let label = ["low", "high"][usize::from(row > 50)];
        let _ = writeln!(dollars, "${},0.{},{label}", 1000 + 1007 * row, row % 7);
    }
    let trained = Trained::of(&dollars, &["--estimator", "gradient_boosting"]);
    assert!(
        trained.columns().contains(&"income"),
        "{:?}",
        trained.columns()
    );
}

#[test]
fn a_column_that_is_kept_is_learnt_from_without_a_doubt() {
    let table = numbered("n", |row| row as u64);
    let trained = Trained::of(&table, &["--keep", "n", "--strict"]);
    assert_eq!(trained.columns(), ["n", "x"]);
    assert_eq!(trained.card["notes"], Value::Null);
    // The same from a file of parameters.
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &table);
    write(
        &folder,
        "params.yaml",
        "data: table.csv\ntarget: label\nkeep: [n]\nsearch: {folds: 3}\n",
    );
    hearth(&folder, &["train"]).success();
    let card = example::card(&folder.path().join("model.hearth"));
    assert_eq!(card["columns"][0]["name"], "n");
}

#[test]
fn a_column_that_is_the_label_is_left_out_and_a_spelling_of_it_is_told() {
    let mut draw = Draw::new(5);
    let (mut copy, mut code) = (
        String::from("x,again,label\n"),
        String::from("x,outcome,label\n"),
    );
    for _ in 0..300 {
        let yes = draw.below(2);
        let _ = writeln!(
            copy,
            "{:.3},{},{}",
            draw.share(),
            ["No", "YES"][yes],
            ["no", "yes"][yes]
        );
        let _ = writeln!(
            code,
            "{:.3},{},{}",
            draw.share(),
            [3, 7][yes],
            ["no", "yes"][yes]
        );
    }
    let trained = Trained::of(&copy, &[]);
    assert_eq!(trained.columns(), ["x"]);
    assert!(trained.accuracy() < 0.7, "{}", trained.accuracy());
    assert!(trained.note("leak").contains("it is a copy of the target"));

    let trained = Trained::of(&code, &[]);
    let text = trained.note("leak");
    assert!(
        text.contains("each of its 2 values has only one label"),
        "{text}"
    );
    assert!(text.contains("--drop outcome"), "{text}");
    let shown = hearth(&trained.folder, &["inspect", "model.hearth"])
        .success()
        .stdout;
    assert!(
        shown.contains(&format!("\n  !  outcome: {text}\n")),
        "{shown}"
    );
}

#[test]
fn a_number_made_of_the_target_is_told() {
    let mut draw = Draw::new(5);
    let mut table = String::from("x,gross,cut,label\n");
    for _ in 0..300 {
        let net = 1000.0 * draw.share();
        let (x, gross, cut) = (draw.share(), -1.19 * net, net / 10.0);
        let _ = writeln!(table, "{x:.3},{gross:.2},{cut:.0},{net:.2}");
    }
    let trained = Trained::of(&table, &["--estimator", "ridge"]);
    let notes = trained.card["notes"].as_array().unwrap();
    let of = |name: &str| {
        notes
            .iter()
            .any(|note| note["column"] == name && note["kind"] == "leak")
    };
    assert!(of("gross") && of("cut") && !of("x"), "{notes:?}");
}

#[test]
fn rows_that_stand_on_both_sides_of_the_split_are_told_with_the_figure_without_them() {
    let mut draw = Draw::new(3);
    let mut table = String::new();
    for _ in 0..250 {
        let label = ["heads", "tails"][draw.below(2)];
        let _ = writeln!(table, "{:.4},{:.4},{label}", draw.share(), draw.share());
    }
    let doubled = format!("a,b,label\n{table}{table}");
    let trained = Trained::of(&doubled, &["--estimator", "random_forest"]);
    assert!(trained.accuracy() > 0.8, "{}", trained.accuracy());
    let text = trained.note("leak");
    assert!(
        text.contains("of 100 test rows have the values of a training row"),
        "{text}"
    );
    let without = trained.note("fit");
    let figure: f64 = without.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(
        without.contains("do not repeat a training row") && figure < 0.8,
        "{without}"
    );

    let trained = Trained::of(
        &format!("a,b,label\n{table}"),
        &["--estimator", "random_forest"],
    );
    assert_eq!(trained.card["notes"], Value::Null);

    // The other half has other labels: no model can be right about both.
    let swapped = table
        .replace("heads", "?")
        .replace("tails", "heads")
        .replace('?', "tails");
    let contrary = format!("a,b,label\n{table}{swapped}");
    let trained = Trained::of(&contrary, &["--estimator", "random_forest"]);
    assert!(
        trained
            .note("conflict")
            .starts_with("500 rows have the values of another row")
    );
}

#[test]
fn tables_of_few_values_repeat_and_are_no_doubt() {
    let mut draw = Draw::new(6);
    let mut table = String::from("depot,kind,express,label\n");
    for _ in 0..400 {
        let (depot, kind) = (
            draw.of(&["north", "south", "east"]),
            draw.of(&["letter", "parcel"]),
        );
        let express = draw.of(&["yes", "no"]);
        let late = if depot == "north" { 0.8 } else { 0.3 };
        let label = if draw.share() < late {
            "late"
        } else {
            "in time"
        };
        let _ = writeln!(table, "{depot},{kind},{express},{label}");
    }
    let trained = Trained::of(&table, &["--strict"]);
    assert_eq!(trained.card["notes"], Value::Null);
}
