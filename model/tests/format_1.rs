//! Files of format 1, kept for ever: every later program must read them, and give the answers that
//! they hold.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::Draft;
use common::mixed::Mixed;
use model::Model;
use model::verify::verify;
use std::path::{Path, PathBuf};
use std::process::Command;

struct Kept {
    file: &'static str,
    /// The bytes of the same parts, as this program writes them.
    written: fn() -> Vec<u8>,
    name: &'static str,
    cases: usize,
}

const KEPT: [Kept; 12] = [
    Kept {
        file: "format-1.hearth",
        written: || Draft::format_1().bytes(),
        name: "support",
        cases: 3,
    },
    Kept {
        file: "characters-1.hearth",
        written: || Draft::characters().bytes(),
        name: "support",
        cases: 3,
    },
    Kept {
        file: "tables-1-linear.hearth",
        written: || Mixed::linear().bytes(),
        name: "mixed",
        cases: 5,
    },
    Kept {
        file: "tables-1-forest.hearth",
        written: || Mixed::forest().bytes(),
        name: "mixed",
        cases: 4,
    },
    Kept {
        file: "tables-1-boosting.hearth",
        written: || Mixed::boosting().bytes(),
        name: "mixed",
        cases: 4,
    },
    Kept {
        file: "baseline-1.hearth",
        written: || Mixed::watched().bytes(),
        name: "mixed",
        cases: 5,
    },
    Kept {
        file: "means-1-forest.hearth",
        written: || Mixed::explained().bytes(),
        name: "mixed",
        cases: 4,
    },
    Kept {
        file: "means-1-boosting.hearth",
        written: || Mixed::explained_boosting().bytes(),
        name: "mixed",
        cases: 4,
    },
    Kept {
        file: "nodes64-1.hearth",
        written: || Mixed::wide().bytes(),
        name: "mixed",
        cases: 4,
    },
    Kept {
        file: "sparse-1-forest.hearth",
        written: || Mixed::sparse().bytes(),
        name: "mixed",
        cases: 4,
    },
    Kept {
        file: "splits-1-number.hearth",
        written: || Mixed::foreign().bytes(),
        name: "mixed",
        cases: 6,
    },
    Kept {
        file: "splits-1-labels.hearth",
        written: || Mixed::one_vs_rest().bytes(),
        name: "mixed",
        cases: 4,
    },
];

impl Kept {
    fn path(&self) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
        folder.join(self.file)
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }
}

#[test]
fn the_kept_files_are_read_and_give_the_same_answers() {
    for kept in KEPT {
        let bytes = kept.bytes();
        let model = Model::open(&bytes).unwrap();
        assert_eq!(verify(&model), Ok(kept.cases), "{}", kept.file);
        assert_eq!(model.name, kept.name);
    }
    let bytes = KEPT[0].bytes();
    assert_eq!(Model::open(&bytes).unwrap().version(), "3");
}

#[test]
fn the_same_parts_give_the_kept_bytes() {
    for kept in KEPT {
        assert!(
            (kept.written)() == kept.bytes(),
            "{} is written in another way",
            kept.file
        );
    }
}

#[test]
fn a_reader_written_from_the_specification_gives_the_same_answers() {
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader.py");
    for kept in KEPT {
        let run = Command::new("python3")
            .arg(&reader)
            .arg(kept.path())
            .output();
        let Ok(output) = run else {
            eprintln!("skipped: there is no python3 to run reader.py");
            return;
        };
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", kept.file);
        assert_eq!(said.trim(), format!("{} golden cases agree", kept.cases));
    }
}

#[test]
#[ignore = "writes the kept files that are not there; was run once for each"]
fn write_the_kept_files() {
    for kept in KEPT.iter().filter(|kept| !kept.path().exists()) {
        std::fs::write(kept.path(), (kept.written)()).unwrap();
    }
}
