//! Statistics of a request's rows, for its metrics.

use crate::monitoring::kept::Kept;
use crate::scoring::Answered;
use model::Model;
use model::answer::{Answer, Labelled};
use model::features::{EncoderKind, InputStatistics};
use model::head::Classes;
use model::validate::Finding;
use std::time::{Duration, Instant};

/// Most values that an EMF line holds of a metric.
const SAMPLE: usize = 100;

/// So near the threshold a row counts as near it: little more would have turned the answer.
pub const NEAR: f64 = 0.05;

/// Statistics of a request's rows, for its metrics.
#[derive(Debug)]
pub struct Scored {
    /// Number of rows.
    pub rows: usize,
    /// One per row, or an evenly spaced sample of a hundred.
    pub sample: Vec<Sample>,
    /// Cells of all rows that training would have wondered about.
    pub findings: Findings,
    /// Rows answered near the threshold; none where there is not a threshold.
    pub near_threshold: usize,
    /// Time of each phase.
    pub phases: Phases,
    /// The rows themselves, where the worker wants them.
    pub kept: Option<Kept>,
}

/// Input statistics of a row, and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Statistics of its texts, if the model takes any.
    pub text: Option<InputStatistics>,
    /// Answer.
    pub prediction: Prediction,
}

/// An answer in numbers.
#[derive(Clone, Copy, Debug)]
pub enum Prediction {
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

/// Counts of cells by finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Without a value.
    pub missing: u64,
    /// Numbers that training rows had no less or no greater than.
    pub out_of_range: u64,
    /// Categories that no training row had.
    pub unknown: u64,
}

impl Findings {
    /// Counts a cell.
    pub fn count(&mut self, finding: Finding) {
        match finding {
            Finding::Usual => {}
            Finding::Missing => self.missing += 1,
            Finding::OutOfRange => self.out_of_range += 1,
            Finding::Unknown => self.unknown += 1,
        }
    }
}

impl std::ops::AddAssign for Findings {
    fn add_assign(&mut self, other: Findings) {
        self.missing += other.missing;
        self.out_of_range += other.out_of_range;
        self.unknown += other.unknown;
    }
}

/// When rows were scored, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Phases {
    /// When the rows had been read.
    pub start: Instant,
    /// When they had their answers.
    pub end: Instant,
    /// Share of features in the time between, 0 to 1.
    pub features: f64,
}

impl Phases {
    /// The time to make features of the rows.
    pub fn features(&self) -> Duration {
        (self.end - self.start).mul_f64(self.features)
    }

    /// The time of the model itself, and of what else is said of each row.
    pub fn score(&self) -> Duration {
        (self.end - self.start).saturating_sub(self.features())
    }
}

impl Scored {
    /// Statistics of these answers of a model.
    pub fn of(
        model: &Model<'_>,
        answers: &[Answered<'_>],
        findings: Findings,
        phases: Phases,
    ) -> Scored {
        let step = answers.len().div_ceil(SAMPLE).max(1);
        let is_text =
            |encoder: &model::features::Encoder<'_>| matches!(encoder.kind, EncoderKind::Text(_));
        let has_text = model.encoders.iter().any(is_text);
        let sample = answers.iter().step_by(step).map(|answered| Sample {
            text: has_text.then_some(answered.statistics),
            prediction: Prediction::of(&answered.answer),
        });
        // Two labels without a threshold have one in the middle.
        let of_two = |classes: &&Classes<'_>| classes.labels.len() == 2;
        let classes = model.head.classes().filter(of_two);
        let threshold = classes.map(|classes| classes.rule.threshold().unwrap_or(0.5));
        let is_near = |answered: &&Answered<'_>, threshold: f64| {
            let second = answered.answer.probabilities().get(1);
            second.is_some_and(|second| (second - threshold).abs() < NEAR)
        };
        Scored {
            rows: answers.len(),
            sample: sample.collect(),
            findings,
            near_threshold: threshold.map_or(0, |threshold| {
                let near = answers.iter().filter(|one| is_near(one, threshold));
                near.count()
            }),
            phases,
            kept: None,
        }
    }
}

impl Prediction {
    fn of(answer: &Answer<'_>) -> Prediction {
        match answer {
            Answer::Value(value) => Prediction::Value(*value),
            Answer::Label(labelled) => Prediction::Label {
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
    use super::{Prediction, entropy};
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
            let Prediction::Label { margin, .. } = Prediction::of(&answer) else {
                panic!("a label was expected");
            };
            assert!((margin - expected).abs() < 1e-12);
        }
    }
}
