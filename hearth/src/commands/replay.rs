//! `hearth replay`.

use super::model_file::open;
use crate::bars::Bars;
use crate::report::escape::visible;
use crate::terminal::json;
use anyhow::{Result, bail};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use storage::{Location, Store};
use traffic::captures;
use traffic::replay::{Replay, Replayed};

/// Replays captured requests on another model: how often it agrees, which labels change, which
/// answers change most, and which rows it rejects.
///
/// Captures are read as by `hearth drift`. Rows are named by their ids; their content is shown only
/// with --show-inputs. Examples:
///
///   hearth replay captures/ --model next.hearth
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
        let make = || Replay::new(&model, self.show_inputs);
        let progress = &Bars { quiet: self.json };
        let (replay, _) = captures::read(&store, &self.captures, progress, make)?;
        let replayed = replay.finish(&model.version());
        let mut out = crate::terminal::out();
        match self.json {
            true => json(&mut out, &replayed)?,
            false => print(&mut out, &replayed)?,
        }
        out.flush()?;
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

fn print(out: &mut impl Write, of: &Replayed) -> Result<()> {
    let (model, version) = (visible(&of.model), visible(&of.version));
    if let (Some(agreement), Some([low, high])) = (of.agreement, of.agreement_interval) {
        let percent = |share: f64| format!("{:.2} %", share * 100.0);
        writeln!(
            out,
            "{model} {version} gives the same label to {} of {} rows (95 % interval {} to {})",
            percent(agreement),
            of.rows,
            percent(low),
            percent(high)
        )?;
    }
    if let Some(distance) = of.mean_distance {
        writeln!(
            out,
            "probabilities differ by {distance:.4} on average (total variation, 0 to 1)"
        )?;
    }
    if let Some(change) = of.mean_absolute_change {
        let half = of.mean_absolute_change_half_width;
        let half = half.map_or(String::new(), |half| format!(" ± {}", text(half)));
        writeln!(
            out,
            "{model} {version} answers {}{half} higher or lower, on average over {} rows",
            text(change),
            of.rows
        )?;
    }
    if !of.flips.is_empty() {
        writeln!(out, "\nlabels that change:")?;
    }
    for flip in of.flips.iter().take(SHOWN) {
        let (from, to) = (visible(&flip.from), visible(&flip.to));
        writeln!(out, "{:>9}  {from} -> {to}", flip.rows)?;
    }
    if of.flips.len() > SHOWN {
        let rest = &of.flips[SHOWN..];
        let rows: u64 = rest.iter().map(|flip| flip.rows).sum();
        writeln!(
            out,
            "{rows:>9}  in {} other pairs (--json lists them)",
            rest.len()
        )?;
    }
    if !of.changes.is_empty() {
        writeln!(out, "\nlargest changes:")?;
    }
    for change in &of.changes {
        let [id, from, to] = [&change.id, &change.from, &change.to].map(|text| visible(text));
        writeln!(out, "{:>9.4}  {id}  {from} -> {to}", change.size)?;
        if let Some(input) = &change.input {
            writeln!(out, "           {}", visible(input))?;
        }
    }
    if !of.refused.is_empty() {
        writeln!(out, "\nrows that it rejects:")?;
    }
    for refused in of.refused.iter().take(SHOWN) {
        writeln!(out, "{:>9}  {}", refused.rows, visible(&refused.reason))?;
    }
    Ok(())
}

/// Pairs and reasons that a screen has room for.
const SHOWN: usize = 20;

fn text(value: f64) -> String {
    training::evaluate::figures::text(value)
}
