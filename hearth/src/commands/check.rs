//! `hearth check`: what training would learn from a table, and what is doubtful about it.

use super::data::DataOptions;
use crate::job::Job;
use crate::terminal::json;
use anyhow::{Result, bail};
use clap::Args;
use model::card::NoteCard;
use progress::Silent;
use serde::Serialize;
use std::io::Write;
use storage::Location;
use training::codes::frequencies;
use training::notes::Note;
use training::overview::{ColumnOverview, Role};
use training::read::{self, Read};
use training::target::Target;

/// Reads a table as training would, and prints its columns and every doubt, without training.
///
/// Columns that number the rows or copy the target are left out. Doubts are columns that alone
/// determine the target, rows on both sides of the split, rows ordered by time, labels with two
/// spellings and the like. Each line says what to do; docs/training.md explains them. Examples:
///
///   hearth check orders.csv --target late
///   hearth check --strict                      # params.yaml; fails where there is a doubt
///   hearth check orders.csv --target late --keep minutes --split time=ordered_at
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Check {
    /// Training table, as --data
    #[arg(value_name = "TABLE", conflicts_with = "data")]
    table: Option<Location>,
    #[command(flatten)]
    data: DataOptions,
    /// Fail if there is a doubt
    #[arg(long)]
    strict: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Result of a check, as JSON.
#[derive(Serialize)]
struct Found<'a> {
    data: String,
    rows: usize,
    training_rows: usize,
    testing_rows: usize,
    task: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<LabelRows<'a>>,
    columns: &'a [ColumnOverview],
    notes: Vec<NoteCard>,
}

/// A label with the rows that have it and are trained on.
#[derive(Serialize)]
struct LabelRows<'a> {
    label: &'a str,
    training_rows: usize,
}

impl Check {
    pub(super) fn run(mut self) -> Result<()> {
        self.data.data = self.table.or(self.data.data);
        let Job { places, mut params } = self.data.job("check")?;
        params.strict |= self.strict;
        params.check()?;
        let tables = places.tables()?;
        let read = read::read(&params, tables.sources(), &Silent)?;
        let mut out = crate::terminal::out();
        if self.json {
            json(&mut out, &found(&read))?;
        } else {
            print(&mut out, &read)?;
        }
        let doubts = doubts(&read.notes);
        if params.strict && doubts > 0 {
            bail!(
                "{}: {doubts} doubts; with --strict there must be none",
                read.data
            );
        }
        Ok(())
    }
}

fn doubts(notes: &[Note]) -> usize {
    notes.iter().filter(|note| note.kind.is_doubt()).count()
}

fn found(read: &Read) -> Found<'_> {
    let rows = match &read.target {
        Target::Classes { codes, count } => frequencies(codes, *count),
        Target::Values(_) => Vec::new(),
    };
    let labels = read.answers.labels().iter().zip(rows);
    let labels = labels.map(|(label, training_rows)| LabelRows {
        label,
        training_rows,
    });
    Found {
        data: read.data.to_string(),
        rows: read.rows,
        training_rows: read.training.len(),
        testing_rows: read.testing().1.len(),
        task: read.answers.task().name(),
        labels: labels.collect(),
        columns: &read.overview,
        notes: read.notes.iter().map(NoteCard::from).collect(),
    }
}

fn print(out: &mut impl Write, read: &Read) -> Result<()> {
    let (training, testing) = (read.training.len(), read.testing().1.len());
    writeln!(
        out,
        "table       {}: {} rows; {training} to train on, {testing} to measure on",
        read.data, read.rows
    )?;
    for column in &read.overview {
        writeln!(out, "column      {column}")?;
    }
    // What is left out stands among the columns already.
    let is_told = |note: &&Note| {
        let is_left_out = |column: &ColumnOverview| {
            column.role == Role::LeftOut && note.column.as_ref() == Some(&column.name)
        };
        note.kind.is_doubt() || !read.overview.iter().any(is_left_out)
    };
    for note in read.notes.iter().filter(is_told) {
        writeln!(out, "{:11} {note}", note.title())?;
    }
    match doubts(&read.notes) {
        0 => writeln!(out, "checked     no doubts")?,
        1 => writeln!(out, "checked     1 doubt")?,
        count => writeln!(out, "checked     {count} doubts")?,
    }
    Ok(())
}
