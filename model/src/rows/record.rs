//! A record of a table, and the error of a table that has none.

use crate::row::Value;
use std::fmt;

/// Longest record, in bytes: a longer one is a file that lost a quote or its line ends.
pub const MAX_RECORD: usize = 16 << 20;

/// A table that cannot be read: one sentence, beginning with the file and the line.
#[derive(Debug, PartialEq, Eq)]
pub struct ReadError(String);

impl ReadError {
    /// A sentence about a line of a table; about the whole of it where `line` is `None`.
    pub fn at(name: &str, line: Option<u64>, what: impl fmt::Display) -> ReadError {
        ReadError(match line {
            Some(line) => format!("{name}, line {line}: {what}"),
            None => format!("{name}: {what}"),
        })
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}

/// A row of a table: one value a column, `None` where the row has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// In the order of [`Reader::columns`](super::Reader::columns), as many as it had when the record was read.
    pub values: Vec<Option<Value<'static>>>,
}
