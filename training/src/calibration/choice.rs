//! Which calibration is best, by rows that it was not fitted to.

use super::{ece, isotonic, platt, prior, shifts, temperature};
use crate::linear::{link, outputs};
use model::calibration::{Calibration, probabilities};
use model::format::Link;
use model::random::Random;

/// A calibration, and what it does to rows that it was not fitted to. The figures are of all rows:
/// each half is answered by the calibration fitted to the other half.
#[derive(Clone, Debug)]
pub struct ChosenCalibration {
    /// Fitted to all rows.
    pub calibration: Calibration,
    /// `none`, `prior`, `platt`, `isotonic`, `temperature` or `shifts`.
    pub method: &'static str,
    /// The mean of `-ln p(truth)` without it.
    pub log_loss_before: f64,
    /// The same with it.
    pub log_loss_after: f64,
    /// [`ece`] without it.
    pub ece_before: f64,
    /// The same with it.
    pub ece_after: f64,
}

/// Below this many rows an isotonic function follows the rows, not what lies behind them
/// (Niculescu-Mizil and Caruana, "Predicting good probabilities with supervised learning", ICML
/// 2005).
const ISOTONIC_ROWS: usize = 1000;

/// Bins of [`ece`] in the result of [`choose`].
const BINS: usize = 10;

/// Probabilities below this count as this: `-ln 0` would hide everything else. scikit-learn's.
const CLIP: f64 = 1e-15;

/// Chooses and fits a calibration. `scores` are out of fold, `[rows, outputs]`; `codes` the class of
/// each row. `is_balanced` says that the fits weighed all classes the same. `seed` draws the halves.
///
/// Candidates come from the simplest up; one takes the place of the best so far when its log loss is
/// lower by more than one standard error of the difference (the rule of Breiman, Friedman, Olshen and
/// Stone, "Classification and regression trees", 1984).
pub fn choose(
    scores: &[f64],
    codes: &[u32],
    classes: usize,
    is_balanced: bool,
    seed: u64,
) -> ChosenCalibration {
    let outputs = outputs(classes);
    let out_of_fold = OutOfFold {
        scores,
        codes,
        classes,
        outputs,
        is_balanced,
        link: link(classes),
    };
    let all: Vec<usize> = (0..codes.len()).collect();
    let halves = halves(codes, classes, seed);
    let before = out_of_fold
        .judge(&halves, |_| Some(Calibration::None))
        .unwrap_or_default();
    let (log_loss_before, ece_before) = (mean(&before.losses), before.ece());
    let (mut best, mut method) = (before, &METHODS[0]);
    for candidate in METHODS.iter().filter(|method| (method.suits)(&out_of_fold)) {
        let judged = out_of_fold.judge(&halves, |rows| (candidate.fit)(&out_of_fold, rows));
        if let Some(judged) = judged
            && judged.is_better_than(&best)
            && (candidate.fit)(&out_of_fold, &all).is_some()
        {
            (best, method) = (judged, candidate);
        }
    }
    ChosenCalibration {
        calibration: (method.fit)(&out_of_fold, &all).unwrap_or(Calibration::None),
        method: method.name,
        log_loss_before,
        log_loss_after: mean(&best.losses),
        ece_before,
        ece_after: best.ece(),
    }
}

