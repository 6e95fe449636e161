//! Targets of a fit: a code of a label, or a number, for each row.

use crate::linear;
use model::format::{Link, Task};

/// Kind of a model's answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// One of these labels, which are in the order of their codes.
    Labels(Vec<String>),
    /// A number.
    Values,
}

impl Answers {
    /// Task of the model.
    pub fn task(&self) -> Task {
        match self {
            Answers::Labels(_) => Task::Classification,
            Answers::Values => Task::Regression,
        }
    }

    /// The labels, in the order of their codes; a regression has none.
    pub fn labels(&self) -> &[String] {
        match self {
            Answers::Labels(labels) => labels,
            Answers::Values => &[],
        }
    }
}

/// Meaning of the scores that a fit gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Scores of labels, which this link turns into probabilities.
    Labels(Link),
    /// One score, which is the answer.
    Value,
}

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
