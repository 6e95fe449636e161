//! The cutter of tables: records, one after the other, from bytes that hold whole ones.

use super::fields::{self, FieldRange, blank};
use crate::row::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// Error for a quote without its other one.
pub(super) const NEVER_CLOSED: &str = "the row that begins here has a quote that is never closed";

/// Format of the records of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    /// Delimiter of values; `None` for JSON Lines.
    pub(super) delimiter: Option<u8>,
    /// The names in the header.
    pub(super) columns: Vec<String>,
}

impl Shape {
    /// Behind the last record that ends in `bytes`, which begin with a record; 0 if none ends. `true`
    /// if the bytes end within quotes.
    pub(super) fn last_end(&self, bytes: &[u8]) -> (usize, bool) {
        match self.delimiter {
            Some(delimiter) => fields::last_end(bytes, delimiter),
            None => (memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1), false),
        }
    }
}

/// A place in the bytes of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub(super) at: usize,
    pub(super) line: u64,
}

impl Position {
    /// The first byte, which stands on this line, from 1.
    pub fn at_line(line: u64) -> Position {
        Position { at: 0, line }
    }

    fn skip(&mut self, bytes: &[u8]) {
        self.at += bytes.len();
        self.line += line_ends(bytes);
    }
}

pub(super) fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// A record.
pub struct Cut<'c, 't> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its bytes as they lie in the table, without the line end.
    pub given: &'t [u8],
    /// Its values.
    pub content: Content<'c, 't>,
}

/// Content of a record.
pub enum Content<'c, 't> {
    /// Values of delimited text.
    Fields(Fields<'c, 't>),
    /// A line of JSON Lines, not looked at yet.
    Json(&'t [u8]),
}

/// The values of a record of delimited text.
pub struct Fields<'c, 't> {
    shape: &'c Shape,
    ranges: &'c [FieldRange],
    count: usize,
    is_open: bool,
    bytes: &'t [u8],
}

impl<'t> Fields<'_, 't> {
    /// Number of values, including those that are beyond the cutter's limit.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Checks that the record is whole and has a value for each column of the header.
    ///
    /// # Errors
    /// One sentence without file and line.
    pub fn check(&self) -> Result<(), String> {
        self.check_closed()?;
        let (count, expected) = (self.count, self.shape.columns.len());
        if count == expected {
            return Ok(());
        }
        Err(format!(
            "this row has {count} values; {expected} were expected, as in the header"
        ))
    }

    /// Checks that the record does not end within quotes.
    ///
    /// # Errors
    /// One sentence without file and line.
    pub fn check_closed(&self) -> Result<(), String> {
        match self.is_open {
            true => Err(NEVER_CLOSED.to_string()),
            false => Ok(()),
        }
    }

    /// The text of a value; borrowed where it has no quotes inside.
    ///
    /// # Errors
    /// When it is not UTF-8: one sentence without file and line.
    ///
    /// # Panics
    /// When there is no such value.
    pub fn text(&self, index: usize) -> Result<Cow<'t, str>, String> {
        let text = match self.ranges[index].bytes(self.bytes) {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        text.ok_or_else(|| {
            let column = match self.shape.columns.get(index) {
                Some(column) => format!("the column {column:?}"),
                None => format!("column {}", index + 1),
            };
            format!("{column} is not UTF-8 text; save the file as UTF-8")
        })
    }

    /// The values at `places`, in their order; none where there is no place.
    ///
    /// # Errors
    /// As [`Fields::text`].
    ///
    /// # Panics
    /// When a place has no value; after [`Fields::check`], all places of the header have one.
    pub fn values(
        &self,
        places: &[Option<usize>],
    ) -> impl Iterator<Item = Result<Option<Value<'t>>, String>> {
        let value = |place: &Option<usize>| match place {
            Some(place) => Ok(Some(Value::Text(self.text(*place)?))),
            None => Ok(None),
        };
        places.iter().map(value)
    }

    /// The text of every value within the limit.
    ///
    /// # Errors
    /// As [`Fields::text`].
    pub fn texts(&self) -> impl ExactSizeIterator<Item = Result<Cow<'t, str>, String>> {
        (0..self.ranges.len()).map(|index| self.text(index))
    }

    /// The names of columns, of a header. One without a name gets the name that pandas gives it.
    ///
    /// # Errors
    /// When it is not whole or not UTF-8: one sentence without file and line.
    pub(super) fn names(&self) -> Result<Vec<String>, String> {
        self.check_closed()?;
        let name = |(index, text): (usize, Result<Cow<'_, str>, String>)| {
            Ok(match text? {
                text if text.is_empty() => format!("Unnamed: {index}"),
                text => text.into_owned(),
            })
        };
        self.texts().enumerate().map(name).collect()
    }
}

/// Cuts bytes into records. Keep it: it reuses its memory.
pub struct Cutter {
    shape: Arc<Shape>,
    /// Most values of a record that are kept; those beyond are counted.
    most: usize,
    ranges: Vec<FieldRange>,
}

impl Cutter {
    /// For tables of this shape.
    pub fn new(shape: &Arc<Shape>) -> Cutter {
        Cutter::with_limit(shape, shape.columns.len())
    }

    /// The same, keeping up to `most` values of a record.
    pub(super) fn with_limit(shape: &Arc<Shape>, most: usize) -> Cutter {
        Cutter {
            shape: Arc::clone(shape),
            most,
            ranges: Vec::new(),
        }
    }

    /// The record at `position`, which moves behind it; `None` at the end. Blank lines are skipped.
    /// Where the bytes end, so does the last record.
    pub fn next<'c, 't>(
        &'c mut self,
        bytes: &'t [u8],
        position: &mut Position,
    ) -> Option<Cut<'c, 't>> {
        match self.shape.delimiter {
            Some(delimiter) => self.next_fields(delimiter, bytes, position),
            None => next_line(bytes, position),
        }
    }

    fn next_fields<'c, 't>(
        &'c mut self,
        delimiter: u8,
        bytes: &'t [u8],
        position: &mut Position,
    ) -> Option<Cut<'c, 't>> {
        let rest = &bytes[position.at..];
        position.skip(&rest[..blank(rest)]);
        let Position { at: start, line } = *position;
        if start == bytes.len() {
            return None;
        }
        self.ranges.clear();
        let (mut at, mut count) = (start, 0);
        let last = loop {
            let range = FieldRange::of(bytes, at, delimiter);
            if count < self.most {
                self.ranges.push(range);
            }
            count += 1;
            at = range.stop + 1;
            if bytes.get(range.stop) != Some(&delimiter) {
                break range;
            }
        };
        let end = bytes.len().min(last.stop + 1);
        position.skip(&bytes[start..end]);
        Some(Cut {
            line,
            given: &bytes[start..last.stop],
            content: Content::Fields(Fields {
                shape: &self.shape,
                ranges: &self.ranges,
                count,
                is_open: last.is_open,
                bytes,
            }),
        })
    }
}

fn next_line<'t>(bytes: &'t [u8], position: &mut Position) -> Option<Cut<'static, 't>> {
    loop {
        let rest = &bytes[position.at..];
        if rest.is_empty() {
            return None;
        }
        let line = position.line;
        let end = memchr::memchr(b'\n', rest);
        position.at += end.map_or(rest.len(), |end| end + 1);
        position.line += u64::from(end.is_some());
        let given = rest[..end.unwrap_or(rest.len())].trim_ascii_end();
        if !given.trim_ascii_start().is_empty() {
            return Some(Cut {
                line,
                given,
                content: Content::Json(given),
            });
        }
    }
}
