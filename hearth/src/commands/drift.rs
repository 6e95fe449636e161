//! `hearth drift`.

mod show;

use super::model_file::{card, open};
use crate::bars::Bars;
use crate::outputs;
use crate::report::drift::{html, markdown};
use crate::terminal::{self, json};
use anyhow::{Context, Result, bail};
use clap::Args;
use model::head::Head;
use monitor::Verdict;
use serde::Serialize;
use std::path::PathBuf;
use storage::output;
use storage::{Location, Store};
use traffic::captures;
use traffic::drift::{Drift, Judged, Seen};
use traffic::report::{Report, Timeline};
use traffic::truth::{self, Truth};

/// Compares captured traffic with the training data: what has drifted?
///
/// Each distribution of inputs and answers, the worst first: how far it has moved,
/// whether that could be chance, and what to do about it. Where the log has the
/// metrics of the function, rejected requests are counted by code and column.
/// --against compares with other captures, such as those of last week, instead of
/// training.
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
///   hearth drift model.hearth 'captures/2026-02/**' --against 'captures/2026-01/**'
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
    /// Compare with these captures instead of the training data (may be repeated)
    #[arg(long, value_name = "CAPTURE")]
    against: Vec<Location>,
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
                "{file}: it has no baseline, because an older hearth trained it or it was imported \
                 without --data; retrain or import it to compare traffic with it"
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
            (Some(truth), Head::Value(_)) => {
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
        let name = format!("{} {version}", model.name);
        check_seen(drift.seen(), &file.to_string(), &name)?;
        if let Some(truth) = &truth {
            truth.check_found()?;
        }
        let reference = match self.against.is_empty() {
            true => None,
            false => {
                let make = || Drift::new(&model, &version, &baseline, None, self.any_version);
                let (other, _) =
                    captures::read(&store, &self.against, Some(&model), progress, make)?;
                check_seen(other.seen(), &file.to_string(), &name).context("--against")?;
                Some(other)
            }
        };
        let accuracy = drift.accuracy();
        let before = reference.as_ref().map(Drift::accuracy);
        let distributions = drift.judge(Some(&card), reference.as_ref());
        let report = Report {
            truth_notes,
            unknown_truths,
            model: model.name.to_string(),
            version: version.clone(),
            reading,
            seen: drift.seen().clone(),
            against: reference.as_ref().map(|of| of.seen().clone()),
            timeline: timeline(&drift, &distributions),
            distributions,
            quality: accuracy.quality(&card.metrics, before.as_ref()),
            truths: truth
                .as_ref()
                .map(|truth| [truth.len() as u64, accuracy.rows_with_truth()]),
        };
        if let Some(path) = &self.report {
            output::write(path, html(&report).as_bytes())?;
        }
        if let Some(path) = &self.markdown {
            output::write(path, markdown(&report).as_bytes())?;
        }
        if self.json {
            json(&mut terminal::out(), &ToldReport::of(&report))?;
        }
        let page = &mut terminal::page_unless(self.json);
        show::show(page, &report)?;
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

/// The report with its sentences, for programs.
#[derive(Serialize)]
struct ToldReport<'a> {
    headline: String,
    #[serde(flatten)]
    report: &'a Report,
    /// The worst first.
    moved: Vec<Moved<'a>>,
    advice: Vec<String>,
}

#[derive(Serialize)]
struct Moved<'a> {
    name: &'a str,
    sentence: String,
}

impl ToldReport<'_> {
    fn of(report: &Report) -> ToldReport<'_> {
        let moved = report.moved().into_iter().map(|of| Moved {
            name: &of.name,
            sentence: of.sentence(),
        });
        ToldReport {
            headline: report.headline(),
            report,
            moved: moved.collect(),
            advice: report.advice(),
        }
    }
}

/// Refuses captures without a record of the model.
fn check_seen(seen: &Seen, file: &str, name: &str) -> Result<()> {
    if seen.rows > 0 {
        return Ok(());
    }
    let others: Vec<&str> = seen.others.keys().map(String::as_str).collect();
    match (&others[..], &seen.refusal) {
        ([], Some(why)) => bail!("no captured row is one of {file}: {why}"),
        _ => bail!(
            "no captured record is of {name}, but of {}; --any-version compares them all",
            others.join(", ")
        ),
    }
}

/// Distributions whose drift a timeline shows, at most.
const LINES: usize = 3;

/// The traffic by period, with the index of the distributions that moved most.
fn timeline(drift: &Drift<'_>, distributions: &[Judged]) -> Timeline {
    let mut order: Vec<usize> = (0..distributions.len())
        .filter(|index| distributions[*index].verdict != Verdict::Stable)
        .collect();
    order.sort_by(|a, b| distributions[*b].psi.total_cmp(&distributions[*a].psi));
    order.truncate(LINES);
    let names = order.iter().map(|index| distributions[*index].name.clone());
    Timeline {
        distributions: names.collect(),
        moments: drift.timeline(&order),
    }
}
