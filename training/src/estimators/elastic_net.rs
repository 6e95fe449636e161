//! Elastic net and lasso: least squares with L1 and L2 penalties, by coordinate descent.
//!
//! Friedman, Hastie and Tibshirani, "Regularization paths for generalized linear models via
//! coordinate descent", Journal of Statistical Software 33 (2010), section 2.

use super::algorithm::{Algorithm, FitOptions, Regressor};
use crate::linear::least_squares::Centred;
use crate::linear::{LinearFit, Stopping};
use crate::parameters;
use crate::parameters::Range;
use crate::sparse::Matrix;
use anyhow::{Result, bail};

// The objective is scikit-learn's: `Σ (target - score)² / (2 rows) + alpha * l1_ratio * |weights|₁ +
// alpha * (1 - l1_ratio) / 2 * |weights|²`; the intercept is free.
parameters! {
    /// Least squares with an L1 and an L2 penalty.
    pub struct ElasticNet, given GivenElasticNet {
        /// Strength of both penalties, as a share of the target's standard deviation: so it means the same in euros and in cents.
        alpha: f64 = 0.01, Range::Above0;
        /// Share of the L1 penalty; 1 is the lasso.
        l1_ratio: f64 = 0.5, Range::From0To1;
    }
}

/// Stop when no weight's slope misses the condition of a minimum by more than this part of the
/// greatest slope at the start.
const STOPPING: Stopping = Stopping {
    max_iter: 1000,
    tol: 1e-6,
};

impl Algorithm for ElasticNet {
    type Features = Matrix;
    type Fitted = LinearFit;
}

impl Regressor for ElasticNet {
    fn fit_values(
        &self,
        rows: &Matrix,
        values: &[f64],
        options: &FitOptions<'_>,
    ) -> Result<LinearFit> {
        let Standardised {
            values,
            mean,
            scale,
        } = standardised(values);
        let mut fit = fit(rows, &values, options.row_weights, *self, STOPPING)?;
        fit.weights.iter_mut().for_each(|weight| *weight *= scale);
        for intercept in &mut fit.intercepts {
            *intercept = *intercept * scale + mean;
        }
        Ok(fit)
    }
}

/// Values of mean 0 and deviation 1, with their mean and deviation before.
struct Standardised {
    values: Vec<f64>,
    mean: f64,
    scale: f64,
}

fn standardised(values: &[f64]) -> Standardised {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
    let scale = if variance > 0.0 { variance.sqrt() } else { 1.0 };
    let values = values.iter().map(|value| (value - mean) / scale);
    Standardised {
        values: values.collect(),
        mean,
        scale,
    }
}

/// Passes over the features in use before all are looked at again.
const SHORT_PASSES: usize = 10;

/// Fits `rows`, features on one scale, to their targets, with one optional weight per row; `alpha`
/// has the unit of the targets.
///
/// # Errors
/// When targets, row weights or settings are not what they must be, or values too large for a fit.
pub fn fit(
    rows: &Matrix,
    targets: &[f64],
    row_weights: Option<&[f64]>,
    ElasticNet { alpha, l1_ratio }: ElasticNet,
    stopping: Stopping,
) -> Result<LinearFit> {
    if !(0.0..f64::INFINITY).contains(&alpha) {
        bail!("alpha of the elastic net is {alpha}; expected a finite number of at least 0");
    }
    if !(0.0..=1.0).contains(&l1_ratio) {
        bail!("l1_ratio of the elastic net is {l1_ratio}; expected a number from 0 to 1");
    }
    let centred = Centred::new(rows, targets, row_weights)?;
    let mut descent = Descent {
        l1: alpha * l1_ratio * centred.total,
        l2: alpha * (1.0 - l1_ratio) * centred.total,
        residuals: centred.targets.clone(),
        shift: 0.0,
        weights: vec![0.0; rows.columns],
        centred: &centred,
    };
    let used: Vec<usize> = (0..rows.columns)
        .filter(|feature| !centred.is_constant(*feature))
        .collect();
    let steepest = used.iter().map(|feature| descent.slope(*feature).abs());
    let enough = stopping.tol * steepest.fold(0.0, f64::max);
    let mut iterations = 0;
    let mut converged = false;
    while iterations < stopping.max_iter {
        iterations += 1;
        converged = descent.pass(&used) <= enough;
        if converged {
            break;
        }
        // Most weights of a sparse fit stay 0: settle the others first.
        let nonzero = used
            .iter()
            .filter(|feature| descent.weights[**feature] != 0.0);
        let nonzero: Vec<usize> = nonzero.copied().collect();
        for _ in 0..SHORT_PASSES {
            if iterations == stopping.max_iter {
                break;
            }
            iterations += 1;
            if descent.pass(&nonzero) <= enough {
                break;
            }
        }
    }
    let weights = descent.weights;
    centred.fitted(weights, iterations, converged)
}

