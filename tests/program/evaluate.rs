//! `hearth evaluate`: a model on rows that it has not seen, as a whole and by the values of a column.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use support::screen::on_screen;
use support::tables::{Draw, write};
use support::trained::Trained;
use support::{Finished, hearth};
use tempfile::TempDir;

/// Deliveries: `north` is late by the hour, the others never; in `broken` the hour says nothing.
fn deliveries(rows: usize, seed: u64, broken: &str) -> String {
    let mut draw = Draw::new(seed);
    let mut table = String::from("depot,hour,kilos,late\n");
    for _ in 0..rows {
        let depot = draw.of(&["north", "south", "east"]);
        let hour = 6 + draw.below(16);
        let is_late = match depot == broken {
            true => draw.below(2) == 0,
            false => hour > 15,
        };
        let late = if is_late { "late" } else { "in time" };
        let _ = writeln!(table, "{depot},{hour},{:.2},{late}", draw.share());
    }
    table
}

/// A folder with a model of good deliveries, and later ones of which a depot is broken.
fn folder() -> TempDir {
    let more = ["--estimator", "gradient_boosting", "--quiet"];
    let folder = Trained::on("table.csv", &deliveries(600, 1, ""), "late", &more).folder;
    write(&folder, "later.csv", &deliveries(600, 2, "south"));
    folder
}

fn evaluate(folder: &TempDir, more: &[&str]) -> Finished {
    hearth(folder, &[&["evaluate", "model.hearth"], more].concat())
}

fn json(finished: Finished) -> Value {
    serde_json::from_str(&finished.success().stdout).unwrap()
}

#[test]
fn a_slice_that_is_worse_is_found_and_the_others_are_not() {
    let folder = folder();
    let more = ["--data", "later.csv", "--slice", "depot"];
    let told = json(evaluate(&folder, &[&more[..], &["--json"]].concat()));
    assert_eq!(told["rows"], 600);
    let slices = told["slices"]["depot"].as_array().unwrap();
    let rows: u64 = slices
        .iter()
        .map(|slice| slice["rows"].as_u64().unwrap())
        .sum();
    assert_eq!((slices.len(), rows), (3, 600));
    for slice in slices {
        let figure = slice["figure"].as_f64().unwrap();
        assert!(slice["interval"][0].as_f64() <= Some(figure), "{slice}");
        match slice["value"].as_str().unwrap() {
            "south" => assert!(figure < 0.7 && slice["differs"] == true, "{slice}"),
            _ => assert!(figure > 0.9, "{slice}"),
        }
    }
    let shown = evaluate(&folder, &more).success().stdout;
    assert!(
        shown.contains("\n  !  worse than the others by more than chance: \"south\"\n"),
        "{shown}"
    );
    assert!(shown.contains(": worse, and not by chance (p "), "{shown}");
    for columns in [80, 120] {
        let seen = on_screen(
            columns,
            &folder,
            &[&["evaluate", "model.hearth"], &more[..]].concat(),
            &[],
        );
        seen.assert_fits(columns);
    }
    assert!(
        !shown.contains("held-out") && !shown.contains("trained on rows"),
        "{shown}"
    );
    // Its own rows prove nothing.
    let own = evaluate(&folder, &["--data", "table.csv"]).success().stdout;
    assert!(
        own.contains("\n  !  the model was trained on rows of this very table"),
        "{own}"
    );
    // Where nothing is broken, nothing is found.
    write(&folder, "good.csv", &deliveries(600, 3, ""));
    let shown = evaluate(&folder, &["--data", "good.csv", "--slice", "depot"])
        .success()
        .stdout;
    assert!(shown.contains("none of 3 slices is worse"), "{shown}");
}

#[test]
fn the_figures_are_those_of_training_on_the_same_rows() {
    let folder = folder();
    let train = [
        "train",
        "--data",
        "table.csv",
        "--test",
        "later.csv",
        "--target",
        "late",
        "--quiet",
    ];
    let more = [
        "--estimator",
        "gradient_boosting",
        "--out",
        "tested.hearth",
        "--metrics",
        "metrics.json",
    ];
    hearth(&folder, &[&train[..], &more].concat()).success();
    let metrics = fs::read_to_string(folder.path().join("metrics.json")).unwrap();
    let metrics: Value = serde_json::from_str(&metrics).unwrap();
    let arguments = ["evaluate", "tested.hearth", "--data", "later.csv", "--json"];
    let told = json(hearth(&folder, &arguments));
    for name in [
        "accuracy",
        "macro_f1",
        "log_loss",
        "roc_auc",
        "average_precision",
        "brier",
        "ece",
    ] {
        let [a, b] = [&metrics[name], &told["metrics"][name]].map(|value| value.as_f64().unwrap());
        assert!((a - b).abs() < 1e-12, "{name}: {a} {b}");
    }
    assert_eq!(metrics["per_class"], told["metrics"]["per_class"]);
    assert_eq!(told["metrics_at_training"]["accuracy"], metrics["accuracy"]);
}

