//! Figures of the rows that share a value of a column.

use super::measured::Measured;
use crate::paired::LEVEL;
use crate::slices::{Measure, Slice};
use crate::terminal::page::Mark;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use traffic::report::p_text;
use training::evaluation::figures::text;
use training::slices::{OTHERS, Part};

/// Slices of a column, at most: those of the most rows; the others are measured together.
const MOST: usize = 30;

/// Cuts the measured rows; `values` has one for each answered row of the table.
///
/// # Errors
/// When the table has changed since it was answered.
pub(super) fn parts(measured: &Measured, values: &[String]) -> Result<Vec<Part>> {
    if values.len() != measured.place.len() {
        bail!("the table has changed while it was read");
    }
    let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (value, place) in values.iter().zip(&measured.place) {
        if let Some(place) = place {
            rows.entry(value).or_default().push(*place);
        }
    }
    let part = |(name, rows): (&str, Vec<usize>)| Part {
        name: name.to_string(),
        rows,
    };
    let mut parts: Vec<Part> = rows.into_iter().map(part).collect();
    // A stable sort: equal ones stay by value.
    parts.sort_by_key(|part| std::cmp::Reverse(part.rows.len()));
    let rest: Vec<usize> = parts
        .split_off(parts.len().min(MOST))
        .into_iter()
        .flat_map(|part| part.rows)
        .collect();
    parts.extend((!rest.is_empty()).then(|| part((OTHERS, rest))));
    Ok(parts)
}

/// Measures each part apart.
pub(super) fn slices(measured: &Measured, parts: &[Part]) -> Vec<Slice> {
    let level = LEVEL / parts.len().max(1) as f64;
    Measure::of(&measured.predictions, level).slices(parts)
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
