//! The options that say what the data are: those of `hearth train` and `hearth check`.

use super::named::named;
use crate::job::Job;
use crate::params_file;
use anyhow::{Result, bail};
use clap::Args;
use model::format::{ColumnKind, Task};
use std::path::{Path, PathBuf};
use storage::Location;
use training::params::{Decimal, Params, SplitBy};

/// The parameters file that is read where nothing else is said.
const PARAMS: &str = "params.yaml";

/// Column of a joined table with the time at which a row was captured: what `hearth train --captures` adds.
pub(super) const CAPTURED_AT: &str = "captured_at";

/// Leaves out the time of capture, by which rows may be split, but which no request has.
pub(super) fn leave_out_capture_time(params: &mut Params) {
    if params.splits_by(CAPTURED_AT) && !params.drop.iter().any(|name| name == CAPTURED_AT) {
        params.drop.push(CAPTURED_AT.to_string());
    }
}

/// The tables, what their columns hold, and which rows are held out.
#[derive(Args)]
pub(super) struct DataOptions {
    /// Parameters, in YAML [default: params.yaml, when --data is not given]
    #[arg(long, value_name = "FILE")]
    params: Option<PathBuf>,
    /// Training table: .csv, .tsv or .jsonl, also with .gz; a file or s3://bucket/key
    #[arg(long, value_name = "PLACE")]
    pub data: Option<Location>,
    /// Test table: a file or s3://bucket/key; without one, rows of --data are held out
    #[arg(long, value_name = "PLACE")]
    test: Option<Location>,
    /// Column to predict
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// Type of a column, instead of the inferred one: text, number, category, boolean or timestamp
    /// (may be repeated)
    #[arg(long, value_name = "COLUMN=KIND", value_delimiter = ',', value_parser = kind)]
    kind: Vec<(String, ColumnKind)>,
    /// Read the day first in dates such as 1/2/2026 [default: inferred from the dates]
    #[arg(long, value_name = "BOOL")]
    day_first: Option<bool>,
    /// Decimal mark of ambiguous numbers [default: inferred from the table]
    #[arg(long, value_name = "MARK", value_parser = named::<Decimal>())]
    decimal: Option<Decimal>,
    /// Words for missing values, besides the usual ones (NA, N/A, NaN, null, None, -, ?, ., #N/A
    /// and <NA>, in any case)
    #[arg(
        long,
        value_name = "WORD",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    missing: Vec<String>,
    /// Usual words for a missing value that are data in this table, such as NA for Namibia
    #[arg(
        long,
        value_name = "WORD",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    not_missing: Vec<String>,
    /// Columns to exclude
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    drop: Vec<String>,
    /// Columns to include although they look like row numbers, keys or leaks
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    keep: Vec<String>,
    /// Task: classification or regression [default: inferred from the target]
    #[arg(long, value_parser = task)]
    task: Option<Task>,
    /// Random seed [default: 0]
    #[arg(long)]
    seed: Option<u64>,
    /// Share of the rows to hold out if there is no --test [default: 0.2]
    #[arg(long, value_name = "SHARE")]
    holdout: Option<f64>,
    /// Rows to hold out: random, or time=COLUMN for the newest [default: random]
    #[arg(long, value_name = "HOW")]
    split: Option<SplitBy>,
    /// Leave out rows without a target or without any text, instead of rejecting the table
    #[arg(long)]
    skip_empty: bool,
}

/// Replaces `place` by what was typed, if anything was.
pub(super) fn set<T>(place: &mut T, typed: Option<T>) {
    if let Some(typed) = typed {
        *place = typed;
    }
}

impl DataOptions {
    /// Typed options over the file's parameters over the defaults; `command` is the one to show how it is
    /// typed.
    pub fn job(self, command: &str) -> Result<Job> {
        let mut job = match (&self.params, &self.data) {
            (Some(path), _) => params_file::read(path)?,
            (None, Some(_)) => Job::default(),
            (None, None) if Path::new(PARAMS).exists() => params_file::read(Path::new(PARAMS))?,
            (None, None) => bail!(
                "there is no {PARAMS} here, and no --data; name the table to learn from: \
                 hearth {command} --data messages.csv --target label"
            ),
        };
        let (params, places) = (&mut job.params, &mut job.places);
        places.data = self.data.or(places.data.take());
        places.test = self.test.or(places.test.take());
        params.target = self.target.or(params.target.take());
        params.columns.extend(self.kind);
        if !self.drop.is_empty() {
            params.drop = self.drop;
        }
        if !self.keep.is_empty() {
            params.keep = self.keep;
        }
        params.day_first = self.day_first.or(params.day_first);
        params.decimal = self.decimal.or(params.decimal);
        params.missing.extend(self.missing);
        params.not_missing.extend(self.not_missing);
        params.task = self.task.or(params.task);
        set(&mut params.seed, self.seed);
        set(&mut params.holdout, self.holdout);
        params.split = self.split.or(params.split.take());
        params.skip_empty |= self.skip_empty;
        leave_out_capture_time(params);
        Ok(job)
    }
}

fn kind(text: &str) -> Result<(String, ColumnKind), String> {
    // The last `=`: a column's name may hold one.
    let (column, kind) = text.rsplit_once('=').ok_or("COLUMN=KIND was expected")?;
    let known = serde_json::from_value(kind.into());
    let kind = known.map_err(|_| {
        format!("{kind:?} is not a column type; text, number, category, boolean or timestamp was expected")
    })?;
    Ok((column.to_string(), kind))
}

fn task(name: &str) -> Result<Task, String> {
    serde_json::from_value(name.into())
        .map_err(|_| "classification or regression was expected".into())
}
