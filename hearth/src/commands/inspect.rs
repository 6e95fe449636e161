//! `hearth inspect`: the model card, in the terminal.

use super::model_file::open;
use crate::summary::summary;
use crate::terminal::json;
use anyhow::{Context, Result};
use clap::Args;
use model::Model;
use model::card::{Card, ColumnBaseline, Metrics};
use model::head::{Head, Kernel};
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use training::evaluate::figures::text;
use training::terms;

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

/// Shows the card of a model file: task, columns, metrics, top terms and provenance.
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
        let mut out = crate::terminal::out();
        if self.json {
            return write_json(&mut out, &model, &card);
        }
        identity(&mut out, &model, &card)?;
        inputs(&mut out, &card)?;
        notes(&mut out, &card)?;
        figures(&mut out, &model, &card)?;
        origin(&mut out, &model, &card)
    }
}

/// Writes the card of `model` with the facts of its file.
pub(super) fn write_json(out: &mut impl Write, model: &Model<'_>, card: &Card) -> Result<()> {
    let file = File {
        bytes: model.bytes.len(),
        sha256: model.digest_hex(),
        version: model.version(),
        card,
    };
    json(out, &file)
}

fn notes(out: &mut impl Write, card: &Card) -> Result<()> {
    for (index, note) in card.notes.iter().enumerate() {
        let title = if note.doubt { "doubt" } else { "note" };
        let gap = if index == 0 { "\n" } else { "" };
        writeln!(out, "{gap}{title:11} {note}")?;
    }
    Ok(())
}

fn identity(out: &mut impl Write, model: &Model<'_>, card: &Card) -> Result<()> {
    let answers = match &model.head {
        Head::Classes(classes) => format!("{} labels", classes.labels.len()),
        Head::Value => "numbers".to_string(),
    };
    writeln!(out, "{} {}", model.name, model.version())?;
    writeln!(
        out,
        "  {} by {}: {answers} from {} features, {:.1} MB",
        card.task,
        card.estimator,
        model.features,
        model.bytes.len() as f64 / 1e6
    )?;
    writeln!(out, "  sha256 {}", model.digest_hex())?;
    match model.baseline() {
        Some(baseline) => writeln!(
            out,
            "  baseline of {} distributions over {} training rows",
            baseline.distributions.len(),
            baseline.rows
        )?,
        None => writeln!(
            out,
            "  no baseline: drift cannot be measured; retrain the model to get one"
        )?,
    }
    Ok(())
}

fn inputs(out: &mut impl Write, card: &Card) -> Result<()> {
    let names = card
        .columns
        .iter()
        .map(|column| column.name.chars().count());
    let width = names.max().unwrap_or(5).clamp(5, 30);
    writeln!(
        out,
        "\n{:width$}  kind       features  training rows",
        "input"
    )?;
    for column in &card.columns {
        writeln!(
            out,
            "{:width$}  {:9}  {:>8}  {}",
            column.name,
            column.kind,
            column.features,
            looks(&column.baseline)
        )?;
    }
    Ok(())
}

/// Statistics of the training rows of a column.
fn looks(baseline: &ColumnBaseline) -> String {
    let at = |quantiles: &[f64], index: usize| quantiles.get(index).copied().unwrap_or(f64::NAN);
    let mut parts = Vec::new();
    if !baseline.num_chars.is_empty() {
        parts.push(format!(
            "{:.0} characters (95%: {:.0}), {:.0} tokens, {:.1}% unknown",
            at(&baseline.num_chars, 3),
            at(&baseline.num_chars, 5),
            at(&baseline.num_tokens, 3),
            100.0 * at(&baseline.oov_ratio, 3),
        ));
    }
    if !baseline.value.is_empty() {
        let [least, median, most] = [0, 3, 6].map(|index| text(at(&baseline.value, index)));
        parts.push(format!("{least} to {most}, median {median}"));
    }
    let shares = baseline.categories.iter().take(3);
    let shares: Vec<String> = shares
        .map(|(name, share)| format!("{name:?} {:.0}%", share * 100.0))
        .collect();
    if !shares.is_empty() {
        parts.push(shares.join(", "));
    }
    if let Some(missing) = baseline.missing.filter(|missing| *missing > 0.0) {
        parts.push(format!("{:.1}% missing", missing * 100.0));
    }
    parts.join(", ")
}

fn figures(out: &mut impl Write, model: &Model<'_>, card: &Card) -> Result<()> {
    writeln!(out)?;
    for (name, what) in summary(&card.metrics) {
        writeln!(out, "{name:11} {what}")?;
    }
    let Metrics::Classification(metrics) = &card.metrics else {
        return Ok(());
    };
    let labels = model.head.labels().iter();
    let names = labels.map(|label| label.chars().count());
    let width = names.max().unwrap_or(5).clamp(5, 40);
    writeln!(
        out,
        "\n{:width$}  precision  recall     F1   rows    true  predicted  {}",
        "label",
        match model.kernel {
            Kernel::Trees(_) => "",
            Kernel::Weights(_) => "top terms",
        }
    )?;
    for (code, class) in metrics.per_class.iter().enumerate() {
        let terms = terms::top(model, code, TERMS).into_iter();
        let terms: Vec<String> = terms.map(|(term, _)| term).collect();
        writeln!(
            out,
            "{:width$}     {:.4}  {:.4} {:.4} {:>6}  {:>6}    {:>7}  {}",
            class.label,
            class.precision,
            class.recall,
            class.f1,
            class.support,
            percent(class.share),
            percent(class.mean_probability),
            terms.join(", ")
        )?;
    }
    Ok(())
}

/// A share in percent; `-` where an older card has none.
fn percent(share: Option<f64>) -> String {
    share.map_or("-".into(), |share| format!("{:.1} %", share * 100.0))
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
