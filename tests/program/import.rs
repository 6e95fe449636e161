//! `hearth import`: from a model of LightGBM to an answered request by two commands.

use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use support::function::Function;
use support::http::request;
use support::traffic::{START, Sent, captured, put};
use support::{Finished, hearth, hearth_with};

/// A tree over a number and categories, and one of a leaf only; a feature without a split.
const MODEL: &str = include_str!("../../import/tests/models/lightgbm.txt");

/// A folder with the model, rows with their labels, and the library's answers to them.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("model.txt"), MODEL).unwrap();
    let (mut rows, mut answers) = ("charge,region,churned\n".to_string(), "p\n".to_string());
    for row in 0..60 {
        let charge = f64::from(row) / 2.0;
        let region = ["north", "south", "west", ""][row as usize % 4];
        let score: f64 = match (charge <= 10.5, region) {
            (true, "north" | "west") => 0.375,
            (true, _) => -0.375,
            _ => 0.875,
        };
        let label = if row % 7 > 2 { "yes" } else { "no" };
        writeln!(rows, "{charge},{region},{label}").unwrap();
        writeln!(answers, "{}", 1.0 / (1.0 + (-score).exp())).unwrap();
    }
    fs::write(at("rows.csv"), rows).unwrap();
    fs::write(at("answers.csv"), answers).unwrap();
    folder
}

fn import(folder: &Path, more: &[&str]) -> Finished {
    hearth(folder, &[&["import", "model.txt"], more].concat())
}

fn inspected(folder: &Path) -> Value {
    hearth(folder, &["inspect", "model.hearth", "--json"])
        .success()
        .json()
}

#[test]
fn a_model_is_served_by_two_commands() {
    let folder = folder();
    let finished = import(folder.path(), &["--labels", "no,yes"]).success();
    assert!(finished.stdout.contains("LightGBM"), "{}", finished.stdout);
    assert!(finished.stdout.contains("figures and drift are not known"));
    let function = Function::over_http(folder.path().join("model.hearth"), &[]);
    let answer = function.predict(&[], r#"{"charge": 3, "region": "west"}"#);
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer["label"], "yes");
    let expected = 1.0 / (1.0 + (-0.375f64).exp());
    let probability = answer["probabilities"]["yes"].as_f64().unwrap();
    assert!((probability - expected).abs() < 1e-15);

    // Without rows, the card says what is not known, and every command reads it.
    let card = inspected(folder.path());
    assert_eq!(card["metrics"], json!({}));
    assert_eq!(card["provenance"]["imported"]["library"], "LightGBM");
    for command in ["inspect", "verify"] {
        hearth(folder.path(), &[command, "model.hearth"]).success();
    }
    hearth(folder.path(), &["diff", "model.hearth", "model.hearth"]).success();
    let evaluate = [
        "evaluate",
        "model.hearth",
        "--data",
        "rows.csv",
        "--target",
        "churned",
    ];
    let measured = hearth(folder.path(), &evaluate).success();
    assert!(measured.stdout.contains("accuracy"), "{}", measured.stdout);
}

#[test]
fn rows_add_ranges_figures_and_a_baseline() {
    let folder = folder();
    let sample = [
        "--labels", "no,yes", "--data", "rows.csv", "--target", "churned",
    ];
    let finished = import(folder.path(), &sample).success();
    assert!(finished.stdout.contains("accuracy"), "{}", finished.stdout);
    let card = inspected(folder.path());
    assert_eq!(card["metrics"]["testing_rows"], 60);
    assert_eq!(card["target"], "churned");
    assert_eq!(card["data"]["sample"]["rows"], 60);
    // The range of training, which the file has, is kept.
    assert_eq!(card["columns"][0]["number"]["greatest"], 80.0);
    assert_eq!(card["columns"][1]["optional"], true);
    let shown = hearth(folder.path(), &["inspect", "model.hearth"]).success();
    assert!(
        shown.stdout.contains("distributions of 60"),
        "{}",
        shown.stdout
    );
    hearth(folder.path(), &["verify", "model.hearth"]).success();
}

#[test]
fn answers_of_the_library_are_compared() {
    let folder = folder();
    let check = ["--check", "rows.csv", "--expect", "answers.csv"];
    let finished = import(folder.path(), &check).success();
    assert!(
        finished
            .stdout
            .contains("60 rows are answered as the library did")
    );

    fs::remove_file(folder.path().join("model.hearth")).unwrap();
    let answers = fs::read_to_string(folder.path().join("answers.csv")).unwrap();
    let mut lines: Vec<&str> = answers.lines().collect();
    lines[6] = "0.5";
    fs::write(folder.path().join("answers.csv"), lines.join("\n")).unwrap();
    let finished = import(folder.path(), &check);
    assert!(!finished.status.success());
    let said = &finished.stderr;
    assert!(said.contains("rows.csv: row 6 is answered with"), "{said}");
    assert!(said.contains("region in {north, west}?"), "{said}");
    assert!(!folder.path().join("model.hearth").exists());
}

