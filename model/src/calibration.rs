//! Calibration: probabilities that match frequencies.
//!
//! Affine: Platt, "Probabilistic outputs for support vector machines", 1999, for two labels;
//! temperature scaling (Guo et al., "On calibration of modern neural networks", 2017) for more.
//! Isotonic: Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability
//! estimates", 2002.

use crate::format::{CalibrationKind, Link};
use zerocopy::little_endian::F64;

/// Calibration, applied to scores before they become probabilities.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Calibration {
    /// Nothing.
    #[default]
    None,
    /// `scale * score + shift` of each decision score.
    Affine {
        /// Above 0.
        scale: f64,
        /// One a decision score.
        shifts: Vec<f64>,
    },
    /// Two labels: the second one's probability, linear between the scores given, flat beyond.
    Isotonic {
        /// Ascending.
        scores: Vec<f64>,
        /// One a score, each from 0 to 1.
        probabilities: Vec<f64>,
    },
}

/// Shares of trees below this count as this when they are calibrated: no number of trees that
/// anybody grows tells such a share from 0.
const LEAST_SHARE: f64 = 1e-3;

impl Calibration {
    /// The kind in a file's summary, 0 for none, and the section's numbers.
    pub fn to_section(&self) -> (u32, Vec<F64>) {
        let (kind, numbers) = match self {
            Calibration::None => return (0, Vec::new()),
            Calibration::Affine { scale, shifts } => {
                let numbers = [*scale].into_iter().chain(shifts.iter().copied());
                (CalibrationKind::Affine, numbers.collect::<Vec<_>>())
            }
            Calibration::Isotonic {
                scores,
                probabilities,
            } => {
                let numbers = scores.iter().chain(probabilities).copied();
                (CalibrationKind::Isotonic, numbers.collect())
            }
        };
        (kind.code(), numbers.into_iter().map(F64::from).collect())
    }

    /// Calibration in a section; `None` if no program could have written it for a model with so
    /// many labels.
    pub fn from_section(
        kind: CalibrationKind,
        numbers: &[F64],
        labels: usize,
    ) -> Option<Calibration> {
        let numbers: Vec<f64> = numbers.iter().map(|number| number.get()).collect();
        if numbers.iter().any(|number| !number.is_finite()) {
            return None;
        }
        match kind {
            CalibrationKind::Affine => {
                let (scale, shifts) = numbers.split_first()?;
                let fits = *scale > 0.0 && shifts.len() == decision_scores(labels);
                fits.then(|| Calibration::Affine {
                    scale: *scale,
                    shifts: shifts.to_vec(),
                })
            }
            CalibrationKind::Isotonic => {
                let (scores, probabilities) = numbers.split_at(numbers.len() / 2);
                let fits = labels == 2
                    && !scores.is_empty()
                    && scores.len() == probabilities.len()
                    && scores.is_sorted()
                    && probabilities.iter().all(|p| (0.0..=1.0).contains(p));
                fits.then(|| Calibration::Isotonic {
                    scores: scores.to_vec(),
                    probabilities: probabilities.to_vec(),
                })
            }
        }
    }
}

/// Number of decision scores: one for two labels.
pub fn decision_scores(labels: usize) -> usize {
    if labels == 2 { 1 } else { labels }
}

/// A model's scores to what calibration works on: one number for two labels, else one a label.
pub fn to_decisions(link: Link, mut scores: Vec<f64>) -> Vec<f64> {
    if link == Link::Share {
        let sum: f64 = scores.iter().sum();
        for score in &mut scores {
            *score = libm::log((*score / sum).max(LEAST_SHARE));
        }
    }
    if let [first, second] = scores[..] {
        return vec![second - first];
    }
    scores
}

/// Finite scores to the probability of each label.
pub fn probabilities(link: Link, calibration: &Calibration, scores: Vec<f64>) -> Vec<f64> {
    match (link, calibration) {
        (Link::Share, Calibration::None) => {
            let sum: f64 = scores.iter().sum();
            scores.into_iter().map(|score| score / sum).collect()
        }
        (Link::OneVsRest, _) => scores.into_iter().map(logistic).collect(),
        (_, Calibration::None) => of_decisions(scores),
        (_, Calibration::Affine { scale, shifts }) => {
            let mut decisions = to_decisions(link, scores);
            for (decision, shift) in decisions.iter_mut().zip(shifts) {
                *decision = scale * *decision + shift;
            }
            of_decisions(decisions)
        }
        (
            _,
            Calibration::Isotonic {
                scores: knots,
                probabilities,
            },
        ) => {
            let decisions = to_decisions(link, scores);
            let positive = interpolated(knots, probabilities, decisions[0]);
            vec![1.0 - positive, positive]
        }
    }
}

/// Sigmoid of one decision score, softmax of more.
fn of_decisions(mut scores: Vec<f64>) -> Vec<f64> {
    if let [score] = scores[..] {
        let positive = logistic(score);
        return vec![1.0 - positive, positive];
    }
    softmax(&mut scores);
    scores
}

/// The logistic function.
pub(crate) fn logistic(score: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-score))
}

/// Turns scores into `exp(score)`, scaled to sum 1.
pub fn softmax(scores: &mut [f64]) {
    let greatest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for score in scores.iter_mut() {
        *score = libm::exp(*score - greatest);
    }
    let sum: f64 = scores.iter().sum();
    for score in scores {
        *score /= sum;
    }
}

fn interpolated(knots: &[f64], values: &[f64], at: f64) -> f64 {
    let above = knots.partition_point(|knot| *knot <= at);
    if above == 0 {
        return values[0];
    }
    if above == knots.len() {
        return values[above - 1];
    }
    let (left, right) = (knots[above - 1], knots[above]);
    let share = (at - left) / (right - left);
    values[above - 1] + share * (values[above] - values[above - 1])
}
