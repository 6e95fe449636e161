//! A file of format 1, kept for ever: every later program must read it, and give the answers that
//! it holds.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::Draft;
use model::Model;
use model::verify::verify;
use std::path::Path;
use std::process::Command;

const KEPT: &[u8] = include_bytes!("files/format-1.hearth");

#[test]
fn the_kept_file_is_read_and_gives_the_same_answers() {
    let model = Model::open(KEPT).unwrap();
    assert_eq!(verify(&model), Ok(3));
    assert_eq!((model.name, model.version().as_str()), ("support", "3"));
}

#[test]
fn the_same_parts_give_the_kept_bytes() {
    assert!(
        Draft::format_1().bytes() == KEPT,
        "format 1 is written in another way"
    );
}

#[test]
fn a_reader_written_from_the_specification_gives_the_same_answers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let run = Command::new("python3")
        .arg(folder.join("reader.py"))
        .arg(folder.join("files/format-1.hearth"))
        .output();
    let Ok(output) = run else {
        eprintln!("skipped: there is no python3 to run reader.py");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.trim(), "3 golden cases agree");
}

#[test]
#[ignore = "writes the kept file; was run once"]
fn write_the_kept_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/format-1.hearth");
    std::fs::write(path, Draft::format_1().bytes()).unwrap();
}
