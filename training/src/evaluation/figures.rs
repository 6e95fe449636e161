//! The figures that a model can be held to, by the names that `metrics.json` has for them.

use Of::{Labels, Values};
use model::card::{ClassificationMetrics, Metrics, RegressionMetrics};

/// One figure.
pub struct Figure {
    /// Its name in `metrics.json`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// True if more of it is better.
    pub more_is_better: bool,
    of: Of,
}

/// Place of a figure among the metrics of its task.
enum Of {
    Labels(fn(&ClassificationMetrics) -> Option<f64>),
    Values(fn(&RegressionMetrics) -> Option<f64>),
}

/// All figures, the most telling first.
pub const FIGURES: [Figure; 15] = [
    more("accuracy", "accuracy", Labels(|of| Some(of.accuracy))),
    more("macro_f1", "macro F1", Labels(|of| Some(of.macro_f1))),
    more("precision", "precision", Labels(|of| of.precision)),
    more("recall", "recall", Labels(|of| of.recall)),
    more("f1", "F1", Labels(|of| of.f1)),
    more("roc_auc", "ROC AUC", Labels(|of| of.roc_auc)),
    more(
        "average_precision",
        "average precision",
        Labels(|of| of.average_precision),
    ),
    less("log_loss", "log loss", Labels(|of| Some(of.log_loss))),
    less("brier", "Brier score", Labels(|of| of.brier)),
    less("ece", "calibration error of answers", Labels(|of| of.ece)),
    less(
        "classwise_ece",
        "calibration error by label",
        Labels(|of| of.classwise_ece),
    ),
    more("r2", "R²", Values(|of| of.r2)),
    less("mae", "mean absolute error", Values(|of| Some(of.mae))),
    less(
        "rmse",
        "root mean squared error",
        Values(|of| Some(of.rmse)),
    ),
    less(
        "median_absolute_error",
        "median absolute error",
        Values(|of| Some(of.median_absolute_error)),
    ),
];

const fn more(name: &'static str, title: &'static str, of: Of) -> Figure {
    Figure {
        name,
        title,
        more_is_better: true,
        of,
    }
}

const fn less(name: &'static str, title: &'static str, of: Of) -> Figure {
    Figure {
        more_is_better: false,
        ..more(name, title, of)
    }
}

impl Figure {
    /// The figure of this name.
    pub fn named(name: &str) -> Option<&'static Figure> {
        FIGURES.iter().find(|figure| figure.name == name)
    }

    /// Its value; `None` of the other task, or where it could not be worked out.
    pub fn of(&self, metrics: &Metrics) -> Option<f64> {
        let value = match (&self.of, metrics) {
            (Labels(of), Metrics::Classification(metrics)) => of(metrics),
            (Values(of), Metrics::Regression(metrics)) => of(metrics),
            _ => None,
        };
        value.filter(|value| value.is_finite())
    }

    /// Improvement of `new` over `old`; negative when it is worse.
    pub fn gain(&self, new: f64, old: f64) -> f64 {
        if self.more_is_better {
            new - old
        } else {
            old - new
        }
    }

    /// Figure of the baseline; `None` if it has none.
    pub fn of_baseline(&self, metrics: &Metrics) -> Option<f64> {
        match (self.name, metrics) {
            ("accuracy", Metrics::Classification(of)) => Some(of.baseline.accuracy),
            ("log_loss", Metrics::Classification(of)) => of.baseline.log_loss,
            ("mae", Metrics::Regression(of)) => Some(of.baseline.mae),
            ("rmse", Metrics::Regression(of)) => Some(of.baseline.rmse),
            _ => None,
        }
    }

    /// Where it lies with 95 % confidence; `None` where that was not worked out.
    pub fn interval(&self, metrics: &Metrics) -> Option<[f64; 2]> {
        match (self.name, metrics) {
            ("accuracy", Metrics::Classification(of)) => of.accuracy_interval,
            ("r2", Metrics::Regression(of)) => of.r2_interval,
            _ => None,
        }
    }
}

/// A figure for people: four decimals, or, if it is large or tiny, as many digits as distinguish it
/// from its neighbours.
pub fn text(value: f64) -> String {
    let size = value.abs();
    match size {
        _ if !value.is_finite() => "-".into(),
        _ if size >= 1e7 || (size > 0.0 && size < 5e-4) => format!("{value:.3e}"),
        _ if size >= 1000.0 => format!("{value:.1}"),
        _ if size >= 100.0 => format!("{value:.2}"),
        _ if size >= 10.0 => format!("{value:.3}"),
        _ => format!("{value:.4}"),
    }
}

/// A value of a column for people: at most four digits, or all of a whole number.
pub fn brief(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        // -0 is 0.
        return format!("{}", value + 0.0);
    }
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    match rounded.abs() {
        size if (1e-4..1e15).contains(&size) => format!("{rounded}"),
        _ => format!("{value:.3e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::{Values, regression};

    #[test]
    fn a_figure_is_of_one_task() {
        let values = Values {
            truth: vec![1.0, 2.0, 3.0],
            answer: vec![1.0, 2.0, 4.0],
        };
        let metrics = Metrics::Regression(regression(&[1.0, 3.0], &values, 0));
        let of = |name| Figure::named(name).and_then(|figure| figure.of(&metrics));
        assert_eq!(
            (of("r2"), of("accuracy"), of("nonsense")),
            (Some(0.5), None, None)
        );
        let mae = Figure::named("mae").unwrap();
        assert_eq!(mae.of_baseline(&metrics), Some(2.0 / 3.0));
        assert!(mae.gain(1.0, 2.0) > 0.0);
    }

    #[test]
    fn figures_are_written_for_people() {
        let of = [0.95, 1234.56, 1e-5, 2.5e9, 123.456, 0.0, f64::NAN].map(text);
        let expected = [
            "0.9500", "1234.6", "1.000e-5", "2.500e9", "123.46", "0.0000", "-",
        ];
        assert_eq!(of, expected);
    }
}
