//! Decisions from scores: which candidate, which threshold, calibrated or not, good enough or not,
//! better than the one before or not.

use std::fs;

use serde_json::{Value, json};
use support::http::request;
use support::tables::{texts, write, yes_or_no};
use support::{Finished, example, hearth, names};
use tempfile::TempDir;

/// A folder with `table.csv` and a `params.yaml` of `parameters`.
fn folder(table: &str, target: &str, parameters: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder, "table.csv", table);
    let params = format!("data: table.csv\ntarget: {target}\n{parameters}");
    write(&folder, "params.yaml", &params);
    folder
}

/// Result of `hearth train` for a `params.yaml`: its output and the card.
fn trained(folder: &TempDir, arguments: &[&str]) -> (Finished, Value) {
    let finished = hearth(folder, &[&["train"], arguments].concat()).success();
    (finished, example::card(&folder.path().join(out(arguments))))
}

/// The file that is told by `--out`, or the usual one.
fn out<'a>(arguments: &[&'a str]) -> &'a str {
    let at = arguments.iter().position(|argument| *argument == "--out");
    at.map_or("model.hearth", |at| arguments[at + 1])
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn candidates_of_params_yaml_are_tried_in_place_of_the_usual() {
    let search = "search:\n  folds: 3\n  metric: macro_f1\n  candidates:\n  \
                  - {estimator: logistic_regression, C: [0.001, 10]}\n  \
                  - {estimator: complement_nb, text.ngram_range: [[1, 1], [1, 2]]}\n";
    let folder = folder(&texts(240, 4), "label", search);
    let (finished, card) = trained(&folder, &[]);
    for tried in [
        "logistic_regression (C 0.001)",
        "logistic_regression (C 10)",
        "complement_nb (text.ngram_range 1-1)",
        "complement_nb (text.ngram_range 1-2)",
    ] {
        assert!(
            finished.stdout.contains(tried),
            "{tried}:\n{}",
            finished.stdout
        );
    }
    assert!(
        !finished.stdout.contains("linear_svc"),
        "{}",
        finished.stdout
    );
    let validation = &card["metrics"]["cross_validation"];
    assert_eq!(
        (&validation["folds"], &validation["metric"]),
        (&3.into(), &"macro_f1".into())
    );
}

/// Precision and recall of the label `yes`, of rows that were held out, with the threshold.
fn yes(card: &Value) -> (f64, f64, f64) {
    let metrics = &card["metrics"];
    let classes = metrics["per_class"].as_array().unwrap();
    let yes = classes
        .iter()
        .find(|class| class["label"] == "yes")
        .unwrap();
    (
        number(&yes["precision"]),
        number(&yes["recall"]),
        number(&metrics["threshold"]),
    )
}

/// The positive label is the first of the alphabet, of which a model file has no threshold.
#[test]
fn an_answer_says_which_threshold_decided_and_of_which_label() {
    let parameters = "estimator: logistic_regression\npositive: no\nthreshold: 0.3\n";
    let folder = folder(&yes_or_no(600, 4), "answer", parameters);
    let (_, card) = trained(&folder, &[]);
    assert_eq!(card["metrics"]["positive"], "no");
    let rows = [
        r#"{"a":0.1,"b":0.1,"c":0.5,"d":0.5,"e":0.5}"#,
        r#"{"a":0.62,"b":0.62,"c":0.5,"d":0.5,"e":0.5}"#,
        r#"{"a":0.9,"b":0.9,"c":0.5,"d":0.5,"e":0.5}"#,
    ];
    let lines = rows.join("\n");
    let arguments = ["predict", "model.hearth", "--format", "jsonl"];
    let predicted = support::hearth_with(&folder, &arguments, &[], lines.as_bytes()).success();
    let function = support::Function::over_http(folder.path().join("model.hearth"), &[]);
    let mut labels = std::collections::BTreeSet::new();
    for (row, line) in rows.iter().zip(predicted.stdout.lines()) {
        let answer: Value = serde_json::from_str(line).unwrap();
        let decision = &answer["decision"];
        assert_eq!(
            (&decision["label"], &decision["threshold"]),
            (&json!("no"), &json!(0.3))
        );
        assert_eq!(decision["probability"], answer["probabilities"]["no"]);
        let is_no = number(&decision["probability"]) >= 0.3;
        assert_eq!(answer["label"] == "no", is_no, "{answer}");
        labels.insert(answer["label"].to_string());
        // The function gives the same bytes, whatever is left out of them.
        let headers = [("content-type", "application/json")];
        assert_eq!(function.predict(&headers, row).text(), line);
        let first = request(
            function.address(),
            "POST",
            "/predict?top=1",
            &headers,
            row.as_bytes(),
        );
        assert_eq!(first.json()["decision"], *decision);
    }
    assert_eq!(labels.len(), 2, "both labels are answered");
    let get = |path: &str| request(function.address(), "GET", path, &[], b"").json();
    let model = get("/model");
    assert_eq!(
        (&model["positive"], &model["threshold"]),
        (&json!("no"), &json!(0.3))
    );
    let answer = &get("/openapi.json")["components"]["schemas"]["Answer"];
    let required = answer["required"].as_array().unwrap();
    assert!(required.contains(&json!("decision")), "{answer}");
}

