//! The probability from which on the positive of two classes is answered.
//!
//! 0.5 is right for as many errors as possible avoided, and only where both errors cost the same.
//! [`choose`] finds what somebody wants instead, on probabilities of rows that the model did not see.

mod cuts;

use anyhow::{Result, bail};
use cuts::{ThresholdCut, cuts};

/// Aim of a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// The greatest F1 of the positive class.
    F1,
    /// The greatest recall with at least this precision.
    RecallAtPrecision(f64),
    /// The greatest precision with at least this recall.
    PrecisionAtRecall(f64),
    /// The least cost over all rows; an answer that is right costs nothing.
    Cost {
        /// Cost of the positive class answered if the other is true.
        false_positive: f64,
        /// Cost of the other class answered if the positive one is true.
        false_negative: f64,
    },
}

/// A threshold, and what it reaches on the rows that it was chosen by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The positive class is answered from this probability on.
    pub value: f64,
    /// The share of right answers among those of the positive class; 0 where there are none.
    pub precision: f64,
    /// The share of the positive class's rows that were found.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

/// Chooses by the positive class's probability and the truth of each row, which should be out of fold.
/// Of thresholds that are equally good the nearest to 0.5 is taken; between rows, it lies half way.
///
/// # Errors
/// When a class is missing, the aim is no aim, or nothing reaches it: then with the best there is.
pub fn choose(probabilities: &[f64], truth: &[bool], aim: Aim) -> Result<Threshold> {
    check(aim)?;
    let positives = truth.iter().filter(|truth| **truth).count();
    if positives == 0 || positives == truth.len() {
        bail!(
            "a threshold needs rows of both classes; all {} are of one",
            truth.len()
        );
    }
    if probabilities.len() != truth.len() || probabilities.iter().any(|p| !(0.0..=1.0).contains(p))
    {
        bail!(
            "a threshold needs a probability from 0 to 1 for each of {} rows",
            truth.len()
        );
    }
    let cuts = cuts(probabilities, truth, positives);
    let worth = |cut: &ThresholdCut| match aim {
        Aim::F1 => Some(cut.f1()),
        Aim::RecallAtPrecision(least) => (cut.precision() >= least).then(|| cut.recall()),
        Aim::PrecisionAtRecall(least) => (cut.recall() >= least).then(|| cut.precision()),
        Aim::Cost {
            false_positive,
            false_negative,
        } => Some(
            -(false_positive * cut.false_positives as f64
                + false_negative * cut.false_negatives as f64),
        ),
    };
    let best = best_by(&cuts, worth);
    match (best, aim) {
        (Some(cut), _) => Ok(cut.reached()),
        (None, Aim::RecallAtPrecision(least)) => {
            let best = best_by(&cuts, |cut| Some(cut.precision())).map(|cut| cut.reached());
            let (precision, value, recall) = best.map_or((0.0, 0.5, 0.0), |best| {
                (best.precision, best.value, best.recall)
            });
            bail!(
                "no threshold reaches a precision of {least}; the best is {precision:.4}, at the \
                 threshold {value:.4} with a recall of {recall:.4}"
            )
        }
        // A threshold below all probabilities finds every row.
        (None, _) => bail!("no threshold reaches the aim {aim:?}; expected a recall of at most 1"),
    }
}

fn check(aim: Aim) -> Result<()> {
    match aim {
        Aim::RecallAtPrecision(least) | Aim::PrecisionAtRecall(least)
            if !(least > 0.0 && least <= 1.0) =>
        {
            bail!("a threshold's aim is {least}; expected a number above 0, at most 1")
        }
        Aim::Cost {
            false_positive: a,
            false_negative: b,
        } if !(a >= 0.0 && b >= 0.0 && a + b > 0.0 && (a + b).is_finite()) => {
            bail!("the costs of errors are {a} and {b}; expected numbers of at least 0, not both 0")
        }
        _ => Ok(()),
    }
}

