//! The verdicts on top of a report, each with its reason.

use super::Report;
use super::escape::isolated;
use super::verdict::percent;
use crate::blocks::checks::{self, Checked};
use crate::paired::Paired;
use crate::terminal::page::Mark;
use crate::terminal::text::Text;
use model::card::Metrics;
use monitor::chi_squared;
use training::evaluation::Predictions;
use training::evaluation::calibration::{Bin, positive, reliability};

/// Probability of a deviation by chance below which probabilities do not match frequencies.
const LEVEL: f64 = 0.01;

/// A mean deviation of probabilities that matters to nobody, however sure it is.
const SMALL: f64 = 0.02;

/// The verdicts as a list.
pub fn chips(report: &Report<'_>) -> String {
    let metrics = &report.card.metrics;
    let mut chips = Vec::new();
    if let Some(checked) = checks::baseline(metrics) {
        let titles = ["Beats the baseline", "Does not beat the baseline"];
        chips.push(titled(titles, checked));
    }
    if let Some(checked) = folds(report) {
        let titles = [
            "Agrees with cross-validation",
            "Differs from cross-validation",
        ];
        chips.push(titled(titles, checked));
    }
    if let Some(checked) = calibrated(report) {
        chips.push(titled(["Calibrated", "Not calibrated"], checked));
    }
    chips.extend(previous(report));
    let items: String = chips.iter().map(chip).collect();
    format!("<ul class=\"chips\" aria-label=\"Verdicts\">{items}</ul>")
}

/// A verdict with its title.
pub struct Chip {
    /// Its mark.
    pub mark: Mark,
    /// Title of a few words.
    pub title: String,
    /// Reason, in a sentence.
    pub text: String,
}

/// A verdict as an item of a list.
pub fn chip(of: &Chip) -> String {
    let (class, sign) = match of.mark {
        Mark::Holds => ("good", "✓"),
        Mark::Doubt => ("doubt", "!"),
        Mark::Fails => ("bad", "✗"),
        Mark::Fact => ("", "–"),
    };
    format!(
        "<li class=\"chip {class}\"><b><i aria-hidden=\"true\">{sign}</i>{}</b>{}</li>",
        isolated(&of.title),
        isolated(&of.text)
    )
}

/// The first title is that of what holds.
fn titled([holds, fails]: [&str; 2], (mark, text): Checked) -> Chip {
    let title = if mark == Mark::Holds { holds } else { fails };
    Chip {
        mark,
        title: title.into(),
        text: sentence(&text),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect::<String>() + "."
}

fn folds(report: &Report<'_>) -> Option<Checked> {
    let disagree = checks::disagreement(report.notes);
    let agree = || checks::folds(&report.card.metrics).map(|text| (Mark::Holds, text));
    disagree.map(|text| (Mark::Doubt, text)).or_else(agree)
}

/// The probabilities beside what happened: the test of Hosmer and Lemeshow ("Goodness of fit tests for the
/// multiple logistic regression model", 1980) on held-out rows, whose degrees of freedom are the bins.
fn calibrated(report: &Report<'_>) -> Option<Checked> {
    let Metrics::Classification(of) = &report.card.metrics else {
        return None;
    };
    let Predictions::Classes(classes) = report.predictions else {
        return None;
    };
    let labels = report.labels.len();
    let bins = match of.positive_code() {
        Some(code) => positive(labels, code, &classes.probabilities, classes),
        None => reliability(labels, &classes.probabilities, classes),
    };
    let rows: usize = bins.iter().map(|bin| bin.rows).sum();
    let apart = |bin: &Bin| bin.rows as f64 * (bin.confidence - bin.accuracy).abs();
    let error = bins.iter().map(apart).sum::<f64>() / rows.max(1) as f64;
    let statistic = bins.iter().map(|bin| {
        let rows = bin.rows as f64;
        // A bin of certainties that is wrong once is not infinitely unlikely.
        let spread = (bin.confidence * (1.0 - bin.confidence)).max(1.0 / (4.0 * rows));
        rows * (bin.confidence - bin.accuracy).powi(2) / spread
    });
    let p = chi_squared::p_value(statistic.sum(), bins.len());
    let percent = percent(error);
    Some(match (p < LEVEL, error < SMALL) {
        (true, false) => (
            Mark::Doubt,
            format!(
                "probabilities are off by {percent} on average, and not by chance: see the curve Reliability, \
                 or train with --calibration always"
            ),
        ),
        (true, true) => (
            Mark::Holds,
            format!("probabilities are off by {percent} on average: little, though not by chance"),
        ),
        (false, _) => (
            Mark::Holds,
            format!("probabilities are off by {percent} on average, which chance explains"),
        ),
    })
}

fn previous(report: &Report<'_>) -> Option<Chip> {
    let against = report.against?;
    let paired = Paired::of(&against.predictions, report.predictions)?;
    let title = match (paired.is_sure(), paired.gain > 0.0) {
        (false, _) => "No sure difference from the previous model",
        (true, true) => "Better than the previous model",
        (true, false) => "Worse than the previous model",
    };
    let previous = format!("{} {}", against.name, against.version);
    let (mark, text): (Mark, Text) = paired.checked(&previous, "this model");
    Some(Chip {
        mark,
        title: title.into(),
        text: sentence(&text.render(false)),
    })
}
