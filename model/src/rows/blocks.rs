//! A table from a stream, in blocks of whole records: one thread finds the blocks, many may read
//! them.
//!
//! Where a record ends depends on the quotes from the first byte on, so the blocks are found in
//! order, and nothing else is done meanwhile: 1 to 2 GB/s. A [`Cutter`](super::Cutter) reads a block.

use super::cutter::{NEVER_CLOSED, Position, Shape, line_ends};
use super::input::{Input, failed, too_long};
use super::start::{Format, Start};
use super::table::Table;
use super::{MAX_RECORD, ReadError, ReadErrorKind};
use crate::columns::{Columns, HeaderFault};
use crate::hint::did_you_mean;
use std::fmt;
use std::io::Read;
use std::sync::Arc;

/// Large enough that handing it over costs nothing, small enough for the cache of a core.
const BLOCK: usize = 256 << 10;

/// Some whole records, as they lie in the table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The line on which the first of `bytes` stands, from 1.
    pub line: u64,
    /// The records, with their line ends.
    pub bytes: Vec<u8>,
}

impl Block {
    /// Its first byte.
    pub fn start(&self) -> Position {
        Position::at_line(self.line)
    }
}

/// Length to read to where so many bytes hold no whole record: twice as many, up to the first that are
/// too many.
fn longer(length: usize) -> usize {
    (2 * length).clamp(BLOCK, MAX_RECORD + 1)
}

/// A table, open for being read in blocks.
pub struct Blocks {
    name: String,
    input: Input,
    shape: Arc<Shape>,
    header_line: u64,
    /// The line of the next block.
    line: u64,
    /// Bytes that were read behind the last block.
    rest: Vec<u8>,
}

impl Blocks {
    /// Reads the beginning of the table that `input` holds; `name` stands in errors. Without a
    /// format, the first line decides.
    ///
    /// # Errors
    /// When it has no legal header.
    pub fn new(
        name: &str,
        input: Box<dyn Read>,
        format: Option<Format>,
    ) -> Result<Blocks, ReadError> {
        let mut input = Input::new(name, input)?;
        let mut rest = Vec::new();
        // A table that comes through a pipe is open once its header is here: no row is waited for.
        let start = loop {
            let (start, length) = (Start::of(&rest, format, true), rest.len());
            if start.has_record(&rest) || input.has_ended() || length > MAX_RECORD {
                break start;
            }
            input.fill(&mut rest, length + 1, longer(length));
        };
        if rest.starts_with(&[0xff, 0xfe]) || rest.starts_with(&[0xfe, 0xff]) {
            let what = "this is UTF-16 text; save it as UTF-8";
            return Err(ReadError::at(
                ReadErrorKind::UnknownFormat,
                name,
                Some(1),
                what,
            ));
        }
        let Start { position, shape } = start;
        rest.drain(..position.at);
        let mut blocks = Blocks {
            name: name.to_string(),
            input,
            shape: Arc::new(shape),
            header_line: position.line,
            line: position.line,
            rest,
        };
        match blocks.shape.delimiter {
            Some(_) => blocks.read_header()?,
            None if blocks.rest.is_empty() => {
                return Err(blocks.failure().unwrap_or_else(|| {
                    let what = "it is empty; a JSON object a line was expected";
                    ReadError::at(ReadErrorKind::Empty, name, None, what)
                }));
            }
            None => {}
        }
        Ok(blocks)
    }

    fn read_header(&mut self) -> Result<(), ReadError> {
        while let Some(mut block) = self.block(0)? {
            let shape = Shape {
                delimiter: self.shape.delimiter,
                columns: Vec::new(),
            };
            let mut table = Table::at(&block.bytes, block.start(), shape, usize::MAX);
            let Some((line, header)) = table.header() else {
                continue;
            };
            let malformed =
                |what| ReadError::at(ReadErrorKind::Malformed, &self.name, Some(line), what);
            header.map_err(malformed)?;
            let (shape, position) = table.into_parts();
            (self.shape, self.header_line, self.line) = (shape, line, position.line);
            block.bytes.drain(..position.at);
            block.bytes.append(&mut self.rest);
            self.rest = block.bytes;
            return Ok(());
        }
        let what = "it is empty; a header row was expected";
        Err(ReadError::at(ReadErrorKind::Empty, &self.name, None, what))
    }

