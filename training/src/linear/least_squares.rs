//! Shared parts of the regressions: rows and targets about their means, so that the intercept is
//! free.
//!
//! Centring would fill a sparse matrix with numbers; here the means are taken off the products.

use super::{LinearFit, check_finite, check_rows, weight_of};
use crate::sparse::Matrix;
use anyhow::{Result, bail};

/// Rows and targets less their weighted means.
pub(crate) struct Centred<'a> {
    pub(crate) rows: &'a Matrix,
    /// The sum of the row weights.
    pub(crate) total: f64,
    /// The mean of each feature.
    pub(crate) means: Vec<f64>,
    /// The targets less their mean.
    pub(crate) targets: Vec<f64>,
    /// `Σ weight * (value - mean)²` of each feature.
    pub(crate) squares: Vec<f64>,
    target_mean: f64,
    row_weights: Option<&'a [f64]>,
}

impl<'a> Centred<'a> {
    pub(crate) fn new(
        rows: &'a Matrix,
        targets: &[f64],
        row_weights: Option<&'a [f64]>,
    ) -> Result<Centred<'a>> {
        let total = check_rows(rows, targets.len(), row_weights)?;
        if let Some((row, target)) = (targets.iter().enumerate()).find(|(_, y)| !y.is_finite()) {
            bail!("the target of row {row} is {target}; expected a finite number");
        }
        let weight = |row| weight_of(row_weights, row);
        let target_mean = (targets.iter().enumerate())
            .map(|(row, target)| weight(row) * target)
            .sum::<f64>()
            / total;
        let mut means = Vec::with_capacity(rows.columns);
        let mut squares = Vec::with_capacity(rows.columns);
        for column in 0..rows.columns {
            let entries = || rows.column(column).map(|(row, value)| (weight(row), value));
            let mean = entries().map(|(weight, value)| weight * value).sum::<f64>() / total;
            // In two passes: one loses all digits of a column whose mean exceeds its deviation. The
            // zeros that the column does not hold are as far away as the mean is.
            let (mut held, mut square) = (0.0, 0.0);
            for (weight, value) in entries() {
                held += weight;
                square += weight * (value - mean) * (value - mean);
            }
            means.push(mean);
            squares.push(square + (total - held).max(0.0) * mean * mean);
        }
        Ok(Centred {
            rows,
            total,
            means,
            targets: targets.iter().map(|target| target - target_mean).collect(),
            squares,
            target_mean,
            row_weights,
        })
    }

    /// The weight of a row: 1 where none are given.
    pub(crate) fn weight(&self, row: usize) -> f64 {
        weight_of(self.row_weights, row)
    }

    /// True if a feature has one value in all rows, which makes its weight 0. What rounding leaves
    /// of a deviation counts as none.
    pub(crate) fn is_constant(&self, feature: usize) -> bool {
        let mean = self.means[feature];
        self.squares[feature] <= 1e-24 * self.total * mean * mean
    }

    /// The fit of these weights of centred features.
    pub(crate) fn fitted(
        &self,
        weights: Vec<f64>,
        iterations: usize,
        converged: bool,
    ) -> Result<LinearFit> {
        let at_means: f64 = weights
            .iter()
            .zip(&self.means)
            .map(|(w, mean)| w * mean)
            .sum();
        let fit = LinearFit {
            intercepts: vec![self.target_mean - at_means],
            weights,
            iterations,
            converged,
        };
        check_finite(fit, "scale features and target, or try a greater alpha")
    }
}
