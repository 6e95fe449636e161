//! Tables: CSV, TSV and JSON Lines, each also gzipped.
//!
//! One cutter reads all of them, for training, `hearth predict`, batch and the function's requests:
//!
//! ```text
//! stream -> Blocks of whole records -> Cutter -> records       batch, on many threads
//!                                             -> Reader        training, a record at a time
//! bytes in memory -> Table          -> Cutter -> records       a request
//! ```
//!
//! `start` finds the format and the delimiter, `fields` has the rules of quotes and line ends,
//! `input` undoes gzip. Memory is bounded by a block and a record; whatever a table holds, the
//! result is a record or one sentence that says where (file, line), what, and what was expected.
//! Values are not copied unless they have quotes inside.

mod blocks;
mod cutter;
mod fields;
mod input;
mod json_lines;
mod reader;
mod record;
mod start;
mod table;

pub use blocks::{Block, Blocks};
pub use cutter::{Content, Cut, Cutter, Fields, Position, Shape};
pub use reader::Reader;
pub use record::{MAX_RECORD, ReadError, ReadErrorKind, Record};
pub use start::Format;
pub use table::Table;

use std::borrow::Cow;

/// A value as CSV has it, by RFC 4180, section 2: what holds a comma, a quote or a line end stands in
/// quotes, which are doubled within.
pub fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}
