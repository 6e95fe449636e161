//! Figures on the rows that training did not see; `metrics.json` holds the same.
//!
//! What cannot be worked out is absent: JSON has no NaN. Members that older files lack are
//! absent too, so that their cards still read.

use serde::{Deserialize, Serialize};

/// The figures of a model, of either task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(
    clippy::large_enum_variant,
    reason = "a card has one, and it is never moved in a loop"
)]
pub enum Metrics {
    /// For labels.
    Classification(ClassificationMetrics),
    /// For numbers.
    Regression(RegressionMetrics),
    /// For an imported model, without rows that it was measured on.
    Unmeasured(Unmeasured),
}

/// No figures: an empty JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmeasured {}

impl Metrics {
    /// Rows learnt from.
    pub fn training_rows(&self) -> usize {
        match self {
            Metrics::Classification(metrics) => metrics.training_rows,
            Metrics::Regression(metrics) => metrics.training_rows,
            Metrics::Unmeasured(_) => 0,
        }
    }

    /// Rows measured on.
    pub fn testing_rows(&self) -> usize {
        match self {
            Metrics::Classification(metrics) => metrics.testing_rows,
            Metrics::Regression(metrics) => metrics.testing_rows,
            Metrics::Unmeasured(_) => 0,
        }
    }

    /// Result of cross-validation, if there was one.
    pub fn cross_validation(&self) -> Option<&CrossValidation> {
        match self {
            Metrics::Classification(metrics) => metrics.cross_validation.as_ref(),
            Metrics::Regression(metrics) => metrics.cross_validation.as_ref(),
            Metrics::Unmeasured(_) => None,
        }
    }
}

/// Metrics of the labels and their probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassificationMetrics {
    /// Share of rows whose label is right.
    pub accuracy: f64,
    /// Where the accuracy on all such rows lies with 95 % confidence: Wilson's score interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_interval: Option<[f64; 2]>,
    /// Mean over labels of F1, the harmonic mean of precision and recall; 0 where undefined.
    pub macro_f1: f64,
    /// Mean over rows of `-ln` of the true label's probability, which is clipped at 1e-15.
    pub log_loss: f64,
    /// Area under the ROC curve: of two labels that of the second; of more, the mean over labels
    /// of each against the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roc_auc: Option<f64>,
    /// The positive label: the one to which `precision`, `recall`, `f1`, `average_precision` and
    /// `threshold` refer. For two labels always present, except in older files, where it is the
    /// second; for more only if training was given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// Share of the rows answered with the positive label that have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// Share of the rows with the positive label that were answered with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<f64>,
    /// Harmonic mean of the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub f1: Option<f64>,
    /// Mean precision over recall of the positive label, against all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_precision: Option<f64>,
    /// Brier score: mean squared error of the probabilities, summed over labels; of two labels
    /// half of it, as is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brier: Option<f64>,
    /// Expected calibration error of the answers: the mean distance of the answered label's
    /// probability and the share of right answers. It does not see the labels that are not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ece: Option<f64>,
    /// The same of the probabilities before they were calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ece_before_calibration: Option<f64>,
    /// Classwise expected calibration error: the mean of [`ClassMetrics::ece`] over all labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classwise_ece: Option<f64>,
    /// The same of the probabilities before they were calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classwise_ece_before_calibration: Option<f64>,
    /// Method that calibrated the probabilities: `platt`, `isotonic`, `temperature`, of a fit with class
    /// weights also `prior` or `shifts`, or `none` where none of them helped. Absent where it was not
    /// tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<String>,
    /// With two labels, the probability of the positive one from which on it is answered, where it was
    /// set; in older files that of the second label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// One a label, where they were set: the label is answered whose probability times its weight is
    /// the greatest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_weights: Option<Vec<f64>>,
    /// The same estimator on parts of the training rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_validation: Option<CrossValidation>,
    /// Metrics of always answering the most frequent training label.
    pub baseline: MajorityBaseline,
    /// Rows learnt from.
    pub training_rows: usize,
    /// Rows measured on.
    pub testing_rows: usize,
    /// Each label's figures, in the order of their codes.
    pub per_class: Vec<ClassMetrics>,
}