/// A way to calibrate: `fit` fits it to the rows of these numbers, where it can be.
struct Method {
    name: &'static str,
    suits: fn(&OutOfFold<'_>) -> bool,
    fit: fn(&OutOfFold<'_>, &[usize]) -> Option<Calibration>,
}

/// The simplest first.
const METHODS: [Method; 6] = [
    Method {
        name: "none",
        suits: |_| false,
        fit: |_, _| Some(Calibration::None),
    },
    Method {
        name: "prior",
        suits: |all| all.is_balanced,
        fit: |all, rows| Some(prior::fit(&all.codes_of(rows), all.classes)),
    },
    Method {
        name: "platt",
        suits: |all| all.outputs == 1,
        fit: |all, rows| platt::fit(&all.binary(rows)),
    },
    Method {
        name: "isotonic",
        suits: |all| all.outputs == 1 && all.codes.len() >= ISOTONIC_ROWS,
        fit: |all, rows| isotonic::fit(all.binary(rows)),
    },
    Method {
        name: "temperature",
        suits: |all| all.outputs > 1,
        fit: |all, rows| temperature::fit(&all.pick(rows), &all.codes_of(rows), all.outputs),
    },
    Method {
        name: "shifts",
        suits: |all| all.outputs > 1 && all.is_balanced,
        fit: |all, rows| shifts::fit(&all.pick(rows), &all.codes_of(rows), all.outputs),
    },
];

/// Two halves of the rows, each with its share of every class.
fn halves(codes: &[u32], classes: usize, seed: u64) -> [Vec<usize>; 2] {
    let mut order: Vec<usize> = (0..codes.len()).collect();
    Random::new(seed).shuffle(&mut order);
    let mut next = vec![0; classes];
    let mut halves = [Vec::new(), Vec::new()];
    for row in order {
        let class = codes[row] as usize;
        // Classes take turns in who begins, or odd ones out would all be in the first half.
        halves[(next[class] + class) % 2].push(row);
        next[class] += 1;
    }
    halves
}

/// Scores of rows that the estimator did not see, and their classes.
struct OutOfFold<'a> {
    scores: &'a [f64],
    codes: &'a [u32],
    classes: usize,
    outputs: usize,
    is_balanced: bool,
    link: Link,
}

/// Loss of each row's answer.
#[derive(Default)]
struct Judged {
    losses: Vec<f64>,
    /// The winner's probability.
    confidences: Vec<f64>,
    right: Vec<bool>,
}

impl OutOfFold<'_> {
    /// Score and truth of the rows, for one output.
    fn binary(&self, rows: &[usize]) -> Vec<(f64, bool)> {
        rows.iter()
            .map(|row| (self.scores[*row], self.codes[*row] == 1))
            .collect()
    }

    fn pick(&self, rows: &[usize]) -> Vec<f64> {
        let row = |row: &usize| &self.scores[row * self.outputs..][..self.outputs];
        rows.iter().flat_map(row).copied().collect()
    }

    fn codes_of(&self, rows: &[usize]) -> Vec<u32> {
        rows.iter().map(|row| self.codes[*row]).collect()
    }

    /// Answers each half by what is fitted to the other. `None` where that cannot be.
    fn judge(
        &self,
        halves: &[Vec<usize>; 2],
        fit: impl Fn(&[usize]) -> Option<Calibration>,
    ) -> Option<Judged> {
        let rows = self.codes.len();
        let mut judged = Judged {
            losses: vec![0.0; rows],
            confidences: vec![0.0; rows],
            right: vec![false; rows],
        };
        for (fitted, asked) in [(0, 1), (1, 0)] {
            let calibration = fit(&halves[fitted])?;
            for row in &halves[asked] {
                let scores = &self.scores[row * self.outputs..][..self.outputs];
                let answer = probabilities(self.link, &calibration, scores.to_vec());
                let code = self.codes[*row] as usize;
                let (winner, confidence) = winner(&answer);
                judged.losses[*row] = -libm::log(answer[code].clamp(CLIP, 1.0));
                judged.confidences[*row] = confidence;
                judged.right[*row] = winner == code;
            }
        }
        Some(judged)
    }
}

impl Judged {
    fn ece(&self) -> f64 {
        ece(&self.confidences, &self.right, BINS)
    }

    /// By more than one standard error of the mean difference.
    fn is_better_than(&self, other: &Judged) -> bool {
        let gains: Vec<f64> = (other.losses.iter().zip(&self.losses))
            .map(|(a, b)| a - b)
            .collect();
        let gain = mean(&gains);
        let squares: Vec<f64> = gains.iter().map(|x| (x - gain) * (x - gain)).collect();
        gain > 1e-12 && gain > libm::sqrt(mean(&squares) / gains.len() as f64)
    }
}

/// The first of the greatest probabilities, with its place.
pub(crate) fn winner(probabilities: &[f64]) -> (usize, f64) {
    (probabilities.iter().copied().enumerate()).fold((0, f64::NEG_INFINITY), |best, next| {
        if next.1 > best.1 { next } else { best }
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
