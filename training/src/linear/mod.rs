//! Linear fits on sparse rows: one weight for each feature and output, and one intercept for each
//! output, so that one file format and one scoring kernel serve all linear estimators. A binary
//! classifier has one output, the score of the second class; `k > 2` classes have `k`.
//!
//! The linear [`estimators`](crate::estimators) share what is here: the loss of logistic regression
//! and L-BFGS in the space of the rows, centred rows for least squares, sums of long vectors. Sums
//! have a fixed order: the same data gives the same bits on one core or many.

pub(crate) mod least_squares;
pub(crate) mod logistic_loss;
pub(crate) mod row_space;
pub(crate) mod vectors;

use crate::codes::frequencies;
use crate::sparse::Matrix;
use anyhow::{Result, bail};
use model::format::Link;

/// Estimator.
pub struct LinearFit {
    /// `[features, outputs]`, row-major.
    pub weights: Vec<f64>,
    /// One an output.
    pub intercepts: Vec<f64>,
    /// Iterations that it took.
    pub iterations: usize,
    /// True if it stopped at its tolerance, not at its maximum of iterations.
    pub converged: bool,
}

/// Conditions that end an iterative fit.
#[derive(Clone, Copy, Debug)]
pub struct Stopping {
    /// Most iterations.
    pub max_iter: usize,
    /// Tolerance, in the unit that the fit names.
    pub tol: f64,
}

/// Link from scores to probabilities for this many classes: one score for two classes.
pub fn link(classes: usize) -> Link {
    if classes == 2 {
        Link::Sigmoid
    } else {
        Link::Softmax
    }
}

/// The number of outputs of a classifier of this many classes.
pub fn outputs(classes: usize) -> usize {
    if classes == 2 { 1 } else { classes }
}

/// Scores of a row: `row · weights + intercepts`, features ascending, the intercept last.
pub fn scores(row: impl Iterator<Item = (usize, f64)>, fit: &LinearFit, scores: &mut [f64]) {
    add_scores(row, &fit.weights, &fit.intercepts, scores);
}

fn add_scores(
    row: impl Iterator<Item = (usize, f64)>,
    weights: &[f64],
    intercepts: &[f64],
    scores: &mut [f64],
) {
    let outputs = scores.len();
    scores.fill(0.0);
    for (feature, value) in row {
        let weights = &weights[feature * outputs..][..outputs];
        for (score, weight) in scores.iter_mut().zip(weights) {
            *score += value * weight;
        }
    }
    for (score, intercept) in scores.iter_mut().zip(intercepts) {
        *score += intercept;
    }
}

/// A weight for each row by which all classes weigh the same: `rows / (classes * rows of its
/// class)`. scikit-learn's `class_weight="balanced"`.
pub fn balanced(codes: &[u32], classes: usize) -> Vec<f64> {
    let counts = frequencies(codes, classes);
    let weight = |code: &u32| codes.len() as f64 / (classes * counts[*code as usize]) as f64;
    codes.iter().map(weight).collect()
}

/// Checks the input of every estimator: one target and one weight per row, and a positive total
/// weight. Returns the sum of the weights.
pub(crate) fn check_rows(rows: &Matrix, targets: usize, weights: Option<&[f64]>) -> Result<f64> {
    let count = rows.rows();
    if targets != count {
        bail!("{count} rows have {targets} targets; expected one a row");
    }
    let Some(weights) = weights else {
        if count == 0 {
            bail!("there are no rows to fit to; expected at least one");
        }
        return Ok(count as f64);
    };
    if weights.len() != count {
        bail!(
            "{count} rows have {} row weights; expected one a row",
            weights.len()
        );
    }
    if let Some((row, weight)) =
        (weights.iter().enumerate()).find(|(_, w)| !(0.0..f64::INFINITY).contains(*w))
    {
        bail!("the weight of row {row} is {weight}; expected a finite number of at least 0");
    }
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        bail!("all row weights are 0; expected one above 0");
    }
    Ok(total)
}

/// The weight of a row: 1 where none are given.
pub(crate) fn weight_of(weights: Option<&[f64]>, row: usize) -> f64 {
    weights.map_or(1.0, |weights| weights[row])
}

/// Refuses a fit with weights that are no numbers, which damaged or huge values lead to.
pub(crate) fn check_finite(fit: LinearFit, advice: &str) -> Result<LinearFit> {
    let mut all = fit.weights.iter().chain(&fit.intercepts);
    if all.any(|weight| !weight.is_finite()) {
        bail!("the fit gave weights that are not finite; {advice}");
    }
    Ok(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_classes_weigh_the_same() {
        // scikit-learn: compute_class_weight("balanced", classes=[0, 1], y=[0, 0, 0, 1]) is 2/3, 2.
        let weights = balanced(&[0, 0, 0, 1], 2);
        assert_eq!(weights, [2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 2.0]);
    }

    #[test]
    fn row_weights_that_cannot_be_are_refused() {
        let row: &[(u32, f64)] = &[(0, 1.0)];
        let rows = Matrix::new(1, [row, row].into_iter());
        let error = |weights: &[f64]| check_rows(&rows, 2, Some(weights)).unwrap_err().to_string();
        assert!(error(&[1.0]).contains("1 row weights"));
        assert!(error(&[1.0, -1.0]).contains("row 1 is -1"));
        assert!(error(&[1.0, f64::NAN]).contains("row 1 is NaN"));
        assert!(error(&[0.0, 0.0]).contains("all row weights are 0"));
        assert_eq!(check_rows(&rows, 2, None).unwrap(), 2.0);
    }
}
