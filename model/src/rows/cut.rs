//! The records of a block, one after the other, without a copy of what nobody asks for.

use super::blocks::{Block, Shape, line_ends};
use csv_core::ReadRecordResult;

/// A record of a block.
pub struct Cut<'a> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its bytes as they lie in the table, without the line end.
    pub given: &'a [u8],
    /// Its values, or why it is no record: one sentence without file and line.
    pub content: Result<Content<'a>, String>,
}

/// What a record holds.
pub enum Content<'a> {
    /// A value a column.
    Fields(Fields<'a>),
    /// A line of JSON Lines, not looked at yet.
    Json(&'a [u8]),
}

/// The values of a record, unquoted.
pub struct Fields<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
    columns: &'a [String],
}

impl<'a> Fields<'a> {
    /// The text of a column.
    ///
    /// # Errors
    /// When it is not UTF-8: one sentence without file and line.
    ///
    /// # Panics
    /// When there is no such column.
    pub fn text(&self, index: usize) -> Result<&'a str, String> {
        let start = index
            .checked_sub(1)
            .map_or(0, |previous| self.ends[previous]);
        std::str::from_utf8(&self.bytes[start..self.ends[index]]).map_err(|_| {
            let column = &self.columns[index];
            format!("the column {column:?} is not UTF-8 text; save the file as UTF-8")
        })
    }
}

/// Cuts blocks into records. Keep one a thread: it reuses its memory.
pub struct Cutter<'s> {
    shape: &'s Shape,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

impl<'s> Cutter<'s> {
    /// For blocks of a table of this shape.
    pub fn new(shape: &'s Shape) -> Cutter<'s> {
        Cutter {
            shape,
            fields: vec![0; 1024],
            ends: vec![0; 32],
        }
    }

    /// Shows `visit` each record in turn, until it gives an error. Blank lines are passed over.
    ///
    /// # Errors
    /// Those of `visit`.
    pub fn each<E>(
        &mut self,
        block: &Block,
        mut visit: impl FnMut(Cut<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match (self.shape.delimiter, self.shape.columns()) {
            (Some(delimiter), Some(columns)) => {
                self.each_delimited(block, delimiter, columns, visit)
            }
            _ => {
                for (line, given) in (block.line..).zip(block.bytes.split(|byte| *byte == b'\n')) {
                    let given = given.trim_ascii_end();
                    if !given.trim_ascii_start().is_empty() {
                        let content = Ok(Content::Json(given));
                        visit(Cut {
                            line,
                            given,
                            content,
                        })?;
                    }
                }
                Ok(())
            }
        }
    }

    fn each_delimited<E>(
        &mut self,
        block: &Block,
        delimiter: u8,
        columns: &[String],
        mut visit: impl FnMut(Cut<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        let bytes = &block.bytes;
        let (mut at, mut line) = (0, block.line);
        loop {
            let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
            let blank = bytes[at..].iter().take_while(|byte| is_end(byte)).count();
            line += line_ends(&bytes[at..at + blank]);
            at += blank;
            if at == bytes.len() {
                return Ok(());
            }
            let start = at;
            let count = self.read(&mut parser, bytes, &mut at);
            let given = &bytes[start..at];
            let content = if count == columns.len() {
                Ok(Content::Fields(Fields {
                    bytes: &self.fields,
                    ends: &self.ends[..count],
                    columns,
                }))
            } else {
                let expected = columns.len();
                Err(format!(
                    "this row has {count} values; {expected} were expected, as in the header"
                ))
            };
            let end = given.len() - given.iter().rev().take_while(|byte| is_end(byte)).count();
            visit(Cut {
                line,
                given: &given[..end],
                content,
            })?;
            line += line_ends(given);
        }
    }

    /// Reads the record at `at` and steps behind it: the number of its values.
    fn read(&mut self, parser: &mut csv_core::Reader, bytes: &[u8], at: &mut usize) -> usize {
        let (mut written, mut count) = (0, 0);
        loop {
            // The last record of a table may lack its line end.
            let at_end = *at == bytes.len();
            let rest = if at_end { b"\n" } else { &bytes[*at..] };
            let (fields, ends) = (&mut self.fields[written..], &mut self.ends[count..]);
            let (result, read, wrote, ended) = parser.read_record(rest, fields, ends);
            if !at_end {
                *at += read;
            }
            (written, count) = (written + wrote, count + ended);
            match result {
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty if !at_end => {}
                _ => return count,
            }
        }
    }
}