#[test]
fn a_threshold_is_a_value_or_reaches_what_was_asked_for() {
    let table = yes_or_no(2000, 4);
    let with = |threshold: &str| {
        let folder = folder(
            &table,
            "answer",
            &format!("estimator: logistic_regression\nthreshold: {threshold}\n"),
        );
        let (finished, card) = trained(&folder, &[]);
        assert!(finished.stdout.contains("threshold"), "{}", finished.stdout);
        // What it answers goes by it.
        let row = "a,b,c,d,e\n0.62,0.62,0.5,0.5,0.5\n";
        let arguments = ["predict", "model.hearth"];
        let answer = support::hearth_with(&folder, &arguments, &[], row.as_bytes()).success();
        let answer = answer.json();
        let (_, _, threshold) = yes(&card);
        let is_yes = number(&answer["probabilities"]["yes"]) >= threshold;
        assert_eq!(answer["label"] == "yes", is_yes, "{answer} {threshold}");
        yes(&card)
    };
    assert_eq!(with("{value: 0.3}").2, 0.3);
    // Chosen by rows of the training, measured on others: near, not above.
    let (precision, _, high) = with("{precision: 0.9}");
    assert!(precision > 0.8 && high > 0.5, "{precision} {high}");
    let (_, recall, low) = with("{recall: 0.95}");
    assert!(recall > 0.88 && low < 0.5, "{recall} {low}");
    let (_, _, f1) = with("f1");
    assert!(low < f1 && f1 < high, "{low} {f1} {high}");
    let (_, _, careful) = with("{cost: {false_positive: 1, false_negative: 10}}");
    let (_, _, strict) = with("{cost: {false_positive: 10, false_negative: 1}}");
    assert!(careful < 0.3 && strict > 0.7, "{careful} {strict}");
}

#[test]
fn a_balanced_fit_finds_more_of_the_rare_label() {
    let recall = |weights: &str| {
        let folder = folder(
            &yes_or_no(2000, 20),
            "answer",
            "estimator: logistic_regression\n",
        );
        let (_, card) = trained(&folder, &["--class-weight", weights]);
        let classes = card["metrics"]["per_class"].as_array().unwrap().clone();
        number(
            &classes
                .iter()
                .find(|class| class["label"] == "yes")
                .unwrap()["recall"],
        )
    };
    let (none, balanced) = (recall("none"), recall("balanced"));
    assert!(balanced > none + 0.2, "{none} {balanced}");
}

#[test]
fn calibration_makes_the_probabilities_of_linear_svc_honest() {
    let folder = folder(&yes_or_no(3000, 2), "answer", "estimator: linear_svc\n");
    let (finished, card) = trained(&folder, &[]);
    let metrics = &card["metrics"];
    let before = number(&metrics["ece_before_calibration"]);
    let after = number(&metrics["ece"]);
    assert!(after < before, "{metrics}");
    assert!(finished.stdout.contains("before"), "{}", finished.stdout);
    let (_, never) = trained(&folder, &["--calibration", "never"]);
    assert!(never["metrics"]["calibration"].is_null(), "{never}");
}

#[test]
fn a_gate_that_fails_says_by_how_much_and_writes_no_model() {
    let parameters = "estimator: logistic_regression\nmetrics: metrics.json\nreport_markdown: report.md\n\
                      gate:\n  min: {accuracy: 0.999}\n  max: {log_loss: 0.0001}\n";
    let folder = folder(&yes_or_no(400, 2), "answer", parameters);
    let finished = hearth(&folder, &["train", "--quiet"]);
    assert_eq!(finished.status.code(), Some(1));
    let metrics = fs::read_to_string(folder.path().join("metrics.json")).unwrap();
    let metrics: Value = serde_json::from_str(&metrics).unwrap();
    let accuracy = number(&metrics["accuracy"]);
    let short = format!(
        "accuracy is {accuracy:.4}, {:.4} below the floor 0.999",
        0.999 - accuracy
    );
    assert!(finished.stderr.contains(&short), "{}", finished.stderr);
    assert!(
        finished.stderr.contains("above the ceiling 0.0001"),
        "{}",
        finished.stderr
    );
    assert!(
        finished.stderr.contains("the model is not written"),
        "{}",
        finished.stderr
    );
    // What was measured can be looked at; what is not good enough cannot be deployed.
    let left = ["metrics.json", "params.yaml", "report.md", "table.csv"];
    assert_eq!(names(folder.path()), left);
    fs::write(folder.path().join("model.hearth"), "the one before").unwrap();
    assert!(!hearth(&folder, &["train", "--quiet"]).status.success());
    let kept = fs::read(folder.path().join("model.hearth")).unwrap();
    assert_eq!(kept, b"the one before");
}

#[test]
fn the_model_before_is_measured_on_the_same_rows_and_may_hold_the_gate() {
    let parameters = "estimator: logistic_regression\n";
    let folder = folder(&texts(400, 4), "label", parameters);
    trained(&folder, &["--out", "before.hearth"]);
    let params = format!(
        "data: table.csv\ntarget: label\n{parameters}against: before.hearth\nreport_markdown: report.md\n"
    );
    write(&folder, "params.yaml", &params);
    let (finished, _) = trained(&folder, &["--seed", "0"]);
    assert!(
        finished.stdout.contains("\nPrevious  table "),
        "{}",
        finished.stdout
    );
    let report = fs::read_to_string(folder.path().join("report.md")).unwrap();
    assert!(report.contains("it is as good as `table`"), "{report}");
    // A fit that may hardly learn is worse than the one before.
    write(
        &folder,
        "params.yaml",
        &(params + "gate: {max_drop: {accuracy: 0.05}}\n"),
    );
    fs::remove_file(folder.path().join("model.hearth")).unwrap();
    let finished = hearth(&folder, &["train", "--quiet", "--max-features", "1"]);
    assert_eq!(finished.status.code(), Some(1));
    assert!(
        finished.stderr.contains("worse than the previous model's"),
        "{}",
        finished.stderr
    );
    assert!(!folder.path().join("model.hearth").exists());
}
