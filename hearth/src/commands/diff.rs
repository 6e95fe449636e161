//! `hearth diff`.

use super::evaluate;
use super::log::model_path;
use super::model_file::open;
use super::pull;
use crate::bars::Bars;
use crate::comparison::{self, Comparison, LabelTerms, Side};
use crate::paired::LEVEL;
use crate::resampled;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use crate::terminal::{self, json};
use anyhow::{Context, Result};
use clap::Args;
use model::Model;
use std::io::{self, Write};
use std::path::Path;
use storage::Location;
use versioning::Project;

/// Compares two models: parameters, metrics, terms and answers
///
/// Shows data, parameters that differ, metrics, size, top terms gained and
/// lost, and the answers of both to the golden rows of both.
///
///   hearth diff old.hearth new.hearth
///   hearth diff model@v1.1.0 model@v1.2.0     # fetched where they are not here
///   hearth diff main                          # with the model file of the working tree
///   hearth diff old.hearth new.hearth --data october.csv
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Diff {
    /// Model file, or git revision (also model#prod)
    a: String,
    /// Model file, or git revision [default: the model file of the working tree]
    b: Option<String>,
    /// Model, if dvc.lock has several
    #[arg(long, value_name = "PATH")]
    model: Option<String>,
    /// Table of labelled rows: is one of the two right more often on them, and not by chance?
    #[arg(long, value_name = "PLACE")]
    data: Option<Location>,
    /// Remote [default: core.remote of .dvc/config]
    #[arg(long, short, value_name = "NAME")]
    remote: Option<String>,
    /// Print the comparison as JSON
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(super) fn run(self) -> Result<()> {
        let (a, b) = (self.side(Some(&self.a))?, self.side(self.b.as_deref())?);
        let mut comparison = comparison::compare(&a, &b)?;
        if let Some(data) = &self.data {
            let (paired, changes) = evaluate::paired(data, &a, &b)?;
            (comparison.paired, comparison.changes) = (Some(paired), changes);
        }
        if self.json {
            return json(&mut terminal::out(), &comparison);
        }
        Ok(show(&mut terminal::page(), &comparison)?)
    }

    fn side(&self, name: Option<&str>) -> Result<Side> {
        let model: Model<'static> = match name {
            Some(file) if Path::new(file).is_file() => open(Path::new(file))?,
            None => {
                let project = Project::find()?;
                let path = model_path(&project.outputs(None)?, self.model.as_deref())?;
                open(&project.root.join(path))?
            }
            Some(revision) => {
                let project = Project::find().with_context(|| {
                    format!("{revision}: there is no such file, and no revision can be looked for")
                })?;
                let outputs = project.outputs(Some(revision))?;
                let path = model_path(&outputs, self.model.as_deref())
                    .with_context(|| revision.to_string())?;
                let output: Vec<_> = outputs
                    .into_iter()
                    .filter(|output| output.path == path)
                    .collect();
                pull::fetch(
                    &project,
                    &output,
                    self.remote.as_deref(),
                    &Bars::that_stay(self.json),
                )?;
                open(&project.cache()?.path(&output[0].object))
                    .with_context(|| revision.to_string())?
            }
        };
        Side::new(name.unwrap_or("working tree"), model)
    }
}

fn show(page: &mut Page<impl Write>, comparison: &Comparison) -> io::Result<()> {
    let [a, b] = &comparison.versions;
    page.head("Facts", "what differs is marked with *")?;
    let mut table = Table::indented(2)
        .text("", Fit::Whole)
        .text("", Fit::Cut)
        .figure(a, Fit::Cut)
        .figure(b, Fit::Cut)
        .figure("change", Fit::Whole);
    for row in &comparison.rows {
        let differs = row.a != row.b;
        let tone = if differs { Tone::Plain } else { Tone::Quiet };
        let change = row.change.filter(|_| differs);
        let change = change.map_or(String::new(), |change| format!("{change:+.4}"));
        let mark = Text::from(if differs { "*" } else { "" });
        let cells = [&row.name, &row.a, &row.b].map(|text| Text::toned(tone, text));
        // In colour where chance does not explain it.
        let change_tone = match (row.p_value.is_some_and(|p| p < LEVEL), row.is_better) {
            (false, _) => tone,
            (true, true) => Tone::Good,
            (true, false) => Tone::Bad,
        };
        let change = Text::toned(change_tone, change);
        table.row([mark].into_iter().chain(cells).chain([change]));
    }
    page.table(&table)?;
    let terms: Vec<(String, String)> = comparison.labels.iter().filter_map(terms).collect();
    if !terms.is_empty() {
        page.head("Top terms", "gained (+) and lost (-)")?;
        page.facts(terms)?;
    }
    page.head("Answers", "")?;
    if let Some(paired) = &comparison.paired {
        page.checks([paired.checked(a, b)])?;
    }
    if !comparison.changes.is_empty() {
        page.table(&resampled::table(&comparison.changes))?;
    }
    let golden = &comparison.golden;
    page.checks([match golden.rows {
        0 => (
            Mark::Fact,
            "no golden row can be answered by both: their inputs differ".to_string(),
        ),
        rows => (
            Mark::Fact,
            format!(
                "golden rows: the same label for {} of {rows}, probabilities differ by {:.4} at most",
                golden.same_label, golden.largest_difference
            ),
        ),
    }])
}

/// A label and its terms that only one of the models has.
fn terms(label: &LabelTerms) -> Option<(String, String)> {
    let gained = label.gained.iter().map(|term| format!("+{term}"));
    let lost = label.lost.iter().map(|term| format!("-{term}"));
    let terms: Vec<String> = gained.chain(lost).collect();
    (!terms.is_empty()).then(|| (label.label.clone(), terms.join(", ")))
}
