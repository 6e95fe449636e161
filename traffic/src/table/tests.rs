//! Tables of small captures.

use super::text::{CsvSink, JsonlSink};
use super::{CellType, Counts, Layout, LayoutTally, Rows};
use crate::captures::Tally;
use monitor::capture::Record;

fn record<'a>(id: &'a str, input: &'a str, output: &'a str) -> Record<'a> {
    Record {
        input: input.into(),
        output: output.into(),
        event_id: id.into(),
        inference_time: "2026-01-05T00:00:00Z".into(),
        model_name: "mails".into(),
        model_version: "1.2".into(),
        ..Record::default()
    }
}

fn layout(records: &[Record<'_>]) -> Layout {
    let mut tally = LayoutTally::default();
    for record in records {
        tally.add(record);
    }
    tally.layout()
}

fn csv(records: &[Record<'_>]) -> (String, Counts) {
    let layout = layout(records);
    let mut out = Vec::new();
    let sink = CsvSink::new(&mut out, &layout).unwrap();
    let mut rows = Rows::new(&layout, Box::new(sink));
    for record in records {
        rows.add(record);
    }
    let counts = rows.finish().unwrap();
    (String::from_utf8(out).unwrap(), counts)
}

const STAYS: &str = r#"{"label":"stays","probabilities":{"stays":0.75,"leaves":0.25}}"#;

#[test]
fn records_become_rows_in_their_order() {
    let records = [
        record("b/0", r#"{"z":1.5,"note":"a, \"b\"","new":true}"#, STAYS),
        record("b/1", r#"{"z":null,"note":"","new":false}"#, STAYS),
        record(
            "a",
            r#"{"z":"[redacted]","note":"\u0000x","late":2}"#,
            STAYS,
        ),
    ];
    let (text, counts) = csv(&records);
    assert_eq!(
        text,
        "id,event_id,time,model,version,variant,answer,confidence,z,note,new,late\n\
         b/0,b/0,2026-01-05T00:00:00Z,mails,1.2,,stays,0.75,1.5,\"a, \"\"b\"\"\",true,\n\
         b/1,b/1,2026-01-05T00:00:00Z,mails,1.2,,stays,0.75,,\"\",false,\n\
         a,a,2026-01-05T00:00:00Z,mails,1.2,,stays,0.75,,\u{fffd}x,,2\n"
    );
    let expected = Counts {
        rows: 3,
        redacted: 1,
        ..Counts::default()
    };
    assert_eq!(counts, expected);
}

#[test]
fn the_types_are_those_of_the_values() {
    let records = [
        record("1", r#"{"n":1,"mixed":1,"none":null}"#, r#"{"value":2.5}"#),
        record(
            "2",
            r#"{"n":-2e3,"mixed":"x","none":null}"#,
            r#"{"value":3}"#,
        ),
    ];
    let layout = layout(&records);
    let types = |name: &str| {
        let mut columns = layout.columns().iter();
        columns.find(|of| of.header == name).unwrap().cell_type
    };
    assert_eq!(types("answer"), CellType::Number);
    assert_eq!(types("n"), CellType::Number);
    assert_eq!(
        (types("mixed"), types("none")),
        (CellType::Text, CellType::Text)
    );
    let create = layout.create_table("captures");
    assert!(create.contains("\"n\" double precision,\n"), "{create}");
    assert!(
        create.contains("\"time\" timestamp with time zone,\n"),
        "{create}"
    );
}

#[test]
fn a_column_with_the_name_of_a_fixed_one_is_renamed() {
    let records = [record(
        "1",
        r#"{"ID":7,"id":8,"input_id":9,"time":"x"}"#,
        STAYS,
    )];
    let layout = layout(&records);
    let renamed: Vec<(&str, &str)> = layout
        .renamed()
        .map(|of| (&*of.name, &*of.header))
        .collect();
    assert_eq!(
        renamed,
        [
            ("ID", "input_input_ID"),
            ("id", "input_input_input_id"),
            ("time", "input_time")
        ]
    );
    let mut names: Vec<String> = layout
        .columns()
        .iter()
        .map(|of| of.header.to_lowercase())
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), layout.columns().len());
}

#[test]
fn json_lines_have_every_column() {
    let records = [record("1", r#"{"n":1}"#, r#"{"value":2.5}"#)];
    let layout = layout(&records);
    let mut out = Vec::new();
    let sink = JsonlSink::new(&mut out, &layout);
    let mut rows = Rows::new(&layout, Box::new(sink));
    rows.add(&records[0]);
    rows.add(&record("2", "1,2", r#"{"value":1}"#));
    assert_eq!(rows.finish().unwrap().without_columns, 1);
    assert_eq!(
        String::from_utf8(out).unwrap().lines().next().unwrap(),
        r#"{"id":"1","event_id":"1","time":"2026-01-05T00:00:00Z","model":"mails","version":"1.2","variant":null,"answer":2.5,"confidence":null,"n":1}"#
    );
}
