//! A table in blocks of whole records: one thread cuts it, many read the blocks.
//!
//! Cutting needs the state of the quotes from the first byte on, so it is done in order, and does
//! nothing else: 1 to 2 GB/s. What reads a block is in `cut`.

use super::delimited::Delimited;
use super::input::{self, Input, failed, too_long};
use super::{Format, MAX_RECORD, ReadError, Start};
use std::io::Read;
use std::sync::Arc;

/// Large enough that handing it over costs nothing, small enough for the cache of a core.
const BLOCK: usize = 256 << 10;

/// Format of the records of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    /// Delimiter of values; `None` for JSON Lines.
    pub(super) delimiter: Option<u8>,
    columns: Vec<String>,
}

impl Shape {
    /// The header's columns; `None` for JSON Lines, where each line names its own.
    pub fn columns(&self) -> Option<&[String]> {
        self.delimiter.map(|_| self.columns.as_slice())
    }
}

/// Some whole records, as they lie in the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The line on which the first of `bytes` stands, from 1.
    pub line: u64,
    /// The records, with their line ends.
    pub bytes: Vec<u8>,
}

/// A table, open for being cut.
pub struct Blocks {
    name: String,
    input: Input,
    shape: Arc<Shape>,
    /// The line of the next block.
    line: u64,
    /// Bytes that were read after the last block.
    rest: Vec<u8>,
}

impl Blocks {
    /// Cuts the table that `input` holds; `name` stands in errors. Without a format, the first line
    /// decides.
    ///
    /// # Errors
    /// When it has no legal header.
    pub fn new(
        name: &str,
        input: Box<dyn Read>,
        format: Option<Format>,
    ) -> Result<Blocks, ReadError> {
        let mut input = input::decoded(name, input)?;
        let Start {
            delimiter,
            line,
            is_empty,
        } = Start::find(name, &mut input, format)?;
        let (input, line, columns) = match delimiter {
            Some(delimiter) => Delimited::new(name, input, delimiter, line)?.behind_header(),
            None => (input, 1, Vec::new()),
        };
        if delimiter.is_none() && is_empty {
            let what = "it is empty; a JSON object a line was expected";
            return Err(ReadError::at(name, None, what));
        }
        Ok(Blocks {
            name: name.to_string(),
            input,
            shape: Arc::new(Shape { delimiter, columns }),
            line,
            rest: Vec::new(),
        })
    }

    /// The table's name, as errors give it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything that is needed to read the blocks.
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// The next block, `None` at the end.
    ///
    /// # Errors
    /// When the table cannot be read on, or from here on nobody can tell where a record ends: a
    /// quote that is never closed, a record beyond [`MAX_RECORD`].
    pub fn next_block(&mut self) -> Result<Option<Block>, ReadError> {
        let mut bytes = std::mem::take(&mut self.rest);
        let mut scanner = Scanner::new(self.shape.delimiter);
        let (mut scanned, mut whole) = (0, 0);
        loop {
            if let Some(end) = scanner.last_end(&bytes[scanned..]) {
                whole = scanned + end;
            }
            scanned = bytes.len();
            let line = |whole: usize| self.line + line_ends(&bytes[..whole]);
            if scanned - whole > MAX_RECORD && whole == 0 {
                return Err(too_long(&self.name, line(0)));
            }
            if whole > 0 && (scanned >= BLOCK || scanned - whole > MAX_RECORD) {
                break;
            }
            let room = BLOCK.max(scanned) - scanned + BLOCK / 4;
            bytes.resize(scanned + room, 0);
            let read = self.input.read(&mut bytes[scanned..]);
            let read = read.map_err(|error| failed(&self.name, Some(self.line), &error))?;
            bytes.truncate(scanned + read);
            if read == 0 {
                if !scanner.is_quoted() {
                    whole = scanned;
                } else if whole == 0 {
                    let what = "the row that begins here has a quote that is never closed";
                    let blank = bytes
                        .iter()
                        .take_while(|b| matches!(b, b'\r' | b'\n'))
                        .count();
                    let line = self.line + line_ends(&bytes[..blank]);
                    return Err(ReadError::at(&self.name, Some(line), what));
                }
                break;
            }
        }
        if whole == 0 {
            return Ok(None);
        }
        self.rest = bytes[whole..].to_vec();
        bytes.truncate(whole);
        let line = self.line;
        self.line += line_ends(&bytes);
        Ok(Some(Block { line, bytes }))
    }
}

pub(super) fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Finds where records end, by the states of `csv-core`: a quote opens only at the start of a
/// value, and what follows a closed one is plain.
struct Scanner {
    delimiter: Option<u8>,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// At the start of a value.
    Start,
    Plain,
    Quoted,
    /// Behind a quote within quotes: it closes, or is the first of two.
    Quote,
}

impl Scanner {
    fn new(delimiter: Option<u8>) -> Scanner {
        Scanner {
            delimiter,
            state: State::Start,
        }
    }

    fn is_quoted(&self) -> bool {
        self.state == State::Quoted
    }

    /// Behind the last record that ends in `bytes`, which follow those given before.
    fn last_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let Some(delimiter) = self.delimiter else {
            return memchr::memrchr(b'\n', bytes).map(|at| at + 1);
        };
        let (mut at, mut end) = (0, None);
        while at < bytes.len() {
            let rest = &bytes[at..];
            match self.state {
                State::Quoted => match memchr::memchr(b'"', rest) {
                    Some(quote) => {
                        at += quote + 1;
                        self.state = State::Quote;
                    }
                    None => return end,
                },
                State::Start | State::Quote if rest[0] == b'"' => {
                    at += 1;
                    self.state = State::Quoted;
                }
                State::Start | State::Quote | State::Plain => {
                    let Some(stop) = memchr::memchr3(delimiter, b'\n', b'\r', rest) else {
                        self.state = State::Plain;
                        return end;
                    };
                    at += stop + 1;
                    self.state = State::Start;
                    if rest[stop] != delimiter {
                        end = Some(at);
                    }
                }
            }
        }
        end
    }
}
