//! Platt scaling: a sigmoid of the score, for two classes.

use model::calibration::Calibration;

/// Most Newton steps; ten are many.
const STEPS: usize = 100;

/// The sigmoid `1 / (1 + exp(-(scale * score + shift)))`, or a change of it.
#[derive(Clone, Copy)]
struct Sigmoid {
    scale: f64,
    shift: f64,
}

/// A score, and the probability that it is to have.
struct SmoothedTarget {
    score: f64,
    target: f64,
}

/// Slopes of the loss by scale and shift, and Newton's step.
struct Newton {
    slopes: Sigmoid,
    step: Sigmoid,
}

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
    // Newton's steps do not depend on units, the guard on the Hessian does: scores of length about 1.
    let unit = rows.iter().map(|row| row.0.abs()).fold(0.0, f64::max);
    if !(unit > 0.0 && unit.is_finite()) {
        return None;
    }
    let smoothed = |(score, truth): &(f64, bool)| SmoothedTarget {
        score: score / unit,
        target: if *truth { high } else { low },
    };
    let rows: Vec<SmoothedTarget> = rows.iter().map(smoothed).collect();
    let mut point = Sigmoid {
        scale: 0.0,
        shift: libm::log((positives + 1.0) / (negatives + 1.0)),
    };
    let mut loss = loss_at(&rows, point);
    for _ in 0..STEPS {
        let Newton { slopes, step } = newton(&rows, point);
        if slopes.scale.abs().max(slopes.shift.abs()) < 1e-9 * rows.len() as f64 {
            break;
        }
        let mut length = 1.0;
        let expected = slopes.scale * step.scale + slopes.shift * step.shift;
        let reached = loop {
            let trial = Sigmoid {
                scale: point.scale + length * step.scale,
                shift: point.shift + length * step.shift,
            };
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
    let scale = point.scale / unit;
    let is_legal = scale > 0.0 && scale.is_finite() && point.shift.is_finite();
    is_legal.then(|| Calibration::Affine {
        scale,
        shifts: vec![point.shift],
    })
}

/// The summed cross entropy, in the form that overflows for no score.
fn loss_at(rows: &[SmoothedTarget], at: Sigmoid) -> f64 {
    let loss = |SmoothedTarget { score, target }: &SmoothedTarget| {
        let z = at.scale * score + at.shift;
        z.max(0.0) + libm::log1p(libm::exp(-z.abs())) - target * z
    };
    rows.iter().map(loss).sum()
}

fn newton(rows: &[SmoothedTarget], at: Sigmoid) -> Newton {
    // A ridge keeps the Hessian invertible where all scores are equal.
    let (mut aa, mut ab, mut bb) = (1e-10, 0.0, 1e-10);
    let (mut a, mut b) = (0.0, 0.0);
    for SmoothedTarget { score, target } in rows {
        let p = 1.0 / (1.0 + libm::exp(-(at.scale * score + at.shift)));
        let (difference, spread) = (p - target, p * (1.0 - p));
        aa += score * score * spread;
        ab += score * spread;
        bb += spread;
        a += score * difference;
        b += difference;
    }
    let determinant = aa * bb - ab * ab;
    Newton {
        slopes: Sigmoid { scale: a, shift: b },
        step: Sigmoid {
            scale: -(bb * a - ab * b) / determinant,
            shift: -(aa * b - ab * a) / determinant,
        },
    }
}
