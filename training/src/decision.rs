//! From scores to answers: calibration of the probabilities, and the rule that picks a label.
//!
//! Both are fitted to out-of-fold scores where there are any. A fit with balanced classes always has
//! some: its probabilities are those of a table in which all labels are equally frequent, and are
//! calibrated on rows as they really come. Its decisions are kept all the same, by a threshold of two
//! labels and by weights of more: calibration alone would undo what the weights were asked for, and a
//! rare label would hardly be answered.

mod notes;

pub use notes::notes;

use crate::calibration;
use crate::params::{Calibrate, ClassWeight, Params, ThresholdBy};
use crate::pipeline::Answering;
use crate::target::Target;
use crate::threshold;
use anyhow::{Context, Result};
use model::calibration::{Calibration, probabilities};
use model::format::Link;
use model::head::DecisionRule;

/// Rule by which a model answers, for its file and for its card.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// Content of its file.
    pub answering: Answering,
    /// Method that calibrated the probabilities, e.g. `platt`; `None` where nothing was tried.
    pub method: Option<&'static str>,
    /// With two labels, the probability of the positive one from which on it is answered.
    pub threshold: Option<f64>,
}

/// Decides by `out_of_fold`, the decision scores `[rows, decisions]` of rows that the fits did not see,
/// where cross-validation made them. `positive` is the code of the positive label.
///
/// # Errors
/// When no threshold reaches what was asked for.
pub fn decide(
    params: &Params,
    target: &Target,
    positive: Option<usize>,
    out_of_fold: Option<&[f64]>,
) -> Result<Decided> {
    let Target::Classes { codes, count } = target else {
        return Ok(Decided::default());
    };
    let mut decided = calibrated(params, codes, *count, out_of_fold);
    let is_balanced = params.class_weight == ClassWeight::Balanced;
    let calibration = &decided.answering.calibration;
    match (params.threshold, positive) {
        (Some(by), Some(positive)) => {
            let value = match (by, by.aim(), out_of_fold) {
                (ThresholdBy::Value(value), ..) => value,
                (_, Some(aim), Some(scores)) => {
                    let of_positive: Vec<f64> = scores
                        .iter()
                        .map(|score| of_two(calibration, *score)[positive])
                        .collect();
                    let truth: Vec<bool> = codes
                        .iter()
                        .map(|code| *code as usize == positive)
                        .collect();
                    let chosen = threshold::choose(&of_positive, &truth, aim);
                    chosen.context("threshold")?.value
                }
                _ => return Ok(decided),
            };
            decided.threshold = Some(value);
            decided.answering.rule = DecisionRule::Threshold(of_second(positive, value));
        }
        // Probabilities that nothing moved decide as they are.
        _ if !is_balanced || *calibration == Calibration::None => {}
        (None, Some(positive)) if *count == 2 => {
            let second = where_scores_part(calibration, out_of_fold.unwrap_or_default());
            decided.answering.rule = DecisionRule::Threshold(second);
            decided.threshold = Some(match positive {
                1 => second,
                _ => 1.0 - second,
            });
        }
        _ => {
            if let Some(weights) = undoing(calibration) {
                decided.answering.rule = DecisionRule::Weights(weights);
            }
        }
    }
    Ok(decided)
}

/// Calibration by out-of-fold scores, where there are any.
fn calibrated(
    params: &Params,
    codes: &[u32],
    classes: usize,
    out_of_fold: Option<&[f64]>,
) -> Decided {
    let (Some(scores), true) = (out_of_fold, params.calibration != Calibrate::Never) else {
        return Decided::default();
    };
    let is_balanced = params.class_weight == ClassWeight::Balanced;
    let chosen = calibration::choose(scores, codes, classes, is_balanced, params.seed);
    Decided {
        answering: Answering {
            calibration: chosen.calibration,
            ..Answering::default()
        },
        method: Some(chosen.method),
        threshold: None,
    }
}

/// The probabilities of two labels by their one decision score.
fn of_two(calibration: &Calibration, score: f64) -> Vec<f64> {
    probabilities(Link::Sigmoid, calibration, vec![score])
}

/// The second label's probability from which on it is answered wherever its score is above 0: there it
/// was the more probable one before calibration. Where calibration gives one probability to scores on
/// both sides of 0, the side with more rows decides.
fn where_scores_part(calibration: &Calibration, out_of_fold: &[f64]) -> f64 {
    let at_0 = of_two(calibration, 0.0)[1];
    let alike = out_of_fold
        .iter()
        .filter(|score| of_two(calibration, **score)[1] == at_0);
    let (above, rest): (Vec<&f64>, Vec<&f64>) = alike.partition(|score| **score > 0.0);
    match above.len() > rest.len() {
        true => at_0,
        false => at_0.next_up().min(1.0),
    }
}

/// The threshold of the second label that answers the positive one from `value` on. Half a billionth
/// of a millionth belongs to `value`, too: 1 less a probability is rounded.
fn of_second(positive: usize, value: f64) -> f64 {
    match positive {
        1 => value,
        _ => (1.0 - value + 2.0 * f64::EPSILON).next_up().clamp(0.0, 1.0),
    }
}

/// Weights of more than two labels by which the label with the greatest decision score is answered,
/// whatever an affine calibration adds to the scores; the least is 1. `None` where it adds nothing.
fn undoing(calibration: &Calibration) -> Option<Vec<f64>> {
    let Calibration::Affine { shifts, .. } = calibration else {
        return None;
    };
    let greatest = shifts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if shifts.iter().all(|shift| *shift == greatest) {
        return None;
    }
    let weights = shifts.iter().map(|shift| libm::exp(greatest - shift));
    Some(weights.collect())
}

#[cfg(test)]
mod tests;
