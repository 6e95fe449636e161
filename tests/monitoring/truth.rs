//! True labels that do not fit: of another spelling, of no model, with ids of something else.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::rows::quoted;
use serde_json::{Value, json};
use support::traffic::{Shift, captured, put, train, truths, week};
use support::{Finished, Function, hearth};
use tempfile::TempDir;

/// A model of the customers, trained once in a test process.
fn model() -> &'static Path {
    static MODEL: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = MODEL.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = train(folder.path(), 1_000);
        (folder, path)
    });
    path
}

/// A folder with 200 captured records, and their true labels with some replaced.
fn folder(replaced: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sent = week(1, Shift::None, 200);
    put(
        folder.path(),
        "capture.jsonl",
        &captured(model(), &sent, None),
    );
    let table = replaced
        .iter()
        .fold(truths(&sent), |table, (from, to)| table.replace(from, to));
    put(folder.path(), "labels.csv", table.as_bytes());
    folder
}

/// A captured row as a line of CSV without a header, in the model's order.
fn csv_row(row: &Value) -> String {
    let opened = model::source::open_path(model()).unwrap();
    let values = opened.columns.iter().map(|column| match &row[column.name] {
        Value::Null => String::new(),
        Value::String(text) => quoted(text).into_owned(),
        other => other.to_string(),
    });
    values.collect::<Vec<_>>().join(",")
}

fn drift(folder: &TempDir, more: &[&str]) -> Finished {
    let model = model().display().to_string();
    let always = ["drift", &model, "capture.jsonl", "--truth", "labels.csv"];
    hearth(folder, &[&always[..], more].concat())
}

fn ab(folder: &TempDir, more: &[&str]) -> Finished {
    hearth(
        folder,
        &[&["ab", "capture.jsonl", "--truth", "labels.csv"], more].concat(),
    )
}

#[track_caller]
fn refused(finished: &Finished, parts: &[&str]) {
    let told = &finished.stderr;
    assert_eq!(finished.status.code(), Some(1), "{told}");
    let last = told.lines().last().unwrap_or_default();
    for part in parts {
        assert!(
            last.starts_with("hearth: ") && last.contains(part),
            "{part}: {told}"
        );
    }
}

#[test]
fn labels_of_another_spelling_are_told_and_what_may_be_meant() {
    let folder = folder(&[(",leaves", ",Leaves")]);
    let finished = drift(&folder, &[]).success();
    for part in [
        "rows of the truths have labels that the model does not know",
        "did you mean \"leaves\"?",
    ] {
        assert!(finished.stdout.contains(part), "{}", finished.stdout);
    }
    let report: Value =
        serde_json::from_str(&drift(&folder, &["--json"]).success().stdout).unwrap();
    let unknown = &report["unknown_truths"][0];
    assert_eq!(
        (&unknown["label"], &unknown["meant"]),
        (&"Leaves".into(), &"leaves".into())
    );
    assert!(unknown["rows"].as_u64() > Some(50), "{report}");
    let finished = ab(&folder, &[]).success();
    assert!(
        finished.stdout.contains("did you mean \"leaves\"?"),
        "{}",
        finished.stdout
    );
    let told: Value = serde_json::from_str(&ab(&folder, &["--json"]).success().stdout).unwrap();
    assert_eq!(told["unknown_truths"][0]["label"], "Leaves");
}

#[test]
fn truths_of_which_none_is_a_label_are_refused() {
    let folder = folder(&[(",leaves", ",LEFT"), (",stays", ",KEPT")]);
    let parts = [
        "labels.csv: none of its 200 true labels is a label of the model",
        "\"KEPT\" (",
        "its labels are \"leaves\", \"stays\"",
    ];
    refused(&drift(&folder, &[]), &parts);
    refused(&ab(&folder, &[]), &parts);
}

#[test]
fn ids_that_match_no_record_are_refused_with_both_kinds() {
    let folder = folder(&[("w1-", "order ")]);
    let parts = [
        "labels.csv: none of its 200 ids",
        "look like \"order 000000\", theirs look like \"w1-",
    ];
    refused(&drift(&folder, &[]), &parts);
    refused(&ab(&folder, &[]), &parts);
}

#[test]
fn truths_that_fit_say_nothing() {
    let folder = folder(&[]);
    let finished = drift(&folder, &[]).success();
    assert!(
        !finished.stdout.contains("does not know"),
        "{}",
        finished.stdout
    );
    let report: Value =
        serde_json::from_str(&drift(&folder, &["--json"]).success().stdout).unwrap();
    assert!(report["unknown_truths"].is_null());
}

