//! Scores a row with a model file, as `function`, `batch` and `hearth predict` do.
//!
//! ```text
//! cargo run -p model --example score -- model.hearth '{"subject": "where is my parcel"}'
//! ```
//!
//! Without a row it takes the example row of the model file; without a model file, one of the
//! files that this package keeps for its tests.

use model::answer::{Identity, ReportWriter};
use model::row::Row;
use model::score::Scorer;
use model::source::open_path;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/tables-1-boosting.hearth");
    let path = arguments.next().map_or(kept, PathBuf::from);
    println!("{}", answer(&path, arguments.next())?);
    Ok(())
}

/// The answer to `row`, a JSON object, as the endpoint writes it.
fn answer(path: &Path, row: Option<String>) -> Result<String, Box<dyn Error>> {
    // Mapped and checked, not parsed: its columns, weights and trees stay where they are.
    let model = open_path(path)?;
    let row = row.unwrap_or_else(|| model.example.to_owned());

    // A row has a cell for each column of the model; what does not fit is an error with the
    // column's name.
    let row = Row::from_json(&model.columns, row.as_bytes())?;

    // A scorer keeps its buffers. Use it for one row after the other.
    let mut scorer = Scorer::default();
    let answer = scorer.answer(&model, &row)?;

    let writer = ReportWriter::of(&model, &Identity::of(&model));
    let mut json = Vec::new();
    writer.write(&answer, None, &mut json);
    Ok(String::from_utf8(json)?)
}

#[test]
fn every_kept_model_file_answers_its_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let answer = answer(&path, None).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert!(answer.contains(r#""model":{"name":"#), "{answer}");
    }
}

#[test]
fn a_row_that_does_not_fit_is_refused_by_its_column() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let error = answer(&folder.join("tables-1-boosting.hearth"), Some("{}".into())).unwrap_err();
    let model = open_path(&folder.join("tables-1-boosting.hearth")).unwrap();
    let column = model.columns.iter().find(|column| !column.optional);
    let name = column.unwrap().name;
    assert!(error.to_string().contains(name), "{error} names {name}");
}
