//! Values that do not fit their columns, each with its sentence, which never holds the value.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::Mixed;
use model::Model;
use model::format::ColumnKind;
use model::notation::Notation;
use model::row::{Cell, Row, RowError, Value, expected};

/// The sentence that refuses this JSON as the value of a column.
fn refusal(field: &str, value: &str) -> String {
    let bytes = Mixed::linear().bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let mut row = serde_json::json!({
        "note": "", "income": 1, "colour": "red", "member": true, "start": "2026-01-01",
    });
    assert!(Row::from_json(&model.columns, row.to_string().as_bytes()).is_ok());
    row[field] = serde_json::from_str(value).unwrap();
    let row = row.to_string();
    let error = Row::from_json(&model.columns, row.as_bytes()).unwrap_err();
    assert_eq!(error.field(), Some(field));
    error.to_string()
}

/// Each value with what the sentence says it is.
fn assert_refused(field: &str, expected: &str, values: &[(&str, &str)]) {
    for (value, got) in values {
        assert_eq!(
            refusal(field, value),
            format!("the field {field:?} is {got}; {expected} was expected"),
            "{value}"
        );
    }
}

#[test]
fn no_number() {
    let values = [
        ("true", "a boolean"),
        ("[1]", "an array"),
        ("{}", "an object"),
        ("\"12 kg\"", "a string that is not a number"),
        ("\"1,5\"", "a string that is not a number"),
        ("\"1_000\"", "a string that is not a number"),
        ("\"0x10\"", "a string that is not a number"),
        ("\"n.a.\"", "a string that is not a number"),
        ("\"--\"", "a string that is not a number"),
        ("\"١\"", "a string that is not a number"),
        ("\"inf\"", "a number that is not finite"),
        ("\"-Infinity\"", "a number that is not finite"),
        ("\"1e999\"", "a number that is not finite"),
    ];
    assert_refused("income", "a number", &values);
}

#[test]
fn no_boolean() {
    let values = [
        ("2", "a number that is neither 0 nor 1"),
        ("-1", "a number that is neither 0 nor 1"),
        ("0.5", "a number that is neither 0 nor 1"),
        ("\"maybe\"", "a string that is not a boolean"),
        ("\"1.0\"", "a string that is not a boolean"),
        ("\"ja\"", "a string that is not a boolean"),
        ("[]", "an array"),
        ("{\"a\": 1}", "an object"),
    ];
    assert_refused("member", "true or false", &values);
}

#[test]
fn no_category() {
    let digits = "a number of more than 64 bits, whose digits JSON's readers do not keep";
    let values = [
        ("[\"red\"]", "an array"),
        ("{}", "an object"),
        ("98765432109876543210", digits),
        ("-1e19", digits),
        ("1e300", digits),
    ];
    assert_refused("colour", "a string", &values);
}

#[test]
fn no_timestamp() {
    let string = "a string that is not a timestamp";
    let values = [
        ("1700000000", "a number"),
        ("true", "a boolean"),
        ("[]", "an array"),
        ("{}", "an object"),
        ("\"today\"", string),
        ("\"2026-02-30\"", string),
        ("\"2/13/2026\"", string), // the day stands first
        ("\"2026-01-01T\"", string),
        ("\"2026-01-01T24:00\"", string),
        ("\"2026-01-01 13:30 PM\"", string),
        ("\"01.02.2026\"", string),
        ("\"2/1/26\"", string),
        ("\"2026-01-01T08:30:61\"", string),
        ("\"2026-01-01T08:30:00.0123456789\"", string),
        ("\"2026-01-01T08:30+1\"", string),
        ("\"2026-01-01T08:30Z:\"", string),
        ("\"2026-01-01T08:30é\"", string),
        ("\"２026-01-01\"", string),
    ];
    let expected = "a timestamp such as 2026-02-01, 2026-02-01T08:30:00Z or 2/1/2026 8:30";
    assert_refused("start", expected, &values);
}

#[test]
fn text_is_not_missing() {
    assert_refused("note", "a string", &[("null", "null"), ("1", "a number")]);
}

#[test]
fn a_number_out_of_range_is_no_json() {
    let bytes = Mixed::boosting().bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let json = br#"{"rooms": 1e999, "kind": "flat", "built": null}"#;
    let error = Row::from_json(&model.columns, json).unwrap_err();
    assert!(matches!(error, RowError::Json { .. }), "{error}");
    assert!(error.to_string().contains("number out of range"), "{error}");
    // A table's reader could give it; the cell is refused all the same.
    for number in [f64::INFINITY, f64::NAN] {
        let values = [Some(Value::Number(number)), None, None];
        assert!(Row::new(&model.columns, values).is_err());
    }
}

#[test]
fn fields_left_out_and_given_twice() {
    let bytes = Mixed::linear().bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let refusal = |json: &str| {
        let json = json.to_string();
        Row::from_json(&model.columns, json.as_bytes())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refusal(r#"{"note": "", "income": 1, "colour": "red", "member": true}"#),
        "the field \"start\" is missing; a timestamp such as 2026-02-01, 2026-02-01T08:30:00Z or \
         2/1/2026 8:30 was expected"
    );
    assert_eq!(
        refusal(r#"{"note": "", "colour": "red", "start": null}"#),
        "the field \"income\" is missing; a number was expected"
    );
    assert_eq!(
        refusal(r#"{"note": "", "income": null, "income": 1, "colour": "red", "start": null}"#),
        "the field \"income\" is given twice"
    );
}

#[test]
fn whatever_comes_a_cell_is_of_the_kind_of_its_column() {
    let kinds = [
        ColumnKind::Text,
        ColumnKind::Number,
        ColumnKind::Category,
        ColumnKind::Boolean,
        ColumnKind::Timestamp,
    ];
    let values = [
        Value::Missing,
        Value::Text("1".into()),
        Value::Text("2026-01-01".into()),
        Value::Number(1.0),
        Value::Number(f64::NAN),
        Value::Boolean(true),
        Value::Array,
        Value::Object,
    ];
    for kind in kinds {
        assert!(!expected(kind).is_empty());
        for value in &values {
            let Ok(cell) = Cell::new(kind, &Notation::default(), value.clone()) else {
                continue;
            };
            let fits = matches!(
                (kind, &cell),
                (ColumnKind::Text, Cell::Text(_))
                    | (ColumnKind::Number | ColumnKind::Boolean, Cell::Number(_))
                    | (ColumnKind::Category, Cell::Category(_))
                    | (ColumnKind::Timestamp, Cell::Time(_))
            );
            assert!(fits, "{kind:?} {value:?}: {cell:?}");
        }
    }
}
