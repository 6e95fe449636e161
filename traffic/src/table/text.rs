//! Tables as CSV and JSON Lines.

use super::{Layout, Sink};
use anyhow::Result;
use model::rows::quoted;
use serde_json::Value;
use std::borrow::Cow;
use std::io::Write;

/// Writes CSV by RFC 4180: a missing value is an empty cell, an empty text is `""`, as PostgreSQL tells
/// them apart.
pub struct CsvSink<W>(W);

impl<W: Write> CsvSink<W> {
    /// A table with its header.
    ///
    /// # Errors
    /// When the output takes nothing.
    pub fn new(mut out: W, layout: &Layout) -> Result<CsvSink<W>> {
        let headers = layout.columns().iter().map(|of| cell(&of.header));
        let headers: Vec<Cow<'_, str>> = headers.collect();
        writeln!(out, "{}", headers.join(","))?;
        Ok(CsvSink(out))
    }
}

/// A text as a cell, never empty. Text of PostgreSQL holds no NUL: U+FFFD stands for it.
fn cell(text: &str) -> Cow<'_, str> {
    match text {
        "" => Cow::Borrowed("\"\""),
        // A line of a single `\.` ends the input of PostgreSQL's `\copy`.
        "\\." => Cow::Borrowed("\"\\.\""),
        text if text.contains('\0') => {
            Cow::Owned(quoted(&text.replace('\0', "\u{fffd}")).into_owned())
        }
        text => quoted(text),
    }
}

impl<W: Write + Send> Sink for CsvSink<W> {
    fn row(&mut self, cells: &[Value]) -> Result<()> {
        for (index, value) in cells.iter().enumerate() {
            if index > 0 {
                self.0.write_all(b",")?;
            }
            match value {
                Value::Null => {}
                Value::String(text) => self.0.write_all(cell(text).as_bytes())?,
                other => write!(self.0, "{other}")?,
            }
        }
        Ok(self.0.write_all(b"\n")?)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        Ok(self.0.flush()?)
    }
}

/// Writes an object per line, with every column.
pub struct JsonlSink<'a, W> {
    out: W,
    layout: &'a Layout,
}

impl<'a, W: Write> JsonlSink<'a, W> {
    /// No row yet.
    pub fn new(out: W, layout: &'a Layout) -> JsonlSink<'a, W> {
        JsonlSink { out, layout }
    }
}

impl<W: Write + Send> Sink for JsonlSink<'_, W> {
    fn row(&mut self, cells: &[Value]) -> Result<()> {
        for (index, (column, value)) in self.layout.columns().iter().zip(cells).enumerate() {
            self.out.write_all(if index == 0 { b"{" } else { b"," })?;
            serde_json::to_writer(&mut self.out, &column.header)?;
            self.out.write_all(b":")?;
            serde_json::to_writer(&mut self.out, value)?;
        }
        Ok(self.out.write_all(b"}\n")?)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        Ok(self.out.flush()?)
    }
}
