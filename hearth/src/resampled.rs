//! Differences of two models' figures on the same rows, each with its 95 % interval.
//!
//! The paired bootstrap (Efron and Tibshirani, "An introduction to the bootstrap", 1993): rows are drawn
//! with replacement, the same ones for both models, and the interval is the middle 95 % of the
//! differences. It needs no formula, so it covers figures that are no mean over rows, such as F1, the
//! area under the ROC curve and the median error. The seed is fixed: the same rows give the same interval.

mod labels;
mod values;
mod weighted;

use crate::paired::Paired;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use model::random::Random;
use serde::Serialize;
use std::collections::BTreeMap;
use training::evaluation::figures::{Figure, text};
use training::evaluation::{Predictions, quantiles};
use weighted::Weighted;

pub use weighted::Answered;

/// Draws of the rows, at most.
const DRAWS: usize = 1000;

/// Draws below which there is no interval.
const FEWEST_DRAWS: usize = 200;

/// Steps of all draws together: about a second.
const STEPS: usize = 1_000_000_000;

/// Rows below which there is no interval.
const FEWEST_ROWS: usize = 30;

/// The change of a figure from one model to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Name of the figure, as in `metrics.json`.
    pub name: &'static str,
    /// The first model's.
    pub first: f64,
    /// The second model's.
    pub second: f64,
    /// 95 % interval of the second less the first.
    pub interval: [f64; 2],
    /// The second is better, worse (false), or neither beyond chance.
    pub better: Option<bool>,
}

/// Changes of the figures of two models that answered the same rows; none where they are of two tasks, or
/// have too few rows or too many for the draws.
pub fn changes(first: Answered<'_>, second: Answered<'_>) -> Vec<Change> {
    let (Some(a), Some(b)) = (Weighted::new(first), Weighted::new(second)) else {
        return Vec::new();
    };
    let rows = a.rows();
    let draws = DRAWS.min(STEPS / (a.steps() + b.steps()).max(1));
    if a.names() != b.names() || rows != b.rows() || rows < FEWEST_ROWS || draws < FEWEST_DRAWS {
        return Vec::new();
    }
    let mut random = Random::new(0);
    let mut differences = vec![Vec::with_capacity(draws); a.names().len()];
    let mut weights = vec![0; rows];
    for _ in 0..draws {
        weights.fill(0);
        (0..rows).for_each(|_| weights[random.below(rows)] += 1);
        let of_both = a.figures(&weights).into_iter().zip(b.figures(&weights));
        for (differences, (a, b)) in differences.iter_mut().zip(of_both) {
            differences.extend(a.zip(b).map(|(a, b)| b - a));
        }
    }
    // What has an exact test, or a test of the mean, has its verdict: a sentence beside the table tells it.
    let (tested, verdict) = tested(first, second);
    let of_both = a.names().iter().copied().zip(differences);
    let change = |(name, differences): (&'static str, Vec<f64>)| {
        let figure = Figure::named(name)?;
        let (first, second) = (figure.of(first.1)?, figure.of(second.1)?);
        // A draw may lack the rows that a figure needs.
        if differences.len() < FEWEST_DRAWS {
            return None;
        }
        let [low, high] = quantiles(differences, &[0.025, 0.975])[..] else {
            return None;
        };
        let is_more = match (low > 0.0, high < 0.0) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        Some(Change {
            name,
            first,
            second,
            interval: [low, high],
            better: match name == tested {
                true => verdict,
                false => is_more.map(|more| more == figure.more_is_better),
            },
        })
    };
    of_both.filter_map(change).collect()
}

/// The figure that [`Paired`] tests row by row, and the verdict on it, as of [`Change::better`].
fn tested(first: Answered<'_>, second: Answered<'_>) -> (&'static str, Option<bool>) {
    let paired = Paired::of(first.0, second.0).filter(Paired::is_sure);
    let name = match first.0 {
        Predictions::Classes(_) => "accuracy",
        Predictions::Values(_) => "mae",
    };
    (name, paired.map(|paired| paired.gain > 0.0))
}

/// The verdict on each figure of two models that has one, as of [`Change::better`]; `changes` are theirs.
pub fn verdicts(
    changes: &[Change],
    first: Answered<'_>,
    second: Answered<'_>,
) -> BTreeMap<&'static str, Option<bool>> {
    let verdicts = changes.iter().map(|one| (one.name, one.better));
    verdicts.chain([tested(first, second)]).collect()
}

/// A row for each change; in colour those that chance does not explain.
pub fn table(changes: &[Change]) -> Table {
    let mut table = Table::indented(2)
        .text("figure", Fit::Cut)
        .figure("change", Fit::Whole)
        .text("95 % interval", Fit::Whole)
        .text("", Fit::Spare(0));
    for change in changes {
        let title = Figure::named(change.name).map_or(change.name, |figure| figure.title);
        let (tone, verdict) = match change.better {
            None => (Tone::Plain, "may be chance"),
            Some(true) => (Tone::Good, "better"),
            Some(false) => (Tone::Bad, "worse"),
        };
        let [low, high] = change.interval.map(signed);
        table.row([
            Text::from(title),
            Text::toned(tone, signed(change.second - change.first)),
            Text::toned(Tone::Quiet, format!("{low} to {high}")),
            Text::toned(tone, verdict),
        ]);
    }
    table
}

/// A difference with its sign; what rounds to nothing has none.
fn signed(difference: f64) -> String {
    let size = text(difference.abs());
    match difference {
        _ if size == text(0.0) => size,
        _ if difference < 0.0 => format!("-{size}"),
        _ => format!("+{size}"),
    }
}

#[cfg(test)]
mod tests;
