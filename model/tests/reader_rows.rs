//! The reader that was written from `FORMAT.md` reads values as the library does, whatever their
//! form: it is given files with hundreds of golden cases.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::Mixed;
use model::assemble::ColumnPart;
use model::calibration::Calibration;
use model::format::{ColumnKind, Estimator, Link, Task};
use std::path::Path;
use std::process::Command;

const CASES: usize = 400;

/// Values as JSON, in all forms that a column of this kind may be given in.
fn values(kind: ColumnKind) -> &'static [&'static str] {
    match kind {
        ColumnKind::Text => &[
            r#""""#,
            r#""urgent""#,
            r#""Late fee: LATE, late""#,
            r#""thanks, urgent thanks""#,
            r#""null""#,
        ],
        ColumnKind::Number => &[
            "null",
            r#""""#,
            r#"" \u00a0""#,
            r#""NaN""#,
            r#"" NULL ""#,
            "0",
            "-0.0",
            "3",
            "3.5",
            "41.5",
            "41.50000000000001",
            "1e9",
            "-1e-300",
            "12345678901234567890",
            "9007199254740993",
            "-7.370041102393721e127",
            r#""+.5""#,
            r#""5.""#,
            r#"" 1E3""#,
            r#""\u20033\t""#,
            r#""1e-400""#,
            r#""0.1000000000000000055511151231257827021181583404541015625""#,
        ],
        ColumnKind::Category => &[
            "null",
            r#""""#,
            r#"" ""#,
            r#""red""#,
            r#""\tred\u2003""#,
            r#""Red""#,
            "1043",
            "1043.0",
            "1.043e3",
            r#""1043""#,
            "-0.0",
            "1e300",
            "1e-300",
            "true",
            "false",
            r#""true""#,
            r#""NA""#,
            r#""déjà vu""#,
            r#""Ulm""#,
            r#""Bonn ""#,
            r#""flat""#,
            r#""house""#,
            r#""\u001fhouse""#,
        ],
        ColumnKind::Boolean => &[
            "null",
            r#""nan""#,
            "true",
            "false",
            "0",
            "1",
            "1.0",
            "-0.0",
            r#""T""#,
            r#"" yEs ""#,
            r#""n""#,
            r#""0""#,
            r#""FALSE""#,
        ],
        ColumnKind::Timestamp => &[
            "null",
            r#""NA""#,
            r#""0001-01-01""#,
            r#""9999-12-31T23:59:60.999999999""#,
            r#""2000-02-29 11:45""#,
            r#""1900-03-01T00:00:00""#,
            r#""1/2/2025""#,
            r#"" 12/12/2025 7:05 ""#,
            r#""2025-06-16T11:45:00.1Z""#,
            r#""2025-06-15T11:45:00.+0530""#,
            r#""2025-06-16  11:44:59.999999999 -08""#,
            r#""1970-01-01T00:00+:0:0""#,
            r#""1969-12-31T23:59:59.5\u2003Z""#,
            r#""2024-12-31T18:00""#,
            r#""1960-01-04""#,
            r#""1960-01-03T12:00""#,
        ],
    }
}

/// Rows that a model of these columns can answer, the same on every run: a linear congruential
/// generator (Knuth's MMIX) chooses the values.
fn rows(columns: &[ColumnPart]) -> Vec<String> {
    let mut state = 1u64;
    let mut below = move |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let mut row = || {
        let mut members = Vec::new();
        for column in columns {
            if column.is_optional() && below(5) == 0 {
                continue;
            }
            let values = values(column.kind());
            let value = values[below(values.len())];
            members.push(format!("{:?}: {value}", column.name()));
        }
        format!("{{{}}}", members.join(", "))
    };
    (0..CASES).map(|_| row()).collect()
}

/// The models of the kept files, but with answers that show every bit of their scores.
fn drafts() -> [Mixed; 4] {
    let linear = Mixed {
        task: Task::Regression,
        estimator: Estimator::ElasticNet,
        link: Link::Identity,
        labels: Vec::new(),
        calibration: Calibration::None,
        threshold: None,
        ..Mixed::linear()
    };
    let forest = Mixed {
        calibration: Calibration::None,
        ..Mixed::forest()
    };
    let weighed = Mixed {
        label_weights: vec![1.0, 3.0, 1.5],
        ..Mixed::forest()
    };
    [linear, forest, weighed, Mixed::boosting()]
}

#[test]
fn hundreds_of_rows_get_the_same_answers_from_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader.py");
    for mut draft in drafts() {
        draft.golden = rows(&draft.columns);
        let path = folder.path().join("model.hearth");
        std::fs::write(&path, draft.bytes()).unwrap();
        let run = Command::new("python3").arg(&reader).arg(&path).output();
        let Ok(output) = run else {
            eprintln!("skipped: there is no python3 to run reader.py");
            return;
        };
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{:?}: {said}", draft.estimator);
        assert_eq!(said.trim(), format!("{CASES} golden cases agree"));
    }
}