/// The way of a client that sends no ids: it keeps those of the answers, and labels come later.
#[test]
fn labels_by_the_ids_of_answers_are_found() {
    let settings = [("HEARTH_EMF", "off"), ("HEARTH_CAPTURE", "1")];
    let mut function = Function::over_http(model(), &settings);
    let sent = week(1, Shift::None, 120);
    let (single, together) = sent.split_at(100);
    let id = |body: &Value| {
        let headers = [("content-type", "application/json")];
        let answer = function.predict(&headers, &body.to_string());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.headers.get("x-request-id").unwrap().to_owned()
    };
    let mut table = String::from("id,truth\n");
    for sent in single {
        table += &format!("{},{}\n", id(&sent.row), sent.truth);
    }
    // Of several rows, each has its number behind the id.
    let rows: Vec<&Value> = together.iter().map(|sent| &sent.row).collect();
    let id = id(&json!(rows));
    for (row, sent) in together.iter().enumerate() {
        table += &format!("{id}/{row},{}\n", sent.truth);
    }
    function.terminate();
    let folder = tempfile::tempdir().unwrap();
    let captures = function.stdout_lines().join("\n") + "\n";
    put(folder.path(), "capture.jsonl", captures.as_bytes());
    put(folder.path(), "labels.csv", table.as_bytes());
    let report: Value =
        serde_json::from_str(&drift(&folder, &["--json"]).success().stdout).unwrap();
    assert_eq!(report["truths"], json!([120, 120]));
    let model = model().display().to_string();
    let replay = [
        "replay",
        "capture.jsonl",
        "--model",
        &model,
        "--truth",
        "labels.csv",
    ];
    let finished = hearth(&folder, &[&replay[..], &["--json"]].concat()).success();
    let replayed: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(replayed["truth"]["rows"], 120, "{replayed}");
}

/// As SageMaker writes requests whose content type it was not told of, and those in CSV.
#[test]
fn captures_in_other_encodings_are_read_as_those_in_json() {
    let folder = folder(&[]);
    let text = std::fs::read_to_string(folder.path().join("capture.jsonl")).unwrap();
    let (mut in_base64, mut in_csv) = (String::new(), String::new());
    for line in text.lines() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let input = record["captureData"]["endpointInput"]["data"].clone();
        let input = input.as_str().unwrap();
        let row: Value = serde_json::from_str(input).unwrap();
        let output = record["captureData"]["endpointOutput"]["data"].clone();
        let answer: Value = serde_json::from_str(output.as_str().unwrap()).unwrap();
        let mut put = |end: &str, data: String, encoding: &str, media_type: &str| {
            record["captureData"][end]["data"] = data.into();
            record["captureData"][end]["encoding"] = encoding.into();
            record["captureData"][end]["observedContentType"] = media_type.into();
        };
        let label = answer["label"].as_str().unwrap();
        let probability = answer["probabilities"][label].as_f64().unwrap();
        put(
            "endpointInput",
            STANDARD.encode(input),
            "BASE64",
            "application/json",
        );
        in_base64 += &format!("{record}\n");
        let mut put = |end: &str, data: String| {
            record["captureData"][end]["data"] = data.into();
            record["captureData"][end]["encoding"] = "CSV".into();
            record["captureData"][end]["observedContentType"] = "text/csv".into();
        };
        put("endpointInput", csv_row(&row));
        put("endpointOutput", format!("{label},{probability}"));
        in_csv += &format!("{record}\n");
    }
    put(folder.path(), "base64.jsonl", in_base64.as_bytes());
    put(folder.path(), "csv.jsonl", in_csv.as_bytes());
    let model = model().display().to_string();
    let report = |command: &[&str], file: &str| -> Value {
        let run = hearth(&folder, &[command, &[&model, file, "--json"]].concat()).success();
        serde_json::from_str(&run.stdout).unwrap()
    };
    for file in ["base64.jsonl", "csv.jsonl"] {
        let (mut expected, mut found) = (
            report(&["drift"], "capture.jsonl"),
            report(&["drift"], file),
        );
        assert_eq!(found["seen"]["rows"], 200, "{file}");
        assert_eq!(
            expected["distributions"].take(),
            found["distributions"].take(),
            "{file}"
        );
        let (expected, found) = (
            report(&["replay", "--model"], "capture.jsonl"),
            report(&["replay", "--model"], file),
        );
        assert_eq!(expected["rows"], found["rows"], "{file}");
        assert_eq!(expected["agreement"], found["agreement"], "{file}");
    }
    // Of what cannot be read, the number and a reason are told.
    let binary = text.replace("\"encoding\":\"JSON\"", "\"encoding\":\"BASE64\"");
    put(folder.path(), "binary.jsonl", binary.as_bytes());
    let reason = "200 captured requests are not read: its answer is not valid base64";
    refused(
        &hearth(&folder, &["drift", &model, "binary.jsonl"]),
        &[reason],
    );
    let both = hearth(&folder, &["drift", &model, "binary.jsonl", "capture.jsonl"]).success();
    assert!(
        both.stdout.contains(&format!("\n  ·  {reason}")),
        "{}",
        both.stdout
    );
}
