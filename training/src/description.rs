//! Description of columns and data, for the card and the report.

use crate::estimators::Kernel;
use crate::evaluation::quantiles;
use crate::pipeline::Pipeline;
use crate::table::{Column, Data, Table};
use model::Model;
use model::assemble::ColumnPart;
use model::card::{ColumnBaseline, ColumnCard, QUANTILES};
use model::features::{Features, InputStatistics};
use model::format::ColumnKind;
use rayon::prelude::*;

/// Rows that baselines are made from, evenly over the table: more would not move a quantile.
const ROWS: usize = 10_000;

/// Categories that a baseline names.
const CATEGORIES: usize = 50;

/// The columns of a card, with what the training rows looked like.
pub fn columns(
    parts: &[ColumnPart],
    model: &Model<'_>,
    table: &Table,
    rows: &[usize],
) -> Vec<ColumnCard> {
    let step = rows.len().div_ceil(ROWS).max(1);
    let rows: Vec<usize> = rows.iter().copied().step_by(step).collect();
    let texts: Vec<Vec<InputStatistics>> = rows
        .par_iter()
        .map_init(Features::default, |features, row| {
            features.fill(&model.encoders, &table.row(*row));
            features.by_column.clone()
        })
        .collect();
    let mut text = 0;
    let mut cards = Vec::new();
    for ((part, column), opened) in parts.iter().zip(&table.columns).zip(&model.columns) {
        let baseline = if opened.kind == ColumnKind::Text {
            let of = |what: fn(&InputStatistics) -> f64| {
                let sample = texts.iter().map(|columns| what(&columns[text]));
                quantiles(sample.collect(), &QUANTILES)
            };
            let baseline = ColumnBaseline {
                num_chars: of(|statistics| statistics.chars as f64),
                num_tokens: of(|statistics| statistics.tokens as f64),
                oov_ratio: of(InputStatistics::oov_ratio),
                ..ColumnBaseline::default()
            };
            text += 1;
            baseline
        } else {
            of_values(column, &rows)
        };
        cards.push(ColumnCard {
            name: column.name.clone(),
            kind: opened.kind.name().into(),
            settings: match part {
                ColumnPart::Text(column) => Some(column.settings),
                _ => None,
            },
            number: match part {
                ColumnPart::Number(column) | ColumnPart::Boolean(column) => {
                    Some(column.settings.into())
                }
                ColumnPart::Timestamp(column) => Some(column.settings().into()),
                _ => None,
            },
            category: match part {
                ColumnPart::Category(column) => Some(column.encoding),
                _ => None,
            },
            optional: opened.optional,
            features: opened.feature_count,
            baseline,
        });
    }
    cards
}

fn of_values(column: &Column, rows: &[usize]) -> ColumnBaseline {
    let is_missing = |row: &&usize| column.cell(**row).is_missing();
    let missing = rows.iter().filter(is_missing).count() as f64 / rows.len().max(1) as f64;
    let numbers: Vec<f64> = match &column.data {
        Data::Number(numbers) => rows.iter().map(|row| numbers[*row]).collect(),
        Data::Time(times) => rows
            .iter()
            .map(|row| times[*row].map_or(f64::NAN, |time| time.days()))
            .collect(),
        _ => Vec::new(),
    };
    let present: Vec<f64> = numbers
        .into_iter()
        .filter(|number| !number.is_nan())
        .collect();
    let categories = match &column.data {
        Data::Category { names, codes } => {
            let mut counts = vec![0usize; names.len()];
            rows.iter()
                .for_each(|row| counts[codes[*row] as usize] += 1);
            let mut order: Vec<usize> = (0..names.len()).filter(|code| counts[*code] > 0).collect();
            order.sort_by(|a, b| {
                counts[*b]
                    .cmp(&counts[*a])
                    .then_with(|| names[*a].cmp(&names[*b]))
            });
            let share = |code: &usize| counts[*code] as f64 / rows.len().max(1) as f64;
            let named = order.iter().take(CATEGORIES);
            named
                .map(|code| (names[*code].clone(), share(code)))
                .collect()
        }
        _ => Vec::new(),
    };
    ColumnBaseline {
        value: quantiles(present, &QUANTILES),
        categories,
        missing: Some(missing),
        ..ColumnBaseline::default()
    }
}

/// Columns with their share of what decides, greatest first: the gain of trees' splits; of weights,
/// their absolute sum (numbers are scaled, so that theirs mean the same).
pub fn importances(pipeline: &Pipeline, model: &Model<'_>) -> Vec<(String, f64)> {
    let of_feature: Vec<f64> = match &pipeline.kernel {
        Kernel::Trees(trees) => trees.importances.clone(),
        Kernel::Linear(fit) => {
            let outputs = fit.intercepts.len().max(1);
            let sums = fit.weights.chunks_exact(outputs);
            sums.map(|weights| weights.iter().map(|weight| weight.abs()).sum())
                .collect()
        }
    };
    let mut first = 0;
    let mut shares: Vec<(String, f64)> = Vec::new();
    for column in &model.columns {
        let of_column = of_feature.get(first..first + column.feature_count);
        shares.push((
            column.name.to_string(),
            of_column.unwrap_or(&[]).iter().sum(),
        ));
        first += column.feature_count;
    }
    let total: f64 = shares.iter().map(|(_, share)| share).sum();
    if total > 0.0 {
        shares.iter_mut().for_each(|(_, share)| *share /= total);
    }
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    shares
}
