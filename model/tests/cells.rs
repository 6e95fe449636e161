//! Values of all kinds of columns: JSON and tables give the same cells.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::{Mixed, STANDARD, category, number, raw_time};
use model::Model;
use model::assemble::ColumnPart;
use model::format::CategoryEncoding;
use model::row::{Cell, MISSING, Row, RowError, Value};
use model::rows::{Format, Reader};
use model::timestamp::Timestamp;
use proptest::option;
use proptest::prelude::*;
use std::io::Cursor;
use std::sync::LazyLock;

/// Columns "note", "income", "colour", "member", which rows may leave out, and "start", whose days
/// stand before their months.
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| Mixed::linear().bytes());
static MODEL: LazyLock<Model<'static>> = LazyLock::new(|| Model::open(&FILE).unwrap());

fn of_json(json: &str) -> Result<Vec<Cell<'static>>, RowError> {
    let json: &'static str = json.to_string().leak();
    let row = Row::from_json(&MODEL.columns, json.as_bytes())?;
    Ok(row.cells().to_vec())
}

/// The cells of a CSV of one row, its columns in the model's order.
fn of_table(fields: &[&str]) -> Vec<Cell<'static>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = MODEL.columns.iter().map(|column| column.name);
    writer.write_record(header).unwrap();
    writer.write_record(fields).unwrap();
    let input = Box::new(Cursor::new(writer.into_inner().unwrap()));
    let mut reader = Reader::new("t", input, Some(Format::Csv)).unwrap();
    let record = reader.next_record().unwrap().unwrap();
    let row = Row::new(&MODEL.columns, record.values).unwrap();
    row.cells().to_vec()
}

/// A value in JSON and in a table.
type Written = (String, String);

fn missing() -> impl Strategy<Value = Written> {
    let words = MISSING.iter().chain(&["", "  "]).copied();
    let word = prop::sample::select(words.collect::<Vec<&str>>());
    word.prop_map(|word| ("null".to_string(), word.to_string()))
}

fn numbers() -> impl Strategy<Value = Written> {
    prop_oneof![
        any::<f64>().prop_filter("finite", |number| number.is_finite()),
        (-1000i32..1000).prop_map(f64::from),
        (0u32..100_000).prop_map(|cents| f64::from(cents) / 100.0),
    ]
    .prop_map(|number| {
        (
            serde_json::to_string(&number).unwrap(),
            format!(" {number}"),
        )
    })
}

fn booleans() -> impl Strategy<Value = Written> {
    let words = [
        ("true", "yes"),
        ("1", "TRUE"),
        ("false", "n"),
        ("0.0", "False"),
        ("true", "1"),
    ];
    let word = prop::sample::select(words.to_vec());
    word.prop_map(|(json, table)| (json.to_string(), table.to_string()))
}

fn categories() -> impl Strategy<Value = Written> {
    let quoted = |text: String| (serde_json::to_string(&text).unwrap(), text);
    prop_oneof![
        "[ a-zé\",]{0,6}".prop_map(quoted),
        any::<i32>().prop_map(|number| (format!("{number}.0"), format!(" {number} "))),
        any::<bool>().prop_map(|yes| (yes.to_string(), yes.to_string())),
        Just(("null".to_string(), "\t".to_string())),
    ]
}

fn timestamps() -> impl Strategy<Value = Written> {
    let text = prop_oneof![
        "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
        "[1-9]/[1-9]/19[0-9]{2}( [0-9]:[0-5][0-9])?",
        "202[0-9]-12-31[T ]1[0-9]:30:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]0[0-9]:30)?",
    ];
    text.prop_map(|text| (format!("{text:?}"), format!("{text} ")))
}

