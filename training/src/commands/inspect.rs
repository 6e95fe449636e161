//! `hearth inspect`: the model card, in the terminal.

use super::open;
use crate::terms;
use anyhow::{Context, Result};
use clap::Args;
use model::Model;
use model::card::Card;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;

/// Terms shown for each label.
const TERMS: usize = 6;

/// The card, and what a card cannot hold: facts of the file that it lies in. The CDK app reads
/// `bytes` to tell whether a function has the memory for it.
#[derive(Serialize)]
struct File<'a> {
    bytes: usize,
    sha256: String,
    version: String,
    #[serde(flatten)]
    card: &'a Card,
}

/// Shows a model file's card: what it answers, how well, from what, and who made it.
#[derive(Args)]
pub struct Inspect {
    /// The model file
    file: PathBuf,
    /// The card as JSON
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(super) fn run(self) -> Result<()> {
        let model = open(&self.file)?;
        let card: Card = serde_json::from_slice(model.card)
            .with_context(|| format!("{}: its card is not readable", self.file.display()))?;
        let mut out = std::io::stdout().lock();
        if self.json {
            let file = File {
                bytes: model.bytes.len(),
                sha256: model.digest_hex(),
                version: model.version(),
                card: &card,
            };
            serde_json::to_writer_pretty(&mut out, &file)?;
            writeln!(out)?;
            return Ok(());
        }
        identity(&mut out, &model, &card)?;
        inputs(&mut out, &card)?;
        figures(&mut out, &model, &card)?;
        origin(&mut out, &model, &card)
    }
}

fn identity(out: &mut impl Write, model: &Model<'_>, card: &Card) -> Result<()> {
    let features = card
        .columns
        .iter()
        .map(|column| column.features)
        .sum::<usize>();
    writeln!(out, "{} {}", model.name, model.version())?;
    writeln!(
        out,
        "  {} by {}: {} labels from {features} features, {:.1} MB",
        card.task,
        card.estimator,
        model.labels.len(),
        model.bytes.len() as f64 / 1e6
    )?;
    writeln!(out, "  sha256 {}", model.digest_hex())?;
    Ok(())
}

fn inputs(out: &mut impl Write, card: &Card) -> Result<()> {
    writeln!(
        out,
        "\ninput      kind  features  characters (median, 95%)  tokens  unknown"
    )?;
    for column in &card.columns {
        let at =
            |quantiles: &[f64], index: usize| quantiles.get(index).copied().unwrap_or(f64::NAN);
        let baseline = &column.baseline;
        writeln!(
            out,
            "{:10} {:5} {:8}  {:>10.0} {:>10.0}      {:>6.0}  {:>6.1}%",
            column.name,
            column.kind,
            column.features,
            at(&baseline.num_chars, 3),
            at(&baseline.num_chars, 5),
            at(&baseline.num_tokens, 3),
            100.0 * at(&baseline.oov_ratio, 3),
        )?;
    }
    Ok(())
}

fn figures(out: &mut impl Write, model: &Model<'_>, card: &Card) -> Result<()> {
    let metrics = &card.metrics;
    writeln!(
        out,
        "\naccuracy {:.4} (always {:?}: {:.4}), macro F1 {:.4}, log loss {:.4}, on {} rows not trained on",
        metrics.accuracy,
        metrics.baseline.label,
        metrics.baseline.accuracy,
        metrics.macro_f1,
        metrics.log_loss,
        metrics.testing_rows
    )?;
    let width = model
        .labels
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or(5)
        .clamp(5, 40);
    writeln!(
        out,
        "\n{:width$}  precision  recall     F1   rows  top terms",
        "label"
    )?;
    for (code, class) in metrics.per_class.iter().enumerate() {
        writeln!(
            out,
            "{:width$}     {:.4}  {:.4} {:.4} {:>6}  {}",
            class.label,
            class.precision,
            class.recall,
            class.f1,
            class.support,
            terms::top(model, code, TERMS).join(", ")
        )?;
    }
    Ok(())
}

fn origin(out: &mut impl Write, model: &Model<'_>, card: &Card) -> Result<()> {
    let test = card.data.test.as_ref();
    for (what, file) in [("trained on", Some(&card.data.train)), ("tested on", test)] {
        if let Some(file) = file {
            writeln!(
                out,
                "\n{what} {} ({} rows, target {:?})\n  sha256 {}",
                file.name, file.rows, card.target, file.sha256
            )?;
        }
    }
    let provenance = &card.provenance;
    let revision = match provenance.git_revision.as_str() {
        "" => "no git revision",
        revision => revision,
    };
    writeln!(
        out,
        "made by hearth {} with smartcore {}, {revision}",
        provenance.hearth, provenance.smartcore
    )?;
    writeln!(out, "params {}", card.params)?;
    writeln!(out, "example {}", model.example)?;
    Ok(())
}
