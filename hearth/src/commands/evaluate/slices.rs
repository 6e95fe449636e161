//! Figures of the rows that share a value of a column.

use super::measured::Measured;
use crate::paired::LEVEL;
use crate::terminal::page::Mark;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use anyhow::{Result, bail};
use monitor::moments::{self, Moments};
use monitor::proportion::{self, Counted};
use serde::Serialize;
use std::collections::BTreeMap;
use traffic::report::p_text;
use training::evaluation::Predictions;
use training::evaluation::figures::text;

/// Slices of a column, at most: those of the most rows; the others are measured together.
const MOST: usize = 30;

/// Rows with one value of a column.
#[derive(Debug, Serialize)]
pub(super) struct Slice {
    /// The value; empty where the rows have none.
    pub value: String,
    pub rows: u64,
    /// Accuracy, or the mean absolute error.
    pub figure: Option<f64>,
    /// 95 % interval of the accuracy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
    /// Probability that chance makes the slice differ so much from the other rows.
    pub p_value: Option<f64>,
    /// It differs from the other rows by more than chance, with all slices considered.
    pub differs: bool,
    /// It is worse than the other rows.
    #[serde(skip)]
    is_worse: bool,
}

/// Right answers and errors of some rows.
#[derive(Clone, Default)]
struct Sums {
    right: Counted,
    errors: Moments,
}

/// Measures each value apart; `values` has one for each answered row of the table.
///
/// # Errors
/// When the table has changed since it was answered.
pub(super) fn slices(measured: &Measured, values: &[String]) -> Result<Vec<Slice>> {
    if values.len() != measured.place.len() {
        bail!("the table has changed while it was read");
    }
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (value, place) in values.iter().zip(&measured.place) {
        if let Some(place) = place {
            rows.entry(value).or_default().push(*place);
        }
    }
    let mut rows: Vec<(&str, Vec<usize>)> = rows.into_iter().collect();
    // A stable sort: equal ones stay by value.
    rows.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    let rest: Vec<usize> = rows
        .split_off(rows.len().min(MOST))
        .into_iter()
        .flat_map(|(_, rows)| rows)
        .collect();
    if !rest.is_empty() {
        rows.push(("(other values)", rest));
    }
    let sums: Vec<Sums> = rows.iter().map(|(_, rows)| add(measured, rows)).collect();
    let level = LEVEL / sums.len().max(1) as f64;
    let slice = |at: usize| {
        let own = &sums[at];
        let mut others = Sums::default();
        for (_, of) in sums.iter().enumerate().filter(|(other, _)| *other != at) {
            others.right.merge(&of.right);
            others.errors.merge(&of.errors);
        }
        let (figure, p_value, is_worse) = match measured.predictions {
            Predictions::Classes(_) => (
                own.right.share(),
                proportion::difference(own.right, others.right),
                own.right.share() < others.right.share(),
            ),
            Predictions::Values(_) => (
                own.errors.mean(),
                moments::difference(&own.errors, &others.errors),
                own.errors.mean() > others.errors.mean(),
            ),
        };
        Slice {
            value: rows[at].0.to_string(),
            rows: rows[at].1.len() as u64,
            figure,
            interval: own.right.interval(),
            p_value,
            differs: p_value.is_some_and(|p| p < level),
            is_worse,
        }
    };
    Ok((0..rows.len()).map(slice).collect())
}

fn add(measured: &Measured, rows: &[usize]) -> Sums {
    let mut sums = Sums::default();
    for row in rows {
        match &measured.predictions {
            Predictions::Classes(of) => sums.right.add(of.truth[*row] == Some(of.answer[*row])),
            Predictions::Values(of) => sums.errors.add((of.truth[*row] - of.answer[*row]).abs()),
        }
    }
    sums
}

/// A row for each slice; in colour those that chance does not explain.
pub(super) fn table(slices: &[Slice]) -> Table {
    let mut table = Table::indented(2)
        .text("value", Fit::Cut)
        .figure("rows", Fit::Whole)
        .figure("figure", Fit::Whole)
        .text("95 % interval", Fit::Spare(0))
        .figure("p", Fit::Whole)
        .text("", Fit::Whole);
    for slice in slices {
        let (tone, verdict) = match (slice.differs, slice.is_worse) {
            (false, _) => (Tone::Plain, ""),
            (true, true) => (Tone::Bad, "worse"),
            (true, false) => (Tone::Good, "better"),
        };
        let value = match slice.value.as_str() {
            "" => Text::toned(Tone::Quiet, "(no value)"),
            value => Text::from(value),
        };
        let interval = slice
            .interval
            .map(|[low, high]| format!("{} to {}", text(low), text(high)));
        table.row([
            value,
            Text::from(slice.rows.to_string()),
            Text::toned(tone, slice.figure.map_or("-".into(), text)),
            Text::toned(Tone::Quiet, interval.unwrap_or_default()),
            Text::from(slice.p_value.map_or("-".into(), p_text)),
            Text::toned(tone, verdict),
        ]);
    }
    table
}

/// The sentence about slices that are worse.
pub(super) fn note(slices: &[Slice]) -> Option<(Mark, String)> {
    let worse = slices
        .iter()
        .filter(|slice| slice.differs && slice.is_worse);
    let worse: Vec<String> = worse.map(|slice| format!("{:?}", slice.value)).collect();
    Some(match (slices.len(), worse.is_empty()) {
        (0 | 1, _) => return None,
        (count, true) => (
            Mark::Holds,
            format!("none of {count} slices is worse than the others by more than chance"),
        ),
        (_, false) => (
            Mark::Doubt,
            format!(
                "worse than the others by more than chance: {}",
                worse.join(", ")
            ),
        ),
    })
}
