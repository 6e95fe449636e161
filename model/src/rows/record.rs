//! A record of a table, and the error of a table that has none.

use crate::row::Value;
use std::fmt;

/// Longest record, in bytes: a longer one is a file that lost a quote or its line ends.
pub const MAX_RECORD: usize = 16 << 20;

/// Kinds of errors of a table that a program may distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// The file cannot be read.
    Unreadable,
    /// The gzip data are damaged or cut short.
    Damaged,
    /// The name or the first bytes belong to no format that is read.
    UnknownFormat,
    /// There is neither a header nor a row.
    Empty,
    /// The header or a row breaks the rules of its format, or is too long.
    Malformed,
    /// A column is not there.
    MissingColumn,
    /// A row can be read, but a value in it is not one that is taken here.
    BadValue,
}

/// A table that cannot be read on: shown as one sentence, which begins with the file and the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    kind: ReadErrorKind,
    table: String,
    line: Option<u64>,
    what: String,
}

impl ReadError {
    /// An error on a line of a table; of the whole table where `line` is `None`. `what` goes on with
    /// the sentence that the table's name begins.
    pub fn at(
        kind: ReadErrorKind,
        table: &str,
        line: Option<u64>,
        what: impl fmt::Display,
    ) -> ReadError {
        ReadError {
            kind,
            table: table.to_string(),
            line,
            what: what.to_string(),
        }
    }

    /// Its kind.
    pub fn kind(&self) -> ReadErrorKind {
        self.kind
    }

    /// The line, from 1, where the error is about one.
    pub fn line(&self) -> Option<u64> {
        self.line
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.what)
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
