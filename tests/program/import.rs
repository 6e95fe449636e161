//! `hearth import`: from a model of LightGBM to an answered request by two commands.

use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use support::function::Function;
use support::{Finished, hearth};

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
