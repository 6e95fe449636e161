//! CSV and TSV, by RFC 4180 with a header row. Every value is text.

use super::input::{Budget, Input, Limited, failed, too_long};
use super::{ReadError, Record, Records};
use crate::row::Value;
use csv::{ByteRecord, ErrorKind};
use std::borrow::Cow;

pub(super) struct Delimited {
    reader: csv::Reader<Limited>,
    budget: Budget,
    record: ByteRecord,
    columns: Vec<String>,
}

impl Delimited {
    pub fn new(name: &str, input: Input, delimiter: u8) -> Result<Delimited, ReadError> {
        let budget = Budget::default();
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .from_reader(Limited::new(input, budget.clone()));
        let mut table = Delimited {
            reader,
            budget,
            record: ByteRecord::new(),
            columns: Vec::new(),
        };
        let Some(header) = table.next(name)? else {
            return Err(ReadError::at(
                name,
                None,
                "it is empty; a header row was expected",
            ));
        };
        for (index, value) in header.values.into_iter().enumerate() {
            let Some(Value::Text(column)) = value else {
                continue;
            };
            let refuse = |what: String| Err(ReadError::at(name, Some(header.line), what));
            if column.is_empty() {
                return refuse(format!("column {} of the header has no name", index + 1));
            }
            if table.columns.iter().any(|other| *other == column) {
                return refuse(format!("the header names the column {column:?} twice"));
            }
            table.columns.push(column.into_owned());
        }
        Ok(table)
    }

    fn refuse(&self, name: &str, error: &csv::Error) -> ReadError {
        let line = error.position().map(|position| position.line());
        match error.kind() {
            _ if self.budget.is_spent() => too_long(name, self.reader.position().line()),
            ErrorKind::Io(error) => failed(name, Some(self.reader.position().line()), error),
            ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => ReadError::at(
                name,
                line,
                format!(
                    "this row has {len} values; {expected_len} were expected, as in the header"
                ),
            ),
            _ => ReadError::at(name, line, error),
        }
    }
}

impl Records for Delimited {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, name: &str) -> Result<Option<Record>, ReadError> {
        self.budget.renew();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(self.refuse(name, &error)),
        }
        let line = self.record.position().map_or(0, |position| position.line());
        let mut values = Vec::with_capacity(self.record.len());
        for (index, field) in self.record.iter().enumerate() {
            let Ok(text) = std::str::from_utf8(field) else {
                let column = match self.columns.get(index) {
                    Some(column) => format!("the column {column:?}"),
                    None => format!("column {}", index + 1),
                };
                return Err(ReadError::at(
                    name,
                    Some(line),
                    format!("{column} is not UTF-8 text; save the file as UTF-8"),
                ));
            };
            values.push(Some(Value::Text(Cow::Owned(text.to_string()))));
        }
        Ok(Some(Record { line, values }))
    }
}
