//! Rows to a matrix of features, by the path that serving takes.

use crate::data::Rows;
use crate::evaluate;
use crate::sparse::Matrix;
use anyhow::{Context, Result};
use model::assemble::TextColumn;
use model::card::{Baseline, QUANTILES};
use model::features::{Features, InputStatistics, TextEncoder};
use model::row::Row;
use model::vocabulary::Vocabulary;
use rayon::prelude::*;
use std::borrow::Cow;

/// The row of this number.
pub fn row<'r>(rows: &'r Rows, number: usize) -> Row<'r> {
    let texts = rows.texts.iter();
    Row::from_texts(
        texts
            .map(|column| Cow::Borrowed(column[number].as_str()))
            .collect(),
    )
}

/// The features of all rows, by the path that serving takes, and each column's baseline.
///
/// # Errors
/// When two terms of a column share a hash.
pub fn encode(
    columns: &[TextColumn],
    rows: &Rows,
    advance: &(dyn Fn() + Sync),
) -> Result<(Matrix, Vec<Baseline>)> {
    let slots = columns
        .iter()
        .map(|column| column.vocabulary())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|collision| anyhow::anyhow!("two terms share the hash {:x}", collision.0))?;
    let mut encoders = Vec::new();
    let mut first_feature = 0;
    for (column, (slots, displacement)) in columns.iter().zip(&slots) {
        let feature_count = column.terms.len() as u32;
        encoders.push(TextEncoder {
            settings: column.settings,
            vocabulary: Vocabulary::new(slots, *displacement).context("the vocabulary is empty")?,
            first_feature,
            feature_count,
        });
        first_feature += feature_count;
    }
    type Encoded = (Vec<(u32, f64)>, Vec<InputStatistics>);
    let encoded: Vec<Encoded> = (0..rows.targets.len())
        .into_par_iter()
        .map_init(Features::default, |features, number| {
            features.fill(&encoders, &row(rows, number));
            advance();
            (features.entries.clone(), features.by_column.clone())
        })
        .collect();
    let baselines = (0..columns.len())
        .map(|column| {
            let of = |what: fn(&InputStatistics) -> f64| {
                let sample = encoded
                    .iter()
                    .map(|(_, statistics)| what(&statistics[column]));
                evaluate::quantiles(sample.collect(), &QUANTILES)
            };
            Baseline {
                num_chars: of(|statistics| statistics.chars as f64),
                num_tokens: of(|statistics| statistics.tokens as f64),
                oov_ratio: of(InputStatistics::oov_ratio),
            }
        })
        .collect();
    let rows = encoded.iter().map(|(entries, _)| entries.as_slice());
    Ok((Matrix::new(first_feature as usize, rows), baselines))
}