impl ClassificationMetrics {
    /// The index of the positive label in `per_class`; of two labels the second, if none is named.
    pub fn positive_code(&self) -> Option<usize> {
        let Some(positive) = &self.positive else {
            return (self.per_class.len() == 2).then_some(1);
        };
        let mut labels = self.per_class.iter();
        labels.position(|class| class.label == *positive)
    }
}

/// Metrics of predicted numbers. All but `r2` are in the target's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegressionMetrics {
    /// Coefficient of determination: the share of the target's variance that is explained;
    /// absent where the target does not vary.
    pub r2: Option<f64>,
    /// Where it lies with 95 % confidence: a bootstrap over test rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r2_interval: Option<[f64; 2]>,
    /// Mean absolute error.
    pub mae: f64,
    /// Root mean squared error.
    pub rmse: f64,
    /// Median absolute error: half of the rows are off by less.
    pub median_absolute_error: f64,
    /// The same estimator on parts of the training rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_validation: Option<CrossValidation>,
    /// Metrics of always answering the mean of the training rows.
    pub baseline: MeanBaseline,
    /// Rows learnt from.
    pub training_rows: usize,
    /// Rows measured on.
    pub testing_rows: usize,
}

/// The least that a classifier must beat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MajorityBaseline {
    /// The most frequent training label.
    pub label: String,
    /// Share of test rows that have it.
    pub accuracy: f64,
    /// Log loss of giving each label its share of the training rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_loss: Option<f64>,
}

/// The least that a regression must beat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanBaseline {
    /// The training rows' mean.
    pub value: f64,
    /// Its mean absolute error.
    pub mae: f64,
    /// The root of its mean squared error.
    pub rmse: f64,
}

/// One label's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassMetrics {
    /// The label.
    pub label: String,
    /// Share of the rows answered with it that have it.
    pub precision: f64,
    /// Share of the rows that have it that were answered with it.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Test rows that have it.
    pub support: usize,
    /// Share of the test rows that have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Mean over the test rows of the probability given to it: near `share` where probabilities are
    /// right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_probability: Option<f64>,
    /// Expected calibration error of the probability given to it: the mean distance of that
    /// probability and the share of rows that have the label, over ten bins of equal width.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ece: Option<f64>,
}

/// A figure of each fold, measured on the rows that the fold's fit did not see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossValidation {
    /// Number of folds.
    pub folds: usize,
    /// The figure, by its name in these metrics, e.g. `accuracy`.
    pub metric: String,
    /// Its mean over folds.
    pub mean: f64,
    /// Its standard deviation over folds.
    pub standard_deviation: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_of_older_files_still_read() {
        let json = r#"{"accuracy":0.5,"macro_f1":0.4,"log_loss":0.7,
            "baseline":{"label":"a","accuracy":0.5},"training_rows":8,"testing_rows":2,
            "per_class":[{"label":"a","precision":1.0,"recall":0.5,"f1":0.6,"support":2}]}"#;
        let metrics: Metrics = serde_json::from_str(json).unwrap();
        assert!(matches!(&metrics, Metrics::Classification(of) if of.roc_auc.is_none()));
        let again: serde_json::Value = serde_json::to_value(&metrics).unwrap();
        let before: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(again, before);
    }

    #[test]
    fn metrics_of_numbers_are_told_from_those_of_labels() {
        let json = r#"{"r2":null,"mae":1.0,"rmse":1.5,"median_absolute_error":0.5,
            "baseline":{"value":3.0,"mae":2.0,"rmse":2.5},"training_rows":8,"testing_rows":2}"#;
        let metrics: Metrics = serde_json::from_str(json).unwrap();
        assert!(matches!(metrics, Metrics::Regression(of) if of.r2.is_none()));
    }
}
