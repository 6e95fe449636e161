//! `hearth train` on columns of every kind: what is told by their values, and the same answers
//! whichever way a row is asked.

use serde_json::{Value, json};
use support::tables::{numbers, tickets, write};
use support::{example, hearth, hearth_with};
use tempfile::TempDir;

/// A folder with `tickets.csv` and a model of it.
fn with_tickets(estimator: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder, "tickets.csv", &tickets(300));
    let arguments = ["train", "--data", "tickets.csv", "--target", "queue"];
    let more = ["--estimator", estimator, "--drop", "ticket"];
    hearth(&folder, &[&arguments[..], &more].concat()).success();
    folder
}

/// The answers to a table, a line each, `--answers` as told.
fn asked(folder: &TempDir, table: &str, form: &str) -> Vec<String> {
    let arguments = ["predict", "model.hearth", "--answers", form];
    let finished = hearth_with(folder, &arguments, &[], table.as_bytes()).success();
    finished.stdout.lines().map(String::from).collect()
}

const JSON: &str = r#"{"body": "where is my parcel", "amount": 11.5, "plan": "iron", "urgent": true, "opened": "2026-03-01T10:00:00Z"}
{"body": "the invoice is wrong again", "amount": 98.5, "plan": "platinum", "urgent": null, "opened": null}
{"body": "", "amount": null, "plan": null, "urgent": "no", "opened": "2026-03-01 20:00"}
"#;

/// The same rows, their columns in another order and amid others.
const CSV: &str = "opened,plan,queue,urgent,note,amount,body
2026-03-01T10:00:00Z,iron,?,yes,x,11.5,where is my parcel
,platinum,?,,,98.5,the invoice is wrong again
2026-03-01 20:00,,?,false,,,
";

#[test]
fn columns_of_every_kind_are_told_shown_and_asked_in_any_order() {
    for estimator in ["logistic_regression", "gradient_boosting"] {
        let folder = with_tickets(estimator);
        let card = example::card(&folder.path().join("model.hearth"));
        let kinds: Vec<(&str, &str)> = card["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|column| {
                (
                    column["name"].as_str().unwrap(),
                    column["kind"].as_str().unwrap(),
                )
            })
            .collect();
        let expected = [
            ("body", "text"),
            ("amount", "number"),
            ("plan", "category"),
            ("urgent", "boolean"),
            ("opened", "timestamp"),
        ];
        assert_eq!(kinds, expected);
        let accuracy = card["metrics"]["accuracy"].as_f64().unwrap();
        assert!(accuracy > 0.9, "{estimator}: {accuracy}");
        let shown = hearth(&folder, &["inspect", "model.hearth"])
            .success()
            .stdout;
        for (name, kind) in expected {
            assert!(
                shown
                    .lines()
                    .any(|line| line.split_whitespace().take(2).eq([name, kind])),
                "{shown}"
            );
        }
        assert!(shown.contains("missing"), "{shown}");

        let of_json = asked(&folder, JSON, "jsonl");
        assert_eq!(of_json, asked(&folder, CSV, "jsonl"), "{estimator}");
        let labels: Vec<Value> = of_json
            .iter()
            .map(|line| {
                let answer: Value = serde_json::from_str(line).unwrap();
                answer["label"].clone()
            })
            .collect();
        assert_eq!(
            labels[..2],
            [json!("delivery"), json!("billing")],
            "{estimator}"
        );

        // A table of answers has the same labels and probabilities.
        let table = asked(&folder, CSV, "csv");
        assert_eq!(table, asked(&folder, JSON, "csv"));
        assert_eq!(table.len(), 4);
        assert!(table[1].starts_with("delivery,"), "{}", table[1]);
    }
}

#[test]
fn what_was_missing_in_training_may_be_missing_and_nothing_else() {
    let folder = with_tickets("logistic_regression");
    assert_eq!(asked(&folder, r#"{"body": "x"}"#, "jsonl").len(), 1);
    for (row, expected) in [
        (
            r#"{"amount": 1, "plan": "tin", "urgent": true, "opened": null}"#,
            "\"body\"",
        ),
        (
            r#"{"body": "x", "amount": "much", "plan": "tin", "urgent": true, "opened": null}"#,
            "\"amount\"",
        ),
        (
            r#"{"body": "x", "amount": 1, "plan": "tin", "urgent": 7, "opened": null}"#,
            "\"urgent\"",
        ),
        (
            r#"{"body": "x", "amount": 1, "plan": "tin", "urgent": true, "opened": "soon"}"#,
            "\"opened\"",
        ),
    ] {
        let refused = hearth_with(&folder, &["predict", "model.hearth"], &[], row.as_bytes());
        assert_eq!(refused.status.code(), Some(1), "{row}");
        assert!(refused.stderr.contains(expected), "{}", refused.stderr);
        assert_eq!(refused.stderr.matches('\n').count(), 1);
    }
}

#[test]
fn numbers_are_answered_by_numbers() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "numbers.csv", &numbers(300));
    for (estimator, most) in [("ridge", 0.1), ("elastic_net", 0.1), ("auto", 0.1)] {
        let arguments = ["train", "--data", "numbers.csv", "--target", "y"];
        let more = ["--estimator", estimator];
        let finished = hearth(&folder, &[&arguments[..], &more].concat()).success();
        assert!(finished.stdout.contains("R²"), "{}", finished.stdout);
        let card = example::card(&folder.path().join("model.hearth"));
        assert_eq!(card["task"], "regression");
        let r2 = card["metrics"]["r2"].as_f64().unwrap();
        assert!(r2 > 0.98, "{estimator}: {r2}");

        let of_json = asked(
            &folder,
            "{\"a\": 0.5, \"b\": 0.25, \"c\": \"y\"}\n",
            "jsonl",
        );
        let answer: Value = serde_json::from_str(&of_json[0]).unwrap();
        let value = answer["value"].as_f64().unwrap();
        assert!((value - 2.0).abs() < most, "{estimator}: {value}");
        assert!(answer.get("label").is_none());
        assert_eq!(of_json, asked(&folder, "c,b,a\ny,0.25,0.5\n", "jsonl"));
        let table = asked(&folder, "c,b,a\ny,0.25,0.5\n", "csv");
        assert_eq!(table[0], "value");
        assert_eq!(table[1].parse::<f64>().unwrap(), value);
    }
}

#[test]
fn kinds_that_are_given_go_before_those_that_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = String::from("zone,day,label\n");
    for row in 0..80 {
        // Zones have no order: 1 and 3 are alike, 2 and 4 are. Only the day's order tells the rest.
        let label = ["odd", "even"][usize::from(row % 4 % 2 == 1)];
        table += &format!("{},{}/2/2026,{label}\n", row % 4 + 1, row % 12 + 1);
    }
    write(&folder, "zones.csv", &table);
    let arguments = ["train", "--data", "zones.csv", "--target", "label"];
    let more = ["--estimator", "logistic_regression"];
    let kinds = ["--kind", "zone=category", "--day-first", "true"];
    hearth(&folder, &[&arguments[..], &more, &kinds].concat()).success();
    let card = example::card(&folder.path().join("model.hearth"));
    assert_eq!(card["columns"][0]["kind"], "category");
    assert_eq!(card["metrics"]["accuracy"], 1.0);
    let shown = &card["columns"][1];
    assert_eq!(shown["kind"], "timestamp", "{shown}");
}
