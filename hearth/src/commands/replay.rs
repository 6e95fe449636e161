//! `hearth replay`.

use super::model_file::open;
use crate::bars::Bars;
use crate::paired::Paired;
use crate::report::escape::visible;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::Text;
use crate::terminal::{self, json};
use anyhow::{Result, bail};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use storage::{Location, Store};
use traffic::captures;
use traffic::replay::{AgainstTruth, Replay, Replayed};
use traffic::truth::{self, Truth};
use training::evaluation::figures::text;

/// Replays captured requests on another model
///
/// Shows how often it agrees, which labels change, which answers change most,
/// and which rows it rejects.
///
/// Captures are read as by `hearth drift`. Rows are named by their ids; their
/// content is shown only with --show-inputs. Examples:
///
///   hearth replay captures/ --model next.hearth
///   hearth replay captures/ --model next.hearth --truth labels.csv     # which one is right more often?
///   hearth replay s3://bucket/captures/ --model next.hearth --json | jq .agreement
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct ReplayOn {
    /// Captured records
    #[arg(required = true, value_name = "CAPTURE")]
    captures: Vec<Location>,
    /// Model file on which to replay them
    #[arg(long, short, value_name = "FILE")]
    model: PathBuf,
    /// True labels: a table with the columns id (the x-request-id of the response; of several rows
    /// followed by /0, /1, …) and truth
    #[arg(long, value_name = "TABLE")]
    truth: Option<Location>,
    /// Show the content of the rows whose answers change most, besides their ids
    #[arg(long)]
    show_inputs: bool,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

impl ReplayOn {
    pub(super) fn run(self) -> Result<()> {
        let model = open(&self.model)?;
        let store = Store::from_env();
        let truth = self.truth.as_ref();
        let truth = truth.map(|at| Truth::read(&store, at)).transpose()?;
        let mut unknown = Vec::new();
        if let Some(truth) = &truth {
            match model.head.labels().is_empty() {
                true => drop(truth.without_number()?),
                false => unknown = truth.unknown(model.head.labels())?,
            }
        }
        let make = || Replay::new(&model, self.show_inputs, truth.as_ref());
        let progress = &Bars::that_stay(self.json);
        let (replay, _) = captures::read(&store, &self.captures, Some(&model), progress, make)?;
        let replayed = replay.finish(&model.version());
        if let Some(truth) = &truth {
            truth.check_found()?;
        }
        if self.json {
            json(&mut terminal::out(), &replayed)?;
        }
        let page = &mut terminal::page_unless(self.json);
        show(page, &replayed)?;
        if let Some(note) = truth::note(&unknown, model.head.labels()) {
            page.checks([(Mark::Doubt, visible(&note))])?;
        }
        page.flush()?;
        match (replayed.rows, replayed.refused.first()) {
            (0, Some(first)) => bail!(
                "{}: it answers none of these rows; the most frequent reason: {}",
                self.model.display(),
                first.reason
            ),
            _ => Ok(()),
        }
    }
}

fn show(page: &mut Page<impl Write>, of: &Replayed) -> io::Result<()> {
    let (model, version) = (visible(&of.model), visible(&of.version));
    page.head("Replay", format!("{} rows on {model} {version}", of.rows))?;
    let mut facts = Vec::new();
    if let (Some(agreement), Some([low, high])) = (of.agreement, of.agreement_interval) {
        let percent = |share: f64| format!("{:.2} %", share * 100.0);
        facts.push((
            "same label",
            format!(
                "{} of {} rows (95 % interval {} to {})",
                percent(agreement),
                of.rows,
                percent(low),
                percent(high)
            ),
        ));
    }
    if let Some(distance) = of.mean_distance {
        let what = "on average (total variation, 0 to 1)";
        facts.push(("probabilities", format!("differ by {distance:.4} {what}")));
    }
    if let Some(change) = of.mean_absolute_change {
        let half = of.mean_absolute_change_half_width;
        let half = half.map_or(String::new(), |half| format!(" ± {}", text(half)));
        let rows = of.rows;
        facts.push((
            "answers",
            format!(
                "{}{half} higher or lower, on average over {rows} rows",
                text(change)
            ),
        ));
    }
    page.facts(facts)?;
    if let Some(of) = &of.truth {
        page.head("Truth", format!("{} rows with a true label", of.rows))?;
        page.facts(truthful(of))?;
        let paired = Paired {
            rows: of.rows,
            gain: match of.counts {
                Some(counts) => counts.difference().unwrap_or_default(),
                None => of.captured_error.unwrap_or_default() - of.error.unwrap_or_default(),
            },
            counts: of.counts,
            p_value: of.p_value,
        };
        page.checks([paired.checked("the captured answers", "this model")])?;
    }
    if !of.flips.is_empty() {
        page.head("Labels that change", "")?;
        page.table(&flips(of))?;
    }
    if !of.changes.is_empty() {
        page.head("Largest changes", "")?;
        let mut table = Table::indented(2)
            .figure("change", Fit::Whole)
            .text("id", Fit::Whole)
            .text("answers", Fit::Cut);
        for change in &of.changes {
            let [id, from, to] = [&change.id, &change.from, &change.to].map(|text| visible(text));
            let cells = [format!("{:.4}", change.size), id, format!("{from} -> {to}")];
            table.row(cells.map(Text::from));
            if let Some(input) = &change.input {
                table.row([String::new(), String::new(), visible(input)].map(Text::from));
            }
        }
        page.table(&table)?;
    }
    if !of.refused.is_empty() {
        page.head("Rows that it rejects", "")?;
        let shown = of.refused.iter().take(SHOWN);
        page.facts(shown.map(|refused| (refused.rows.to_string(), visible(&refused.reason))))?;
    }
    Ok(())
}

/// Figures of the captured answers and of the new model.
fn truthful(of: &AgainstTruth) -> Vec<(&'static str, String)> {
    let both = [
        ("accuracy", of.captured_accuracy, of.accuracy),
        ("mean absolute error", of.captured_error, of.error),
    ];
    let known = both.into_iter().filter_map(|(name, captured, new)| {
        let (captured, new) = (text(captured?), text(new?));
        Some((
            name,
            format!("{captured} of the captured answers, {new} of this model"),
        ))
    });
    known.collect()
}

/// Pairs of labels with the rows that change from one to the other.
fn flips(of: &Replayed) -> Table {
    let mut table = Table::indented(2)
        .figure("rows", Fit::Whole)
        .text("labels", Fit::Cut);
    for flip in of.flips.iter().take(SHOWN) {
        let (from, to) = (visible(&flip.from), visible(&flip.to));
        table.row([flip.rows.to_string(), format!("{from} -> {to}")].map(Text::from));
    }
    if of.flips.len() > SHOWN {
        let rest = &of.flips[SHOWN..];
        let rows: u64 = rest.iter().map(|flip| flip.rows).sum();
        let pairs = format!("in {} other pairs (--json lists them)", rest.len());
        table.row([rows.to_string(), pairs].map(Text::from));
    }
    table
}

/// Pairs and reasons that a screen has room for.
const SHOWN: usize = 20;
