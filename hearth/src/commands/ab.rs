//! `hearth ab`.

use crate::bars::Bars;
use crate::report::escape::visible;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::Text;
use crate::terminal::{self, json};
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use std::io::{self, Write};
use storage::{Location, Store};
use traffic::ab::{Comparison, Variant, Variants};
use traffic::captures;
use traffic::report::p_text;
use traffic::truth::{self, Truth};

/// Compares the variants that answered captured requests
///
/// Their labels, their confidence and, with true labels, which one is right
/// more often.
///
/// If there is not enough data for a conclusion, it says so, and how many
/// labelled rows the observed difference would need. Captures are read as by
/// `hearth drift`. Examples:
///
///   hearth ab captures/
///   hearth ab s3://bucket/captures/ --truth labels.csv
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Ab {
    /// Captured records
    #[arg(required = true, value_name = "CAPTURE")]
    captures: Vec<Location>,
    /// True labels: a table with the columns id (the x-request-id of the response; of several rows
    /// followed by /0, /1, …) and truth
    #[arg(long, value_name = "TABLE")]
    truth: Option<Location>,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

impl Ab {
    pub(super) fn run(self) -> Result<()> {
        let store = Store::from_env();
        let truth = self.truth.as_ref();
        let truth = truth.map(|at| Truth::read(&store, at)).transpose()?;
        let progress = &Bars::that_stay(self.json);
        let make = || Variants::new(truth.as_ref());
        let (variants, _) = captures::read(&store, &self.captures, None, progress, make)?;
        let mut unknown = Vec::new();
        let names = variants.names();
        if let Some(truth) = &truth {
            truth.check_found()?;
            if let Some(names) = &names {
                unknown = truth.unknown(names)?;
            } else if variants.all().values().any(|of| of.values.rows() > 0) {
                truth.without_number()?;
            }
        }
        let comparisons = variants.compare();
        if self.json {
            let all: Vec<Value> = variants
                .all()
                .iter()
                .map(|(name, of)| as_json(name, of))
                .collect();
            let mut told = json!({"variants": all, "comparisons": comparisons});
            if !unknown.is_empty() {
                told["unknown_truths"] = serde_json::to_value(&unknown)?;
            }
            json(&mut terminal::out(), &told)?;
        }
        let page = &mut terminal::page_unless(self.json);
        show(page, &variants, &comparisons)?;
        if let Some(note) = truth::note(&unknown, &names.unwrap_or_default()) {
            page.checks([(Mark::Doubt, visible(&note))])?;
        }
        page.flush()?;
        Ok(())
    }
}

fn as_json(name: &str, of: &Variant) -> Value {
    json!({
        "variant": name,
        "rows": of.rows,
        "labels": of.labels,
        "mean_confidence": of.confidence.mean(),
        "mean_value": of.values.mean(),
        "rows_with_truth": of.right.whole + of.errors.rows(),
        "accuracy": of.right.share(),
        "accuracy_interval": of.right.interval(),
        "mean_absolute_error": of.errors.mean(),
    })
}

/// Labels of a variant that are shown.
const LABELS: usize = 10;

fn show(
    page: &mut Page<impl Write>,
    variants: &Variants<'_>,
    comparisons: &[Comparison],
) -> io::Result<()> {
    for (name, of) in variants.all() {
        page.head("Variant", format!("{}: {} rows", visible(name), of.rows))?;
        page.facts(facts(of))?;
        page.table(&labels(of))?;
    }
    page.head("Comparison", "")?;
    let mut lines = Vec::new();
    for of in comparisons {
        let names = [&of.reference, &of.variant].map(|name| visible(name));
        let differ = |p: Option<f64>, what: &str| {
            let [a, b] = &names;
            p.map(|p| {
                (
                    Mark::Fact,
                    format!("{what} of {a} and {b}: p {}", p_text(p)),
                )
            })
        };
        let mean = match of.labels_p_value {
            Some(_) => "mean confidence",
            None => "mean answer",
        };
        lines.extend(differ(of.labels_p_value, "shares of labels"));
        lines.extend(differ(of.mean_p_value, mean));
        lines.push((Mark::Fact, visible(&of.verdict)));
    }
    if comparisons.is_empty() {
        let name = variants.all().keys().next().map(|name| visible(name));
        lines.push((
            Mark::Fact,
            format!(
                "there is only one variant, {}, and nothing to compare it with",
                name.unwrap_or_default()
            ),
        ));
    }
    page.checks(lines)
}

fn facts(of: &Variant) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(mean) = of.confidence.mean() {
        facts.push(("mean confidence", plus_minus(mean, &of.confidence)));
    }
    if let Some(mean) = of.values.mean() {
        facts.push(("mean answer", plus_minus(mean, &of.values)));
    }
    if let (Some(share), Some([low, high])) = (of.right.share(), of.right.interval()) {
        facts.push((
            "right",
            format!(
                "{:.1} % of {} rows with labels (95 % interval {:.1} to {:.1} %)",
                share * 100.0,
                of.right.whole,
                low * 100.0,
                high * 100.0
            ),
        ));
    }
    if let Some(mean) = of.errors.mean() {
        let (error, rows) = (plus_minus(mean, &of.errors), of.errors.rows());
        facts.push((
            "mean absolute error",
            format!("{error}, {rows} rows with labels"),
        ));
    }
    facts
}

/// The most frequent labels of a variant.
fn labels(of: &Variant) -> Table {
    let mut labels: Vec<(&String, &u64)> = of.labels.iter().collect();
    labels.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let mut table = Table::indented(2).figure("", Fit::Whole).text("", Fit::Cut);
    for (label, count) in labels.iter().take(LABELS) {
        let share = **count as f64 / of.rows.max(1) as f64 * 100.0;
        table.row([format!("{share:.1} %"), visible(label)].map(Text::from));
    }
    if let more @ 1.. = labels.len().saturating_sub(LABELS) {
        table.row([String::new(), format!("and {more} more labels")].map(Text::from));
    }
    table
}

fn plus_minus(mean: f64, of: &monitor::moments::Moments) -> String {
    let half = of.half_width();
    let half = half.map_or(String::new(), |half| format!(" ± {half:.4}"));
    format!("{mean:.4}{half}")
}
