//! Statistics of a request's rows and answers, for its metrics.

use crate::scoring::{ScoredRow, ScoredRows};
use model::Model;
use model::answer::{Answer, Labelled};
use model::features::InputStatistics;
use model::head::Classes;
use model::validate::Finding;
use std::time::{Duration, Instant};

/// Most values that an EMF line holds of a metric.
const SAMPLE: usize = 100;

/// Greatest distance of a probability to the threshold at which a row counts as near it: little more
/// would have turned the answer.
pub const NEAR: f64 = 0.05;

/// Statistics of a request's rows and answers.
#[derive(Debug)]
pub struct RequestStatistics {
    /// Number of rows.
    pub rows: usize,
    /// One per row, or an evenly spaced sample of a hundred rows.
    pub sample: Vec<RowStatistics>,
    /// Cells of all rows that differ from the training rows.
    pub findings: FindingCounts,
    /// Number of rows answered near the threshold; 0 for a model without one.
    pub near_threshold: usize,
    /// Times of the phases of scoring.
    pub phases: Phases,
}

/// Statistics of a row and its answer.
#[derive(Clone, Copy, Debug)]
pub struct RowStatistics {
    /// Statistics of its texts together, if the model takes any.
    pub text: Option<InputStatistics>,
    /// Statistics of its answer.
    pub answer: AnswerStatistics,
}

/// An answer in numbers.
#[derive(Clone, Copy, Debug)]
pub enum AnswerStatistics {
    /// For classification.
    Label {
        /// Probability of the label answered.
        confidence: f64,
        /// 0 where one label is certain, 1 where all are as probable.
        entropy: f64,
        /// Probability of the most probable label, less that of the second.
        margin: f64,
    },
    /// For regression.
    Value(f64),
}

/// Numbers of cells by finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FindingCounts {
    /// Cells without a value.
    pub missing: u64,
    /// Numbers below the least or above the greatest of the training rows.
    pub out_of_range: u64,
    /// Categories that no training row had.
    pub unknown: u64,
}

impl FindingCounts {
    /// The counts of these cells.
    fn of(findings: &[Finding]) -> FindingCounts {
        let mut counts = FindingCounts::default();
        for finding in findings {
            match finding {
                Finding::Usual => {}
                Finding::Missing => counts.missing += 1,
                Finding::OutOfRange => counts.out_of_range += 1,
                Finding::Unknown => counts.unknown += 1,
            }
        }
        counts
    }
}

/// The time between the reading of rows and the writing of their answers.
#[derive(Clone, Copy, Debug)]
pub struct Phases {
    /// Time at which the rows had been read.
    pub start: Instant,
    /// Time at which their answers were ready to be written.
    pub end: Instant,
    /// Share of features in the time between, 0 to 1.
    pub features: f64,
}

impl Phases {
    /// The time to make features of the rows.
    pub fn features(&self) -> Duration {
        (self.end - self.start).mul_f64(self.features)
    }

    /// The rest: the time of the model itself, of warnings, explanations and monitoring.
    pub fn score(&self) -> Duration {
        (self.end - self.start).saturating_sub(self.features())
    }
}

impl RequestStatistics {
    /// Statistics of the rows that `model` scored; scoring ends with this call.
    pub fn of(model: &Model<'_>, scored: &ScoredRows<'_>) -> RequestStatistics {
        let step = scored.len().div_ceil(SAMPLE).max(1);
        let sample = (0..).zip(scored.iter()).step_by(step);
        let sample = sample.map(|(row, one)| {
            let texts = scored.texts_of(row);
            RowStatistics {
                text: (!texts.is_empty()).then(|| texts.iter().copied().sum()),
                answer: AnswerStatistics::of(&one.answer),
            }
        });
        // Two labels without a threshold have one in the middle.
        let of_two = |classes: &&Classes<'_>| classes.labels.len() == 2;
        let classes = model.head.classes().filter(of_two);
        let threshold = classes.map(|classes| classes.rule.threshold().unwrap_or(0.5));
        let is_near = |one: &&ScoredRow<'_>, threshold: f64| {
            let second = one.answer.probabilities().get(1);
            second.is_some_and(|second| (second - threshold).abs() < NEAR)
        };
        RequestStatistics {
            rows: scored.len(),
            sample: sample.collect(),
            findings: FindingCounts::of(scored.findings()),
            near_threshold: threshold.map_or(0, |threshold| {
                let near = scored.iter().filter(|one| is_near(one, threshold));
                near.count()
            }),
            phases: Phases {
                start: scored.start(),
                end: Instant::now(),
                features: scored.features_share(),
            },
        }
    }
}

impl AnswerStatistics {
    fn of(answer: &Answer<'_>) -> AnswerStatistics {
        match answer {
            Answer::Value(value) => AnswerStatistics::Value(*value),
            Answer::Label(labelled) => AnswerStatistics::Label {
                confidence: labelled.confidence(),
                entropy: entropy(&labelled.probabilities),
                margin: margin(labelled),
            },
        }
    }
}

/// Shannon's entropy as a share of the greatest that so many labels can have.
fn entropy(probabilities: &[f64]) -> f64 {
    if probabilities.len() < 2 {
        return 0.0;
    }
    let positive = probabilities.iter().filter(|p| **p > 0.0);
    let sum: f64 = positive.map(|p| -p * p.ln()).sum();
    (sum / (probabilities.len() as f64).ln()).clamp(0.0, 1.0)
}

fn margin(labelled: &Labelled<'_>) -> f64 {
    let (mut first, mut second) = (0.0, 0.0);
    for &probability in &labelled.probabilities {
        if probability > first {
            (first, second) = (probability, first);
        } else if probability > second {
            second = probability;
        }
    }
    first - second
}

#[cfg(test)]
mod tests {
    use super::{AnswerStatistics, entropy};
    use model::answer::Answer;
    use model::head::DecisionRule;

    #[test]
    fn entropy_is_a_share_of_what_it_could_be() {
        assert_eq!(entropy(&[1.0, 0.0, 0.0]), 0.0);
        assert!((entropy(&[0.25; 4]) - 1.0).abs() < 1e-12);
        // By hand: 0.5 * 1 bit + 2 * 0.25 * 2 bits = 1.5 bits of log2(3).
        assert!((entropy(&[0.5, 0.25, 0.25]) - 1.5 / 3f64.log2()).abs() < 1e-12);
        assert_eq!(entropy(&[1.0]), 0.0);
    }

    #[test]
    fn the_margin_is_between_the_first_two() {
        let labels = ["a", "b", "c"];
        for (probabilities, expected) in [
            ([0.2, 0.5, 0.3], 0.2),
            ([0.4, 0.4, 0.2], 0.0),
            ([0.6, 0.1, 0.3], 0.3),
        ] {
            let answer =
                Answer::of_labels(&labels, probabilities.to_vec(), &DecisionRule::MostProbable);
            let AnswerStatistics::Label { margin, .. } = AnswerStatistics::of(&answer) else {
                panic!("a label was expected");
            };
            assert!((margin - expected).abs() < 1e-12);
        }
    }
}