    /// The table's name, as errors give it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything that is needed to read the blocks.
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// The header's columns; `None` for JSON Lines, where each line names its own.
    pub fn columns(&self) -> Option<&[String]> {
        self.shape.delimiter.map(|_| self.shape.columns.as_slice())
    }

    /// Error about the header.
    pub fn refuse_header(&self, what: impl fmt::Display) -> ReadError {
        let line = Some(self.header_line);
        ReadError::at(ReadErrorKind::Malformed, &self.name, line, what)
    }

    /// Places of the model's columns in the header; none for JSON Lines, where each line names its own.
    ///
    /// # Errors
    /// When the header lacks a required column, or names one twice.
    pub fn places(&self, columns: &Columns<'_>) -> Result<Vec<Option<usize>>, ReadError> {
        let Some(header) = self.columns() else {
            return Ok(Vec::new());
        };
        let mut refused = None;
        let names = header.iter().map(String::as_str);
        let places = columns.places(names, |fault| match fault {
            HeaderFault::Unknown(_) => {}
            HeaderFault::Missing(_, name) => {
                refused.get_or_insert_with(|| self.no_column(name, header));
            }
            HeaderFault::Duplicate(..) => {
                refused.get_or_insert_with(|| self.refuse_header(fault));
            }
        });
        refused.map_or(Ok(places), Err)
    }

    /// Error for a column that is not among those of the table.
    pub fn no_column(&self, name: &str, columns: &[String]) -> ReadError {
        let meant = did_you_mean(name, columns.iter().map(String::as_str));
        let columns = columns.join(", ");
        let what = format!("there is no column {name:?}; it has {columns}{meant}");
        ReadError::at(ReadErrorKind::MissingColumn, &self.name, None, what)
    }

    /// The next block, `None` at the end.
    ///
    /// # Errors
    /// When the table cannot be read on, or from here on nobody can tell where a record ends: a
    /// quote that is never closed, a record beyond [`MAX_RECORD`].
    pub fn next_block(&mut self) -> Result<Option<Block>, ReadError> {
        self.block(BLOCK)
    }

    /// The whole records of the next `least` bytes, or of more where these hold none.
    fn block(&mut self, least: usize) -> Result<Option<Block>, ReadError> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut length = least;
        let (mut whole, is_open) = loop {
            self.input.fill(&mut bytes, length, length);
            let (end, is_open) = self.shape.last_end(&bytes);
            if end == 0 && bytes.len() > MAX_RECORD {
                return Err(too_long(&self.name, self.line));
            }
            if end > 0 || self.input.has_ended() {
                break (end, is_open);
            }
            length = longer(bytes.len());
        };
        // The last record may lack its line end; one before a failure may lack more.
        if self.input.has_ended() && self.input.error().is_none() && !is_open {
            whole = bytes.len();
        }
        if whole == 0 {
            self.rest = bytes;
            return match self.failure() {
                Some(failure) => Err(failure),
                None if is_open => {
                    let line = Some(self.line);
                    Err(ReadError::at(
                        ReadErrorKind::Malformed,
                        &self.name,
                        line,
                        NEVER_CLOSED,
                    ))
                }
                None => Ok(None),
            };
        }
        self.rest = bytes.split_off(whole);
        let line = self.line;
        self.line += line_ends(&bytes);
        Ok(Some(Block { line, bytes }))
    }

    /// Error for bytes that could not be read.
    fn failure(&self) -> Option<ReadError> {
        let error = self.input.error()?;
        let is_begun = self.line > 1 || !self.rest.is_empty();
        Some(failed(&self.name, is_begun.then_some(self.line), error))
    }
}
