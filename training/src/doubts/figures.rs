//! Comparison of cross-validation with the test rows.
//!
//! Both measure the same estimator on rows that it did not see, so their figures differ by chance only.
//! The figure of one fold has some variance v; the mean of k folds then has v / k, and the figure of m
//! test rows v times a fold's rows over m. v is that of the folds, and at least what the rows alone
//! make of it where that is known: p (1 - p) / rows of an accuracy, the bootstrap's of R².

use crate::evaluation::figures::Figure;
use model::card::Metrics;

/// Standard errors that the figures are apart, at least, where the variance of the rows is known.
const APART: f64 = 4.0;

/// The same if the variance comes from the folds alone: Student's t for one case in a thousand, by
/// the number of folds less one.
const APART_BY_FOLDS: [f64; 9] = [636.6, 31.6, 12.9, 8.61, 6.87, 5.96, 5.41, 5.04, 4.78];

/// Differences below this do not matter, of figures up to 1, or as a share of an error.
const MATTERS: f64 = 0.01;

/// A figure of cross-validation and of the test rows, further apart than chance allows.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// The figure's name for people.
    pub title: &'static str,
    /// Number of folds.
    pub folds: usize,
    /// Mean over the folds.
    pub folds_figure: f64,
    /// Figure of the test rows.
    pub test_figure: f64,
    /// The test rows are answered worse than the folds.
    pub is_worse: bool,
}

/// Figure of cross-validation, and its value on the test rows; `None` where the two measure something
/// else.
pub fn comparable(metrics: &Metrics) -> Option<(&'static Figure, f64)> {
    let figure = Figure::named(&metrics.cross_validation()?.metric)?;
    if let Metrics::Classification(of) = metrics {
        // A threshold or weights move labels, and calibration moves probabilities, after the folds.
        let is_calibrated = of.calibration.as_deref().is_some_and(|how| how != "none");
        let moves_labels = of.threshold.is_some() || of.label_weights.is_some();
        if moves_labels || figure.name == "log_loss" && is_calibrated {
            return None;
        }
    }
    Some((figure, figure.of(metrics)?))
}

/// The disagreement of the two; `None` if they agree, or cannot be compared.
pub fn disagreement(metrics: &Metrics) -> Option<Disagreement> {
    let found = metrics.cross_validation()?;
    let (figure, test) = comparable(metrics)?;
    let folds = found.folds as f64;
    let fold_rows = metrics.training_rows() as f64 / folds;
    let test_rows = metrics.testing_rows() as f64;
    let of_rows = match figure.name {
        "accuracy" | "macro_f1" => Some(found.mean * (1.0 - found.mean) / fold_rows),
        _ => figure.interval(metrics).map(|[low, high]| {
            let error = (high - low) / (2.0 * 1.96);
            error * error * test_rows / fold_rows
        }),
    };
    // The deviation over folds is that of a whole population.
    let of_folds = found.standard_deviation.powi(2) * folds / (folds - 1.0).max(1.0);
    let variance = of_folds.max(of_rows.unwrap_or(0.0));
    let apart = match of_rows {
        Some(_) => APART,
        None => APART_BY_FOLDS[(found.folds.max(2) - 2).min(APART_BY_FOLDS.len() - 1)],
    };
    let difference = (test - found.mean).abs();
    let scale = match figure.name {
        "mae" | "rmse" => found.mean.abs(),
        _ => 1.0,
    };
    let error = (variance * (1.0 / folds + fold_rows / test_rows)).sqrt();
    let disagrees = difference > apart * error && difference > MATTERS * scale;
    disagrees.then_some(Disagreement {
        title: figure.title,
        folds: found.folds,
        folds_figure: found.mean,
        test_figure: test,
        is_worse: figure.gain(test, found.mean) < 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::{Classes, Values, classification, regression};
    use model::card::CrossValidation;

    fn folds(metric: &str, mean: f64, standard_deviation: f64) -> Option<CrossValidation> {
        Some(CrossValidation {
            folds: 5,
            metric: metric.into(),
            mean,
            standard_deviation,
        })
    }

    /// Metrics of two labels, with `right` of `rows` test rows right, after training on as many rows.
    fn accuracy(right: usize, rows: usize, of_folds: Option<CrossValidation>) -> Metrics {
        let classes = Classes {
            truth: (0..rows).map(|row| Some((row % 2) as u32)).collect(),
            answer: (0..rows)
                .map(|row| ((row + usize::from(row >= right)) % 2) as u32)
                .collect(),
            probabilities: vec![0.5; 2 * rows],
            uncalibrated: None,
        };
        let codes: Vec<u32> = (0..rows).map(|row| (row % 2) as u32).collect();
        let labels = ["a", "b"].map(String::from);
        let mut metrics = classification(&labels, Some(1), &codes, &classes);
        metrics.cross_validation = of_folds;
        Metrics::Classification(metrics)
    }

    #[test]
    fn an_accuracy_that_falls_on_later_rows() {
        let found =
            disagreement(&accuracy(7582, 10_000, folds("accuracy", 0.8324, 0.0039))).unwrap();
        assert_eq!(
            (found.title, found.folds, found.is_worse),
            ("accuracy", 5, true)
        );
        assert_eq!((found.folds_figure, found.test_figure), (0.8324, 0.7582));
        let better = disagreement(&accuracy(9000, 10_000, folds("accuracy", 0.8324, 0.0039)));
        assert!(!better.unwrap().is_worse);
    }

    #[test]
    fn what_chance_makes_is_no_disagreement() {
        // 0.75 of 100 rows has a standard error of 0.043; folds that agree by chance change nothing.
        assert_eq!(
            disagreement(&accuracy(75, 100, folds("accuracy", 0.83, 0.0001))),
            None
        );
        assert_eq!(
            disagreement(&accuracy(8310, 10_000, folds("accuracy", 0.8324, 0.0001))),
            None
        );
        assert_eq!(disagreement(&accuracy(75, 100, None)), None);
        let Metrics::Classification(mut moved) = accuracy(50, 100, folds("accuracy", 0.99, 0.0))
        else {
            unreachable!()
        };
        assert!(disagreement(&Metrics::Classification(moved.clone())).is_some());
        moved.threshold = Some(0.2);
        assert_eq!(disagreement(&Metrics::Classification(moved)), None);
    }

    #[test]
    fn errors_of_numbers_are_compared_too() {
        let truth: Vec<f64> = (0..400).map(f64::from).collect();
        let answer = truth
            .iter()
            .enumerate()
            .map(|(row, truth)| truth + [3.0, -3.0][row % 2]);
        let values = Values {
            answer: answer.collect(),
            truth,
        };
        let with = |of_folds| {
            let mut metrics = regression(&vec![200.0; 400], &values, 0);
            metrics.cross_validation = of_folds;
            disagreement(&Metrics::Regression(metrics))
        };
        let found = with(folds("mae", 1.0, 0.05)).unwrap();
        assert!(found.is_worse && found.test_figure == 3.0);
        assert_eq!(with(folds("mae", 2.5, 0.3)), None);
        assert!(with(folds("r2", 0.9, 0.001)).is_some_and(|found| !found.is_worse));
    }
}
