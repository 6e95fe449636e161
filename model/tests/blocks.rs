//! Blocks and the reader of records are two ways through a table: they give the same rows.

use model::row::Value;
use model::rows::{Blocks, Content, Cutter, Format, Reader};
use proptest::prelude::*;
use std::io::Cursor;

type Rows = Vec<(u64, Vec<String>)>;

/// The rows before the first one that is none, and what it says where it ends the table.
fn by_reader(table: &[u8]) -> (Rows, Option<String>) {
    let input = Box::new(Cursor::new(table.to_vec()));
    let mut reader = match Reader::new("t", input, Some(Format::Csv)) {
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), Some(error.to_string())),
    };
    let mut rows = Vec::new();
    loop {
        match reader.next_record() {
            Ok(None) => return (rows, None),
            Err(error) => return (rows, Some(error.to_string())),
            Ok(Some(record)) => {
                let text = |value: Option<Value<'_>>| match value {
                    Some(Value::Text(text)) => text.into_owned(),
                    other => panic!("{other:?} in a CSV"),
                };
                rows.push((record.line, record.values.into_iter().map(text).collect()));
            }
        }
    }
}

fn by_blocks(table: &[u8]) -> (Rows, Option<String>) {
    let input = Box::new(Cursor::new(table.to_vec()));
    let mut blocks = match Blocks::new("t", input, Some(Format::Csv)) {
        Ok(blocks) => blocks,
        Err(error) => return (Vec::new(), Some(error.to_string())),
    };
    let mut cutter = Cutter::new(blocks.shape());
    let mut rows = Vec::new();
    loop {
        let block = match blocks.next_block() {
            Ok(None) => return (rows, None),
            Err(error) => return (rows, Some(error.to_string())),
            Ok(Some(block)) => block,
        };
        let mut position = block.start();
        while let Some(cut) = cutter.next(&block.bytes, &mut position) {
            let Content::Fields(fields) = cut.content else {
                panic!("JSON in a CSV");
            };
            if let Err(what) = fields.check() {
                return (rows, Some(format!("t, line {}: {what}", cut.line)));
            }
            let texts = fields.texts().map(|text| text.expect("UTF-8").into_owned());
            rows.push((cut.line, texts.collect()));
        }
    }
}

proptest! {
    #[test]
    fn whatever_the_table(
        pieces in prop::collection::vec(
            prop::sample::select(vec!["a", "b c", ",", ",", "\n", "\r\n", "\r", "\"", "\"\"", "\"x,\ny\"", ""]),
            0..60,
        )
    ) {
        let table = format!("h,i\n{}", pieces.concat());
        prop_assert_eq!(by_reader(table.as_bytes()), by_blocks(table.as_bytes()));
    }
}

#[test]
fn a_table_of_many_blocks() {
    let mut table = String::from("id,text\r\n");
    for row in 0..40_000 {
        table.push_str(&format!("{row},\"quote \"\" comma, line\n end {row}\"\r\n"));
    }
    assert!(table.len() > 4 << 18, "this is one block");
    assert_eq!(by_reader(table.as_bytes()), by_blocks(table.as_bytes()));
}

#[test]
fn behind_a_row_that_is_none_the_next_ones_are_read() {
    let table = b"a,b\n1,2\n3\n\n4,5,6\n7,8";
    let mut blocks = Blocks::new("t", Box::new(Cursor::new(table)), Some(Format::Csv)).unwrap();
    let block = blocks.next_block().unwrap().unwrap();
    let (mut cutter, mut position) = (Cutter::new(blocks.shape()), block.start());
    let mut seen = Vec::new();
    while let Some(cut) = cutter.next(&block.bytes, &mut position) {
        let given = String::from_utf8(cut.given.to_vec()).unwrap();
        let Content::Fields(fields) = cut.content else {
            panic!("JSON in a CSV");
        };
        seen.push((cut.line, given, fields.check().is_ok()));
    }
    let row = |line, given: &str, is_ok| (line, given.to_string(), is_ok);
    assert_eq!(
        seen,
        [
            row(2, "1,2", true),
            row(3, "3", false),
            row(5, "4,5,6", false),
            row(6, "7,8", true)
        ]
    );
}
