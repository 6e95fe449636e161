//! Baseline of the model file, with which live traffic is compared.
//!
//! Values and categories are those of the training rows. What depends on the fit comes from rows that
//! it did not see: on its own rows a model knows every word and is too sure of itself, and every
//! request would look like drift.

use crate::evaluation::Predictions;
use crate::table::{Column, Data, Table};
use model::Model;
use model::assemble::{BaselineParts, BinParts, DistributionPart};
use model::features::{Features, InputStatistics};
use model::format::{ColumnKind, Statistic};
use rayon::prelude::*;

/// Rows whose texts are looked at, evenly over the table: more would not move a decile.
const TEXTS: usize = 10_000;

/// The baseline of `model`, trained on the rows `training` of `table`, which made these
/// `predictions` of the rows `unseen` of another table, or of the same one.
pub fn baseline(
    model: &Model<'_>,
    (table, training): (&Table, &[usize]),
    (other, unseen): (&Table, &[usize]),
    predictions: &Predictions,
) -> BaselineParts {
    let mut distributions = Vec::new();
    let texts = texts(model, other, unseen);
    let mut text = 0;
    for ((index, column), opened) in (0u32..).zip(&table.columns).zip(&model.columns) {
        let mut add = |statistic, bins| {
            distributions.push(DistributionPart {
                statistic,
                column: Some(index),
                bins,
            });
        };
        if opened.kind == ColumnKind::Text {
            use Statistic::{NumChars, NumTokens, OovRatio};
            for statistic in [NumChars, NumTokens, OovRatio] {
                let Some(of) = InputStatistics::of(statistic) else {
                    continue;
                };
                let numbers = texts.iter().map(|columns| of(&columns[text]));
                add(statistic, BinParts::of_numbers(numbers));
            }
            text += 1;
        } else if let Some((statistic, bins)) = of_values(column, training) {
            add(statistic, bins);
        }
    }
    let of_answers = of_predictions(model.head.labels(), predictions);
    distributions.extend(
        of_answers
            .into_iter()
            .map(|(statistic, bins)| DistributionPart {
                statistic,
                column: None,
                bins,
            }),
    );
    BaselineParts {
        rows: training.len() as u64,
        distributions,
    }
}

/// Statistics of the texts of some rows, by column.
fn texts(model: &Model<'_>, table: &Table, rows: &[usize]) -> Vec<Vec<InputStatistics>> {
    if !model.columns.iter().any(|c| c.kind == ColumnKind::Text) {
        return Vec::new();
    }
    let step = rows.len().div_ceil(TEXTS).max(1);
    let some: Vec<usize> = rows.iter().copied().step_by(step).collect();
    some.par_iter()
        .map_init(Features::default, |features, row| {
            features.fill(&model.encoders, &table.row(*row));
            features.by_column.clone()
        })
        .collect()
}

fn of_values(column: &Column, rows: &[usize]) -> Option<(Statistic, BinParts)> {
    Some(match &column.data {
        Data::Text(_) => return None,
        Data::Number(numbers) => {
            let numbers = rows.iter().map(|row| numbers[*row]);
            (Statistic::Value, BinParts::of_numbers(numbers))
        }
        // Time moves on: it would always have drifted. That it is missing can be compared.
        Data::Time(times) => {
            let there = rows.iter().filter(|row| times[**row].is_some()).count();
            let bins = BinParts::of_presence(there as u32, (rows.len() - there) as u32);
            (Statistic::Value, bins)
        }
        Data::Category { names, codes } => {
            let counts = count(names.len(), rows.iter().map(|row| codes[*row]));
            (Statistic::Category, of_counts(names, &counts))
        }
    })
}

fn of_predictions(labels: &[&str], predictions: &Predictions) -> Vec<(Statistic, BinParts)> {
    match predictions {
        Predictions::Classes(classes) => {
            let counts = count(labels.len(), classes.answer.iter().copied());
            let of_row = classes.probabilities.chunks_exact(labels.len().max(1));
            let confidence = of_row
                .zip(&classes.answer)
                .map(|(probabilities, code)| probabilities[*code as usize]);
            vec![
                (Statistic::Confidence, BinParts::of_numbers(confidence)),
                (Statistic::Label, of_counts(labels, &counts)),
            ]
        }
        Predictions::Values(values) => {
            let values = values.answer.iter().copied();
            vec![(Statistic::Prediction, BinParts::of_numbers(values))]
        }
    }
}

/// Counts of each code.
fn count(codes: usize, met: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut counts = vec![0; codes];
    met.for_each(|code| counts[code as usize] += 1);
    counts
}

fn of_counts<N: AsRef<str>>(names: &[N], counts: &[u32]) -> BinParts {
    let names = names.iter().map(AsRef::as_ref);
    BinParts::of_names(names.zip(counts.iter().copied()))
}

#[cfg(test)]
mod tests;
