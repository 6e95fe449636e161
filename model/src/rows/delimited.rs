//! CSV and TSV, by RFC 4180 with a header row, quotes in both. A column without a name gets the
//! name that pandas gives it. Every value is text. Blank lines are skipped.
//!
//! It stands on `csv-core`, the parser of the `csv` crate, and not on that crate itself, which
//! takes a file that ends within quotes for whole (a lost quote would turn the rest of the file
//! into one value), cannot stop at a record that is too long, and after `\r\n` or a blank line
//! names the line before a record as its line.

use super::input::{Input, failed, too_long};
use super::record::{MAX_RECORD, ReadError, Record, Records, first_duplicate};
use crate::row::Value;
use csv_core::ReadRecordResult;
use std::borrow::Cow;
use std::io::BufRead;

pub(super) struct Delimited {
    input: Input,
    parser: csv_core::Reader,
    /// The record read last: its fields one behind the other, and where each ends.
    fields: Vec<u8>,
    ends: Vec<usize>,
    columns: Vec<String>,
}

impl Delimited {
    /// Reads the header, which begins at `line`.
    ///
    /// # Errors
    /// When there is none, or it names a column twice.
    pub fn new(name: &str, input: Input, delimiter: u8, line: u64) -> Result<Delimited, ReadError> {
        let mut parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        parser.set_line(line);
        let mut table = Delimited {
            input,
            parser,
            fields: vec![0; 1024],
            ends: vec![0; 32],
            columns: Vec::new(),
        };
        let Some((line, count)) = table.read(name)? else {
            return Err(ReadError::at(
                name,
                None,
                "it is empty; a header row was expected",
            ));
        };
        let refuse = |what: String| Err(ReadError::at(name, Some(line), what));
        let mut columns = Vec::with_capacity(count);
        for index in 0..count {
            let column = table.text(name, line, index)?;
            columns.push(match column {
                // pandas writes its index without a name, and reads it as this.
                "" => format!("Unnamed: {index}"),
                name => name.to_string(),
            });
        }
        if let Some(column) = first_duplicate(&columns) {
            return refuse(format!("the header names the column {column:?} twice"));
        }
        table.columns = columns;
        Ok(table)
    }

    /// The input behind the header, the line that it goes on at, and the columns.
    pub fn behind_header(self) -> (Input, u64, Vec<String>) {
        (self.input, self.parser.line(), self.columns)
    }

    /// Reads a record: the line on which it begins, and the number of its fields.
    fn read(&mut self, name: &str) -> Result<Option<(u64, usize)>, ReadError> {
        if !self.skip_line_ends(name)? {
            return Ok(None);
        }
        let line = self.parser.line();
        let (mut taken, mut written, mut count) = (0, 0, 0);
        loop {
            let buffer = self
                .input
                .fill_buf()
                .map_err(|error| failed(name, Some(self.parser.line()), &error))?;
            // A line end at the end of the input ends the last record, unless that is in quotes.
            let at_end = buffer.is_empty();
            let bytes = if at_end { b"\n" } else { buffer };
            let (result, read, wrote, ended) = self.parser.read_record(
                bytes,
                &mut self.fields[written..],
                &mut self.ends[count..],
            );
            if !at_end {
                self.input.consume(read);
            }
            (taken, written, count) = (taken + read, written + wrote, count + ended);
            match result {
                ReadRecordResult::Record => return Ok(Some((line, count))),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty if at_end => {
                    return Err(ReadError::at(
                        name,
                        Some(line),
                        "the row that begins here has a quote that is never closed",
                    ));
                }
                ReadRecordResult::InputEmpty if taken > MAX_RECORD => {
                    return Err(too_long(name, line));
                }
                ReadRecordResult::InputEmpty => {}
            }
        }
    }

    /// Passes over what ends the last line, and blank lines, so that the parser's line is the one
    /// on which the next record begins. `false` at the end of the input.
    fn skip_line_ends(&mut self, name: &str) -> Result<bool, ReadError> {
        loop {
            let line = self.parser.line();
            let buffer = self
                .input
                .fill_buf()
                .map_err(|error| failed(name, Some(line), &error))?;
            let rest = buffer.iter().position(|b| !matches!(b, b'\r' | b'\n'));
            let count = rest.unwrap_or(buffer.len());
            let lines = buffer[..count].iter().filter(|b| **b == b'\n').count();
            self.parser.set_line(line + lines as u64);
            self.input.consume(count);
            if rest.is_some() || count == 0 {
                return Ok(rest.is_some());
            }
        }
    }

    /// Field number `index` of the record read last.
    fn text(&self, name: &str, line: u64, index: usize) -> Result<&str, ReadError> {
        let start = match index.checked_sub(1) {
            Some(previous) => self.ends[previous],
            None => 0,
        };
        std::str::from_utf8(&self.fields[start..self.ends[index]]).map_err(|_| {
            let column = match self.columns.get(index) {
                Some(column) => format!("the column {column:?}"),
                None => format!("column {}", index + 1),
            };
            ReadError::at(
                name,
                Some(line),
                format!("{column} is not UTF-8 text; save the file as UTF-8"),
            )
        })
    }
}

impl Records for Delimited {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, name: &str) -> Result<Option<Record>, ReadError> {
        let Some((line, count)) = self.read(name)? else {
            return Ok(None);
        };
        let expected = self.columns.len();
        if count != expected {
            let what =
                format!("this row has {count} values; {expected} were expected, as in the header");
            return Err(ReadError::at(name, Some(line), what));
        }
        let values = (0..count).map(|index| {
            let text = self.text(name, line, index)?.to_string();
            Ok(Some(Value::Text(Cow::Owned(text))))
        });
        let values = values.collect::<Result<_, _>>()?;
        Ok(Some(Record { line, values }))
    }
}
