//! Features: functions of one column, computed as the library does, in `f64`.

use super::document::{ColumnEntry, FeatureEntry};
use anyhow::{Result, bail};
use std::collections::HashMap;

/// A feature of the estimator.
pub struct EstimatorFeature {
    /// Index of its column.
    pub column: usize,
    /// The function.
    pub function: Function,
}

/// A function of a column.
pub enum Function {
    /// A number: operations in their order.
    Number(Vec<Step>),
    /// A number: one value where it is missing, another where not.
    Missing([f64; 2]),
    /// A category.
    Table(CategoryTable),
}

/// A value for each category.
pub struct CategoryTable {
    /// By the index of the category.
    pub values: HashMap<usize, f64>,
    /// For other categories of the column.
    pub other: f64,
    /// For categories that the column does not have.
    pub unknown: f64,
}

/// An operation with a constant, rounded to `f64`. NaN stays, except that `Fill` replaces it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    Fill(f64),
    Subtract(f64),
    Divide(f64),
    Multiply(f64),
    Add(f64),
    AtLeast(f64),
    AtMost(f64),
}

impl EstimatorFeature {
    /// Reads a feature; its column and categories exist.
    pub fn read(entry: FeatureEntry, columns: &[ColumnEntry]) -> Result<EstimatorFeature> {
        let Some(column) = columns.get(entry.column) else {
            bail!("it is made of column {}, which there is not", entry.column);
        };
        let nan = |number: Option<f64>| number.unwrap_or(f64::NAN);
        let is_category = column.kind == "category";
        let function = match (entry.steps, entry.missing) {
            (Some(steps), None) if !is_category => {
                let steps = steps.into_iter().map(|(name, value)| step(&name, value));
                Function::Number(steps.collect::<Result<_>>()?)
            }
            (None, Some(values)) if !is_category => Function::Missing(values.map(nan)),
            (None, None) if is_category && entry.categories.len() == entry.values.len() => {
                let known = column.categories.len();
                if let Some(strange) = entry.categories.iter().find(|index| **index >= known) {
                    bail!("{:?} has no category {strange}", column.name);
                }
                let values = entry.values.into_iter().map(nan);
                Function::Table(CategoryTable {
                    values: entry.categories.into_iter().zip(values).collect(),
                    other: nan(entry.other),
                    unknown: nan(entry.unknown),
                })
            }
            _ => bail!("it is no function of the {} {:?}", column.kind, column.name),
        };
        Ok(EstimatorFeature {
            column: entry.column,
            function,
        })
    }
}

impl CategoryTable {
    /// The value of the category with this index; `None` is an unknown one.
    pub fn value(&self, category: Option<usize>) -> f64 {
        match category {
            Some(index) => self.values.get(&index).copied().unwrap_or(self.other),
            None => self.unknown,
        }
    }
}

fn step(name: &str, value: f64) -> Result<Step> {
    let is_scale = matches!(name, "divide" | "multiply");
    if !value.is_finite() || is_scale && value <= 0.0 {
        bail!("its step {name} has the number {value}");
    }
    Ok(match name {
        "fill" => Step::Fill(value),
        "subtract" => Step::Subtract(value),
        "divide" => Step::Divide(value),
        "multiply" => Step::Multiply(value),
        "add" => Step::Add(value),
        "at_least" => Step::AtLeast(value),
        "at_most" => Step::AtMost(value),
        _ => bail!("its step {name:?} is not known; a newer hearth may read it"),
    })
}

/// The value of a number after all steps. It never falls where `number` grows: each step is monotone, and
/// so is rounding.
pub fn apply(steps: &[Step], number: f64) -> f64 {
    let mut number = number;
    for step in steps {
        number = match *step {
            Step::Fill(value) if number.is_nan() => value,
            Step::Fill(_) => number,
            Step::Subtract(value) => number - value,
            Step::Divide(value) => number / value,
            Step::Multiply(value) => number * value,
            Step::Add(value) => number + value,
            Step::AtLeast(value) if number < value => value,
            Step::AtMost(value) if number > value => value,
            Step::AtLeast(_) | Step::AtMost(_) => number,
        };
    }
    number
}
