//! Documents of scikit-learn's pipelines against scikit-learn itself: the same labels, and numbers that differ
//! by no more than the order of a sum.
//!
//! `pipelines.py` fits the models with fixed seeds and writes them with `python/hearth_export.py`. Without
//! scikit-learn (`make import-tools`) the test is skipped with a message.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod libraries;

use import::file::{Imported, SourceFile};
use import::given::Given;
use import::source;
use model::Model;
use std::path::Path;
use std::process::Command;

/// Greatest difference, relative to numbers above 1.
const MOST: f64 = 1e-12;

/// Documents that `model/tests/reader.py` reads as a model file, too: each new section and encoding.
const READ_AGAIN: [&str; 5] = [
    "logistic-indicator",
    "logistic-range",
    "forest-three",
    "log-target",
    "hist-categories",
];

fn given(name: &str) -> (Given, SourceFile) {
    let given = Given {
        name: name.into(),
        ..Given::default()
    };
    let source = SourceFile {
        name: "pipeline.json".into(),
        sha256: String::new(),
    };
    (given, source)
}

/// Compares the cases of a document; returns their number and the greatest difference.
fn compare(path: &Path) -> (usize, f64) {
    let bytes = std::fs::read(path).unwrap();
    let (given, source) = given("pipeline");
    let forest = source::read(&bytes, &given).unwrap_or_else(|e| panic!("{path:?}: {e:#}"));
    let imported = Imported::new(forest, given, source).unwrap();
    let bytes = imported.bytes(None, &[]);
    let bytes = bytes.unwrap_or_else(|e| panic!("{path:?}: {e:#}"));
    let model = Model::open(&bytes).unwrap();
    // The independent reader of the format gives the same answers.
    let name = path.file_stem().unwrap().to_str().unwrap();
    if READ_AGAIN.contains(&name) {
        let file = path.with_extension("hearth");
        std::fs::write(&file, &bytes).unwrap();
        let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/tests/reader.py");
        let read = Command::new("python3").arg(reader).arg(&file).status();
        assert!(read.unwrap().success(), "{name}");
        std::fs::remove_file(&file).unwrap();
    }
    imported.check_cases(&model).unwrap().unwrap()
}

#[test]
fn pipelines_give_the_answers_of_scikit_learn() {
    let Some(python) = libraries::python("sklearn, pandas") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pipelines.py");
    let made = Command::new(python).arg(script).arg(folder.path()).status();
    assert!(made.unwrap().success());
    let (mut models, mut rows, mut greatest) = (0, 0, 0.0f64);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let (count, difference) = compare(&path);
        // XGBoost computes in f32.
        let is_narrow = path.file_name().is_some_and(|name| {
            name.to_str()
                .is_some_and(|name| name.starts_with("xgboost"))
        });
        assert!(is_narrow || difference <= MOST, "{path:?}: {difference:e}");
        (models, rows, greatest) = (models + 1, rows + count, greatest.max(difference));
    }
    println!("scikit-learn: {models} models, {rows} rows, greatest difference {greatest:e}");
    assert!(
        models >= 50 && rows >= 12_000,
        "{models} models, {rows} rows"
    );
}

/// A document of one number, scaled, with a weight of 2.
const DOCUMENT: &str = r#"{"hearth_interchange": 1, "library": "scikit-learn", "version": "1.9.1",
    "estimator": "Ridge", "labels": null, "link": "identity", "probabilities": false,
    "columns": [{"name": "x", "kind": "number", "optional": true}],
    "features": [{"column": 0, "steps": [["fill", 3.0], ["subtract", 1.0], ["divide", 4.0]]}],
    "model": {"kind": "linear", "like": "ridge", "weights": [[2.0]], "intercepts": [0.5]},
    "cases": [{"row": {"x": 9}, "value": 4.5}, {"row": {"x": null}, "value": 1.5}]}"#;

/// Imports a document; the sentence that refuses it.
fn import(document: &str) -> Result<Vec<u8>, String> {
    let (given, source) = given("small");
    let bytes = source::read(document.as_bytes(), &given)
        .and_then(|forest| Imported::new(forest, given, source)?.bytes(None, &[]));
    bytes.map_err(|error| format!("{error:#}"))
}

#[test]
fn a_document_becomes_a_model_only_if_its_cases_are_answered() {
    assert!(import(DOCUMENT).is_ok());
    let refused = |from: &str, to: &str| {
        assert!(DOCUMENT.contains(from), "{from}");
        import(&DOCUMENT.replace(from, to)).unwrap_err()
    };
    let differs = refused("\"value\": 4.5", "\"value\": 4.4999999");
    assert!(
        differs.contains("row 1 of its cases is answered with 4.5"),
        "{differs}"
    );
    for (from, to, expected) in [
        (
            "interchange\": 1",
            "interchange\": 2",
            "a newer one is needed",
        ),
        (
            "\"divide\", 4.0",
            "\"divide\", 0.0",
            "its step divide has the number 0",
        ),
        ("\"subtract\"", "\"cube\"", "its step \"cube\" is not known"),
        ("[[2.0]]", "[[2.0, 1.0]]", "its weights do not fit"),
        (
            "\"intercepts\": [0.5]",
            "\"intercepts\": []",
            "it has 0 intercepts; 1 were expected",
        ),
        (
            "\"identity\"",
            "\"cauchit\"",
            "its link is Some(\"cauchit\")",
        ),
        ("\"ridge\"", "\"random_forest\"", "which has trees"),
        (
            "\"column\": 0",
            "\"column\": 1",
            "feature 0: it is made of column 1",
        ),
    ] {
        let sentence = refused(from, to);
        assert!(sentence.contains(expected), "{sentence}");
    }
}