/// The cut of the greatest worth, and of those the nearest to 0.5.
fn best_by(
    cuts: &[ThresholdCut],
    worth: impl Fn(&ThresholdCut) -> Option<f64>,
) -> Option<ThresholdCut> {
    let from_half = |cut: &ThresholdCut| (cut.value - 0.5).abs();
    let mut best: Option<(f64, ThresholdCut)> = None;
    for cut in cuts {
        let Some(worth) = worth(cut) else { continue };
        let better = best.is_none_or(|(most, held)| {
            worth > most || (worth == most && from_half(cut) < from_half(&held))
        });
        if better {
            best = Some((worth, *cut));
        }
    }
    best.map(|(_, cut)| cut)
}

impl ThresholdCut {
    fn reached(&self) -> Threshold {
        Threshold {
            value: self.value,
            precision: self.precision(),
            recall: self.recall(),
            f1: self.f1(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROBABILITIES: [f64; 6] = [0.9, 0.8, 0.7, 0.4, 0.3, 0.1];
    const TRUTH: [bool; 6] = [true, true, false, true, false, false];

    fn chosen(aim: Aim) -> Threshold {
        choose(&PROBABILITIES, &TRUTH, aim).unwrap()
    }

    #[test]
    fn thresholds_are_those_worked_out_by_hand() {
        // From 0.4 on: three of four right, all three found, F1 6/7.
        let f1 = chosen(Aim::F1);
        assert!((f1.value - 0.35).abs() < 1e-12 && f1.f1 == 6.0 / 7.0);
        let precise = chosen(Aim::RecallAtPrecision(1.0));
        assert!((precise.value - 0.75).abs() < 1e-12 && precise.recall == 2.0 / 3.0);
        let found = chosen(Aim::PrecisionAtRecall(0.9));
        assert_eq!((found.recall, found.precision), (1.0, 0.75));
        // A miss costs ten: find all three, at one error.
        let costs = |false_positive, false_negative| Aim::Cost {
            false_positive,
            false_negative,
        };
        assert!((chosen(costs(1.0, 10.0)).value - 0.35).abs() < 1e-12);
        assert!((chosen(costs(10.0, 1.0)).value - 0.75).abs() < 1e-12);
    }

    #[test]
    fn ties_go_towards_one_half() {
        // Any threshold above 0.2, up to 0.9, is perfect.
        let threshold = choose(&[0.2, 0.9], &[false, true], Aim::F1).unwrap();
        assert_eq!(threshold.value, 0.5);
        // One error at 0.15 and at 0.95, two at 0.5.
        let even = Aim::Cost {
            false_positive: 1.0,
            false_negative: 1.0,
        };
        let threshold = choose(&[0.2, 0.9, 0.1], &[true, false, false], even).unwrap();
        assert!((threshold.value - 0.15).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_reached_is_told_with_the_best_there_is() {
        let error = choose(
            &[0.9, 0.6, 0.2],
            &[false, true, false],
            Aim::RecallAtPrecision(0.8),
        );
        assert_eq!(
            error.unwrap_err().to_string(),
            "no threshold reaches a precision of 0.8; the best is 0.5000, at the threshold 0.5000 with \
             a recall of 1.0000"
        );
        let error = choose(&[0.9, 0.6], &[true, true], Aim::F1).unwrap_err();
        assert!(error.to_string().contains("both classes"));
    }

    #[test]
    fn what_a_threshold_says_it_reaches_it_reaches() {
        for aim in [
            Aim::F1,
            Aim::RecallAtPrecision(0.7),
            Aim::PrecisionAtRecall(0.5),
        ] {
            let threshold = chosen(aim);
            let answered: Vec<bool> = PROBABILITIES
                .iter()
                .map(|p| *p >= threshold.value)
                .collect();
            let right = answered
                .iter()
                .zip(&TRUTH)
                .filter(|(a, t)| **a && **t)
                .count();
            let all = answered.iter().filter(|answer| **answer).count();
            assert_eq!(threshold.precision, right as f64 / all as f64);
            assert_eq!(threshold.recall, right as f64 / 3.0);
        }
    }
}
