//! Platt scaling: a sigmoid of the score, for two classes.

use model::calibration::Calibration;

/// Most Newton steps; ten are many.
const STEPS: usize = 100;

/// Fits `1 / (1 + exp(-(scale * score + shift)))` to the truth of each score by Newton's method
/// with halved steps (Lin, Lin and Weng, "A note on Platt's probabilistic outputs for support
/// vector machines", Machine Learning 68 (2007), algorithm 1). `None` if greater scores do not make
/// the second class more likely.
pub(super) fn fit(rows: &[(f64, bool)]) -> Option<Calibration> {
    let positives = rows.iter().filter(|row| row.1).count() as f64;
    let negatives = rows.len() as f64 - positives;
    // Platt's smoothed targets: finite scores even where the classes are apart.
    let high = (positives + 1.0) / (positives + 2.0);
    let low = 1.0 / (negatives + 2.0);
    let rows: Vec<(f64, f64)> = rows
        .iter()
        .map(|(score, truth)| (*score, if *truth { high } else { low }))
        .collect();
    // Newton's steps do not depend on units, the guard on the Hessian does: scores of length about 1.
    let unit = rows.iter().map(|row| row.0.abs()).fold(0.0, f64::max);
    if !(unit > 0.0 && unit.is_finite()) {
        return None;
    }
    let rows: Vec<(f64, f64)> = rows.iter().map(|(score, t)| (score / unit, *t)).collect();
    let mut point = (0.0, libm::log((positives + 1.0) / (negatives + 1.0)));
    let mut loss = loss_at(&rows, point);
    for _ in 0..STEPS {
        let (slopes, step) = newton(&rows, point);
        if slopes.0.abs().max(slopes.1.abs()) < 1e-9 * rows.len() as f64 {
            break;
        }
        let mut length = 1.0;
        let expected = slopes.0 * step.0 + slopes.1 * step.1;
        let reached = loop {
            let trial = (point.0 + length * step.0, point.1 + length * step.1);
            let reached = loss_at(&rows, trial);
            if reached <= loss + 1e-4 * length * expected {
                point = trial;
                break Some(reached);
            }
            length *= 0.5;
            if length < 1e-10 {
                break None;
            }
        };
        match reached {
            Some(reached) => loss = reached,
            None => break,
        }
    }
    let scale = point.0 / unit;
    (scale > 0.0 && scale.is_finite() && point.1.is_finite()).then(|| Calibration::Affine {
        scale,
        shifts: vec![point.1],
    })
}

/// The summed cross entropy, in the form that overflows for no score.
fn loss_at(rows: &[(f64, f64)], (scale, shift): (f64, f64)) -> f64 {
    let loss = |(score, target): &(f64, f64)| {
        let z = scale * score + shift;
        z.max(0.0) + libm::log1p(libm::exp(-z.abs())) - target * z
    };
    rows.iter().map(loss).sum()
}

/// The slopes of the loss by scale and shift, and Newton's step.
fn newton(rows: &[(f64, f64)], (scale, shift): (f64, f64)) -> ((f64, f64), (f64, f64)) {
    // A ridge keeps the Hessian invertible where all scores are equal.
    let (mut aa, mut ab, mut bb) = (1e-10, 0.0, 1e-10);
    let (mut a, mut b) = (0.0, 0.0);
    for (score, target) in rows {
        let p = 1.0 / (1.0 + libm::exp(-(scale * score + shift)));
        let (difference, spread) = (p - target, p * (1.0 - p));
        aa += score * score * spread;
        ab += score * spread;
        bb += spread;
        a += score * difference;
        b += difference;
    }
    let determinant = aa * bb - ab * ab;
    let step = (
        -(bb * a - ab * b) / determinant,
        -(aa * b - ab * a) / determinant,
    );
    ((a, b), step)
}
