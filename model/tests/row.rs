//! Rows as requests give them: JSON, checked against the model's columns.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::Draft;
use model::Model;
use model::row::{Cell, Row, RowError, Value};
use std::borrow::Cow;

/// The texts of a row of the columns "subject" and "body".
fn texts(json: impl AsRef<[u8]>) -> Result<Vec<String>, RowError> {
    let bytes = Draft::support().bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let row = Row::from_json(&model.columns, json.as_ref())?;
    let text = |cell: &Cell<'_>| match cell {
        Cell::Text(text) => text.to_string(),
        other => panic!("a text column has {other:?}"),
    };
    Ok(row.cells().iter().map(text).collect())
}

/// The sentence that refuses a row.
fn refusal(json: impl AsRef<[u8]>) -> String {
    texts(json).unwrap_err().to_string()
}

#[test]
fn members_may_come_in_any_order() {
    let row = texts(r#" {"body": "b", "subject": "s"} "#).unwrap();
    assert_eq!(row, ["s", "b"]);
}

#[test]
fn unknown_members_are_passed_over() {
    let row = texts(r#"{"id": 7, "subject": "s", "tags": [{"a": null}], "id": 8, "body": ""}"#);
    assert_eq!(row.unwrap(), ["s", ""]);
}

#[test]
fn a_missing_member_is_named() {
    let error = texts(r#"{"subject": "s"}"#).unwrap_err();
    assert_eq!(error.field(), Some("body"));
    assert_eq!(
        error.to_string(),
        r#"the field "body" is missing; a string was expected"#
    );
}

#[test]
fn a_value_of_another_kind_is_named() {
    for (value, kind) in [
        ("null", "null"),
        ("1", "a number"),
        ("-1", "a number"),
        ("1.5", "a number"),
        ("true", "a boolean"),
        ("[\"x\", [1]]", "an array"),
        ("{\"x\": {}}", "an object"),
    ] {
        assert_eq!(
            refusal(format!(r#"{{"subject": "s", "body": {value}}}"#)),
            format!(r#"the field "body" is {kind}; a string was expected"#)
        );
    }
}

#[test]
fn a_field_given_twice_is_refused() {
    let error = texts(r#"{"subject": "s", "body": "b", "subject": null}"#).unwrap_err();
    assert_eq!(error.field(), Some("subject"));
    assert_eq!(error.to_string(), r#"the field "subject" is given twice"#);
}

#[test]
fn what_is_no_object_is_named() {
    for (json, kind) in [
        ("[{\"subject\": \"s\"}]", "an array"),
        ("\"s\"", "a string"),
        ("\"\\n\"", "a string"),
        ("12", "a number"),
        ("-12", "a number"),
        ("1e3", "a number"),
        ("false", "a boolean"),
        ("null", "null"),
    ] {
        let error = texts(json).unwrap_err();
        assert_eq!(error.field(), None);
        assert_eq!(
            error.to_string(),
            format!("the row is {kind}; a JSON object was expected")
        );
    }
}

#[test]
fn what_is_no_json_is_refused_with_line_and_column() {
    assert_eq!(
        refusal("{\"subject\": \"s\",\n  body: 1}"),
        "this is not valid JSON: key must be a string at line 2 column 3"
    );
    assert_eq!(
        refusal(""),
        "this is not valid JSON: EOF while parsing a value at column 0"
    );
    assert_eq!(
        refusal(r#"{"subject": "s", "body": "b"} x"#),
        "this is not valid JSON: trailing characters at column 31"
    );
    assert_eq!(
        refusal(b"{\"subject\": \"\xff\", \"body\": \"b\"}"),
        "this is not valid JSON: invalid unicode code point at column 14"
    );
}

#[test]
fn escapes_are_undone_in_names_and_values() {
    let row = texts(r#"{"\u0073ubject": "caf\u00e9\n\"x\"", "body": "\ud83d\ude00 \/"}"#);
    assert_eq!(row.unwrap(), ["café\n\"x\"", "😀 /"]);
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    for half in [r"\ud83d", r"\ud83d x", r"\ude00", r"\ud83d\u0041"] {
        let json = format!(r#"{{"subject": "{half}", "body": ""}}"#);
        let error = texts(json).unwrap_err();
        assert!(matches!(error, RowError::Json { .. }), "{error}");
    }
}

#[test]
fn nesting_however_deep_does_no_harm() {
    let deep = "[".repeat(200_000) + &"]".repeat(200_000);
    let unknown = format!(r#"{{"subject": "s", "x": {deep}, "body": "b"}}"#);
    assert_eq!(texts(unknown).unwrap(), ["s", "b"]);
    assert_eq!(
        refusal(format!(r#"{{"subject": {deep}, "body": "b"}}"#)),
        r#"the field "subject" is an array; a string was expected"#
    );
    let objects = r#"{"body":"#.repeat(200_000);
    assert!(refusal(objects).contains("EOF while parsing"));
    assert_eq!(
        refusal(deep),
        "the row is an array; a JSON object was expected"
    );
}

#[test]
fn text_without_escapes_is_borrowed() {
    let bytes = Draft::support().bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let json = r#"{"subject": "plain", "body": "a\tb"}"#;
    let row = Row::from_json(&model.columns, json.as_bytes()).unwrap();
    assert!(matches!(row.cells()[0], Cell::Text(Cow::Borrowed("plain"))));
    assert!(matches!(&row.cells()[1], Cell::Text(Cow::Owned(text)) if text == "a\tb"));
}

#[test]
fn values_from_a_table_are_checked_in_the_order_of_the_columns() {
    let bytes = Draft::support().bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let text = || Some(Value::Text("x".into()));
    assert!(Row::new(&model.columns, [text(), text()]).is_ok());
    let missing = RowError::Missing {
        field: "body".into(),
        expected: "a string",
    };
    assert_eq!(Row::new(&model.columns, [text()]), Err(missing.clone()));
    assert_eq!(Row::new(&model.columns, [text(), None]), Err(missing));
    let number = [Some(Value::Number(1.0)), text()];
    assert_eq!(
        Row::new(&model.columns, number).unwrap_err().to_string(),
        r#"the field "subject" is a number; a string was expected"#
    );
}
