//! Calibration of probabilities: whether of all rows given 0.8, eight in ten are so.
//!
//! Two errors answer that, and neither replaces the other. The confidence error ([`ece`]) looks at
//! the answered label only (Guo et al., "On calibration of modern neural networks", ICML 2017). The
//! classwise error ([`by_label`], [`classwise_ece`]) looks at the probability of every label (Kull et
//! al., "Beyond temperature scaling: obtaining well-calibrated multi-class probabilities with
//! Dirichlet calibration", NeurIPS 2019): a rare label that is overestimated tenfold, and still
//! hardly ever answered, shows in the second alone.

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
    let rows = probabilities.chunks_exact(labels.max(1));
    let of_row = rows.zip(classes.answer.iter().zip(&classes.truth));
    bins(of_row.map(|(row, (answer, truth))| (row[*answer as usize], *truth == Some(*answer))))
}

/// The bins of probabilities, each with whether it came true.
fn bins(rows: impl Iterator<Item = (f64, bool)>) -> Vec<Bin> {
    let mut bins = [(0.0, 0usize, 0usize); BINS];
    for (confidence, is_right) in rows {
        let bin = &mut bins[bin_of(confidence)];
        bin.0 += confidence;
        bin.1 += usize::from(is_right);
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

/// In each bin of the probability of one label that has rows: its mean, and the share of rows that have the
/// label.
pub fn positive(labels: usize, code: usize, probabilities: &[f64], classes: &Classes) -> Vec<Bin> {
    let rows = probabilities.chunks_exact(labels.max(1));
    let of_row = rows.zip(&classes.truth);
    bins(of_row.map(|(row, truth)| (row[code], *truth == Some(code as u32))))
}

/// Expected calibration error of the answered label: the mean over rows of their bin's distance
/// between confidence and accuracy (Guo et al., equation 3). `None` without rows.
pub fn ece(labels: usize, probabilities: &[f64], classes: &Classes) -> Option<f64> {
    let bins = reliability(labels, probabilities, classes);
    let rows: usize = bins.iter().map(|bin| bin.rows).sum();
    let apart = |bin: &Bin| bin.rows as f64 * (bin.confidence - bin.accuracy).abs();
    let sum: f64 = bins.iter().map(apart).sum();
    let mean = sum / rows as f64;
    mean.is_finite().then_some(mean)
}

/// Calibration of one label: its probabilities beside the share of rows that have it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LabelCalibration {
    /// Mean over rows of the label's probability.
    pub mean_probability: f64,
    /// Share of the rows that have the label.
    pub share: f64,
    /// Expected calibration error: over [`BINS`] bins of the label's probability, the mean over rows
    /// of the distance of mean probability and share.
    pub error: f64,
}

/// The calibration of each label, in the order of their codes; empty without rows. `probabilities`
/// are those of `classes`, or those before calibration. A row whose true label training never saw
/// has none of the labels.
pub fn by_label(labels: usize, probabilities: &[f64], classes: &Classes) -> Vec<LabelCalibration> {
    let count = probabilities.len() / labels.max(1);
    if count == 0 {
        return Vec::new();
    }
    // Probabilities less rows that have the label, by label and bin.
    let mut gaps = vec![[0.0; BINS]; labels];
    let mut all = vec![LabelCalibration::default(); labels];
    for (row, truth) in probabilities.chunks_exact(labels).zip(&classes.truth) {
        for (code, probability) in row.iter().enumerate() {
            let has = f64::from(u8::from(*truth == Some(code as u32)));
            gaps[code][bin_of(*probability)] += probability - has;
            all[code].mean_probability += probability;
            all[code].share += has;
        }
    }
    for (of, gaps) in all.iter_mut().zip(&gaps) {
        of.mean_probability /= count as f64;
        of.share /= count as f64;
        of.error = gaps.iter().map(|gap| gap.abs()).sum::<f64>() / count as f64;
    }
    all
}

/// The mean of the labels' errors; `None` without rows.
pub fn classwise_ece(of: &[LabelCalibration]) -> Option<f64> {
    let sum: f64 = of.iter().map(|label| label.error).sum();
    let mean = sum / of.len() as f64;
    mean.is_finite().then_some(mean)
}

/// The bin of a probability: the first from 0 to below 0.1, the last from 0.9 to 1.
fn bin_of(probability: f64) -> usize {
    ((probability * BINS as f64) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn an_overestimated_rare_label_shows_classwise_only() {
        // 4 of 100 rows have label 1, and each is given 0.4: all are answered 0, rightly in 96.
        let classes = Classes {
            truth: (0..100).map(|row| Some(u32::from(row < 4))).collect(),
            answer: vec![0; 100],
            probabilities: [0.6, 0.4].repeat(100),
            uncalibrated: None,
        };
        let of = by_label(2, &classes.probabilities, &classes);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(of[1].mean_probability, 0.4);
        near(of[1].share, 0.04);
        near(classwise_ece(&of).unwrap(), 0.36);
        assert_eq!(classwise_ece(&by_label(2, &[], &Classes::default())), None);
    }

    /// Rows of three probabilities that sum to 1, and a truth, which may be a label never seen.
    fn rows() -> impl Strategy<Value = Vec<([f64; 3], Option<u32>)>> {
        let row = (
            (1u32..50, 0u32..50, 0u32..50),
            proptest::option::of(0u32..3),
        );
        vec(row, 1..60).prop_map(|rows| {
            let row = |((a, b, c), truth): ((u32, u32, u32), _)| {
                let sum = f64::from(a + b + c);
                ([a, b, c].map(|part| f64::from(part) / sum), truth)
            };
            rows.into_iter().map(row).collect()
        })
    }

    proptest! {
        /// The definition, word by word: for each label and bin the rows that fall into it, their
        /// mean probability and their share of the label, weighed by rows.
        #[test]
        fn the_classwise_error_is_that_of_its_definition(rows in rows()) {
            let classes = Classes {
                truth: rows.iter().map(|row| row.1).collect(),
                answer: vec![0; rows.len()],
                probabilities: rows.iter().flat_map(|row| row.0).collect(),
                uncalibrated: None,
            };
            let found = by_label(3, &classes.probabilities, &classes);
            let mut errors = 0.0;
            for (code, of_label) in found.iter().enumerate() {
                let mut error = 0.0;
                for bin in 0..BINS {
                    let inside: Vec<_> = rows
                        .iter()
                        .filter(|row| {
                            let at = row.0[code] * BINS as f64;
                            at >= bin as f64 && (at < (bin + 1) as f64 || bin == BINS - 1)
                        })
                        .collect();
                    if inside.is_empty() {
                        continue;
                    }
                    let count = inside.len() as f64;
                    let probability = inside.iter().map(|row| row.0[code]).sum::<f64>() / count;
                    let has = inside.iter().filter(|row| row.1 == Some(code as u32));
                    let share = has.count() as f64 / count;
                    error += inside.len() as f64 / rows.len() as f64 * (probability - share).abs();
                }
                prop_assert!((of_label.error - error).abs() < 1e-9);
                // The whole cannot be further off than its bins.
                let whole = (of_label.mean_probability - of_label.share).abs();
                prop_assert!(whole <= error + 1e-9);
                errors += error;
            }
            prop_assert!((classwise_ece(&found).unwrap() - errors / 3.0).abs() < 1e-9);
        }
    }

    #[test]
    fn the_probability_of_a_label_is_held_against_its_share() {
        let classes = Classes {
            truth: vec![Some(1), Some(0), Some(1), None],
            answer: vec![1, 0, 0, 1],
            probabilities: vec![0.1, 0.9, 0.9, 0.1, 0.88, 0.12, 0.08, 0.92],
            uncalibrated: None,
        };
        let bins = positive(2, 1, &classes.probabilities, &classes);
        let of = |bin: &Bin| (bin.rows, bin.accuracy);
        assert_eq!(
            bins.iter().map(of).collect::<Vec<_>>(),
            [(2, 0.5), (2, 0.5)]
        );
        assert!((bins[0].confidence - 0.11).abs() < 1e-12);
    }

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
