//! The figures of labels.

use super::calibration::LabelCalibration;
use super::{Classes, calibration, ranking};
use crate::codes::frequencies;
use model::card::{ClassMetrics, ClassificationMetrics, MajorityBaseline};

/// The figures of these predictions; `training` has the codes of the training rows, `positive` is the
/// code of the positive label, if there is one. How the model was calibrated, how it decides and its
/// cross-validation are for the caller to add.
pub fn classification(
    labels: &[String],
    positive: Option<usize>,
    training: &[u32],
    classes: &Classes,
) -> ClassificationMetrics {
    let rows = classes.truth.len();
    let mut counts = vec![Counts::default(); labels.len()];
    let mut right = 0;
    for (truth, answer) in classes.truth.iter().zip(&classes.answer) {
        counts[*answer as usize].answered += 1;
        if let Some(truth) = truth {
            counts[*truth as usize].support += 1;
        }
        if *truth == Some(*answer) {
            counts[*answer as usize].right += 1;
            right += 1;
        }
    }
    let calibrated = calibration::by_label(labels.len(), &classes.probabilities, classes);
    let per_class: Vec<ClassMetrics> = labels
        .iter()
        .zip(&counts)
        .enumerate()
        .map(|(code, (label, count))| count.metrics(label, calibrated.get(code)))
        .collect();
    // As scikit-learn has it: the mean over labels that occur in truth or answers.
    let occurring: Vec<f64> = counts
        .iter()
        .zip(&per_class)
        .filter(|(count, _)| count.support + count.answered > 0)
        .map(|(_, class)| class.f1)
        .collect();
    let auc = ranking::roc_auc(labels.len(), classes);
    let of = |probabilities: &[f64]| calibration::ece(labels.len(), probabilities, classes);
    let before = classes.uncalibrated.as_deref();
    let by_label_before =
        before.map(|probabilities| calibration::by_label(labels.len(), probabilities, classes));
    let of_positive = positive.and_then(|code| per_class.get(code)).cloned();
    let figure = |of: fn(&ClassMetrics) -> f64| of_positive.as_ref().map(of);
    ClassificationMetrics {
        accuracy: ratio(right, rows),
        accuracy_interval: wilson(right, rows),
        macro_f1: occurring.iter().sum::<f64>() / occurring.len().max(1) as f64,
        log_loss: calibration::log_loss(labels.len(), classes),
        roc_auc: auc,
        precision: figure(|of| of.precision),
        recall: figure(|of| of.recall),
        f1: figure(|of| of.f1),
        average_precision: positive
            .and_then(|code| ranking::average_precision(labels.len(), code, classes)),
        brier: calibration::brier(labels.len(), classes),
        ece: of(&classes.probabilities),
        ece_before_calibration: before.and_then(of),
        classwise_ece: calibration::classwise_ece(&calibrated),
        classwise_ece_before_calibration: by_label_before
            .as_deref()
            .and_then(calibration::classwise_ece),
        calibration: None,
        threshold: None,
        label_weights: None,
        cross_validation: None,
        baseline: baseline(labels, training, classes),
        training_rows: training.len(),
        testing_rows: rows,
        positive: of_positive.map(|of| of.label),
        per_class,
    }
}

/// Counts of a label.
#[derive(Clone, Default)]
struct Counts {
    support: usize,
    answered: usize,
    right: usize,
}

impl Counts {
    fn metrics(&self, label: &str, calibrated: Option<&LabelCalibration>) -> ClassMetrics {
        ClassMetrics {
            label: label.to_string(),
            precision: ratio(self.right, self.answered),
            recall: ratio(self.right, self.support),
            f1: ratio(2 * self.right, self.answered + self.support),
            support: self.support,
            share: calibrated.map(|of| of.share),
            mean_probability: calibrated.map(|of| of.mean_probability),
            ece: calibrated.map(|of| of.error),
        }
    }
}

