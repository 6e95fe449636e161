//! How good a model is on rows that it did not see.

use model::card::{ClassMetrics, MajorityBaseline, Metrics};

/// Probabilities below this count as this: `-ln 0` would hide everything else. scikit-learn's.
const CLIP: f64 = 1e-15;

/// What the model said of the test rows.
pub struct Predictions {
    /// The code of the true label; `None` for a label that training never saw.
    pub truth: Vec<Option<u32>>,
    /// The code of the label answered.
    pub answer: Vec<u32>,
    /// The probability given to the true label; 0 for one that training never saw.
    pub probability_of_truth: Vec<f64>,
    /// The probability given to each label, row-major `[rows, labels]`.
    pub probabilities: Vec<f64>,
}

/// The figures of these predictions; `training` has the codes of the training rows.
pub fn metrics(labels: &[String], training: &[u32], predictions: &Predictions) -> Metrics {
    let rows = predictions.truth.len();
    let share = |count: usize| count as f64 / rows.max(1) as f64;
    let pairs = || predictions.truth.iter().zip(&predictions.answer);
    let per_class: Vec<ClassMetrics> = (0u32..)
        .zip(labels)
        .map(|(code, label)| {
            let support = count(&predictions.truth, &Some(code));
            let answered = count(&predictions.answer, &code);
            let right = pairs()
                .filter(|(truth, answer)| **truth == Some(code) && **answer == code)
                .count();
            ClassMetrics {
                label: label.clone(),
                precision: ratio(right, answered),
                recall: ratio(right, support),
                f1: ratio(2 * right, answered + support),
                support,
            }
        })
        .collect();
    // As scikit-learn has it: the mean over labels that occur in truth or answers.
    let occurring: Vec<f64> = (0u32..)
        .zip(&per_class)
        .filter(|(code, class)| class.support + count(&predictions.answer, code) > 0)
        .map(|(_, class)| class.f1)
        .collect();
    let right = pairs()
        .filter(|(truth, answer)| **truth == Some(**answer))
        .count();
    let losses = predictions.probability_of_truth.iter();
    let loss: f64 = losses.map(|p| -libm::log(p.clamp(CLIP, 1.0))).sum();
    let majority = (0..labels.len() as u32)
        // `max_by_key` takes the last of equals; the first label shall win.
        .rev()
        .max_by_key(|code| count(training, code))
        .unwrap_or_default();
    Metrics {
        accuracy: share(right),
        macro_f1: occurring.iter().sum::<f64>() / occurring.len().max(1) as f64,
        log_loss: loss / rows.max(1) as f64,
        baseline: MajorityBaseline {
            label: labels[majority as usize].clone(),
            accuracy: share(count(&predictions.truth, &Some(majority))),
        },
        training_rows: training.len(),
        testing_rows: rows,
        per_class,
    }
}

fn count<T: PartialEq>(items: &[T], wanted: &T) -> usize {
    items.iter().filter(|item| *item == wanted).count()
}

/// 0 where it is undefined.
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Values at `quantiles` of a sample, interpolated as numpy's default does; empty for an empty one.
pub fn quantiles(mut sample: Vec<f64>, quantiles: &[f64]) -> Vec<f64> {
    sample.sort_unstable_by(f64::total_cmp);
    let Some(last) = sample.len().checked_sub(1) else {
        return Vec::new();
    };
    let at = |quantile: &f64| {
        let position = quantile * last as f64;
        let below = position.floor() as usize;
        let above = (below + 1).min(last);
        sample[below] + (sample[above] - sample[below]) * (position - below as f64)
    };
    quantiles.iter().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_scikit_learn() {
        // accuracy_score, f1_score(average="macro"), log_loss of these, worked out by hand.
        let labels = ["a", "b", "c"].map(String::from);
        let predictions = Predictions {
            truth: vec![Some(0), Some(0), Some(1), Some(1), Some(2)],
            answer: vec![0, 1, 1, 1, 0],
            probability_of_truth: vec![0.5, 0.25, 0.5, 1.0, 0.0],
            probabilities: Vec::new(),
        };
        let metrics = metrics(&labels, &[1, 0, 0, 1], &predictions);
        assert_eq!(metrics.accuracy, 0.6);
        assert!((metrics.macro_f1 - (0.5 + 0.8 + 0.0) / 3.0).abs() < 1e-15);
        let loss = (2.0 * 2f64.ln() + 4f64.ln() + 0.0 - 1e-15f64.ln()) / 5.0;
        assert!((metrics.log_loss - loss).abs() < 1e-12);
        assert_eq!(metrics.baseline.label, "a");
        assert_eq!(metrics.baseline.accuracy, 0.4);
        assert_eq!(metrics.per_class[1].precision, 2.0 / 3.0);
        assert_eq!(metrics.per_class[1].recall, 1.0);
    }

    #[test]
    fn a_label_that_training_never_saw_counts_as_wrong() {
        let labels = ["a", "b"].map(String::from);
        let predictions = Predictions {
            truth: vec![Some(0), None],
            answer: vec![0, 0],
            probability_of_truth: vec![1.0, 0.0],
            probabilities: Vec::new(),
        };
        assert_eq!(metrics(&labels, &[0, 1], &predictions).accuracy, 0.5);
    }

    #[test]
    fn quantiles_interpolate() {
        let sample = vec![4.0, 1.0, 3.0, 2.0];
        assert_eq!(quantiles(sample, &[0.0, 0.5, 1.0]), [1.0, 2.5, 4.0]);
        assert!(quantiles(Vec::new(), &[0.5]).is_empty());
    }
}
