//! True labels that do not fit: of another spelling, of no model, with ids of something else.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use support::traffic::{Shift, captured, put, train, truths, week};
use support::{Finished, hearth};
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

/// As SageMaker writes requests whose content type it was not told of.
#[test]
fn captures_in_other_encodings_say_why_they_are_not_read() {
    let folder = folder(&[]);
    let text = std::fs::read_to_string(folder.path().join("capture.jsonl")).unwrap();
    let encoded = text.replace("\"encoding\":\"JSON\"", "\"encoding\":\"BASE64\"");
    put(folder.path(), "encoded.jsonl", encoded.as_bytes());
    let model = model().display().to_string();
    refused(
        &hearth(&folder, &["drift", &model, "encoded.jsonl"]),
        &["200 records hold CSV or base64", "JsonContentTypes"],
    );
    let both = hearth(
        &folder,
        &["drift", &model, "encoded.jsonl", "capture.jsonl"],
    )
    .success();
    assert!(
        both.stdout
            .contains("\n  ·  200 records hold CSV or base64"),
        "{}",
        both.stdout
    );
}