struct Descent<'a> {
    centred: &'a Centred<'a>,
    /// The penalties, times the sum of the row weights as all slopes here are.
    l1: f64,
    l2: f64,
    weights: Vec<f64>,
    /// Target less score; with `shift` added, that of the centred rows.
    residuals: Vec<f64>,
    /// The score of the means: what centring would take off each row's score.
    shift: f64,
}

impl Descent<'_> {
    /// Minus the squared loss's slope along a feature: centred feature times residuals, whose sum
    /// over all rows is 0, so that the feature's mean drops out.
    fn slope(&self, feature: usize) -> f64 {
        let products = (self.centred.rows.column(feature))
            .map(|(row, value)| self.centred.weight(row) * value * self.residuals[row]);
        products.sum::<f64>() + self.shift * self.centred.means[feature] * self.centred.total
    }

    /// Minimises along each feature in turn; returns the greatest miss of a minimum's condition that
    /// was met.
    fn pass(&mut self, features: &[usize]) -> f64 {
        let mut greatest = 0.0;
        for feature in features {
            let weight = self.weights[*feature];
            let slope = self.slope(*feature);
            let square = self.centred.squares[*feature];
            let inclination = slope - self.l2 * weight;
            let miss = if weight == 0.0 {
                (inclination.abs() - self.l1).max(0.0)
            } else {
                (inclination - self.l1.copysign(weight)).abs()
            };
            greatest = f64::max(greatest, miss);
            // Soft thresholding, equations 5 and 6 of the paper.
            let pull = slope + square * weight;
            let next = (pull.abs() - self.l1).max(0.0).copysign(pull) / (square + self.l2);
            let step = next - weight;
            if step == 0.0 {
                continue;
            }
            self.weights[*feature] = next;
            for (row, value) in self.centred.rows.column(*feature) {
                self.residuals[row] -= step * value;
            }
            self.shift += step * self.centred.means[*feature];
        }
        greatest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LASSO: ElasticNet = ElasticNet {
        alpha: 0.5,
        l1_ratio: 1.0,
    };

    const EXACT: Stopping = Stopping {
        max_iter: 1000,
        tol: 1e-12,
    };

    #[test]
    fn the_lasso_of_one_feature_is_worked_out_by_hand() {
        // x = 0, 1, 2 and y = 1, 3, 5: Σxy is 4 and Σx² is 2 about the means; (4 - 3 * 0.5) / 2.
        let rows: [&[(u32, f64)]; 3] = [&[], &[(0, 1.0)], &[(0, 2.0)]];
        let rows = Matrix::new(1, rows.into_iter());
        let fit = fit(&rows, &[1.0, 3.0, 5.0], None, LASSO, EXACT).unwrap();
        assert!((fit.weights[0] - 1.25).abs() < 1e-12 && fit.converged);
        assert!((fit.intercepts[0] - 1.75).abs() < 1e-12);
    }

    #[test]
    fn a_strong_penalty_leaves_the_mean() {
        let rows: [&[(u32, f64)]; 2] = [&[(0, 1.0)], &[(1, 1.0)]];
        let rows = Matrix::new(2, rows.into_iter());
        let strong = ElasticNet {
            alpha: 9.0,
            ..LASSO
        };
        let fit = fit(&rows, &[1.0, 2.0], None, strong, EXACT).unwrap();
        assert_eq!((fit.weights, fit.intercepts), (vec![0.0; 2], vec![1.5]));
    }
}
