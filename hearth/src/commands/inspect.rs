//! `hearth inspect`: the model card, in the terminal.

use super::model_file::{card, open};
use crate::blocks::{labels, result, settings};
use crate::summary::summary;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use crate::terminal::units::{date, size};
use crate::terminal::{self, json};
use anyhow::Result;
use clap::Args;
use model::Model;
use model::card::{Card, ColumnBaseline, ColumnCard, Metrics};
use model::head::Head;
use serde::Serialize;
use std::io::{self, Write};
use std::path::PathBuf;
use training::evaluation::figures::text;
use training::terms;

/// Terms shown for each label.
const TERMS: usize = 6;

/// Rows of an imported model, which may be those of its training, or later ones.
const IMPORTED_ROWS: &str = "rows given at import";

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

/// Shows a model file: task, columns, metrics, top terms and origin
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
        let card = card(&model, &self.file)?;
        if self.json {
            return write_json(&mut terminal::out(), &model, &card);
        }
        let page = &mut terminal::page();
        identity(page, &model, &card)?;
        let target = match card.target.as_str() {
            "" => String::new(),
            target => format!(" for the target {target:?}"),
        };
        page.head("Columns", format!("{}{target}", card.columns.len()))?;
        page.table(&columns(&card))?;
        figures(page, &model, &card)?;
        if !card.notes.is_empty() {
            page.head("Notes", "")?;
            page.checks(card.notes.iter().map(|note| {
                let mark = if note.doubt { Mark::Doubt } else { Mark::Fact };
                (mark, note.to_string())
            }))?;
        }
        origin(page, &model, &card)?;
        Ok(())
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

fn identity(page: &mut Page<impl Write>, model: &Model<'_>, card: &Card) -> io::Result<()> {
    let version = Text::toned(Tone::Strong, model.name).and(Tone::Plain, " version ");
    page.head("Model", version.and(Tone::Strong, model.version()))?;
    let answers = match &model.head {
        Head::Classes(classes) => format!("{} labels", classes.labels.len()),
        Head::Value(_) => "numbers".to_string(),
    };
    let baseline = match model.baseline() {
        Some(baseline) => format!(
            "{} distributions of {} {}, for drift",
            baseline.distributions.len(),
            baseline.rows,
            match card.provenance.imported {
                Some(_) => IMPORTED_ROWS,
                None => "training rows",
            }
        ),
        None if card.provenance.imported.is_some() => {
            "none, so drift cannot be measured; import the model with --data to get one".to_string()
        }
        None => "none, so drift cannot be measured; retrain the model to get one".to_string(),
    };
    let bytes = size(model.bytes.len() as u64);
    page.facts([
        (
            "task",
            Text::from(format!("{}, answers {answers}", card.task)),
        ),
        ("estimator", result::estimator(card)),
        (
            "size",
            Text::from(format!("{bytes}, {} features", model.features)),
        ),
        ("baseline", Text::from(baseline)),
        ("sha256", Text::from(model.digest_hex())),
    ])
}

fn columns(card: &Card) -> Table {
    let mut table = Table::indented(2)
        .text("column", Fit::Cut)
        .text("type", Fit::Whole)
        .figure("features", Fit::Whole)
        .text(
            match card.provenance.imported {
                Some(_) => IMPORTED_ROWS,
                None => "training rows",
            },
            Fit::Wrap,
        );
    for column in &card.columns {
        let cells = [&column.name, &column.kind].map(|text| Text::from(text.as_str()));
        let features = Text::from(column.features.to_string());
        let looks = Text::from(looks(column));
        table.row(cells.into_iter().chain([features, looks]));
    }
    table
}

/// Statistics of the training rows of a column.
fn looks(column: &ColumnCard) -> String {
    let ColumnBaseline {
        num_chars,
        num_tokens,
        oov_ratio,
        value,
        categories,
        missing,
    } = &column.baseline;
    let at = |quantiles: &[f64], index: usize| quantiles.get(index).copied().unwrap_or(f64::NAN);
    let mut parts = Vec::new();
    if !num_chars.is_empty() {
        parts.push(format!(
            "{:.0} characters (95 % up to {:.0}), {:.0} words, {:.1} % unknown",
            at(num_chars, 3),
            at(num_chars, 5),
            at(num_tokens, 3),
            100.0 * at(oov_ratio, 3),
        ));
    }
    if let Some([least, greatest]) = range(column) {
        parts.push(match (column.kind.as_str(), column.number) {
            ("timestamp", _) => format!("{} to {}", date(least), date(greatest)),
            ("boolean", Some(number)) => format!("{:.0} % yes", number.mean * 100.0),
            _ => format!("{least} to {greatest}, median {}", text(at(value, 3))),
        });
    }
    // A missing category is counted below.
    let named = categories.iter().filter(|(name, _)| !name.is_empty());
    let shares: Vec<String> = named
        .take(3)
        .map(|(name, share)| format!("{name:?} {:.0} %", share * 100.0))
        .collect();
    if !shares.is_empty() {
        parts.push(shares.join(", "));
    }
    if let Some(missing) = missing.filter(|missing| *missing > 0.0) {
        parts.push(format!("{:.1} % missing", missing * 100.0));
    }
    parts.join(", ")
}

