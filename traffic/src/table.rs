//! Captures as a table: one row per record, in the order of the captures.
//!
//! The first columns are those of [`FIXED`]; the columns of the model follow. A column of the model with
//! the name of a fixed one is written as `input_NAME`. [`Layout`] holds the columns and their types: those
//! of a model, or those that [`LayoutTally`] finds in the records. [`Rows`] passes each record as a row of
//! cells to a [`Sink`], which writes CSV, JSON Lines or Parquet.

mod layout;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod text;

pub use layout::{CellType, FIXED, Layout, LayoutTally, TableColumn};

use crate::answers::Answer;
use crate::captures::Tally;
use crate::members::{Members, is_redacted};
use anyhow::Result;
use layout::FixedColumn;
use monitor::capture::Record;
use serde_json::Value;

/// Writer of the rows of a table.
pub trait Sink: Send {
    /// Writes a row: for each column of the layout a value of its type, or null.
    ///
    /// # Errors
    /// When the output takes no more.
    fn row(&mut self, cells: &[Value]) -> Result<()>;

    /// Writes what is buffered, and the end of the format.
    ///
    /// # Errors
    /// When the output takes no more.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// Passes records as rows to a sink.
pub struct Rows<'a> {
    layout: &'a Layout,
    sink: Box<dyn Sink + 'a>,
    counts: TableCounts,
    /// The error after which the output takes no more.
    failure: Option<anyhow::Error>,
}

/// Numbers of rows and values of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableCounts {
    /// Rows.
    pub rows: u64,
    /// Rows without columns: their record is in a form that only a model can read.
    pub without_columns: u64,
    /// Values that were redacted, and are null in the table.
    pub redacted: u64,
    /// Values that are null because they are not of their column's type.
    pub other_type: u64,
}

impl<'a> Rows<'a> {
    /// No row yet.
    pub fn new(layout: &'a Layout, sink: Box<dyn Sink + 'a>) -> Rows<'a> {
        Rows {
            layout,
            sink,
            counts: TableCounts::default(),
            failure: None,
        }
    }

    /// Ends the table.
    ///
    /// # Errors
    /// When the output took no more.
    pub fn finish(self) -> Result<TableCounts> {
        match self.failure {
            Some(failure) => Err(failure),
            None => self.sink.finish().map(|()| self.counts),
        }
    }

    fn cells(&mut self, record: &Record<'_>) -> Vec<Value> {
        let answer = Answer::read(&record.output).unwrap_or_default();
        let text = |text: &str| match text.is_empty() {
            true => Value::Null,
            false => Value::from(text),
        };
        let fixed = FIXED.iter().map(|(column, _)| match column {
            FixedColumn::Id => text(record.label_id()),
            FixedColumn::EventId => text(&record.event_id),
            FixedColumn::Time => text(&record.inference_time),
            FixedColumn::Model => text(&record.model_name),
            FixedColumn::Version => text(&record.model_version),
            FixedColumn::Variant => text(record.variant.as_deref().unwrap_or_default()),
            FixedColumn::Answer => match (&answer.label, answer.value) {
                (Some(label), _) => Value::from(&**label),
                (None, Some(value)) => Value::from(value),
                (None, None) => Value::Null,
            },
            FixedColumn::Confidence => answer.confidence().map_or(Value::Null, Value::from),
        });
        let mut cells: Vec<Value> = fixed.collect();
        let row = Members::read(&record.input);
        self.counts.without_columns += u64::from(row.is_none());
        let row = row.unwrap_or_default();
        self.counts.redacted += row.0.iter().filter(|(_, value)| is_redacted(value)).count() as u64;
        let own = &self.layout.columns()[FIXED.len()..];
        cells.extend(
            own.iter()
                .map(|of| row.value(&of.name).cloned().unwrap_or_default()),
        );
        for (cell, column) in cells.iter_mut().zip(self.layout.columns()) {
            let had_value = !cell.is_null();
            *cell = column.cell_type.convert(std::mem::take(cell));
            self.counts.other_type += u64::from(had_value && cell.is_null());
        }
        cells
    }
}

impl Tally for Rows<'_> {
    fn add(&mut self, record: &Record<'_>) {
        if self.failure.is_some() {
            return;
        }
        let cells = self.cells(record);
        self.counts.rows += 1;
        self.failure = self.sink.row(&cells).err();
    }

    fn merge(&mut self, _other: Self) {
        unreachable!("a table is written by one thread, in order");
    }
}

#[cfg(test)]
mod tests;
