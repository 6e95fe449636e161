//! Figures of rows that count several times each, or not at all.

use super::labels::{self, LabelSample};
use super::values::{self, ValueSample};
use model::card::Metrics;
use training::evaluation::Predictions;

/// The answers of a model, and its figures on these rows.
pub type Answered<'a> = (&'a Predictions, &'a Metrics);

/// A model's answers, prepared for figures of any weights.
pub enum Weighted<'a> {
    /// Labels.
    Labels(LabelSample<'a>),
    /// Numbers.
    Values(ValueSample<'a>),
}

impl<'a> Weighted<'a> {
    /// Prepares the answers; `None` without rows.
    pub fn new((predictions, metrics): Answered<'a>) -> Option<Weighted<'a>> {
        match predictions {
            Predictions::Classes(of) => {
                let positive = match metrics {
                    Metrics::Classification(of) => of.positive_code(),
                    Metrics::Regression(_) | Metrics::Unmeasured(_) => None,
                };
                LabelSample::new(of, positive).map(Weighted::Labels)
            }
            Predictions::Values(of) => ValueSample::new(of).map(Weighted::Values),
        }
    }

    /// Names of the figures.
    pub fn names(&self) -> &'static [&'static str] {
        match self {
            Weighted::Labels(_) => &labels::NAMES,
            Weighted::Values(_) => &values::NAMES,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Weighted::Labels(of) => of.rows(),
            Weighted::Values(of) => of.rows(),
        }
    }

    /// Steps for the figures of one draw.
    pub fn steps(&self) -> usize {
        let passes = match self {
            Weighted::Labels(of) => of.passes(),
            Weighted::Values(of) => of.passes(),
        };
        self.rows() * passes
    }

    /// The figures, in the order of their names; `None` where these rows have none.
    pub fn figures(&self, weights: &[u32]) -> Vec<Option<f64>> {
        match self {
            Weighted::Labels(of) => of.figures(weights),
            Weighted::Values(of) => of.figures(weights),
        }
    }
}