/// The least and the greatest value: of all training rows, as `hearth train` and `GET /docs` show them.
/// The quantiles are of a sample.
fn range(column: &ColumnCard) -> Option<[f64; 2]> {
    let exact = column.number.map(|number| [number.least, number.greatest]);
    let exact = exact.filter(|ends| ends.iter().all(|end| end.is_finite()));
    let value = &column.baseline.value;
    exact.or(Some([*value.first()?, *value.last()?]))
}

/// The rows that the figures are of.
fn measured_rows(card: &Card) -> &'static str {
    match card.provenance.imported {
        Some(_) => IMPORTED_ROWS,
        None => "held-out rows",
    }
}

fn figures(page: &mut Page<impl Write>, model: &Model<'_>, card: &Card) -> io::Result<()> {
    if let Metrics::Unmeasured(_) = card.metrics {
        return page.head(
            "Figures",
            "not known: the model was imported without rows that have the answer",
        );
    }
    page.head("Figures", "")?;
    page.facts(summary(&card.metrics, measured_rows(card)))?;
    if let Metrics::Classification(metrics) = &card.metrics {
        let terms = |code: usize| {
            let terms = terms::top(model, code, TERMS).into_iter();
            let terms: Vec<String> = terms.map(|(term, _)| term).collect();
            terms.join(", ")
        };
        labels::show(page, metrics, usize::MAX, &terms)?;
    }
    Ok(())
}

fn origin(page: &mut Page<impl Write>, model: &Model<'_>, card: &Card) -> io::Result<()> {
    page.head("Origin", "")?;
    let mut facts = Vec::new();
    let data = &card.data;
    for (what, file) in [
        ("trained on", &data.train),
        ("tested on", &data.test),
        ("sample", &data.sample),
    ] {
        if let Some(file) = file {
            facts.push((what, format!("{} ({} rows)", file.name, file.rows)));
            facts.push(("sha256", file.sha256.clone()));
        }
    }
    let provenance = &card.provenance;
    if let Some(from) = &provenance.imported {
        let objective = match from.objective.as_str() {
            "" => String::new(),
            objective => format!(", objective {objective}"),
        };
        facts.push((
            "imported",
            format!(
                "{} of {} {}: {} trees{objective}",
                from.file, from.library, from.version, from.trees
            ),
        ));
        facts.push(("sha256", from.sha256.clone()));
    }
    facts.push(("made by", format!("hearth {}", provenance.hearth)));
    facts.push((
        "git",
        match provenance.git_revision.as_str() {
            "" if provenance.imported.is_some() => "imported outside of a repository".to_string(),
            "" => "trained outside of a repository".to_string(),
            revision => revision.to_string(),
        },
    ));
    let others = settings::of_training(&card.params);
    if !others.is_empty() {
        facts.push(("parameters", others));
    }
    page.facts(facts)?;
    page.head("Example", "a row that it can answer")?;
    page.line(format!("  {}", model.example))
}

#[cfg(test)]
mod tests {
    use super::looks;
    use model::card::{ColumnBaseline, ColumnCard};

    #[test]
    fn a_missing_category_is_counted_once_and_dates_are_dates() {
        let column = |kind: &str, baseline| ColumnCard {
            name: "c".into(),
            kind: kind.into(),
            settings: None,
            number: None,
            category: None,
            optional: true,
            features: 1,
            baseline,
        };
        let category = ColumnBaseline {
            categories: vec![("a".into(), 0.9), (String::new(), 0.1)],
            missing: Some(0.1),
            ..ColumnBaseline::default()
        };
        assert_eq!(
            looks(&column("category", category)),
            "\"a\" 90 %, 10.0 % missing"
        );
        let time = ColumnBaseline {
            value: vec![
                20454.25,
                20500.0,
                20510.0,
                20520.0,
                20700.0,
                20800.0,
                20815.0 + 22.5 / 24.0,
            ],
            ..ColumnBaseline::default()
        };
        assert_eq!(
            looks(&column("timestamp", time)),
            "2026-01-01 06:00 to 2026-12-28 22:30"
        );
    }
}
