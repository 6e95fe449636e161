//! Accuracy: estimated without labels, counted with them, and as it was in training.

use super::answers::Answer;
use super::steady;
use model::card::Metrics;
use monitor::cbpe::{Confidences, Confusion, Estimate};
use monitor::proportion::Counted;
use serde::Serialize;

/// Statistics of accuracy.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accuracy {
    confidences: Confidences,
    confusion: Option<Confusion>,
    counted: Counted,
    errors: Errors,
}

/// For regressions: the mean absolute error.
#[derive(Clone, Copy, Debug, Default)]
struct Errors {
    rows: u64,
    sum: f64,
}

/// The same, for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// Metric: `accuracy`, or `mean absolute error` for regressions.
    pub name: &'static str,
    /// On the rows that training did not see.
    pub at_training: Option<Figure>,
    /// The estimate of other captures, where these are compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Figure>,
    /// Without labels, of the confidence (CBPE); not of numbers.
    pub estimated: Option<Figure>,
    /// With labels.
    pub with_truth: Option<Figure>,
    /// For two labels: the estimated cells of the confusion matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confusion: Option<Confusion>,
    /// Label of the positives in `confusion`, the second one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confusion_label: Option<String>,
}

/// A figure with the interval in which it lies with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The figure.
    pub value: f64,
    /// Its interval, where that was worked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
    /// Number of rows.
    pub rows: u64,
}

impl Accuracy {
    /// Counts an answer, with its truth where that is known.
    pub fn add(&mut self, labels: &[&str], answer: &Answer<'_>, truth: Option<&str>) {
        if let Some(confidence) = answer.confidence() {
            self.confidences.add(confidence);
        }
        if let ([_, second], Some(label)) = (labels, answer.label.as_deref())
            && let Some(probability) = answer.probability(second)
        {
            let confusion = self.confusion.get_or_insert_default();
            confusion.add(probability, label == *second);
        }
        let Some(truth) = truth else {
            return;
        };
        if let Some(label) = answer.label.as_deref() {
            self.counted.add(label.trim() == truth);
        } else if let (Some(value), Ok(truth)) = (answer.value, truth.parse::<f64>())
            && truth.is_finite()
        {
            self.errors.rows += 1;
            self.errors.sum += (value - truth).abs();
        }
    }

    /// Adds what another part has counted.
    pub fn merge(&mut self, other: Accuracy) {
        self.confidences.merge(&other.confidences);
        if let Some(confusion) = &other.confusion {
            self.confusion.get_or_insert_default().merge(confusion);
        }
        self.counted.merge(&other.counted);
        self.errors.rows += other.errors.rows;
        self.errors.sum += other.errors.sum;
    }

    /// The accuracy counted with labels; `None` without any.
    fn accuracy(&self) -> Option<Figure> {
        self.counted.share().map(|value| Figure {
            value,
            interval: self.counted.interval(),
            rows: self.counted.whole,
        })
    }

    /// The mean absolute error of numbers whose truth is known; `None` without any.
    fn mean_error(&self) -> Option<Figure> {
        (self.errors.rows > 0).then(|| Figure {
            value: steady(self.errors.sum / self.errors.rows as f64),
            interval: None,
            rows: self.errors.rows,
        })
    }

    /// The figures of an imported model, without one to compare with.
    fn unmeasured(&self, reference: Option<&Accuracy>) -> Quality {
        let of_labels = self.accuracy();
        let estimated = self.confidences.accuracy().map(Figure::from);
        let answers_numbers = of_labels.is_none() && estimated.is_none();
        Quality {
            name: match answers_numbers {
                true => "mean absolute error",
                false => "accuracy",
            },
            at_training: None,
            reference: reference
                .and_then(|of| of.confidences.accuracy())
                .map(Figure::from),
            estimated,
            with_truth: of_labels.or_else(|| self.mean_error()),
            confusion: self.confusion,
            // The card has the labels in its figures only.
            confusion_label: None,
        }
    }

    /// Answers whose truth is known.
    pub fn rows_with_truth(&self) -> u64 {
        self.counted.whole + self.errors.rows
    }

    /// The accuracy estimated without labels; `None` where no answer has a confidence.
    pub fn estimated(&self) -> Option<f64> {
        self.confidences.accuracy().map(|of| steady(of.share))
    }

    /// Beside what the card says of training, and beside other traffic.
    pub fn quality(&self, metrics: &Metrics, reference: Option<&Accuracy>) -> Quality {
        match metrics {
            Metrics::Classification(of) => Quality {
                name: "accuracy",
                at_training: Some(Figure {
                    value: of.accuracy,
                    interval: of.accuracy_interval,
                    rows: of.testing_rows as u64,
                }),
                reference: reference
                    .and_then(|of| of.confidences.accuracy())
                    .map(Figure::from),
                estimated: self.confidences.accuracy().map(Figure::from),
                with_truth: self.accuracy(),
                confusion: self.confusion,
                confusion_label: self
                    .confusion
                    .and_then(|_| of.per_class.get(1))
                    .map(|class| class.label.clone()),
            },
            Metrics::Regression(of) => Quality {
                name: "mean absolute error",
                at_training: Some(Figure {
                    value: of.mae,
                    interval: None,
                    rows: of.testing_rows as u64,
                }),
                reference: None,
                estimated: None,
                with_truth: self.mean_error(),
                confusion: None,
                confusion_label: None,
            },
            Metrics::Unmeasured(_) => self.unmeasured(reference),
        }
    }
}

impl From<Estimate> for Figure {
    fn from(of: Estimate) -> Figure {
        Figure {
            value: steady(of.share),
            interval: Some(of.interval.map(steady)),
            rows: of.rows,
        }
    }
}

impl Quality {
    /// The figures with their names, those that there are.
    pub fn figures(&self) -> Vec<(&'static str, Figure)> {
        let all = [
            ("at training", self.at_training),
            ("estimated, the other captures", self.reference),
            ("estimated, without labels", self.estimated),
            ("with labels", self.with_truth),
        ];
        all.into_iter()
            .filter_map(|(name, figure)| Some((name, figure?)))
            .collect()
    }
}
