//! A linear model of features to weights of columns.
//!
//! A number stays one feature, scaled as the library scales it, and one that marks where it is missing. All
//! features of a category together add a constant per category to each score: its weights.

use super::columns;
use super::document::{ColumnEntry, LinearEntry};
use super::features::{CategoryTable, EstimatorFeature, Function, Step, apply};
use anyhow::{Result, bail};
use model::assemble::ColumnPart;
use model::features::{NumberSettings, Scaling};
use model::format::{CategoryEncoding, NumberEncoding};

/// Columns with their weights.
pub struct Weighed {
    pub columns: Vec<ColumnPart>,
    /// `[features, outputs]`, row-major.
    pub weights: Vec<f64>,
    pub intercepts: Vec<f64>,
}

/// Reads the weights of `features`, made of the columns `entries`.
pub fn read(
    entry: LinearEntry,
    features: &[EstimatorFeature],
    entries: &[ColumnEntry],
) -> Result<Weighed> {
    let outputs = entry.intercepts.len();
    let is_whole = |row: &Vec<f64>| row.len() == features.len();
    if entry.weights.len() != outputs || outputs == 0 || !entry.weights.iter().all(is_whole) {
        bail!(
            "its weights do not fit {outputs} intercepts and {} features",
            features.len()
        );
    }
    let numbers = entry.weights.iter().flatten().chain(&entry.intercepts);
    if let Some(strange) = numbers.into_iter().find(|number| !number.is_finite()) {
        bail!("a weight is {strange}");
    }
    let mut weighed = Weighed {
        columns: Vec::with_capacity(entries.len()),
        weights: Vec::new(),
        intercepts: entry.intercepts,
    };
    for (index, column) in entries.iter().enumerate() {
        let own = features.iter().enumerate();
        let own = own.filter(|(_, feature)| feature.column == index);
        let own: Vec<Own<'_>> = own
            .map(|(at, feature)| {
                let weights = entry.weights.iter().map(|row| row[at]).collect();
                (&feature.function, weights)
            })
            .collect();
        match column.kind.as_str() {
            "category" => weighed.add_category(column, &own)?,
            _ => weighed.add_number(column, &own)?,
        }
    }
    Ok(weighed)
}

/// A feature of a column with its weight for each output.
type Own<'f> = (&'f Function, Vec<f64>);

impl Weighed {
    fn add_category(&mut self, column: &ColumnEntry, own: &[Own<'_>]) -> Result<()> {
        let tables = own.iter().filter_map(|(function, weights)| match function {
            Function::Table(table) => Some((table, weights)),
            _ => None,
        });
        let tables: Vec<(&CategoryTable, &Vec<f64>)> = tables.collect();
        let sum = |category: Option<usize>, output: usize| -> f64 {
            let products = tables.iter().map(|(table, weights)| {
                // The library refuses such a category; the model answers it as 0.
                let value = table.value(category);
                if value.is_nan() {
                    0.0
                } else {
                    value * weights[output]
                }
            });
            products.sum()
        };
        let outputs = self.intercepts.len();
        let of_unknown: Vec<f64> = (0..outputs).map(|output| sum(None, output)).collect();
        for category in 0..column.categories.len() {
            for (output, of_unknown) in of_unknown.iter().enumerate() {
                self.weights.push(sum(Some(category), output) - of_unknown);
            }
        }
        for (intercept, of_unknown) in self.intercepts.iter_mut().zip(of_unknown) {
            *intercept += of_unknown;
        }
        let part = columns::category(column, CategoryEncoding::OneHot)?;
        self.columns.push(part);
        Ok(())
    }

    fn add_number(&mut self, column: &ColumnEntry, own: &[Own<'_>]) -> Result<()> {
        let outputs = self.intercepts.len();
        let mut number = None;
        let mut mark = None;
        for (function, weights) in own {
            match function {
                Function::Number(steps) => {
                    if number
                        .replace((steps.as_slice(), weights.clone()))
                        .is_some()
                    {
                        bail!(
                            "the column {:?} becomes two numbers, which a linear model here has one of; give \
                             each a column of its own",
                            column.name
                        );
                    }
                }
                Function::Missing([missing, present]) => {
                    let mark = mark.get_or_insert_with(|| vec![0.0; outputs]);
                    let sums = mark.iter_mut().zip(&mut self.intercepts);
                    for ((mark, intercept), weight) in sums.zip(weights) {
                        *mark += weight * (missing - present);
                        *intercept += weight * present;
                    }
                }
                Function::Table(_) => {}
            }
        }
        let (steps, weights) = number.unwrap_or((&[], vec![0.0; outputs]));
        let settings = NumberSettings {
            scaling: scaling(column, steps)?,
            marks_missing: mark.is_some(),
        };
        self.weights.extend(weights);
        self.weights.extend(mark.into_iter().flatten());
        self.columns.push(columns::number(column, settings)?);
        Ok(())
    }
}

/// The scaling that does the same as these steps.
fn scaling(column: &ColumnEntry, steps: &[Step]) -> Result<Scaling> {
    let (fill, rest) = match steps {
        [Step::Fill(value), rest @ ..] => (Some(*value), rest),
        _ => (None, steps),
    };
    let (rest, late_fill) = match rest {
        [rest @ .., Step::Fill(value)] => (rest, Some(*value)),
        _ => (rest, None),
    };
    let (encoding, mean, scale) = match *rest {
        [] => (NumberEncoding::Affine, 0.0, 1.0),
        [Step::Subtract(mean)] => (NumberEncoding::Affine, mean, 1.0),
        [Step::Subtract(mean), Step::Divide(scale)] => (NumberEncoding::Affine, mean, scale),
        [Step::Divide(scale)] => (NumberEncoding::Affine, 0.0, scale),
        [Step::Multiply(scale)] => (NumberEncoding::Product, 0.0, scale),
        [Step::Multiply(scale), Step::Add(mean)] => (NumberEncoding::Product, mean, scale),
        _ => bail!(
            "the column {:?} is scaled more than once or clipped, which a linear model here cannot do; scale \
             it once",
            column.name
        ),
    };
    let fill = match (fill, late_fill, encoding) {
        (Some(fill), _, _) => fill,
        (None, Some(late), NumberEncoding::Affine) => late * scale + mean,
        (None, Some(late), _) => (late - mean) / scale,
        // The library refuses a missing value: the mean adds nothing.
        (None, None, NumberEncoding::Affine) => mean,
        (None, None, _) => 0.0,
    };
    if !apply(rest, fill).is_finite() {
        bail!("the column {:?} is scaled beyond all numbers", column.name);
    }
    Ok(Scaling {
        encoding,
        mean,
        scale,
        fill,
        least: f64::NEG_INFINITY,
        greatest: f64::INFINITY,
    })
}
