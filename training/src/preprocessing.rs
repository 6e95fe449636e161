//! Columns to what makes features of them: scales, medians, categories, vocabularies. All of it is
//! learnt from the rows that a fit may see, and becomes part of the model file.

use crate::categories::{self, CrossFitted};
use crate::estimators::Style;
use crate::params::TextParams;
use crate::table::{Column, Data, Table};
use crate::target::Target;
use crate::vocabulary;
use anyhow::Result;
use model::assemble::{CategoryColumn, ColumnPart, NumberColumn, TimestampColumn};
use model::features::{NumberSettings, Scaling};
use model::format::{CategoryEncoding, ColumnKind, NumberEncoding};
use rayon::prelude::*;

/// Encoding of columns as features, fitted to rows.
pub struct Preprocessing {
    /// Parts of the model file, one per column.
    pub columns: Vec<ColumnPart>,
    /// The fold of each row that it was fitted to; none where no column asks for it.
    pub folds: Vec<u8>,
    /// For each column, what stands for a category in a row that it was fitted to, where that is not what
    /// the model file says.
    pub cross_fitted: Vec<Option<CrossFitted>>,
}

/// Fits every column's preprocessing to `rows`, whose targets are `target`; `seed` draws the folds that
/// categories are cross-fitted in.
///
/// # Errors
/// When a text column has no term left.
pub fn fit(
    table: &Table,
    rows: &[usize],
    target: &Target,
    style: Style,
    text: &TextParams,
    seed: u64,
) -> Result<Preprocessing> {
    let has_categories = table
        .columns
        .iter()
        .any(|column| matches!(column.data, Data::Category { .. }));
    let folds = match style == Style::Trees && has_categories {
        true => categories::folds(rows.len(), seed),
        false => Vec::new(),
    };
    let fitted: Vec<(ColumnPart, Option<CrossFitted>)> = table
        .columns
        .par_iter()
        .map(|column| fit_column(column, rows, target, style, text, &folds))
        .collect::<Result<_>>()?;
    let (columns, cross_fitted) = fitted.into_iter().unzip();
    Ok(Preprocessing {
        columns,
        folds,
        cross_fitted,
    })
}

fn fit_column(
    column: &Column,
    rows: &[usize],
    target: &Target,
    style: Style,
    text: &TextParams,
    folds: &[u8],
) -> Result<(ColumnPart, Option<CrossFitted>)> {
    let name = column.name.clone();
    let notation = column.input.notation.clone();
    let mut cross_fitted = None;
    let part = match &column.data {
        Data::Text(texts) => {
            let texts = rows.iter().map(|row| texts[*row].as_str());
            ColumnPart::Text(vocabulary::fit(&name, texts, text)?)
        }
        Data::Number(numbers) => {
            let values: Vec<f64> = rows.iter().map(|row| numbers[*row]).collect();
            let (scaling, missing) = scaling(&values, style);
            let number = NumberColumn {
                name,
                optional: missing,
                settings: NumberSettings {
                    scaling,
                    marks_missing: missing && style == Style::Linear,
                },
                notation,
            };
            match column.input.kind {
                ColumnKind::Boolean => ColumnPart::Boolean(number),
                _ => ColumnPart::Number(number),
            }
        }
        Data::Time(times) => {
            let days = |row: &usize| times[*row].map_or(f64::NAN, |time| time.days());
            let values: Vec<f64> = rows.iter().map(days).collect();
            let (scaling, missing) = scaling(&values, style);
            ColumnPart::Timestamp(TimestampColumn {
                name,
                optional: missing,
                scaling,
                notation,
            })
        }
        Data::Category { names, codes } => {
            let codes: Vec<u32> = rows.iter().map(|row| codes[*row]).collect();
            let (encoding, categories) = match style {
                Style::Linear => (
                    CategoryEncoding::OneHot,
                    categories::by_frequency(names, &codes),
                ),
                Style::Trees => {
                    let ranks = categories::by_target(names, &codes, target, folds);
                    cross_fitted = ranks.cross_fitted;
                    (CategoryEncoding::Ordered, ranks.categories)
                }
            };
            ColumnPart::Category(CategoryColumn {
                name,
                optional: categories.iter().any(|(name, _)| name.is_empty()),
                encoding,
                categories,
                notation,
            })
        }
    };
    Ok((part, cross_fitted))
}

/// Encoding of numbers, and true if some are missing.
///
/// Mean and deviation are made in two passes: one pass of squares loses all digits of a timestamp.
fn scaling(values: &[f64], style: Style) -> (Scaling, bool) {
    let mut present: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    let count = present.len().max(1) as f64;
    let mean = present.iter().sum::<f64>() / count;
    let variance = present.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
    let scale = variance.sqrt();
    present.sort_unstable_by(f64::total_cmp);
    let median = match present.len() {
        0 => 0.0,
        length if length % 2 == 1 => present[length / 2],
        length => present[length / 2 - 1] / 2.0 + present[length / 2] / 2.0,
    };
    let scaling = Scaling {
        encoding: match style {
            Style::Linear => NumberEncoding::Standard,
            Style::Trees => NumberEncoding::Raw,
        },
        mean: if mean.is_finite() { mean } else { median },
        scale: if scale > 0.0 && scale.is_finite() {
            scale
        } else {
            1.0
        },
        fill: median,
        least: present.first().copied().unwrap_or(0.0),
        greatest: present.last().copied().unwrap_or(0.0),
    };
    (scaling, present.len() < values.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_scaled_and_filled_by_its_rows() {
        let (settings, missing) = scaling(&[1.0, 2.0, f64::NAN, 6.0], Style::Linear);
        assert!(missing);
        assert_eq!((settings.mean, settings.fill), (3.0, 2.0));
        assert_eq!((settings.least, settings.greatest), (1.0, 6.0));
        assert!((settings.scale - (14.0f64 / 3.0).sqrt()).abs() < 1e-15);
        // A clock's seconds: one pass of squares would give 90 for this deviation of 0.5.
        let (settings, _) = scaling(&[1.7e9, 1.7e9 + 1.0], Style::Linear);
        assert_eq!(settings.scale, 0.5);
        assert_eq!(scaling(&[7.0; 3], Style::Linear).0.scale, 1.0);
        assert_eq!(scaling(&[f64::NAN; 3], Style::Linear).0.fill, 0.0);
    }
}
