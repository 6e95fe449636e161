//! Figures of rows that share a value, beside those of all other rows.

use monitor::moments::{self, Moments};
use monitor::proportion::{self, Counted};
use serde::Serialize;
use training::evaluation::Predictions;
use training::slices::Part;

/// Rows with one value of a column.
#[derive(Debug, Serialize)]
pub struct Slice {
    /// The value; empty where the rows have none.
    pub value: String,
    /// Number of rows.
    pub rows: u64,
    /// Accuracy, or the mean absolute error.
    pub figure: Option<f64>,
    /// 95 % interval of the accuracy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
    /// Probability that chance makes the slice differ so much from the other rows.
    pub p_value: Option<f64>,
    /// It differs from the other rows by more than chance, with all slices considered.
    pub differs: bool,
    /// It is worse than the other rows.
    #[serde(skip)]
    pub is_worse: bool,
}

/// Right answers and errors of some rows.
#[derive(Clone, Default)]
struct Sums {
    right: Counted,
    errors: Moments,
}

/// Measures parts of answered rows.
pub struct Measure<'a> {
    predictions: &'a Predictions,
    level: f64,
}

impl<'a> Measure<'a> {
    /// A part differs from the others if chance makes it so with less than this probability.
    pub fn of(predictions: &'a Predictions, level: f64) -> Measure<'a> {
        Measure { predictions, level }
    }

    /// The figures of each part.
    pub fn slices(&self, parts: &[Part]) -> Vec<Slice> {
        let sums: Vec<Sums> = parts.iter().map(|part| self.sums(&part.rows)).collect();
        let of = |(at, part): (usize, &Part)| {
            let own = &sums[at];
            let mut others = Sums::default();
            for (_, of) in sums.iter().enumerate().filter(|(other, _)| *other != at) {
                others.right.merge(&of.right);
                others.errors.merge(&of.errors);
            }
            let (figure, p_value, is_worse) = match self.predictions {
                Predictions::Classes(_) => (
                    own.right.share(),
                    proportion::difference(own.right, others.right),
                    own.right.share() < others.right.share(),
                ),
                Predictions::Values(_) => (
                    own.errors.mean(),
                    moments::difference(&own.errors, &others.errors),
                    own.errors.mean() > others.errors.mean(),
                ),
            };
            Slice {
                value: part.name.clone(),
                rows: part.rows.len() as u64,
                figure,
                interval: own.right.interval(),
                p_value,
                differs: p_value.is_some_and(|p| p < self.level),
                is_worse,
            }
        };
        parts.iter().enumerate().map(of).collect()
    }

    fn sums(&self, rows: &[usize]) -> Sums {
        let mut sums = Sums::default();
        for row in rows {
            match self.predictions {
                Predictions::Classes(of) => sums.right.add(of.truth[*row] == Some(of.answer[*row])),
                Predictions::Values(of) => {
                    sums.errors.add((of.truth[*row] - of.answer[*row]).abs())
                }
            }
        }
        sums
    }
}
