//! Rows to features, by the path that serving takes.

use crate::categories::CrossFitted;
use crate::estimators::{Encoded, Style};
use crate::memory;
use crate::preprocessing::Preprocessing;
use crate::sparse::Matrix;
use crate::table::{Data, Table};
use crate::trees::Bins;
use anyhow::{Context, Result};
use model::assemble::{ColumnPart, LaidOut};
use model::features::{Encoder, Features};
use rayon::prelude::*;

/// Rows whose features are held twice for a moment.
const CHUNK: usize = 1 << 16;

/// Columns with their vocabularies laid out.
pub struct Encoders<'c> {
    laid_out: Vec<LaidOut<'c>>,
}

impl<'c> Encoders<'c> {
    /// Lays out the vocabularies of `columns`.
    ///
    /// # Errors
    /// When two terms of a column share a hash.
    pub fn new(columns: &'c [ColumnPart]) -> Result<Encoders<'c>> {
        let laid_out = columns
            .par_iter()
            .map(|column| {
                column.lay_out().map_err(|collision| {
                    anyhow::anyhow!(
                        "two terms share the hash {:016x} and cannot be told apart; leave one out by min_df or max_df",
                        collision.0
                    )
                })
            })
            .collect::<Result<_>>()?;
        Ok(Encoders { laid_out })
    }

    /// The columns' encoders, and how many features they have together.
    ///
    /// # Errors
    /// When a vocabulary is one that no file can hold.
    pub fn encoders(&self) -> Result<(Vec<Encoder<'_>>, usize)> {
        let mut encoders = Vec::new();
        let mut first_feature = 0u32;
        for column in &self.laid_out {
            let kind = column
                .encoder()
                .context("a vocabulary cannot be laid out")?;
            encoders.push(Encoder {
                first_feature,
                kind,
            });
            first_feature = first_feature
                .checked_add(kind.feature_count())
                .context("there are more features than a model file can hold")?;
        }
        Ok((encoders, first_feature as usize))
    }
}

/// A category column whose training rows have other numbers than the model file gives.
struct Replaced<'p> {
    feature: usize,
    codes: &'p [u32],
    ranks: &'p CrossFitted,
}

fn replaced<'p>(
    preprocessing: &'p Preprocessing,
    encoders: &[Encoder<'_>],
    table: &'p Table,
) -> Vec<Replaced<'p>> {
    let columns = encoders
        .iter()
        .zip(&table.columns)
        .zip(&preprocessing.cross_fitted);
    columns
        .filter_map(|((encoder, column), ranks)| match (&column.data, ranks) {
            (Data::Category { codes, .. }, Some(ranks)) => Some(Replaced {
                feature: encoder.first_feature as usize,
                codes,
                ranks,
            }),
            _ => None,
        })
        .collect()
}

/// The features that an estimator learns from, of the `rows` that the preprocessing was fitted to; `advance`
/// is called for each. They are those that serving would make, but for categories that are
/// [cross-fitted](crate::categories).
///
/// # Errors
/// When two terms of a column share a hash, or trees would take more memory than there is.
pub fn encode(
    preprocessing: &Preprocessing,
    table: &Table,
    rows: &[usize],
    style: Style,
    seed: u64,
    advance: &(dyn Fn() + Sync),
) -> Result<Encoded> {
    let encoders = Encoders::new(&preprocessing.columns)?;
    let (encoders, count) = encoders.encoders()?;
    match style {
        Style::Linear => {
            let chunks = rows.chunks(CHUNK).map(|rows| {
                rows.par_iter()
                    .map_init(Features::default, |features, row| {
                        features.fill(&encoders, &table.row(*row));
                        advance();
                        features.entries.clone()
                    })
                    .collect()
            });
            Ok(Encoded::Sparse(Matrix::from_chunks(count, chunks)))
        }
        Style::Trees => {
            memory::check(memory::of_bins(rows.len(), count), rows.len(), count)?;
            // A block of features at a time: as bins they take an eighth of the memory.
            let mut bins = Bins::fit(&[], seed);
            bins.rows = rows.len();
            let replaced = replaced(preprocessing, &encoders, table);
            let width = memory::block(rows.len());
            for first in (0..count).step_by(width) {
                let block = first..count.min(first + width);
                let width = block.len();
                let mut dense = vec![0.0; rows.len() * width];
                let each = dense.par_chunks_mut(width).zip(rows).enumerate();
                each.for_each_init(Features::default, |features, (position, (values, row))| {
                    features.fill(&encoders, &table.row(*row));
                    for (feature, value) in &features.entries {
                        let feature = *feature as usize;
                        if block.contains(&feature) {
                            values[feature - block.start] = *value;
                        }
                    }
                    for column in &replaced {
                        if block.contains(&column.feature) {
                            let fold = preprocessing.folds[position];
                            let rank = column.ranks.rank(fold, column.codes[*row]);
                            values[column.feature - block.start] = f64::from(rank);
                        }
                    }
                    if block.end == count {
                        advance();
                    }
                });
                let part = Bins::fit_with(width, rows.len(), None, seed, |column, row| {
                    dense[row * width + column]
                });
                bins.edges.extend(part.edges);
                bins.columns.extend(part.columns);
            }
            Ok(Encoded::Binned(bins))
        }
    }
}
