//! Tables, a record at a time: CSV, TSV and JSON Lines, each also gzipped.
//!
//! The one way in for rows from a file, for training, `hearth predict` and batch alike. Memory is
//! bounded by one record; whatever a file holds, the answer is a record or one sentence that says
//! where (file, line), what, and what was expected.
//!
//! A table is read in one of two ways, which give the same records: [`Reader`] a record at a time;
//! [`Blocks`] cuts it into blocks of whole records, which many threads read with a [`Cutter`]. The
//! second can also go on behind a record that is none.

mod blocks;
mod cut;
mod delimited;
mod fields;
mod input;
mod json_lines;
mod record;

pub use blocks::{Block, Blocks, Shape};
pub use cut::{Content, Cut, Cutter, Fields};
pub use record::{MAX_RECORD, ReadError, Record};

use input::Input;
use record::Records;
use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, Read};
use std::path::Path;

/// Format of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header row, RFC 4180; semicolons where the header has no
    /// comma.
    Csv,
    /// The same with tabs.
    Tsv,
    /// A JSON object a line.
    Jsonl,
}

impl Format {
    /// The format by a file's name; a trailing `.gz` does not matter.
    pub fn of_name(name: &str) -> Option<Format> {
        let name = name.to_ascii_lowercase();
        let stem = name.strip_suffix(".gz").unwrap_or(&name);
        match stem.rsplit_once('.')?.1 {
            "csv" => Some(Format::Csv),
            "tsv" => Some(Format::Tsv),
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            _ => None,
        }
    }

    /// Delimiter of a table with this first line.
    fn delimiter(self, first_line: &[u8]) -> Option<u8> {
        match self {
            // Spreadsheets write semicolons where the comma is the decimal point.
            Format::Csv if first_line.contains(&b';') && !first_line.contains(&b',') => Some(b';'),
            Format::Csv => Some(b','),
            Format::Tsv => Some(b'\t'),
            Format::Jsonl => None,
        }
    }

    /// The format of text whose first line is this.
    fn of_first_line(first_line: &[u8]) -> Format {
        if first_line.trim_ascii_start().starts_with(b"{") {
            Format::Jsonl
        } else if first_line.contains(&b'\t') && !first_line.contains(&b',') {
            Format::Tsv
        } else {
            Format::Csv
        }
    }
}

/// Delimiter that a first line such as `sep=;` names, which spreadsheets write and read, and the
/// line's length with its end.
pub fn separator_line(table: &[u8]) -> Option<(u8, usize)> {
    let length = table.iter().position(|byte| *byte == b'\n')? + 1;
    let line = table[..length].trim_ascii_end();
    let line = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    let (name, delimiter) = line.split_at_checked(4)?;
    match (name.eq_ignore_ascii_case(b"sep="), delimiter) {
        (true, [delimiter]) if delimiter.is_ascii_punctuation() => Some((*delimiter, length)),
        // The tab was trimmed as a blank.
        (true, []) if table[4..].starts_with(b"\t") => Some((b'\t', length)),
        _ => None,
    }
}

/// Beginning of a table.
struct Start {
    /// `None` for JSON Lines.
    delimiter: Option<u8>,
    /// Line of the header, from 1.
    line: u64,
    is_empty: bool,
}

impl Start {
    /// Finds it out from the first line, which is left in `input` unless it names the delimiter.
    fn find(name: &str, input: &mut Input, format: Option<Format>) -> Result<Start, ReadError> {
        let mut first_line = input::peek_line(name, input)?;
        let mut line = 1;
        let mut named = None;
        if format != Some(Format::Jsonl)
            && let Some((delimiter, _)) = separator_line(&first_line)
        {
            let skipped = input.read_until(b'\n', &mut Vec::new());
            skipped.map_err(|error| input::failed(name, Some(1), &error))?;
            first_line = input::peek_line(name, input)?;
            (line, named) = (2, Some(delimiter));
        }
        let format = format.unwrap_or_else(|| Format::of_first_line(&first_line));
        Ok(Start {
            delimiter: named.or_else(|| format.delimiter(&first_line)),
            line,
            is_empty: first_line.is_empty(),
        })
    }
}

/// A value as CSV has it, by RFC 4180, section 2: what holds a comma, a quote or a line end stands in
/// quotes, which are doubled within.
pub fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// A table, open for reading.
pub struct Reader {
    name: String,
    delimiter: Option<u8>,
    records: Box<dyn Records>,
}

impl Reader {
    /// Opens a file. Its format follows from the name, compression from the content.
    ///
    /// # Errors
    /// When it cannot be read, has no known format, or has no legal header.
    pub fn open(path: &Path) -> Result<Reader, ReadError> {
        let name = path.display().to_string();
        let refuse = |what: &dyn fmt::Display| ReadError::at(&name, None, what);
        let format = Format::of_name(&name).ok_or_else(|| {
            refuse(
                &"its name tells no format; .csv, .tsv or .jsonl, or one of these with .gz, was expected",
            )
        })?;
        let file = std::fs::File::open(path).map_err(|error| refuse(&error))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(refuse(&"this is a folder; a file was expected"));
        }
        Reader::new(&name, Box::new(file), Some(format))
    }

    /// Reads a table from `input`; `name` stands in errors. Without a format, the first line
    /// decides.
    ///
    /// # Errors
    /// When it has no legal header.
    pub fn new(
        name: &str,
        input: Box<dyn Read>,
        format: Option<Format>,
    ) -> Result<Reader, ReadError> {
        let mut input = input::decoded(name, input)?;
        let start = Start::find(name, &mut input, format)?;
        let records: Box<dyn Records> = match start.delimiter {
            Some(delimiter) => Box::new(delimited::Delimited::new(
                name, input, delimiter, start.line,
            )?),
            None => Box::new(json_lines::JsonLines::new(name, input)?),
        };
        Ok(Reader {
            name: name.to_string(),
            delimiter: start.delimiter,
            records,
        })
    }

    /// The file's name, as errors give it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The columns' names: the header row; of JSON Lines, the members of the objects read so far,
    /// so that the list grows while the table is read.
    pub fn columns(&self) -> &[String] {
        self.records.columns()
    }

    /// Delimiter between two values; `None` for JSON Lines.
    pub fn delimiter(&self) -> Option<u8> {
        self.delimiter
    }

    /// Where the column of this name stands.
    ///
    /// # Errors
    /// When there is none; the sentence lists those that there are.
    pub fn column(&self, name: &str) -> Result<usize, ReadError> {
        let found = self.columns().iter().position(|column| column == name);
        found.ok_or_else(|| {
            let columns = self.columns().join(", ");
            ReadError::at(
                &self.name,
                None,
                format!("there is no column {name:?}; it has {columns}"),
            )
        })
    }

    /// Gives JSON Lines these columns whether the first object has them or not; the header of other
    /// tables says which they have.
    pub fn expect_columns<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        for name in names {
            self.records.add_column(name);
        }
    }

    /// The next record, `None` at the end.
    ///
    /// # Errors
    /// When it cannot be read; what comes after such a record may begin anywhere.
    pub fn next_record(&mut self) -> Result<Option<Record>, ReadError> {
        self.records.next(&self.name)
    }
}
