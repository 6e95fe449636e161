//! Naive Bayes is smartcore's on small dense data; linear support vectors, which smartcore does not
//! have, are where their objective is least.
#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod common;

use common::{sparse, uniform};
use model::random::Random;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::naive_bayes::multinomial::{MultinomialNB, MultinomialNBParameters};
use training::estimators::{ClassCodes, Classifier, FitOptions, LinearSvc, MultinomialNb};

#[test]
fn linear_svc_is_where_the_slopes_of_its_objective_are_zero() {
    let mut random = Random::new(11);
    for classes in [2, 4] {
        let targets: Vec<u32> = (0..80).map(|row| row % classes).collect();
        let row = |class: &u32| {
            (0..6)
                .map(|at| f64::from(*class * at % 3) + 2.0 * uniform(&mut random))
                .collect()
        };
        let rows: Vec<Vec<f64>> = targets.iter().map(row).collect();
        let weights: Vec<f64> = (0..80).map(|row| f64::from(row % 3)).collect();
        let settings = LinearSvc {
            c: 0.5,
            max_iter: 100_000,
            tol: 1e-10,
        };
        let matrix = sparse(&rows);
        let labels = ClassCodes {
            codes: &targets,
            count: classes as usize,
        };
        let options = FitOptions {
            row_weights: Some(&weights),
            seed: 1,
            ..FitOptions::default()
        };
        let fit = settings.fit_classes(&matrix, labels, &options).unwrap();
        assert!(fit.converged);
        let outputs = fit.intercepts.len();
        for output in 0..outputs {
            let class = if classes == 2 { 1 } else { output as u32 };
            // Slopes of |w|²/2 + C Σ weight max(0, 1 - sign score)², the intercept penalised too.
            let mut slopes: Vec<f64> = (0..6)
                .map(|at| fit.weights[at * outputs + output])
                .collect();
            slopes.push(fit.intercepts[output]);
            for ((row, target), weight) in rows.iter().zip(&targets).zip(&weights) {
                let sign = if *target == class { 1.0 } else { -1.0 };
                let with_one: Vec<f64> = row.iter().copied().chain([1.0]).collect();
                let products = with_one.iter().enumerate().map(|(at, value)| match at {
                    6 => fit.intercepts[output],
                    at => value * fit.weights[at * outputs + output],
                });
                let lack = (1.0 - sign * products.sum::<f64>()).max(0.0);
                for (slope, value) in slopes.iter_mut().zip(&with_one) {
                    *slope -= 2.0 * settings.c * weight * sign * lack * value;
                }
            }
            assert!(
                slopes.iter().all(|slope| slope.abs() < 1e-7),
                "{output}: {slopes:?}"
            );
        }
        let again = settings.fit_classes(&matrix, labels, &options).unwrap();
        assert_eq!(fit.weights, again.weights);
    }
}

#[test]
fn multinomial_weights_of_counts_are_smartcores_to_the_last_bit() {
    let mut random = Random::new(4);
    let targets: Vec<u32> = (0..40).map(|row| row % 3).collect();
    let counts: Vec<Vec<u32>> = (0..40)
        .map(|_| (0..9).map(|_| random.below(4) as u32).collect())
        .collect();
    let dense = DenseMatrix::from_2d_vec(&counts).unwrap();
    let theirs = MultinomialNB::fit(
        &dense,
        &targets,
        MultinomialNBParameters::default().with_alpha(0.5),
    )
    .unwrap();
    let rows: Vec<Vec<f64>> = counts
        .iter()
        .map(|row| row.iter().map(|x| f64::from(*x)).collect())
        .collect();
    let labels = ClassCodes {
        codes: &targets,
        count: 3,
    };
    let ours = MultinomialNb { alpha: 0.5 }
        .fit_classes(&sparse(&rows), labels, &FitOptions::default())
        .unwrap();
    for (class, expected) in theirs.feature_log_prob().iter().enumerate() {
        for (column, expected) in expected.iter().enumerate() {
            assert_eq!(ours.weights[column * 3 + class], *expected);
        }
    }
}
