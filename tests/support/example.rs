//! The example table of the repository, a model trained on it, and what `hearth` answers with that.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::binary::{binary, hearth, hearth_with};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are in a folder of the repository")
}

/// The example table: columns `id`, `text` and `label`.
pub fn table() -> PathBuf {
    root().join("data/messages.csv")
}

/// The rows of the example table: text and label.
///
/// # Panics
///
/// If it isn't where it should be.
pub fn rows() -> Vec<(String, String)> {
    let mut reader = csv::Reader::from_path(table())
        .unwrap_or_else(|error| panic!("{}: {error}", table().display()));
    reader
        .records()
        .map(|record| {
            let record = record.unwrap_or_else(|error| panic!("{}: {error}", table().display()));
            (record[1].to_string(), record[2].to_string())
        })
        .collect()
}

/// A model trained on the example table by logistic regression, once in a test process.
///
/// It lies beside the binaries and not in a temporary folder that nobody would remove. Every test
/// process writes the same bytes there, and they appear by a rename.
///
/// # Panics
///
/// If training fails.
pub fn model() -> &'static Path {
    static MODEL: OnceLock<PathBuf> = OnceLock::new();
    MODEL.get_or_init(|| {
        let program = binary("hearth");
        let folder = program.parent().expect("an executable is in a folder");
        let path = folder.join("example.hearth");
        let (table, out) = (table().display().to_string(), path.display().to_string());
        hearth(
            root(),
            &[
                "train",
                "--data",
                &table,
                "--target",
                "label",
                "--estimator",
                "logistic_regression",
                "--out",
                &out,
            ],
        )
        .success();
        path
    })
}

/// The row with this text, as a request and a line of JSON Lines have it.
pub fn row(text: &str) -> String {
    json!({ "text": text }).to_string()
}

/// Answers of `hearth predict` to these texts with [`model()`], one line of JSON each.
///
/// # Panics
///
/// If it fails, or gives another number of answers.
pub fn answers(texts: &[&str]) -> Vec<String> {
    answers_with(texts, &[])
}

/// As [`answers`], with more arguments for `hearth predict`.
///
/// # Panics
///
/// As [`answers`].
pub fn answers_with(texts: &[&str], arguments: &[&str]) -> Vec<String> {
    let model = model().display().to_string();
    let input: String = texts.iter().map(|text| row(text) + "\n").collect();
    let arguments = [&["predict", &model], arguments].concat();
    let finished = hearth_with(root(), &arguments, &[], input.as_bytes()).success();
    let answers: Vec<String> = finished.stdout.lines().map(String::from).collect();
    assert_eq!(answers.len(), texts.len(), "an answer a row");
    answers
}

/// Output of `hearth inspect --json` for a model file.
///
/// # Panics
///
/// If it fails.
pub fn card(model: &Path) -> Value {
    let path = model.display().to_string();
    let card = hearth(root(), &["inspect", &path, "--json"]).success();
    crate::message::json(card.stdout.as_bytes(), "the card")
}
