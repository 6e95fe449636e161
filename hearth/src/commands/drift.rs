//! `hearth drift`.

use super::model_file::{card, open};
use crate::bars::Bars;
use crate::outputs;
use crate::report::drift::{html, markdown, quality_text};
use crate::report::escape::visible;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use crate::terminal::{self, json};
use anyhow::{Result, bail};
use clap::Args;
use model::head::Head;
use monitor::Verdict;
use std::io::{self, Write};
use std::path::PathBuf;
use storage::output;
use storage::{Location, Store};
use traffic::captures;
use traffic::drift::Drift;
use traffic::report::{Report, p_text};
use traffic::truth::{self, Truth};

/// Compares captured traffic with the training data: what has drifted?
///
/// Each distribution of inputs and answers, how far it has moved, and whether
/// that could be chance.
///
/// Captures are the lines that the function writes with HEARTH_CAPTURE: JSON
/// Lines, also gzipped, also among other lines of a log; files, folders,
/// patterns, s3://bucket/prefix/, or - for standard input. Memory does not grow
/// with them. The index (PSI) is reduced by its expected value under no drift:
/// up to 0.1 is stable, from 0.25 on major. Examples:
///
///   hearth drift model.hearth captures/
///   hearth drift model.hearth 's3://bucket/day=2026-02-*/**' --report drift.html
///   hearth drift model.hearth captures/ --truth labels.csv --fail-above 0.25
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct DriftOf {
    /// Model file with whose training data to compare
    file: PathBuf,
    /// Captured records
    #[arg(required = true, value_name = "CAPTURE")]
    captures: Vec<Location>,
    /// True labels: a table with the columns id (the x-request-id of the response; of several rows
    /// followed by /0, /1, …) and truth
    #[arg(long, value_name = "TABLE")]
    truth: Option<Location>,
    /// Write a report with charts here, as one HTML page
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write a report here, as Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Fail if an index is above this, and not by chance
    #[arg(long, value_name = "PSI")]
    fail_above: Option<f64>,
    /// Include records of other models and versions
    #[arg(long)]
    any_version: bool,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

impl DriftOf {
    pub(super) fn run(self) -> Result<()> {
        if self
            .fail_above
            .is_some_and(|most| most.is_nan() || most < 0.0)
        {
            bail!("--fail-above: an index is not below 0; 0.25 is usual");
        }
        for (path, endings) in [
            (&self.report, &["html", "htm"]),
            (&self.markdown, &["md", "markdown"]),
        ] {
            if let Some(path) = path {
                outputs::check(&Location::File(path.clone()), "the report", endings)?;
                output::check(path)?;
            }
        }
        let file = self.file.display();
        let model = open(&self.file)?;
        let card = card(&model, &self.file)?;
        let Some(baseline) = model.baseline() else {
            bail!(
                "{file}: it has no baseline, because an older hearth trained it; retrain it to \
                 compare traffic with it"
            );
        };
        let store = Store::from_env();
        let truth = self.truth.as_ref();
        let truth = truth.map(|at| Truth::read(&store, at)).transpose()?;
        // Before the captures, which may be many, are read.
        let (mut truth_notes, mut unknown_truths) = (Vec::new(), Vec::new());
        match (&truth, &model.head) {
            (Some(truth), Head::Classes(classes)) => {
                unknown_truths = truth.unknown(&classes.labels)?;
                truth_notes.extend(truth::note(&unknown_truths, &classes.labels));
            }
            (Some(truth), Head::Value) => {
                if let count @ 1.. = truth.without_number()? {
                    truth_notes.push(format!("{count} truths are not numbers and were left out"));
                }
            }
            (None, _) => {}
        }
        let version = model.version();
        let make = || {
            Drift::new(
                &model,
                &version,
                &baseline,
                truth.as_ref(),
                self.any_version,
            )
        };
        let progress = &Bars::that_stay(self.json);
        let (drift, reading) =
            captures::read(&store, &self.captures, Some(&model), progress, make)?;
        let seen = drift.seen().clone();
        if seen.rows == 0 {
            let others: Vec<&str> = seen.others.keys().map(String::as_str).collect();
            match (&others[..], &seen.refusal) {
                ([], Some(why)) => bail!("no captured row is one of {file}: {why}"),
                _ => bail!(
                    "no captured record is of {} {version}, but of {}; --any-version compares them all",
                    model.name,
                    others.join(", ")
                ),
            }
        }
        if let Some(truth) = &truth {
            truth.check_found()?;
        }
        let report = Report {
            truth_notes,
            unknown_truths,
            model: model.name.to_string(),
            version: version.clone(),
            reading,
            seen,
            distributions: drift.judge(),
            quality: drift.accuracy.quality(&card.metrics),
            truths: truth
                .as_ref()
                .map(|truth| [truth.len() as u64, drift.accuracy.rows_with_truth()]),
        };
        if let Some(path) = &self.report {
            output::write(path, html(&report).as_bytes())?;
        }
        if let Some(path) = &self.markdown {
            output::write(path, markdown(&report).as_bytes())?;
        }
        if self.json {
            json(&mut terminal::out(), &report)?;
        }
        let page = &mut terminal::page_unless(self.json);
        show(page, &report)?;
        page.flush()?;
        self.judge(&report)
    }

    /// Fails where it was asked to.
    fn judge(&self, report: &Report) -> Result<()> {
        let Some(most) = self.fail_above else {
            return Ok(());
        };
        let level = traffic::drift::LEVEL / report.distributions.len().max(1) as f64;
        let above: Vec<String> = report
            .distributions
            .iter()
            .filter(|of| of.psi > most && of.p_value < level)
            .map(|of| format!("{} ({:.3})", of.name, of.psi))
            .collect();
        match above.is_empty() {
            true => Ok(()),
            false => bail!("the index is above {most} of {}", above.join(", ")),
        }
    }
}

fn show(page: &mut Page<impl Write>, report: &Report) -> io::Result<()> {
    page.head("Drift", visible(&report.sentence()))?;
    let mut table = Table::indented(2)
        .text("distribution", Fit::Cut)
        .figure("PSI", Fit::Whole)
        .figure("JS", Fit::Spare(1))
        .figure("p", Fit::Whole)
        .figure("rows", Fit::Whole)
        .text("verdict", Fit::Whole);
    for of in &report.distributions {
        let (mark, tone) = match of.verdict {
            Verdict::Stable => ("", Tone::Plain),
            Verdict::Moderate => (" *", Tone::Doubt),
            Verdict::Major => (" **", Tone::Bad),
        };
        let figures = match of.rows {
            0 => [String::new(), String::new(), String::new()],
            _ => [
                format!("{:.3}", of.psi),
                format!("{:.3}", of.jensen_shannon),
                p_text(of.p_value),
            ],
        };
        let verdict = match of.rows {
            0 => Text::toned(Tone::Quiet, "no values"),
            _ => Text::toned(tone, format!("{}{mark}", of.verdict.name())),
        };
        let cells = [visible(&of.name)].into_iter().chain(figures);
        let cells = cells.chain([of.rows.to_string()]).map(Text::from);
        table.row(cells.chain([verdict]));
    }
    page.table(&table)?;
    let quality = &report.quality;
    page.head("Quality", quality.name)?;
    let figures = quality.figures().into_iter();
    page.facts(figures.map(|(name, figure)| {
        let (value, rows) = (quality_text(quality, &figure), figure.rows);
        (name, format!("{value}, {rows} rows"))
    }))?;
    let notes = report.notes();
    if !notes.is_empty() {
        page.head("Notes", "")?;
        page.checks(notes.iter().map(|note| (Mark::Fact, visible(note))))?;
    }
    Ok(())
}
