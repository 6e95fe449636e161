//! Lines of the watch: one per column, one per label, and one for all.
//!
//! Each value of a dimension is a series of its own on the bill. So the first columns and labels of
//! the model have lines of their own, the same ones in every environment; of all others the greatest
//! drift is in `drift.psi_max`, whose line names the column.

use super::counts::WatchCounts;
use crate::figures::{now, rounded, significant};
use emf::guard::{OTHER, VALUES};
use emf::{Line, Settings, metrics};
use model::Model;
use model::features::EncoderKind;

/// Minimum number of rows for an index.
pub(super) const LEAST: u64 = 200;

/// The lines of a window.
pub(super) fn of(
    counts: &WatchCounts,
    model: &Model<'_>,
    settings: &Settings,
    version: &str,
) -> Vec<u8> {
    let now = now();
    let new = || Line::new(settings, now);
    let mut lines = Vec::new();
    let mut most: Option<(f64, String)> = None;
    if counts.rows >= LEAST {
        let mut written = 0;
        for name in names(counts, model) {
            let mut line = new();
            line.by("column", &name);
            let psi = add_column(&mut line, counts, model, &name);
            if let Some(psi) = psi
                && most.as_ref().is_none_or(|(most, _)| psi > *most)
            {
                most = Some((psi, name));
            }
            if written < VALUES {
                lines.append(&mut line.finish());
                written += 1;
            }
        }
    }
    for (label, count) in labels(counts, model) {
        let mut line = new();
        line.by("label", label);
        line.metric(&metrics::PREDICTION_COUNT, count as f64);
        lines.append(&mut line.finish());
    }
    let mut line = new();
    line.metric(&metrics::WATCH_ROWS, counts.rows as f64);
    if let Some((psi, name)) = &most {
        line.metric(&metrics::DRIFT_PSI_MAX, *psi);
        line.property("mostDrifted", name);
    }
    line.property("modelVersion", version);
    lines.append(&mut line.finish());
    lines
}

/// The names that have a line: the distributions', and those of columns that have none of their own.
fn names(counts: &WatchCounts, model: &Model<'_>) -> Vec<String> {
    let distributions = counts.window.distributions().iter();
    let mut names: Vec<String> = distributions.map(|one| one.name(&model.columns)).collect();
    for column in &model.columns {
        if !names.iter().any(|name| name == column.name) {
            names.push(column.name.to_owned());
        }
    }
    names
}

/// Adds the metrics of a column or distribution to its line; returns its drift.
fn add_column(
    line: &mut Line<'_>,
    counts: &WatchCounts,
    model: &Model<'_>,
    name: &str,
) -> Option<f64> {
    let mut drift = None;
    let mut distributions = counts.window.distributions().iter();
    if let Some(index) = distributions.position(|one| one.name(&model.columns) == name) {
        let psi = rounded(counts.window.psi(index), 4);
        line.metric(&metrics::DRIFT_PSI, psi);
        drift = Some(psi);
        if let Some(mean) = counts.window.mean(index) {
            line.metric(&metrics::COLUMN_MEAN, significant(mean, 6));
        }
    }
    if let Some(column) = model.columns.iter().position(|one| one.name == name) {
        let share = |count: u64| rounded(count as f64 / counts.rows as f64, 4);
        let [missing, out_of_range, unknown] = counts.findings[column].map(share);
        line.metric(&metrics::COLUMN_MISSING_RATIO, missing);
        match model.encoders[column].kind {
            EncoderKind::Number(_) => {
                line.metric(&metrics::COLUMN_OUT_OF_RANGE_RATIO, out_of_range)
            }
            EncoderKind::Category(_) => line.metric(&metrics::COLUMN_UNKNOWN_RATIO, unknown),
            EncoderKind::Text(_) | EncoderKind::Timestamp(_) => {}
        }
    }
    drift
}

/// Numbers of rows with each of the first labels of the model, and with all others together.
fn labels<'m>(counts: &WatchCounts, model: &'m Model<'_>) -> Vec<(&'m str, u64)> {
    let all = model
        .head
        .labels()
        .iter()
        .copied()
        .zip(counts.labels.iter().copied());
    let mut labels: Vec<_> = all.clone().take(VALUES).collect();
    let others: u64 = all.skip(VALUES).map(|(_, count)| count).sum();
    labels.push((OTHER, others));
    labels.retain(|(_, count)| *count > 0);
    labels
}
