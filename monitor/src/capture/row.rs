//! A row as a JSON object by the model's column names.

use super::push_text;
use model::column::Column;
use model::format::ColumnKind;
use model::row::{Cell, Row};
use std::fmt::Write;

/// Replacement for a value that must not be captured.
pub const REDACTED: &str = "[redacted]";

/// Appends a row as a JSON object that any model with these columns reads as the same row; the
/// columns of `is_redacted` without their values. A value that is missing is null, or empty text.
pub fn push_row(
    out: &mut Vec<u8>,
    columns: &[Column<'_>],
    row: &Row<'_>,
    is_redacted: &dyn Fn(usize) -> bool,
) {
    out.push(b'{');
    for (index, (column, cell)) in columns.iter().zip(row.cells()).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_text(out, column.name);
        out.push(b':');
        match cell {
            _ if is_redacted(index) => push_text(out, REDACTED),
            Cell::Text(text) => push_text(out, text),
            cell if cell.is_missing() => out.extend_from_slice(b"null"),
            Cell::Category(name) => push_text(out, name),
            Cell::Number(number) if column.kind == ColumnKind::Boolean => {
                let word: &[u8] = if *number == 0.0 { b"false" } else { b"true" };
                out.extend_from_slice(word);
            }
            Cell::Number(number) => {
                // Into memory, which does not fail.
                let _ = serde_json::to_writer(&mut *out, number);
            }
            Cell::Time(time) => {
                let mut text = String::new();
                if let Some(time) = time {
                    let part = time.seconds.fract();
                    let _ = write!(text, "{time}");
                    if part > 0.0 {
                        // As many digits as the reader takes.
                        let _ = write!(text, ".{:09}", (part * 1e9).round().min(999_999_999.0));
                    }
                }
                push_text(out, &text);
            }
        }
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Model;
    use proptest::prelude::*;
    use std::path::Path;

    fn model() -> Model<'static> {
        let kept = "../model/tests/files/baseline-1.hearth";
        model::source::open_path(&Path::new(env!("CARGO_MANIFEST_DIR")).join(kept)).unwrap()
    }

    fn written(row: &Row<'_>, model: &Model<'_>, is_redacted: &dyn Fn(usize) -> bool) -> String {
        let mut out = Vec::new();
        push_row(&mut out, &model.columns, row, is_redacted);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_row_is_its_columns_values() {
        let model = model();
        let names: Vec<&str> = model.columns.iter().map(|column| column.name).collect();
        assert_eq!(names, ["note", "income", "colour", "member", "start"]);
        let given = br#"{"start": "2025-02-01 08:30:00.25", "member": "no", "note": "a \"b\"", "income": "3.50", "colour": 1043}"#;
        let row = Row::from_json(&model.columns, given).unwrap();
        let expected = r#"{"note":"a \"b\"","income":3.5,"colour":"1043","member":false,"start":"2025-02-01T08:30:00.250000000"}"#;
        assert_eq!(written(&row, &model, &|_| false), expected);
        let expected = r#"{"note":"[redacted]","income":3.5,"colour":"1043","member":"[redacted]","start":"2025-02-01T08:30:00.250000000"}"#;
        assert_eq!(written(&row, &model, &|index| index % 3 == 0), expected);
    }

    proptest! {
        #[test]
        fn a_row_is_read_as_what_it_was(
            note in ".{0,20}",
            income in prop::option::of(prop::num::f64::NORMAL),
            colour in "[a-z\"]{0,3}",
            member in prop::option::of(any::<bool>()),
            start in prop::option::of((1u32..29, 0u32..86_400, 0u32..1_000_000)),
        ) {
            let model = model();
            let number = |value: Option<f64>| Cell::Number(value.unwrap_or(f64::NAN));
            let time = start.map(|(day, second, micros)| model::timestamp::Timestamp {
                year: 2025,
                month: 2,
                day,
                seconds: f64::from(second) + f64::from(micros) / 1e6,
            });
            let row = Row::from_cells(vec![
                Cell::Text(note.into()),
                number(income),
                Cell::Category(colour.into()),
                number(member.map(|yes| f64::from(u8::from(yes)))),
                Cell::Time(time),
            ]);
            let json = written(&row, &model, &|_| false);
            let read = Row::from_json(&model.columns, json.as_bytes()).unwrap();
            // NaN is not equal to itself, and a time has as many digits as are written.
            prop_assert_eq!(&written(&read, &model, &|_| false), &json);
            let [Cell::Number(a), Cell::Number(b)] = [&row.cells()[1], &read.cells()[1]] else {
                panic!("the column is one of numbers");
            };
            prop_assert_eq!(a.to_bits(), b.to_bits());
        }
    }
}
