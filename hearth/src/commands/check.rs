//! `hearth check`: what training would learn from a table, and what is doubtful about it.

use super::data::DataOptions;
use crate::blocks::{self, checks};
use crate::job::Job;
use crate::terminal::json;
use anyhow::{Result, bail};
use clap::Args;
use model::card::NoteCard;
use progress::Silent;
use serde::Serialize;
use storage::Location;
use training::codes::frequencies;
use training::dataset::{self, Dataset};
use training::notes::Note;
use training::overview::ColumnOverview;
use training::target::Target;

/// Shows what training would learn from a table, and every doubt about it
///
/// Columns that number the rows or copy the target are left out. Doubts are
/// columns that alone determine the target, rows on both sides of the split,
/// rows ordered by time, labels with two spellings and the like. Each line says
/// what to do; docs/training.md explains them. Examples:
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
        let read = dataset::read(&params, tables.sources(), &Silent)?;
        let doubts = doubts(&read.notes);
        if self.json {
            json(&mut crate::terminal::out(), &found(&read))?;
        } else {
            let mut page = crate::terminal::page();
            blocks::data::show(&mut page, &read)?;
            page.head("Checks", counted(doubts))?;
            let (split, has_test) = (params.split.as_ref(), read.test_file.is_some());
            page.checks(checks::of_table(
                &read.overview,
                &read.notes,
                split,
                has_test,
            ))?;
        }
        if params.strict && doubts > 0 {
            bail!(
                "{}: {}; with --strict there must be none",
                read.data,
                counted(doubts)
            );
        }
        Ok(())
    }
}

fn doubts(notes: &[Note]) -> usize {
    notes.iter().filter(|note| note.kind.is_doubt()).count()
}

fn counted(doubts: usize) -> String {
    match doubts {
        0 => "no doubts".into(),
        1 => "1 doubt".into(),
        count => format!("{count} doubts"),
    }
}

fn found(read: &Dataset) -> Found<'_> {
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