#[test]
fn explanations_tables_drift_and_replay_take_an_imported_model() {
    let folder = folder();
    let sample = [
        "--labels", "no,yes", "--data", "rows.csv", "--target", "churned",
    ];
    import(folder.path(), &sample).success();
    let model = folder.path().join("model.hearth");

    let function = Function::over_http(&model, &[]);
    let answer = function.predict(&[], r#"{"charge": 3, "region": null}"#);
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        answer["warnings"],
        Value::Null,
        "rows of --data lacked it, too"
    );
    let explained = request(
        function.address(),
        "POST",
        "/predict?explain=2",
        &[("content-type", "application/json")],
        br#"{"charge": 3, "region": "west"}"#,
    );
    let explained: Value = serde_json::from_slice(&explained.body).unwrap();
    let parts = &explained["explanation"]["features"];
    assert_eq!(parts.as_array().map(Vec::len), Some(2), "{explained}");

    let table = ["predict", "model.hearth", "--format", "csv"];
    let rows = b"charge,region\n3,west\n30,\n";
    let predicted = hearth_with(folder.path(), &table, &[], rows).success();
    assert_eq!(predicted.stdout.lines().count(), 2, "{}", predicted.stdout);

    let sent = |row: u64| Sent {
        id: format!("r-{row}"),
        second: START + 60 * row,
        row: json!({"charge": 60 + row % 10, "region": if row.is_multiple_of(2) { "north" } else { "south" }}),
        truth: "yes",
    };
    let sent: Vec<Sent> = (0..400).map(sent).collect();
    put(
        folder.path(),
        "capture.jsonl",
        &captured(&model, &sent, None),
    );
    let told = hearth(
        folder.path(),
        &["drift", "model.hearth", "capture.jsonl", "--json"],
    );
    let told: Value = told.success().json();
    let shifts = told["distributions"].as_array().unwrap();
    let charge = shifts.iter().find(|of| of["name"] == "charge").unwrap();
    assert_eq!(charge["verdict"], "major", "{charge}");
    let replay = ["replay", "capture.jsonl", "--model", "model.hearth"];
    let replayed = hearth(folder.path(), &replay).success();
    assert!(replayed.stdout.contains("400"), "{}", replayed.stdout);

    // Without rows, there is nothing to compare with: a sentence says so.
    import(folder.path(), &[]).success();
    let refused = hearth(folder.path(), &["drift", "model.hearth", "capture.jsonl"]);
    assert!(!refused.status.success());
    assert!(refused.stderr.contains("--data"), "{}", refused.stderr);
}

#[test]
fn true_and_false_make_a_boolean_and_columns_may_be_codes() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let model = MODEL.replace("region", "paperless");
    let (categories, _) = model.split_once("pandas_categorical").unwrap();
    let number = categories
        .replace("num_cat=1", "num_cat=0")
        .replace("threshold=10.5 0", "threshold=10.5 0.5")
        .replace("decision_type=10 1", "decision_type=10 2")
        .replace("[0.5:80] -1:2:0:1 none", "[0.5:80] [0:1] none");
    fs::write(at("model.txt"), number).unwrap();
    fs::write(
        at("rows.csv"),
        "charge,paperless\n3,True\n4,False\n30,True\n",
    )
    .unwrap();
    // As pandas writes an array: a column for each code.
    let probability = |score: f64| 1.0 / (1.0 + (-score).exp());
    let answers = [-0.375, 0.375, 0.875].map(probability);
    let lines = answers.map(|p| format!("{},{p}\n", 1.0 - p)).concat();
    fs::write(at("answers.csv"), format!("0,1\n{lines}")).unwrap();
    let check = [
        "--labels",
        "no,yes",
        "--check",
        "rows.csv",
        "--expect",
        "answers.csv",
    ];
    let finished = import(folder.path(), &check).success();
    let said = &finished.stdout;
    assert!(said.contains("\"paperless\" is a boolean"), "{said}");
    let kind = |column: usize| inspected(folder.path())["columns"][column]["kind"].clone();
    assert_eq!(kind(1), "boolean");
    let finished = import(
        folder.path(),
        &[&check[..], &["--column", "paperless=number"]].concat(),
    );
    assert!(
        finished.stderr.contains("\"paperless\""),
        "{}",
        finished.stderr
    );
}

#[test]
fn what_cannot_be_imported_is_refused_in_a_sentence() {
    let folder = folder();
    let text = MODEL.replace("is_linear=0", "is_linear=1");
    fs::write(folder.path().join("model.txt"), text).unwrap();
    let finished = import(folder.path(), &[]);
    assert!(!finished.status.success());
    assert_eq!(
        finished.stderr.trim(),
        "hearth: model.txt: LightGBM's text format: tree 0 (line 12): its leaves are linear models, which \
         are not supported; train with linear_tree=false"
    );
}
