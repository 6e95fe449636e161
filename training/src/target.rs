//! Targets of a fit: a code of a label, or a number, for each row.

use crate::linear;

/// The targets of the rows, coded.
#[derive(Clone, Debug)]
pub enum Target {
    /// Codes of labels, below `count`.
    Classes {
        /// One a row.
        codes: Vec<u32>,
        /// Number of labels.
        count: usize,
    },
    /// Finite numbers.
    Values(Vec<f64>),
}

impl Target {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Target::Classes { codes, .. } => codes.len(),
            Target::Values(values) => values.len(),
        }
    }

    /// Number of scores of a row, by which boosting and linear estimators learn it.
    pub fn outputs(&self) -> usize {
        match self {
            Target::Classes { count, .. } => linear::outputs(*count),
            Target::Values(_) => 1,
        }
    }

    /// True if there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those of some rows.
    pub fn pick(&self, rows: &[usize]) -> Target {
        match self {
            Target::Classes { codes, count } => Target::Classes {
                codes: rows.iter().map(|row| codes[*row]).collect(),
                count: *count,
            },
            Target::Values(values) => Target::Values(rows.iter().map(|row| values[*row]).collect()),
        }
    }
}