/// The most frequent training label, the first of equals, and the training rows' shares.
fn baseline(labels: &[String], training: &[u32], classes: &Classes) -> MajorityBaseline {
    let frequency = frequencies(training, labels.len());
    let majority = (0..labels.len())
        // `max_by_key` takes the last of equals; the first label shall win.
        .rev()
        .max_by_key(|code| frequency[*code])
        .unwrap_or_default();
    let rows = classes.truth.len();
    let known = classes
        .truth
        .iter()
        .map(|truth| truth.map(|code| code as usize));
    let loss = known.clone().map(|truth| {
        calibration::loss(truth.map_or(0.0, |code| ratio(frequency[code], training.len())))
    });
    let loss: f64 = loss.sum();
    MajorityBaseline {
        label: labels.get(majority).cloned().unwrap_or_default(),
        accuracy: ratio(known.filter(|truth| *truth == Some(majority)).count(), rows),
        log_loss: (rows > 0).then(|| loss / rows as f64),
    }
}

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of a share (Wilson, "Probable inference, the law of succession, and
/// statistical inference", 1927): unlike the textbook's, it holds for few rows and near 0 and 1.
fn wilson(part: usize, whole: usize) -> Option<[f64; 2]> {
    if whole == 0 {
        return None;
    }
    let (share, n) = (ratio(part, whole), whole as f64);
    let scale = 1.0 + Z * Z / n;
    let centre = (share + Z * Z / (2.0 * n)) / scale;
    let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some([(centre - half).max(0.0), (centre + half).min(1.0)])
}

/// 0 where it is undefined.
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn figures_are_those_of_scikit_learn() {
        // accuracy_score, f1_score(average="macro"), log_loss of these, worked out by hand.
        let classes = Classes {
            truth: vec![Some(0), Some(0), Some(1), Some(1), Some(2)],
            answer: vec![0, 1, 1, 1, 0],
            probabilities: [
                [0.5, 0.3, 0.2],
                [0.25, 0.5, 0.25],
                [0.25, 0.5, 0.25],
                [0.0, 1.0, 0.0],
                [0.6, 0.4, 0.0],
            ]
            .concat(),
            uncalibrated: None,
        };
        let metrics = classification(&labels(&["a", "b", "c"]), Some(1), &[1, 0, 0, 1], &classes);
        assert_eq!(metrics.accuracy, 0.6);
        assert!((metrics.macro_f1 - (0.5 + 0.8 + 0.0) / 3.0).abs() < 1e-15);
        let loss = (2.0 * 2f64.ln() + 4f64.ln() + 0.0 - 1e-15f64.ln()) / 5.0;
        assert!((metrics.log_loss - loss).abs() < 1e-12);
        assert_eq!(metrics.baseline.label, "a");
        assert_eq!(metrics.baseline.accuracy, 0.4);
        let prior = (4.0 * 2f64.ln() - 1e-15f64.ln()) / 5.0;
        assert!((metrics.baseline.log_loss.unwrap() - prior).abs() < 1e-12);
        assert_eq!(metrics.per_class[1].precision, 2.0 / 3.0);
        assert_eq!(metrics.per_class[1].recall, 1.0);
        assert_eq!(metrics.positive.as_deref(), Some("b"));
        assert_eq!(
            (metrics.precision, metrics.recall),
            (Some(2.0 / 3.0), Some(1.0))
        );
        assert_eq!(metrics.f1, Some(0.8));
        // Label c: given 0.2, 0.25, 0.25, 0, 0 on average 0.14, true for one row of five.
        let of = &metrics.per_class[2];
        assert!((of.mean_probability.unwrap() - 0.14).abs() < 1e-12);
        assert_eq!(of.share, Some(0.2));
    }

    #[test]
    fn a_label_that_training_never_saw_counts_as_wrong() {
        let classes = Classes {
            truth: vec![Some(0), None],
            answer: vec![0, 0],
            probabilities: vec![1.0, 0.0, 1.0, 0.0],
            uncalibrated: None,
        };
        let metrics = classification(&labels(&["a", "b"]), Some(0), &[0, 1], &classes);
        assert_eq!(metrics.accuracy, 0.5);
        assert_eq!(metrics.per_class[0].precision, 0.5);
    }

    #[test]
    fn wilson_is_that_of_the_literature() {
        // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I.
        let [low, high] = wilson(81, 263).unwrap();
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5);
        assert_eq!(wilson(0, 10).unwrap()[0], 0.0);
        assert!((wilson(10, 10).unwrap()[1] - 1.0).abs() < 1e-12);
        assert_eq!(wilson(0, 0), None);
    }
}