/// Cells as they are written: NaN is equal to NaN here.
fn shown(cells: &[Cell<'_>]) -> String {
    format!("{cells:?}")
}

proptest! {
    #[test]
    fn json_and_tables_give_the_same_cells(
        note in "\\PC{0,9}",
        income in prop_oneof![1 => missing(), 4 => numbers()],
        colour in categories(),
        member in option::of(prop_oneof![1 => missing(), 4 => booleans()]),
        start in prop_oneof![1 => missing(), 4 => timestamps()],
    ) {
        let quoted = serde_json::to_string(&note).unwrap();
        let mut json = format!(
            r#"{{"start": {}, "colour": {}, "note": {quoted}, "income": {}"#,
            start.0, colour.0, income.0,
        );
        // A field that is left out is one without a value.
        let member = member.inspect(|(value, _)| json.push_str(&format!(r#", "member": {value}"#)));
        json.push('}');
        let member = member.unwrap_or_default().1;
        let fields = [&note[..], &income.1, &colour.1, &member, &start.1];
        prop_assert_eq!(shown(&of_json(&json).unwrap()), shown(&of_table(&fields)));
    }
}

#[test]
fn each_kind_of_value_has_its_cell() {
    let json = r#"{"note": " NA ", "income": "-.5e3", "colour": "NA", "member": "YES", "start": "1/2/2026"}"#;
    let first_of_february = Timestamp {
        year: 2026,
        month: 2,
        day: 1,
        seconds: 0.0,
    };
    let expected = [
        Cell::Text(" NA ".into()),
        Cell::Number(-500.0),
        Cell::Category("NA".into()),
        Cell::Number(1.0),
        Cell::Time(Some(first_of_february)),
    ];
    assert_eq!(of_json(json).unwrap(), expected);
    assert!(expected.iter().all(|cell| !cell.is_missing()));
    assert_eq!(
        of_table(&[" NA ", "-.5e3", "NA", "YES", "1/2/2026"]),
        expected
    );
}

#[test]
fn a_number_names_a_category_without_an_exponent() {
    for (number, name) in [
        ("1043", "1043"),
        ("1043.0", "1043"),
        ("-7", "-7"),
        ("0.10", "0.1"),
        ("1e-7", "0.0000001"),
        ("1e19", "10000000000000000000"),
        ("18446744073709551615", "18446744073709551615"),
        ("-0.0", "-0"),
    ] {
        let json = format!(r#"{{"note": "", "income": 1, "colour": {number}, "start": null}}"#);
        assert_eq!(
            of_json(&json).unwrap()[2],
            Cell::Category(name.into()),
            "{number}"
        );
    }
}

#[test]
fn what_is_missing_is_a_cell_of_its_kind() {
    let json = r#"{"note": "", "income": null, "colour": null, "member": null, "start": null}"#;
    let given = of_json(json).unwrap();
    assert!(given.iter().all(Cell::is_missing));
    let kinds = MODEL.columns.iter().map(|column| column.kind);
    let missing: Vec<Cell<'_>> = kinds.map(Cell::missing).collect();
    assert_eq!(shown(&given), shown(&missing));
}

#[test]
fn only_optional_columns_may_be_left_out() {
    let mut draft = Mixed::boosting();
    let mut optional = category("c", CategoryEncoding::OneHot, &[("a", 1.0)]);
    optional.optional = true;
    let mut built = raw_time("t");
    built.optional = true;
    draft.columns = vec![
        ColumnPart::Category(optional),
        ColumnPart::Timestamp(built),
        ColumnPart::Number(number("n", STANDARD)),
    ];
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let optional: Vec<bool> = model.columns.iter().map(|column| column.optional).collect();
    assert_eq!(optional, [true, true, false]);
    let row = Row::from_json(&model.columns, br#"{"n": 1}"#).unwrap();
    let expected = [
        Cell::Category("".into()),
        Cell::Time(None),
        Cell::Number(1.0),
    ];
    assert_eq!(row.cells(), expected);
    assert_eq!(
        Row::from_json(&model.columns, br#"{"c": "a", "t": "2026-01-01"}"#),
        Err(RowError::Missing {
            field: "n".into(),
            expected: "a number"
        })
    );
    // A value that is given is checked, optional or not.
    let values = [Some(Value::Array), None, Some(Value::Number(1.0))];
    assert!(Row::new(&model.columns, values).is_err());
}
