//! Captured answers and those of a replay, against true labels or numbers.

use crate::steady;
use crate::truth::Truth;
use monitor::capture::Record;
use monitor::moments::Moments;
use monitor::paired::{PairedCounts, mean_p_value};
use monitor::proportion::Counted;
use serde::Serialize;

/// The captured answers and those of the new model, against true labels or numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgainstTruth {
    /// Rows whose truth is known.
    pub rows: u64,
    /// For labels: accuracy of the captured answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured_accuracy: Option<f64>,
    /// For labels: accuracy of the new model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    /// For labels: rows that only one of them answered right; the captured answers are the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<PairedCounts>,
    /// For numbers: mean absolute error of the captured answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured_error: Option<f64>,
    /// For numbers: mean absolute error of the new model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// Probability of such a difference by chance; `None` with too few rows.
    pub p_value: Option<f64>,
}

/// Right answers and errors of both, as they are counted.
pub(super) struct Against<'a> {
    truth: Option<&'a Truth>,
    counts: PairedCounts,
    /// Right answers: captured, replayed.
    rights: [Counted; 2],
    /// Absolute errors: captured, replayed.
    errors: [Moments; 2],
    /// Error of the captured answer less that of the replay, a row each.
    gains: Moments,
}

impl<'a> Against<'a> {
    pub(super) fn new(truth: Option<&'a Truth>) -> Against<'a> {
        Against {
            truth,
            counts: PairedCounts::default(),
            rights: [Counted::default(); 2],
            errors: [Moments::default(); 2],
            gains: Moments::default(),
        }
    }

    fn truth_of(&self, record: &Record<'_>) -> Option<&'a str> {
        self.truth.and_then(|truth| truth.take_of(record))
    }

    /// Counts a captured label and that of the replay.
    pub(super) fn add_label(&mut self, record: &Record<'_>, captured: &str, replayed: &str) {
        if let Some(truth) = self.truth_of(record) {
            let rights = [captured, replayed].map(|label| label.trim() == truth);
            self.counts.add(rights[0], rights[1]);
            for (count, is_right) in self.rights.iter_mut().zip(rights) {
                count.add(is_right);
            }
        }
    }

    /// Counts a captured number and that of the replay.
    pub(super) fn add_value(&mut self, record: &Record<'_>, captured: f64, replayed: f64) {
        let truth = self.truth_of(record);
        if let Some(truth) = truth.and_then(|truth| truth.parse::<f64>().ok()) {
            let errors = [captured, replayed].map(|value| (value - truth).abs());
            self.gains.add(errors[0] - errors[1]);
            for (moments, error) in self.errors.iter_mut().zip(errors) {
                moments.add(error);
            }
        }
    }

    pub(super) fn merge(&mut self, other: &Against<'_>) {
        self.counts.merge(&other.counts);
        self.gains.merge(&other.gains);
        for at in 0..2 {
            self.rights[at].merge(&other.rights[at]);
            self.errors[at].merge(&other.errors[at]);
        }
    }

    /// Result; `None` where no truth is known.
    pub(super) fn finish(&self) -> Option<AgainstTruth> {
        let (rows, numbers) = (self.counts.rows, self.gains.rows());
        let [captured_accuracy, accuracy] = self.rights.map(|rights| rights.share());
        let [captured_error, error] = self.errors.map(|errors| errors.mean().map(steady));
        (rows + numbers > 0).then(|| AgainstTruth {
            rows: rows + numbers,
            captured_accuracy,
            accuracy,
            counts: (rows > 0).then_some(self.counts),
            captured_error,
            error,
            p_value: match rows {
                0 => mean_p_value(&self.gains).map(steady),
                _ => Some(self.counts.p_value()),
            },
        })
    }
}