#[test]
fn numbers_are_measured_by_their_errors() {
    let mut draw = Draw::new(5);
    let mut table = String::from("shop,x,y\n");
    for _ in 0..600 {
        let (shop, x) = (draw.of(&["a", "b"]), draw.share());
        let noise = if shop == "b" { 3.0 } else { 0.1 };
        let _ = writeln!(
            table,
            "{shop},{x:.4},{:.4}",
            10.0 * x + noise * (draw.share() - 0.5)
        );
    }
    let folder = Trained::on("t.csv", &table, "y", &["--estimator", "ridge", "-q"]).folder;
    let told = json(evaluate(
        &folder,
        &["--data", "t.csv", "--slice", "shop", "--json"],
    ));
    assert!(told["metrics"]["mae"].as_f64() > Some(0.1), "{told}");
    let slices = told["slices"]["shop"].as_array().unwrap();
    let of = |value: &str| slices.iter().find(|slice| slice["value"] == value).unwrap();
    assert!(of("b")["figure"].as_f64() > of("a")["figure"].as_f64());
    assert_eq!(of("b")["differs"], true);
}

#[test]
fn numbers_are_read_as_training_reads_them() {
    let comma = |number: f64| format!("{number:.3}").replace('.', ",");
    let rents = |rows: std::ops::Range<u32>, unit: &str| {
        let mut table = String::from("size;rent\n");
        for row in rows {
            let size = f64::from(row % 40) + 20.25;
            let rent = comma(size * 31.5 + f64::from(row % 3));
            let _ = writeln!(table, "{};{rent}{unit}", comma(size));
        }
        table
    };
    let more = ["--estimator", "ridge", "--quiet"];
    let folder = Trained::on("table.csv", &rents(0..200, ""), "rent", &more).folder;
    let rows = 200..260;
    write(&folder, "comma.csv", &rents(rows.clone(), ""));
    write(&folder, "units.csv", &rents(rows, " €"));
    let missing = fs::read_to_string(folder.path().join("comma.csv")).unwrap();
    write(&folder, "missing.csv", &(missing + "33,5;n/a\n"));
    let of = |data: &str| json(evaluate(&folder, &["--data", data, "--json"]));
    let told = of("comma.csv");
    assert_eq!(told["rows"], 60);
    assert!(told["metrics"]["mae"].as_f64() < Some(3.0), "{told}");
    assert_eq!(of("units.csv")["metrics"]["mae"], told["metrics"]["mae"]);
    let missing = of("missing.csv");
    assert_eq!(
        (&missing["rows"], &missing["rows_without_target"]),
        (&60.into(), &1.into())
    );
}

#[test]
fn rows_that_cannot_be_measured_are_counted_and_a_wrong_table_is_refused() {
    let folder = folder();
    let table = deliveries(100, 4, "") + "north,9,0.5,\nnorth,often,0.5,late\nnorth,9,0.5,Late\n";
    write(&folder, "odd.csv", &table);
    let told = json(evaluate(&folder, &["--data", "odd.csv", "--json"]));
    assert_eq!(
        (
            &told["rows"],
            &told["rows_without_target"],
            &told["rows_refused"]
        ),
        (&101.into(), &1.into(), &1.into())
    );
    let shown = evaluate(&folder, &["--data", "odd.csv"]).success().stdout;
    assert!(
        shown.contains("the model refuses 1 rows, which were left out; line 103: "),
        "{shown}"
    );
    assert!(
        shown.contains("\"Late\" (1; did you mean \"late\"?)"),
        "{shown}"
    );

    let refused = |arguments: &[&str]| {
        let finished = evaluate(&folder, arguments);
        assert_eq!(finished.status.code(), Some(1), "{}", finished.stdout);
        finished.stderr
    };
    let none = refused(&["--data", "none.csv"]);
    assert!(none.starts_with("hearth: none.csv"), "{none}");
    let column = refused(&["--data", "odd.csv", "--slice", "Depot"]);
    assert!(
        column.contains("there is no column \"Depot\"")
            && column.contains("did you mean \"depot\"?"),
        "{column}"
    );
    write(
        &folder,
        "other.csv",
        &deliveries(20, 4, "")
            .replace(",in time", ",no")
            .replace(",late\n", ",yes\n")
            .replace("kilos,yes", "kilos,late"),
    );
    let labels = refused(&["--data", "other.csv"]);
    assert!(
        labels.contains("no row has a label that the model knows"),
        "{labels}"
    );
}

#[test]
fn a_page_is_written_and_a_name_of_another_format_is_refused() {
    let folder = folder();
    evaluate(&folder, &["--data", "later.csv", "--html", "later.html"]).success();
    let page = fs::read_to_string(folder.path().join("later.html")).unwrap();
    assert!(
        page.starts_with("<!doctype html>") && page.contains("in time"),
        "{}",
        &page[..200]
    );
    let refused = evaluate(&folder, &["--data", "later.csv", "--html", "later.pdf"]);
    assert!(
        refused
            .stderr
            .contains("a name that ends in .html or .htm was expected"),
        "{}",
        refused.stderr
    );
}
