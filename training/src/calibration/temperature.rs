//! Temperature scaling: all scores divided by one number, for more than two classes.

use model::calibration::{Calibration, softmax};
use rayon::prelude::*;

/// Most steps; each at least halves the bracket.
const STEPS: usize = 60;

/// Rows that one task of a thread takes.
const CHUNK: usize = 512;

/// Fits the temperature of least log loss (Guo, Pleiss, Sun and Weinberger, "On calibration of modern
/// neural networks", ICML 2017, section 4.2). `scores` are `[rows, outputs]`. The scale, 1 over the
/// temperature, is above 0, so the winner stays. `None` when scores say nothing.
///
/// The truth counts `(rows + 1) / (rows + 2)`, as Platt smooths targets: the scale stays finite even
/// where every row is right.
pub(super) fn fit(scores: &[f64], codes: &[u32], outputs: usize) -> Option<Calibration> {
    let shifts = vec![0.0; outputs];
    let scale = scale(scores, codes, outputs, &shifts)?;
    Some(Calibration::Affine { scale, shifts })
}

/// The scale of least log loss where `shifts`, one an output, are added to the scaled scores.
pub(super) fn scale(scores: &[f64], codes: &[u32], outputs: usize, shifts: &[f64]) -> Option<f64> {
    let rows = ScoredRows {
        scores,
        codes,
        outputs,
        shifts,
        truth: (codes.len() as f64 + 1.0) / (codes.len() as f64 + 2.0),
    };
    // The loss is convex in the scale: find the zero of its slope, by Newton's steps on the scale's
    // logarithm, kept inside a bracket.
    let (mut low, mut high) = (-30.0, 30.0);
    if rows.derivatives(libm::exp(low)).slope >= 0.0
        || rows.derivatives(libm::exp(high)).slope <= 0.0
    {
        return None;
    }
    let mut at = 0.0;
    for _ in 0..STEPS {
        let scale = libm::exp(at);
        let Derivatives { slope, curvature } = rows.derivatives(scale);
        if slope > 0.0 {
            high = at;
        } else {
            low = at;
        }
        let newton = at + libm::log1p((-slope / (curvature * scale)).max(-0.9));
        let next = if newton > low && newton < high {
            newton
        } else {
            0.5 * (low + high)
        };
        let moved = (next - at).abs();
        at = next;
        if moved < 1e-10 {
            break;
        }
    }
    Some(libm::exp(at))
}

struct ScoredRows<'a> {
    scores: &'a [f64],
    codes: &'a [u32],
    outputs: usize,
    shifts: &'a [f64],
    truth: f64,
}

/// Derivatives of the summed cross entropy by the scale.
#[derive(Clone, Copy, Default)]
struct Derivatives {
    slope: f64,
    curvature: f64,
}

impl ScoredRows<'_> {
    fn derivatives(&self, scale: f64) -> Derivatives {
        let chunks: Vec<Derivatives> = self
            .codes
            .par_chunks(CHUNK)
            .zip(self.scores.par_chunks(CHUNK * self.outputs))
            .map(|(codes, scores)| self.of_chunk(codes, scores, scale))
            .collect();
        // In order: the same bits on any number of threads.
        chunks
            .iter()
            .fold(Derivatives::default(), |sum, next| Derivatives {
                slope: sum.slope + next.slope,
                curvature: sum.curvature + next.curvature,
            })
    }

    fn of_chunk(&self, codes: &[u32], scores: &[f64], scale: f64) -> Derivatives {
        let mut probabilities = vec![0.0; self.outputs];
        let mut sums = Derivatives::default();
        for (code, scores) in codes.iter().zip(scores.chunks(self.outputs)) {
            // About the truth's score, so that large scores cancel before they are multiplied.
            let of_truth = scores[*code as usize];
            for ((probability, score), shift) in
                probabilities.iter_mut().zip(scores).zip(self.shifts)
            {
                *probability = scale * (score - of_truth) + shift;
            }
            softmax(&mut probabilities);
            let (mut mean, mut square, mut others) = (0.0, 0.0, 0.0);
            for (probability, score) in probabilities.iter().zip(scores) {
                let score = score - of_truth;
                mean += probability * score;
                square += probability * score * score;
                others += score;
            }
            let expected = (1.0 - self.truth) * others / (self.outputs - 1) as f64;
            sums.slope += mean - expected;
            sums.curvature += square - mean * mean;
        }
        sums
    }
}
