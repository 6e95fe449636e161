//! Temperature scaling with a shift for each label, for more than two labels of a fit with class weights.

use super::temperature;
use model::calibration::{Calibration, softmax};

/// Most rounds of a step for the shifts and one for the scale.
const ROUNDS: usize = 50;

/// Fits `scale * score + shift`, a shift for each label, of least log loss (Alexandari, Kundaje and
/// Shrikumar, "Maximum likelihood with bias-corrected calibration is hard-to-beat at label shift
/// adaptation", ICML 2020). `scores` are `[rows, outputs]`. At the minimum each label's mean probability
/// is its share of the rows, which a temperature alone cannot reach where class weights have moved it.
/// `None` when scores say nothing.
///
/// The loss is convex in scale and shifts together, and each step lowers it: the shifts move by the
/// logarithm of share over mean probability (Darroch and Ratcliff, "Generalized iterative scaling for
/// log-linear models", 1972), the scale to its best value for them.
pub(super) fn fit(scores: &[f64], codes: &[u32], outputs: usize) -> Option<Calibration> {
    let shares = shares(codes, outputs);
    let mut scale = temperature::scale(scores, codes, outputs, &vec![0.0; outputs])?;
    let mut shifts = vec![0.0; outputs];
    for _ in 0..ROUNDS {
        let means = means(scores, scale, &shifts);
        let mut furthest = 0.0f64;
        for ((shift, share), mean) in shifts.iter_mut().zip(&shares).zip(means) {
            let step = libm::log(share / mean.max(1e-12));
            furthest = furthest.max(step.abs());
            *shift += step;
        }
        let next = temperature::scale(scores, codes, outputs, &shifts)?;
        let moved = furthest.max((next / scale - 1.0).abs());
        scale = next;
        if moved < 1e-6 {
            break;
        }
    }
    let is_finite = shifts.iter().all(|shift| shift.is_finite());
    is_finite.then_some(Calibration::Affine { scale, shifts })
}

/// The share of each label, with half a row more for each: a label that no row has keeps a share.
fn shares(codes: &[u32], outputs: usize) -> Vec<f64> {
    let mut rows = vec![0.5; outputs];
    for code in codes {
        rows[*code as usize] += 1.0;
    }
    let all: f64 = rows.iter().sum();
    rows.into_iter().map(|rows| rows / all).collect()
}

/// The mean probability of each label.
fn means(scores: &[f64], scale: f64, shifts: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; shifts.len()];
    let mut row = vec![0.0; shifts.len()];
    let rows = scores.chunks_exact(shifts.len());
    let count = rows.len().max(1) as f64;
    for scores in rows {
        for ((probability, score), shift) in row.iter_mut().zip(scores).zip(shifts) {
            *probability = scale * score + shift;
        }
        softmax(&mut row);
        sums.iter_mut().zip(&row).for_each(|(sum, p)| *sum += p);
    }
    sums.into_iter().map(|sum| sum / count).collect()
}
