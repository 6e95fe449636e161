//! What the probabilities are worth: whether 80 % sure means right in 80 of 100.

use super::Classes;

/// Probabilities below this count as this: `-ln 0` would hide everything else. scikit-learn's.
const CLIP: f64 = 1e-15;

/// Equal steps of confidence, as `sklearn.calibration.calibration_curve` has with `n_bins=10`.
pub const BINS: usize = 10;

/// Answers of about the same confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// Mean probability given to the answer.
    pub confidence: f64,
    /// Share of answers that are right.
    pub accuracy: f64,
    /// Number of rows.
    pub rows: usize,
}

/// The loss of giving the truth this probability.
pub fn loss(probability: f64) -> f64 {
    // NaN is not above it either: what is no probability counts as none.
    let above = probability > CLIP;
    -libm::log(if above { probability.min(1.0) } else { CLIP })
}

/// Mean [`loss`] of the rows; a label that training never saw was given 0.
pub fn log_loss(labels: usize, classes: &Classes) -> f64 {
    let rows = classes.probabilities.chunks_exact(labels.max(1));
    let losses = rows
        .zip(&classes.truth)
        .map(|(row, truth)| loss(truth.map_or(0.0, |code| row[code as usize])));
    losses.sum::<f64>() / classes.truth.len().max(1) as f64
}

/// The Brier score (Brier, "Verification of forecasts expressed in terms of probability", 1950);
/// of two labels half of it, as `sklearn.metrics.brier_score_loss` has it. `None` without rows.
pub fn brier(labels: usize, classes: &Classes) -> Option<f64> {
    let rows = classes.probabilities.chunks_exact(labels.max(1));
    let count = rows.len();
    let errors = rows.zip(&classes.truth).map(|(row, truth)| {
        let squares: f64 = row.iter().map(|p| p * p).sum();
        // The square of the truth's 1 - p in place of p; an unseen truth was given 0.
        squares + truth.map_or(1.0, |code| 1.0 - 2.0 * row[code as usize])
    });
    let scale = if labels == 2 { 0.5 } else { 1.0 };
    let sum: f64 = errors.sum();
    let mean = scale * sum / count as f64;
    // Without rows it is NaN.
    mean.is_finite().then_some(mean)
}

/// In each bin of confidence that has rows: how sure the answers were, and how many were right.
/// `probabilities` are those of `classes`, or those before calibration.
pub fn reliability(labels: usize, probabilities: &[f64], classes: &Classes) -> Vec<Bin> {
    let mut bins = [(0.0, 0usize, 0usize); BINS];
    let rows = probabilities.chunks_exact(labels.max(1));
    for ((row, answer), truth) in rows.zip(&classes.answer).zip(&classes.truth) {
        let confidence = row[*answer as usize];
        let bin = &mut bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += confidence;
        bin.1 += usize::from(*truth == Some(*answer));
        bin.2 += 1;
    }
    let filled = bins.into_iter().filter(|(_, _, rows)| *rows > 0);
    let means = filled.map(|(confidence, right, rows)| Bin {
        confidence: confidence / rows as f64,
        accuracy: right as f64 / rows as f64,
        rows,
    });
    means.collect()
}

/// Expected calibration error: the mean over rows of their bin's distance between confidence and
/// accuracy (Guo et al., "On calibration of modern neural networks", 2017, equation 3).
pub fn ece(labels: usize, probabilities: &[f64], classes: &Classes) -> Option<f64> {
    let bins = reliability(labels, probabilities, classes);
    let rows: usize = bins.iter().map(|bin| bin.rows).sum();
    let apart = |bin: &Bin| bin.rows as f64 * (bin.confidence - bin.accuracy).abs();
    let sum: f64 = bins.iter().map(apart).sum();
    let mean = sum / rows as f64;
    mean.is_finite().then_some(mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brier_is_that_of_scikit_learn() {
        // The example of sklearn.metrics.brier_score_loss: y = 0 1 1 0, p = 0.1 0.9 0.8 0.3.
        let two = Classes {
            truth: vec![Some(0), Some(1), Some(1), Some(0)],
            answer: vec![0, 1, 1, 0],
            probabilities: [0.1, 0.9, 0.8, 0.3]
                .iter()
                .flat_map(|p| [1.0 - p, *p])
                .collect(),
            uncalibrated: None,
        };
        assert!((brier(2, &two).unwrap() - 0.0375).abs() < 1e-12);
        // Three labels, by hand.
        let three = Classes {
            truth: vec![Some(0), Some(2)],
            answer: vec![0, 2],
            probabilities: vec![0.8, 0.1, 0.1, 0.2, 0.4, 0.4],
            uncalibrated: None,
        };
        let by_hand = (0.04 + 0.01 + 0.01 + 0.04 + 0.16 + 0.36) / 2.0;
        assert!((brier(3, &three).unwrap() - by_hand).abs() < 1e-12);
    }

    #[test]
    fn a_forecast_that_is_too_sure_has_that_error() {
        // 0.9 sure four times and right three times: 0.15 apart; 0.75 sure before: none.
        let classes = Classes {
            truth: vec![Some(1), Some(1), Some(1), Some(0)],
            answer: vec![1; 4],
            probabilities: [0.1, 0.9].repeat(4),
            uncalibrated: Some([0.25, 0.75].repeat(4)),
        };
        let before = classes.uncalibrated.as_deref().unwrap();
        assert!((ece(2, &classes.probabilities, &classes).unwrap() - 0.15).abs() < 1e-12);
        assert_eq!(ece(2, before, &classes), Some(0.0));
        assert_eq!(ece(2, &[], &Classes::default()), None);
    }
}
