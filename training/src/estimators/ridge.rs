//! Ridge regression: least squares with an L2 penalty.
//!
//! Not smartcore's `RidgeRegression`: it wants more rows than features, makes a dense
//! `[features, features]` matrix, and without its own scaling, which a constant column stops, it fits
//! no intercept. On data that suits it the two agree (see `tests/regression_parity.rs`).

use super::algorithm::{Algorithm, FitOptions, Regressor};
use crate::linear::least_squares::Centred;
use crate::linear::vectors::{add, dot};
use crate::linear::{LinearFit, Stopping};
use crate::parameters;
use crate::parameters::Range;
use crate::sparse::Matrix;
use anyhow::{Result, bail};

parameters! {
    /// Least squares with an L2 penalty.
    pub struct Ridge, given GivenRidge {
        /// Strength of the L2 penalty: `Σ (target - score)² + alpha * |weights|²` is least.
        alpha: f64 = 1.0, Range::Above0;
    }
}

/// Stop when the gradient is this part of what it was at the start: 1e-10 leaves weights right to
/// about eight digits.
const STOPPING: Stopping = Stopping {
    max_iter: 1000,
    tol: 1e-10,
};

impl Algorithm for Ridge {
    type Features = Matrix;
    type Fitted = LinearFit;
}

impl Regressor for Ridge {
    fn fit_values(
        &self,
        rows: &Matrix,
        values: &[f64],
        options: &FitOptions<'_>,
    ) -> Result<LinearFit> {
        fit(rows, values, options.row_weights, *self, STOPPING)
    }
}

/// Fits `rows`, features on one scale, to their targets, with one optional weight per row.
///
/// Solves the normal equations of the centred rows by conjugate gradients, preconditioned by their
/// diagonal (Shewchuk, "An introduction to the conjugate gradient method without the agonizing
/// pain", 1994, appendix B3).
///
/// # Errors
/// When targets, row weights or alpha are not what they must be, or values too large for a fit.
pub fn fit(
    rows: &Matrix,
    targets: &[f64],
    row_weights: Option<&[f64]>,
    Ridge { alpha }: Ridge,
    stopping: Stopping,
) -> Result<LinearFit> {
    if !(0.0..f64::INFINITY).contains(&alpha) {
        bail!("alpha of ridge is {alpha}; expected a finite number of at least 0");
    }
    let centred = Centred::new(rows, targets, row_weights)?;
    let diagonal: Vec<f64> = (0..rows.columns)
        .map(|feature| match centred.is_constant(feature) {
            true => f64::INFINITY,
            false => centred.squares[feature] + alpha,
        })
        .collect();
    let mut of_rows = centred.targets.clone();
    let mut residual = vec![0.0; rows.columns];
    back(&centred, &mut of_rows, &mut residual);
    let mut weights = vec![0.0; rows.columns];
    let mut product = vec![0.0; rows.columns];
    let mut direction: Vec<f64> = divided(&residual, &diagonal);
    let mut size = dot(&residual, &direction);
    let enough = stopping.tol * stopping.tol * size;
    let mut iterations = 0;
    while size > enough && iterations < stopping.max_iter {
        iterations += 1;
        forth(&centred, &direction, &mut of_rows);
        back(&centred, &mut of_rows, &mut product);
        add(&mut product, alpha, &direction);
        let curvature = dot(&direction, &product);
        if curvature <= 0.0 {
            // Only rounding is left of the direction.
            break;
        }
        let length = size / curvature;
        add(&mut weights, length, &direction);
        add(&mut residual, -length, &product);
        let preconditioned = divided(&residual, &diagonal);
        let next = dot(&residual, &preconditioned);
        let share = next / size;
        size = next;
        for (direction, value) in direction.iter_mut().zip(preconditioned) {
            *direction = value + share * *direction;
        }
    }
    centred.fitted(
        weights,
        iterations,
        iterations < stopping.max_iter || size <= enough,
    )
}

/// The centred rows times `weights`.
fn forth(centred: &Centred<'_>, weights: &[f64], of_rows: &mut [f64]) {
    centred.rows.multiply(weights, of_rows, 1);
    let mean = dot(weights, &centred.means);
    of_rows.iter_mut().for_each(|value| *value -= mean);
}

/// The transposed centred rows times `of_rows` and the row weights; `of_rows` gets the weights.
fn back(centred: &Centred<'_>, of_rows: &mut [f64], product: &mut [f64]) {
    for (row, value) in of_rows.iter_mut().enumerate() {
        *value *= centred.weight(row);
    }
    centred.rows.multiply_transposed(of_rows, product, 1);
    let sum: f64 = of_rows.iter().sum();
    add(product, -sum, &centred.means);
}

fn divided(values: &[f64], by: &[f64]) -> Vec<f64> {
    values
        .iter()
        .zip(by)
        .map(|(value, by)| value / by)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXACT: Stopping = Stopping {
        max_iter: 1000,
        tol: 1e-12,
    };

    #[test]
    fn a_line_is_shrunk_as_worked_out_by_hand() {
        // x = 0, 1, 2 and y = 1, 3, 5: about the means Σxy is 4 and Σx² is 2, so the weight 4 / (2 + 1).
        let rows: [&[(u32, f64)]; 3] = [&[], &[(0, 1.0)], &[(0, 2.0)]];
        let rows = Matrix::new(1, rows.into_iter());
        let fit = fit(&rows, &[1.0, 3.0, 5.0], None, Ridge { alpha: 1.0 }, EXACT).unwrap();
        assert!((fit.weights[0] - 4.0 / 3.0).abs() < 1e-12 && fit.converged);
        assert!((fit.intercepts[0] - (3.0 - 4.0 / 3.0)).abs() < 1e-12);
    }

    #[test]
    fn a_constant_feature_and_a_constant_target_do_no_harm() {
        let rows: [&[(u32, f64)]; 2] = [&[(0, 7.0)], &[(0, 7.0), (1, 1.0)]];
        let rows = Matrix::new(2, rows.into_iter());
        let free = Ridge { alpha: 0.0 };
        let fitted = fit(&rows, &[1.0, 2.0], None, free, EXACT).unwrap();
        assert_eq!(fitted.weights[0], 0.0);
        assert!((fitted.weights[1] - 1.0).abs() < 1e-12);
        let constant = fit(&rows, &[3.0, 3.0], None, free, EXACT).unwrap();
        assert_eq!(
            (constant.weights, constant.intercepts),
            (vec![0.0; 2], vec![3.0])
        );
    }
}
