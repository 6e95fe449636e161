//! The records of a block, one after the other, without a copy of what nobody asks for.

use super::blocks::{Block, Shape, line_ends};
use super::fields::Splitter;

/// A record of a block.
pub struct Cut<'a> {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its bytes as they lie in the table, without the line end.
    pub given: &'a [u8],
    /// Its values, or why it is no record: one sentence without file and line.
    pub content: Result<Content<'a>, String>,
}

/// Content of a record.
pub enum Content<'a> {
    /// One value per column.
    Fields(Fields<'a>),
    /// A line of JSON Lines, not looked at yet.
    Json(&'a [u8]),
}

/// The values of a record, unquoted.
pub struct Fields<'a> {
    splitter: &'a Splitter,
    bytes: &'a [u8],
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
        std::str::from_utf8(self.splitter.get(self.bytes, index)).map_err(|_| {
            let column = &self.columns[index];
            format!("the column {column:?} is not UTF-8 text; save the file as UTF-8")
        })
    }
}

/// Cuts blocks into records. Keep one a thread: it reuses its memory.
pub struct Cutter<'s> {
    shape: &'s Shape,
    /// None for JSON Lines.
    splitter: Option<Splitter>,
}

impl<'s> Cutter<'s> {
    /// For blocks of a table of this shape.
    pub fn new(shape: &'s Shape) -> Cutter<'s> {
        Cutter {
            shape,
            splitter: shape.delimiter.map(Splitter::new),
        }
    }

    /// Shows `visit` each record in turn, until it gives an error. Blank lines are skipped.
    ///
    /// # Errors
    /// Those of `visit`.
    pub fn each<E>(
        &mut self,
        block: &Block,
        mut visit: impl FnMut(Cut<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match (&mut self.splitter, self.shape.columns()) {
            (Some(splitter), Some(columns)) => each_delimited(splitter, block, columns, visit),
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
}

fn each_delimited<E>(
    splitter: &mut Splitter,
    block: &Block,
    columns: &[String],
    mut visit: impl FnMut(Cut<'_>) -> Result<(), E>,
) -> Result<(), E> {
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
        at = splitter.split(bytes, at);
        let given = &bytes[start..at];
        let (count, expected) = (splitter.len(), columns.len());
        let content = if count == expected {
            Ok(Content::Fields(Fields {
                splitter,
                bytes,
                columns,
            }))
        } else {
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
