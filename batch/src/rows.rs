//! Rows that a state machine read: Step Functions reads Parquet, which this program does not, and hands
//! over some hundred rows at a time. Their answers are one part of the file's.

use crate::event::Options;
use crate::plan::Task;
use crate::settings::Form;
use anyhow::{Context, Result, anyhow};
use model::rows::{Blocks, Format};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::io::Cursor;
use storage::Location;

/// Event with rows; `BatchInput` has `"rows": true`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RowEvent {
    items: Vec<Item>,
    batch_input: Shared,
}

/// One row, and its number in the file, from 0.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    index: u64,
    row: Box<RawValue>,
}

/// Locations and options of all parts of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    input: String,
    output: String,
    /// True: it tells this event from one with tables.
    #[serde(rename = "rows")]
    _rows: bool,
    id: Option<String>,
    format: Option<String>,
    top: Option<usize>,
    #[serde(default)]
    keep_formulas: bool,
}

impl RowEvent {
    /// Parses an event with rows; `None` when `event` is of another kind.
    ///
    /// # Errors
    /// One sentence, when something is missing in it or unknown.
    pub fn parse(event: &serde_json::Value) -> Result<Option<RowEvent>> {
        if event.pointer("/BatchInput/rows") != Some(&true.into()) {
            return Ok(None);
        }
        let rows =
            RowEvent::deserialize(event).context("the event has rows, but not as expected")?;
        Ok(Some(rows))
    }

    /// Options of the answers.
    pub fn options(&self) -> Options {
        Options {
            id: self.batch_input.id.clone(),
            format: self.batch_input.format.clone(),
            top: self.batch_input.top,
            keep_formulas: self.batch_input.keep_formulas,
        }
    }

    /// The task of these rows: its answers are named after the first of them, so that parts sort in
    /// the order of the file, and the same rows have the same place again.
    ///
    /// # Errors
    /// When there is no row, or a location is none.
    pub fn task(&self, form: Form) -> Result<Task> {
        let first = self
            .items
            .first()
            .ok_or_else(|| anyhow!("the event has no rows"))?;
        let input: Location = self.batch_input.input.parse()?;
        let output: Location = self.batch_input.output.parse()?;
        let name = format!("part-{:012}", first.index);
        Ok(Task {
            input,
            bad: output.join(&format!("{name}.bad.jsonl")),
            above: Some(output.clone()),
            output: output.join(&format!("{name}.{}", form.ending())),
            etag: None,
        })
    }

    /// The rows as a table of JSON Lines.
    ///
    /// # Errors
    /// When they have no legal form.
    pub fn table(&self) -> Result<Blocks> {
        let mut lines = Vec::new();
        for item in &self.items {
            lines.extend_from_slice(item.row.get().as_bytes());
            lines.push(b'\n');
        }
        let input = &self.batch_input.input;
        Ok(Blocks::new(
            input,
            Box::new(Cursor::new(lines)),
            Some(Format::Jsonl),
        )?)
    }
}
