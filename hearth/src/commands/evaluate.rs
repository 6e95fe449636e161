//! `hearth evaluate`.

mod measured;
mod rows;
mod slices;

use super::model_file::{card, open};
use crate::blocks::{checks, labels};
use crate::comparison::Side;
use crate::outputs;
use crate::paired::Paired;
use crate::report::{self, Report};
use crate::resampled::{self, Change};
use crate::slices::Slice;
use crate::summary::figures;
use crate::tables::TableAt;
use crate::terminal::page::{Mark, Page};
use crate::terminal::{self, json};
use anyhow::{Context, Result, bail};
use clap::Args;
use measured::Measured;
use model::card::{Card, Metrics};
use rows::Rows;
use serde_json::json;
use std::io::{self, Write};
use std::path::PathBuf;
use storage::{Location, Store, output};
use training::slices::Slices;
use training::table::describe;

/// Measures a model on a table of labelled rows
///
/// Metrics are those of training, beside the model's own figures on its test
/// rows: is the model as good on these rows? --slice measures each value of a
/// column apart and marks those that differ by more than chance. Rows without a
/// target are left out and counted. Examples:
///
///   hearth evaluate model.hearth --data october.csv
///   hearth evaluate model.hearth --data october.csv --slice depot
///   hearth evaluate model.hearth --data october.csv --html october.html --json
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Evaluate {
    /// The model file
    file: PathBuf,
    /// Table of labelled rows: .csv, .tsv or .jsonl, also with .gz; a file or s3://bucket/key
    #[arg(long, value_name = "PLACE")]
    data: Location,
    /// Column with the true labels or numbers [default: the target of training]
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// Measure each value of this column apart; it need not be one of the model's (may be repeated)
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    slice: Vec<String>,
    /// Write a report with charts here, as one HTML page: a file or s3://bucket/key
    #[arg(long, value_name = "PLACE")]
    html: Option<Location>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub(super) fn run(self) -> Result<()> {
        if let Some(at) = &self.html {
            outputs::check(at, "the report", &["html", "htm"])?;
            output::check_at(at)?;
        }
        let model = open(&self.file)?;
        let card = card(&model, &self.file)?;
        let target = self.target.as_deref().unwrap_or(&card.target);
        let store = Store::from_env();
        let rows = Rows::answer(&model, &store, &self.data, target)?;
        let measured = Measured::of(&card, model.head.labels(), target, rows)?;
        let seen = seen(&card, &self.data)?;
        let mut slices = Vec::new();
        for column in &self.slice {
            let values = rows::column(&model, &store, &self.data, column)?;
            slices.push(Slices {
                column: column.clone(),
                parts: slices::parts(&measured, &values)?,
            });
        }
        if let Some(at) = &self.html {
            let page = self.page(&card, &measured, &slices);
            output::write_at(at, page.as_bytes())?;
        }
        let slices = slices.iter().map(|of| {
            let measured = slices::slices(&measured, &of.parts);
            (of.column.as_str(), measured)
        });
        let slices: Vec<(&str, Vec<Slice>)> = slices.collect();
        if self.json {
            let slices: serde_json::Map<_, _> = slices
                .iter()
                .map(|(column, slices)| (column.to_string(), json!(slices)))
                .collect();
            let told = json!({
                "model": model.name,
                "version": model.version(),
                "data": self.data.to_string(),
                "rows": measured.rows(),
                "rows_without_target": measured.without_target,
                "is_training_table": seen.is_some(),
                "rows_refused": measured.refused,
                "metrics": measured.metrics,
                "metrics_at_training": card.metrics,
                "slices": slices,
            });
            return json(&mut terminal::out(), &told);
        }
        let page = &mut terminal::page();
        let (name, version) = (model.name, model.version());
        let rows = measured.rows();
        page.head(
            "Evaluation",
            format!("{name} version {version} on {}: {rows} rows", self.data),
        )?;
        show(page, &card, &measured, seen)?;
        for (column, slices) in &slices {
            let figure = measured.figure_title();
            page.head("Slices", format!("{figure} by {column}"))?;
            page.table(&slices::table(slices))?;
            if let Some(note) = slices::note(slices) {
                page.checks([note])?;
            }
        }
        if let Some(at) = &self.html {
            page.head("Next", format!("{at} is written"))?;
        }
        Ok(())
    }

    /// The report of training, with the figures of these rows.
    fn page(&self, card: &Card, measured: &Measured, slices: &[Slices]) -> String {
        let mut card = card.clone();
        card.metrics = measured.metrics.clone();
        report::html(&Report {
            slices,
            ..Report::of_figures(&card, &measured.predictions, &measured.labels)
        })
    }
}

/// Two models on the rows of a table, and the changes of their figures; the target is that of the
/// second one.
///
/// # Errors
/// When the table cannot be read, or one of the models refuses a row that the other answers.
pub(super) fn paired(data: &Location, a: &Side, b: &Side) -> Result<(Paired, Vec<Change>)> {
    let store = Store::from_env();
    let target = &b.card().target;
    let answers = |side: &Side| -> Result<Measured> {
        let rows = Rows::answer(side.model(), &store, data, target)?;
        Measured::of(side.card(), side.model().head.labels(), target, rows)
    };
    let (a, b) = (answers(a)?, answers(b)?);
    if a.refused + b.refused > 0 {
        bail!(
            "{data}: the first model refuses {} rows and the second {}, so that they cannot be compared \
             row by row; hearth evaluate shows the first of these rows",
            a.refused,
            b.refused
        );
    }
    let paired = Paired::of(&a.predictions, &b.predictions)
        .with_context(|| format!("{data}: one model answers labels and the other numbers"))?;
    let first = (&a.predictions, &a.metrics);
    let second = (&b.predictions, &b.metrics);
    Ok((paired, resampled::changes(first, second)))
}

/// A sentence about rows that the model has seen before.
fn seen(card: &Card, data: &Location) -> Result<Option<&'static str>> {
    let sha256 = describe(&TableAt(data.clone()), 0)?.sha256;
    let note = "the model was trained on rows of this very table: on new rows it is worse than these figures";
    let train = card.data.train.as_ref();
    Ok(train
        .is_some_and(|train| train.sha256 == sha256)
        .then_some(note))
}

fn show(
    page: &mut Page<impl Write>,
    card: &Card,
    measured: &Measured,
    seen: Option<&str>,
) -> io::Result<()> {
    // They need not be held out: the checks say where they are not.
    page.facts(figures(&measured.metrics, "rows"))?;
    if let Metrics::Classification(of) = &measured.metrics {
        labels::show(page, of, usize::MAX, &|_| String::new())?;
    }
    page.head("Checks", "")?;
    let mut all = checks::of_figures(&measured.metrics, &[]);
    all.extend(measured.since_training(&card.metrics));
    all.extend(measured.notes());
    all.extend(seen.map(|note| (Mark::Doubt, note.to_string())));
    page.checks(all)
}
