//! Imported models against the libraries themselves: the same raw scores to the bit, the same answers.
//!
//! `zoo.py` makes the models with fixed seeds, and the library answers rows at and around all
//! thresholds. Without the libraries (`make import-tools`) the test is skipped with a message.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod libraries;

use import::file::{Imported, SourceFile};
use import::given::Given;
use import::source;
use libraries::python;
use model::Model;
use model::answer::Answer;
use model::format::ColumnKind;
use model::row::{Cell, Row};
use model::score::Scorer;
use serde::Deserialize;
use std::borrow::Cow;
use std::path::Path;
use std::process::Command;

/// Facts of a model, as `zoo.py` writes them.
#[derive(Deserialize)]
struct Facts {
    library: String,
    version: String,
    features: usize,
    outputs: usize,
    answers: usize,
    /// Columns whose categories have names: the code 3 is `v3`.
    named: Vec<usize>,
    /// Number by which scores are multiplied before the link.
    #[serde(default = "one")]
    factor: f64,
    /// True if the library's answers are `f32`.
    #[serde(default)]
    narrow: bool,
}

fn one() -> f64 {
    1.0
}

fn numbers(folder: &Path, file: &str) -> Vec<f64> {
    let bytes = std::fs::read(folder.join(file)).unwrap();
    let (numbers, rest) = bytes.as_chunks::<8>();
    assert!(rest.is_empty());
    numbers
        .iter()
        .map(|bytes| f64::from_le_bytes(*bytes))
        .collect()
}

/// The bytes of the imported model, as `hearth import` makes them.
fn imported(folder: &Path, name: &str) -> Vec<u8> {
    let bytes = std::fs::read(folder.join(format!("{name}.model"))).unwrap();
    let given = Given {
        name: name.into(),
        ..Given::default()
    };
    let source = SourceFile {
        name: "model".into(),
        sha256: String::new(),
    };
    let forest = source::read(&bytes, &given).unwrap();
    let imported = Imported::new(forest, given, source).unwrap();
    imported.bytes(None, &[]).unwrap()
}

/// Rows of a model that were compared, and those that differ.
#[derive(Default)]
struct Compared {
    rows: usize,
    mismatches: usize,
    /// The first row that differs.
    first: Option<String>,
}

/// Compares all rows of a model.
fn compare(folder: &Path, name: &str, facts: &Facts) -> Compared {
    let bytes = imported(folder, name);
    let model = Model::open(&bytes).unwrap();
    let rows = numbers(folder, &format!("{name}.rows"));
    let raw = numbers(folder, &format!("{name}.raw"));
    let answers = numbers(folder, &format!("{name}.answers"));
    let mut scorer = Scorer::default();
    let mut compared = Compared::default();
    assert!(!rows.is_empty() && raw.len() * facts.features == rows.len() * facts.outputs);
    for (index, values) in rows.chunks_exact(facts.features).enumerate() {
        let cell = |(column, value): (usize, &f64)| {
            let kind = model.columns[column].kind;
            assert_eq!(kind == ColumnKind::Category, facts.named.contains(&column));
            match kind {
                ColumnKind::Category if value.is_nan() => Cell::Category(Cow::Borrowed("")),
                ColumnKind::Category => Cell::Category(Cow::Owned(format!("v{value}"))),
                _ => Cell::Number(*value),
            }
        };
        let row = Row::from_cells(values.iter().enumerate().map(cell).collect());
        let scores = scorer.scores(&model, &row).unwrap();
        let expected = &raw[index * facts.outputs..][..facts.outputs];
        let of_library = expected.iter().map(|score| score * facts.factor);
        let mut pairs = scores.iter().zip(of_library);
        let expected = &answers[index * facts.answers..][..facts.answers];
        let difference = match pairs.find(|(score, of)| score.to_bits() != of.to_bits()) {
            Some((score, of)) => Some(format!("the score {score}, of the library {of}")),
            None => {
                let answer = Scorer::answer_of(&model, scores.clone()).unwrap();
                (!agrees(&answer, expected, facts.narrow))
                    .then(|| format!("{answer:?}, of the library {expected:?}"))
            }
        };
        compared.rows += 1;
        if let Some(difference) = difference {
            compared.mismatches += 1;
            let at = || format!("{name}, row {index}: {difference}; the row {values:?}");
            compared.first.get_or_insert_with(at);
        }
    }
    compared
}

/// True if an answer is that of the library, whose numbers are `f32` if it is `narrow`.
fn agrees(answer: &Answer<'_>, expected: &[f64], narrow: bool) -> bool {
    let tolerance = if narrow { 1e-6 } else { 1e-12 };
    let close = |a: f64, b: f64| (a - b).abs() <= tolerance * b.abs().max(1.0);
    match (answer, expected) {
        (Answer::Value(value), [expected]) => close(*value, *expected),
        (Answer::Label(labelled), [positive]) => {
            // 0.5 as f32 may be a little more as f64.
            let is_even = narrow && (*positive - 0.5).abs() <= 1e-6;
            let same = labelled.code() == usize::from(*positive > 0.5);
            close(labelled.probabilities[1], *positive) && (is_even || same)
        }
        (Answer::Label(labelled), expected) => {
            let mut pairs = labelled.probabilities.iter().zip(expected);
            // Classes that are equal as f32 need not be as f64.
            let mut sorted = expected.to_vec();
            sorted.sort_by(|a, b| b.total_cmp(a));
            let is_even = narrow && sorted[0] - sorted[1] < 1e-6;
            let code = expected.iter().position(|p| *p == sorted[0]);
            pairs.all(|(a, b)| close(*a, *b)) && (is_even || Some(labelled.code()) == code)
        }
        _ => false,
    }
}

/// Compares the models of a library: those in the folder `IMPORT_ZOO`, which `zoo.py` made before, or new
/// ones.
fn compare_all(library: &str) {
    if let Some(folder) = std::env::var_os("IMPORT_ZOO") {
        return compare_folder(Path::new(&folder));
    }
    let Some(python) = python(library) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zoo.py");
    let made = Command::new(python)
        .args(["-W", "ignore"])
        .arg(script)
        .arg(folder.path())
        .args(["short", library])
        .status();
    assert!(made.unwrap().success());
    compare_folder(folder.path());
}

fn compare_folder(folder: &Path) {
    let names = std::fs::read_dir(folder).unwrap();
    let names = names.map(|entry| entry.unwrap().path());
    let names = names.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let mut names: Vec<String> = names
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_string())
        .collect();
    names.sort();
    let mut all = Compared::default();
    let mut library = String::new();
    for name in &names {
        let facts = std::fs::read(folder.join(format!("{name}.json"))).unwrap();
        let facts: Facts = serde_json::from_slice(&facts).unwrap();
        let compared = compare(folder, name, &facts);
        all.rows += compared.rows;
        all.mismatches += compared.mismatches;
        all.first = all.first.or(compared.first);
        library = format!("{} {}", facts.library, facts.version);
    }
    let (models, rows, mismatches) = (names.len(), all.rows, all.mismatches);
    println!("zoo: {library}: {models} models, {rows} rows, {mismatches} mismatches");
    assert_eq!(all.first, None);
    assert!(models >= 20);
}

#[test]
fn models_of_xgboost_give_the_scores_of_the_library() {
    compare_all("xgboost");
}

#[test]
fn models_of_lightgbm_give_the_scores_of_the_library() {
    compare_all("lightgbm");
}
