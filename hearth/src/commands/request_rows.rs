//! The rows that a command sends to an endpoint, as options.

use super::model_file;
use crate::load::rows::RequestRows;
use anyhow::{Result, bail};
use batch::task;
use clap::Args;
use model::Model;
use std::path::PathBuf;
use storage::{Location, Store};

/// A table of rows, and the model file whose answers are expected.
#[derive(Args)]
pub struct RowsOptions {
    /// Rows to send in turn: a table, also in S3 [default: the example row of --model]
    #[arg(long, value_name = "TABLE", required_unless_present = "model")]
    rows: Option<Location>,
    /// Model file with whose answers to compare
    #[arg(long, short, value_name = "FILE")]
    model: Option<PathBuf>,
}

impl RowsOptions {
    /// Opens the model file and reads the rows.
    ///
    /// # Errors
    /// When one cannot be read, or the model rejects a row.
    pub fn read(&self, store: &Store) -> Result<(Option<Model<'static>>, RequestRows)> {
        let model = self.model.as_deref().map(model_file::open).transpose()?;
        let rows = match (&self.rows, &model) {
            (Some(at), model) => RequestRows::read(task::open(store, at)?, model.as_ref())?,
            (None, Some(model)) => RequestRows::example(model)?,
            (None, None) => bail!("--rows or --model was expected"),
        };
        Ok((model, rows))
    }

    /// The rows, for a person.
    pub fn shown(&self, rows: &RequestRows) -> String {
        let Some(at) = &self.rows else {
            return "the example of the model file".into();
        };
        let count = rows.count();
        match rows.is_cut {
            true => format!("the first {count} of {at}, in turn"),
            false => format!("the {count} of {at}, in turn"),
        }
    }
}
