//! Blocks and the reader of records are two ways through a table: they give the same rows.

use model::row::Value;
use model::rows::{Blocks, Content, Cutter, Format, Reader};
use proptest::prelude::*;
use std::convert::Infallible;
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
    let shape = blocks.shape().clone();
    let width = shape.columns().expect("a header").len();
    let mut cutter = Cutter::new(&shape);
    let mut rows = Vec::new();
    loop {
        let block = match blocks.next_block() {
            Ok(None) => return (rows, None),
            Err(error) => return (rows, Some(error.to_string())),
            Ok(Some(block)) => block,
        };
        let stopped = cutter.each(&block, |cut| match cut.content {
            Ok(Content::Fields(fields)) => {
                let texts = (0..width).map(|index| fields.text(index).expect("UTF-8").to_string());
                rows.push((cut.line, texts.collect()));
                Ok(())
            }
            Ok(Content::Json(_)) => panic!("JSON in a CSV"),
            Err(what) => Err(format!("t, line {}: {what}", cut.line)),
        });
        if let Err(what) = stopped {
            return (rows, Some(what));
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
    let shape = blocks.shape().clone();
    let block = blocks.next_block().unwrap().unwrap();
    let mut seen = Vec::new();
    let visited = Cutter::new(&shape).each(&block, |cut| {
        let given = String::from_utf8(cut.given.to_vec()).unwrap();
        seen.push((cut.line, given, cut.content.is_ok()));
        Ok::<_, Infallible>(())
    });
    visited.unwrap();
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
