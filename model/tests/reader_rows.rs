//! The reader that was written from `FORMAT.md` reads values as the library does, whatever their
//! form: it is given files with hundreds of golden cases.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::Mixed;
use common::refusal::{changed, damaged, of_length, unknown};
use common::section;
use model::assemble::ColumnPart;
use model::calibration::Calibration;
use model::format::{ColumnKind, Estimator, TimeFormat, ValueLink};
use model::head::{DecisionRule, Head};
use model::notation::{Grouping, NumberFormat};
use std::path::Path;
use std::process::Command;

const CASES: usize = 400;

/// Values as JSON, in all forms that this column may be given in.
fn values(column: &ColumnPart) -> &'static [&'static str] {
    match column {
        ColumnPart::Number(number) if number.notation.is_stored() => &[
            "null",
            "-999",
            r#"" -999,0 ""#,
            r#""N/A""#,
            r#""7,5 €""#,
            r#""-1.234.567,25€""#,
            r#""12.34.567""#,
            r#""(2.000 €)""#,
            r#""\u2212 0,125e2""#,
            r#""+ ,5""#,
            "-7.5",
        ],
        ColumnPart::Timestamp(time) if time.notation.is_stored() => match time.notation.time {
            TimeFormat::Usual => usual_values(ColumnKind::Timestamp),
            TimeFormat::DayAndMonth => &[
                "null",
                r#""06.07.2025""#,
                r#""6-7-25 12:13 AM""#,
                r#""6. 7. 69 00:13:00,5 Z""#,
                r#""31/12/2025 23:59""#,
                r#""2025-07-06""#,
            ],
            TimeFormat::EpochSeconds | TimeFormat::EpochMilliseconds => &[
                "null",
                "0",
                "-1",
                "1751760780.25",
                r#""1751760780""#,
                r#"" 1.75176078e9 ""#,
                "-62135596800",
                "253402300799",
                r#""2025-07-06T00:13:00Z""#,
                r#""6 July 2025""#,
                r#""-""#,
            ],
        },
        ColumnPart::Category(category) if category.notation.is_stored() => &[
            "null",
            r#""None""#,
            r#""unknown""#,
            r#""UNKNOWN ""#,
            r#""-7.00""#,
            r#""1043.0""#,
            "1043",
            "1043.0",
            "-7",
            r#""1043.5""#,
            r#""1.0.0""#,
            r#""red""#,
        ],
        column => usual_values(column.kind()),
    }
}

/// Values of a column without a notation.
fn usual_values(kind: ColumnKind) -> &'static [&'static str] {
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
            r#""n/a""#,
            r#""None""#,
            r#""-""#,
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
            "9007199254740993",
            "-9007199254740993",
            "18446744073709551615",
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
            r#""<na>""#,
            "20250706",
            r#""20250706T001300Z""#,
            r#""202507060013""#,
            r#""2025-7-6""#,
            r#""2025/07/06 12:13 AM""#,
            r#""2025-07""#,
            r#""2025-187T13""#,
            r#""2025-W27-7""#,
            r#""06-JUL-25 1:02:03,5 p.m.""#,
            r#""6 July 1969, 00:13 UTC+2""#,
            r#""Sept. 3, 2025 00:13 Europe/Berlin""#,
            r#""Sun, 06 Jul 2025 00:13:00 GMT""#,
            r#""Sun Jul  6 00:13:00 2025""#,
            r#""2025-07-06 00:13:00+02:00[Europe/Berlin]""#,
            r#""06/Jul/2025:00:13:00 +0000""#,
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
            let values = values(column);
            let value = values[below(values.len())];
            members.push(format!("{:?}: {value}", column.name()));
        }
        format!("{{{}}}", members.join(", "))
    };
    (0..CASES).map(|_| row()).collect()
}

/// The models of the kept files, but with answers that show every bit of their scores.
fn drafts() -> [Mixed; 6] {
    let linear = Mixed {
        estimator: Estimator::ElasticNet,
        head: Head::Value(ValueLink::Identity),
        ..Mixed::linear()
    };
    let mut forest = Mixed::forest();
    forest.classes().calibration = Calibration::None;
    let mut weighed = Mixed::forest();
    weighed.classes().rule = DecisionRule::Weights(vec![1.0, 3.0, 1.5]);
    let seconds = with_notations(linear.clone(), TimeFormat::EpochSeconds);
    let dates = with_notations(linear.clone(), TimeFormat::DayAndMonth);
    [linear, forest, weighed, Mixed::boosting(), seconds, dates]
}

/// A model whose numbers, categories and times have notations.
fn with_notations(mut draft: Mixed, time: TimeFormat) -> Mixed {
    for column in &mut draft.columns {
        match column {
            ColumnPart::Number(number) => {
                number.notation.number = NumberFormat {
                    decimal_comma: true,
                    grouping: Grouping::Point,
                    prefix: "".into(),
                    suffix: "€".into(),
                };
                number.notation.missing = Some("-999\nn/a\n".into());
            }
            ColumnPart::Timestamp(column) => column.notation.time = time,
            ColumnPart::Category(category) => {
                category.notation.whole_codes = true;
                category.notation.missing = Some("none\nunknown\n-7\n".into());
            }
            _ => {}
        }
    }
    draft
}

#[test]
fn a_notation_is_a_section_and_a_damaged_one_is_refused() {
    let bytes = with_notations(Mixed::linear(), TimeFormat::EpochSeconds).bytes_with("");
    assert!(section(&bytes, 25, 1) > 0 && section(&bytes, 25, 2) > 0);
    let newer = unknown("a notation of the column \"income\"");
    assert_eq!(changed(&bytes, 25, 1, 0, 4), newer);
    assert_eq!(changed(&bytes, 25, 1, 8, 5), newer);
    let damage = damaged("the notation of the column \"income\" is not legal");
    for (at, number) in [
        (4, 2),
        (12, 7),
        (16, 2),
        (20, 99),
        (24, 0),
        (24, 2),
        (20, 1),
    ] {
        assert_eq!(changed(&bytes, 25, 1, at, number), damage, "{at}");
    }
    assert_eq!(of_length(&bytes, 25, 1, 31), damage);
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
