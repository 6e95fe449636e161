//! Ridge is smartcore's on small dense data; the elastic net, whose objective smartcore scales in
//! another way, is where its own objective is least.
#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod common;

use common::{sparse, uniform};
use model::random::Random;
use smartcore::linalg::basic::arrays::Array;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::ridge_regression::{RidgeRegression, RidgeRegressionParameters};
use training::estimators::elastic_net::{self, ElasticNet};
use training::estimators::ridge::{self, Ridge};
use training::linear::{LinearFit, Stopping};

/// Dense rows about a mean of 2, and targets that are nearly linear in them.
fn regression(rows: usize, columns: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let mut random = Random::new(3);
    let row = |random: &mut Random| {
        (0..columns)
            .map(|_| 2.0 + uniform(random))
            .collect::<Vec<f64>>()
    };
    let rows: Vec<Vec<f64>> = (0..rows).map(|_| row(&mut random)).collect();
    let target = |row: &Vec<f64>| {
        let sum: f64 = (1..)
            .zip(row)
            .map(|(factor, value)| f64::from(factor % 4 - 1) * value)
            .sum();
        5.0 + sum
    };
    let targets = rows
        .iter()
        .map(|row| target(row) + uniform(&mut random))
        .collect();
    (rows, targets)
}

const RIDGE: Ridge = Ridge { alpha: 0.7 };

const EXACT: Stopping = Stopping {
    max_iter: 10_000,
    tol: 1e-12,
};

#[test]
fn ridge_weights_are_those_of_smartcore_on_centred_rows() {
    let (mut rows, mut targets) = regression(60, 5);
    let ours = ridge::fit(&sparse(&rows), &targets, None, RIDGE, EXACT).unwrap();
    assert!(ours.converged);
    // Without its scaling smartcore fits no intercept: it gets what centring leaves.
    let means: Vec<f64> = (0..5)
        .map(|at| rows.iter().map(|row| row[at]).sum::<f64>() / 60.0)
        .collect();
    let mean = targets.iter().sum::<f64>() / 60.0;
    for row in &mut rows {
        row.iter_mut()
            .zip(&means)
            .for_each(|(value, mean)| *value -= mean);
    }
    targets.iter_mut().for_each(|target| *target -= mean);
    let parameters = RidgeRegressionParameters {
        alpha: 0.7,
        normalize: false,
        ..RidgeRegressionParameters::default()
    };
    let x = DenseMatrix::from_2d_vec(&rows).unwrap();
    let theirs = RidgeRegression::fit(&x, &targets, parameters).unwrap();
    for (column, weight) in ours.weights.iter().enumerate() {
        let expected = *theirs.coefficients().get((column, 0));
        assert!(
            (weight - expected).abs() < 1e-9,
            "{column}: {weight} {expected}"
        );
    }
    let at_means: f64 = ours
        .weights
        .iter()
        .zip(&means)
        .map(|(weight, mean)| weight * mean)
        .sum();
    assert!((ours.intercepts[0] + at_means - mean).abs() < 1e-9);
}

#[test]
fn ridge_takes_more_features_than_rows_and_weights_of_rows() {
    let (rows, targets) = regression(8, 20);
    let mut weights = vec![1.0; 8];
    (weights[3], weights[5]) = (0.0, 2.0);
    let weighted = ridge::fit(&sparse(&rows), &targets, Some(&weights), RIDGE, EXACT).unwrap();
    let order = [0, 1, 2, 4, 5, 5, 6, 7];
    let rows: Vec<Vec<f64>> = order.iter().map(|row| rows[*row].clone()).collect();
    let targets: Vec<f64> = order.iter().map(|row| targets[*row]).collect();
    let repeated = ridge::fit(&sparse(&rows), &targets, None, RIDGE, EXACT).unwrap();
    for (a, b) in weighted.weights.iter().zip(&repeated.weights) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
}

/// Minus the slope of the squared loss by each weight, a row, and by the intercept.
fn slopes(rows: &[Vec<f64>], targets: &[f64], fit: &LinearFit) -> (Vec<f64>, f64) {
    let n = rows.len() as f64;
    let residual = |(row, target): (&Vec<f64>, &f64)| {
        target
            - fit.intercepts[0]
            - row
                .iter()
                .zip(&fit.weights)
                .map(|(x, w)| x * w)
                .sum::<f64>()
    };
    let residuals: Vec<f64> = rows.iter().zip(targets).map(residual).collect();
    let slope = |column: usize| {
        let products = rows
            .iter()
            .zip(&residuals)
            .map(|(row, residual)| row[column] * residual);
        products.sum::<f64>() / n
    };
    let slopes = (0..rows[0].len()).map(slope).collect();
    (slopes, residuals.iter().sum::<f64>() / n)
}

#[test]
fn the_elastic_net_is_where_its_objective_is_least() {
    let (rows, targets) = regression(50, 12);
    for l1_ratio in [0.0, 0.3, 1.0] {
        let settings = ElasticNet {
            alpha: 0.4,
            l1_ratio,
        };
        let exact = Stopping {
            tol: 1e-10,
            ..EXACT
        };
        let fit = elastic_net::fit(&sparse(&rows), &targets, None, settings, exact).unwrap();
        assert!(fit.converged);
        let (slopes, of_intercept) = slopes(&rows, &targets, &fit);
        assert!(of_intercept.abs() < 1e-9);
        let (l1, l2) = (0.4 * l1_ratio, 0.4 * (1.0 - l1_ratio));
        for (weight, slope) in fit.weights.iter().zip(slopes) {
            let inclination = slope - l2 * weight;
            let miss = match *weight == 0.0 {
                true => (inclination.abs() - l1).max(0.0),
                false => (inclination - l1.copysign(*weight)).abs(),
            };
            assert!(miss < 1e-8, "{l1_ratio}: {weight} {miss:e}");
        }
        let zeros = fit.weights.iter().filter(|weight| **weight == 0.0).count();
        assert_eq!(
            zeros > 0,
            l1_ratio > 0.0,
            "{zeros} weights are 0 at {l1_ratio}"
        );
    }
}

#[test]
fn the_elastic_net_without_l1_is_ridge() {
    let (rows, targets) = regression(50, 6);
    let settings = ElasticNet {
        alpha: RIDGE.alpha / 50.0,
        l1_ratio: 0.0,
    };
    let net = elastic_net::fit(&sparse(&rows), &targets, None, settings, EXACT).unwrap();
    let ridge = ridge::fit(&sparse(&rows), &targets, None, RIDGE, EXACT).unwrap();
    for (a, b) in net.weights.iter().zip(&ridge.weights) {
        assert!((a - b).abs() < 1e-8, "{a} {b}");
    }
}
