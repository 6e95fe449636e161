//! Results of a training on standard output.

use crate::job::Places;
use crate::summary::{by_label, summary};
use anyhow::Result;
use model::card::Metrics;
use std::io::Write;
use training::params::Params;
use training::search::described;
use training::train::Trained;

/// Prints the candidates and the metrics to standard output.
pub(super) fn print(params: &Params, places: &Places, trained: &Trained) -> Result<()> {
    let mut out = crate::terminal::out();
    if trained.tried.len() > 1 {
        let width = trained
            .tried
            .iter()
            .map(|tried| described(tried).len())
            .max();
        let width = width.unwrap_or(0);
        writeln!(
            out,
            "{:12}{:width$}  {:>8}  {:>8}  seconds",
            "tried", "", "mean", "± sd"
        )?;
        for tried in &trained.tried {
            let shown =
                |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.4}"));
            writeln!(
                out,
                "{:12}{:width$}  {:>8}  {:>8}  {:>7.1}",
                if tried.chosen { "chosen" } else { "" },
                described(tried),
                shown(tried.mean),
                shown(tried.standard_deviation),
                tried.seconds
            )?;
        }
    }
    let metrics = &trained.card.metrics;
    let positive = positive(params, metrics).into_iter();
    for (name, what) in positive.chain(summary(metrics)).chain(by_label(metrics)) {
        writeln!(out, "{name:11} {what}")?;
    }
    if let Some(against) = &trained.against {
        writeln!(out, "previous    {} {}:", against.name, against.version)?;
        for (name, what) in summary(&against.metrics) {
            writeln!(out, "  {name:11} {what}")?;
        }
    }
    for note in &trained.notes {
        writeln!(out, "{:11} {note}", note.title())?;
    }
    for (what, at) in [
        ("report", &places.report),
        ("report", &places.report_markdown),
    ] {
        if let Some(at) = at {
            writeln!(out, "{what:11} {at}")?;
        }
    }
    Ok(())
}

/// The positive label, and the rule that chose it.
fn positive(params: &Params, metrics: &Metrics) -> Option<(String, String)> {
    let Metrics::Classification(of) = metrics else {
        return None;
    };
    let label = of.positive.as_ref()?;
    let rule = match params.positive {
        Some(_) => "as given",
        None => "the second label in sorted order; --positive names another",
    };
    Some(("positive".into(), format!("{label:?} ({rule})")))
}
