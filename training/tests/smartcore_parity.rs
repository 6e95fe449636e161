//! The fit on sparse rows is smartcore's own `LogisticRegression`, which is the oracle here, and
//! merging equal columns changes nothing that a row could tell.

use proptest::prelude::*;
mod common;

use common::sparse;
use model::random::Random;
use smartcore::linalg::basic::arrays::Array;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};
use std::collections::HashSet;
use training::estimators::{ClassCodes, Classifier, FitOptions, LogisticRegression as Ours};
use training::linear::LinearFit;
use training::sparse::Matrix;

const ROWS: usize = 120;

/// Dense rows and the class of each, drawn around a centre a class, near enough to overlap: data
/// that a line could cut apart has no finite weights without a penalty, and large ones with a small.
fn drawn(classes: usize, columns: usize, seed: u64) -> (Vec<Vec<f64>>, Vec<u32>) {
    let mut random = Random::new(seed);
    let mut uniform = move || random.below(1 << 20) as f64 / f64::from(1 << 19) - 1.0;
    let centres: Vec<Vec<f64>> = (0..classes)
        .map(|_| (0..columns).map(|_| uniform()).collect())
        .collect();
    let targets: Vec<u32> = (0..ROWS).map(|row| (row % classes) as u32).collect();
    let row = |class: &u32| {
        let centre = centres[*class as usize].iter();
        centre.map(|at| at + 2.0 * uniform()).collect()
    };
    (targets.iter().map(row).collect(), targets)
}

fn ours(rows: &[Vec<f64>], targets: &[u32], classes: usize, c: f64, tol: f64) -> LinearFit {
    let settings = Ours {
        c,
        max_iter: 1000,
        tol,
    };
    let classes = ClassCodes {
        codes: targets,
        count: classes,
    };
    settings
        .fit_classes(&sparse(rows), classes, &FitOptions::default())
        .expect("the fit ends")
}

/// smartcore's weights, `[columns, outputs]` row-major, and intercepts.
fn smartcore(rows: &[Vec<f64>], targets: &[u32], c: f64) -> (Vec<f64>, Vec<f64>) {
    let parameters = LogisticRegressionParameters::default().with_alpha(1.0 / c);
    let x = DenseMatrix::from_2d_vec(&rows.to_vec()).expect("rows are of one length");
    let fitted = LogisticRegression::fit(&x, &targets.to_vec(), parameters);
    let fitted = fitted.expect("smartcore fits it");
    let (outputs, columns) = fitted.coefficients().shape();
    let weights = (0..columns).flat_map(|column| (0..outputs).map(move |output| (output, column)));
    let weights = weights.map(|at| *fitted.coefficients().get(at));
    let intercepts = (0..outputs).map(|output| *fitted.intercept().get((output, 0)));
    (weights.collect(), intercepts.collect())
}

/// The greatest difference between two lists, relative to the greatest value of the second.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    let greatest = b.iter().fold(0.0, |greatest: f64, b| greatest.max(b.abs()));
    differences.fold(0.0, f64::max) / greatest
}

/// smartcore stops where no partial derivative of the summed loss exceeds 1e-8, which leaves weights
/// about this far from the minimum; on many of these tables the two differ in the last bit only.
const NEAR: f64 = 1e-6;

#[track_caller]
fn agree(rows: &[Vec<f64>], targets: &[u32], classes: usize, c: f64) {
    let fitted = ours(rows, targets, classes, c, 1e-10);
    let (weights, intercepts) = smartcore(rows, targets, c);
    assert!(fitted.converged);
    let apart = distance(&fitted.weights, &weights);
    assert!(apart < NEAR, "weights, {classes} classes, C {c}: {apart:e}");
    let apart = distance(&fitted.intercepts, &intercepts);
    assert!(
        apart < NEAR,
        "intercepts, {classes} classes, C {c}: {apart:e}"
    );
}

#[test]
fn the_weights_are_those_of_smartcore_with_alpha_as_the_inverse_of_c() {
    for classes in [2, 4] {
        for c in [0.1, 1.0, 10.0] {
            for seed in 0..3 {
                let (rows, targets) = drawn(classes, 5, seed);
                agree(&rows, &targets, classes, c);
            }
        }
    }
}

#[test]
fn the_zeros_that_are_not_walked_change_nothing() {
    for classes in [2, 4] {
        let (mut rows, targets) = drawn(classes, 8, 7);
        for (number, row) in rows.iter_mut().enumerate() {
            for (column, value) in row.iter_mut().enumerate() {
                if (number * 31 + column * 17) % 4 > 0 {
                    *value = 0.0;
                }
            }
        }
        agree(&rows, &targets, classes, 1.0);
    }
}

#[test]
fn equal_columns_get_the_weights_that_smartcore_gives_them_apart() {
    for classes in [2, 4] {
        for c in [0.1, 1.0, 10.0] {
            let (rows, targets) = drawn(classes, 4, 3);
            let repeated = |row: &Vec<f64>| [&row[..], &row[1..3], &row[2..3]].concat();
            let rows: Vec<Vec<f64>> = rows.iter().map(repeated).collect();
            let whole = sparse(&rows);
            let (smaller, _) = whole.merge_equal_columns();
            assert_eq!((rows[0].len(), smaller.columns), (7, 4));
            agree(&rows, &targets, classes, c);
        }
    }
}

#[test]
fn a_weaker_penalty_gives_larger_weights() {
    let (rows, targets) = drawn(4, 5, 1);
    let length = |c| {
        let weights = ours(&rows, &targets, 4, c, 1e-8).weights;
        weights.iter().map(|weight| weight * weight).sum::<f64>()
    };
    assert!(length(0.1) < length(1.0) && length(1.0) < length(10.0));
}

/// A table of few values, so that equal columns are many, and weights for as many merged columns.
fn table() -> impl Strategy<Value = (Vec<Vec<f64>>, Vec<f64>)> {
    (1usize..6, 1usize..12).prop_flat_map(|(rows, columns)| {
        let value = prop_oneof![Just(0.0), Just(0.0), Just(1.0), Just(-0.5)];
        let row = prop::collection::vec(value, columns);
        (
            prop::collection::vec(row, rows),
            prop::collection::vec(-3.0..3.0, 2 * columns),
        )
    })
}

proptest! {
    #[test]
    fn merging_equal_columns_keeps_the_scores_of_rows_and_the_length_of_weights(
        (rows, weights) in table()
    ) {
        const OUTPUTS: usize = 2;
        let matrix = sparse(&rows);
        let (smaller, merged) = matrix.merge_equal_columns();
        let column = |column: usize| matrix.column(column).map(|(row, value)| (row, value.to_bits()));
        let different: HashSet<Vec<_>> = (0..matrix.columns).map(|at| column(at).collect()).collect();
        prop_assert_eq!(smaller.columns, different.len());

        let weights = &weights[..smaller.columns * OUTPUTS];
        let expanded = merged.expand(weights, OUTPUTS);
        let score = |matrix: &Matrix, weights: &[f64], row, output| -> f64 {
            let entries = matrix.row(row);
            entries.map(|(column, value)| value * weights[column * OUTPUTS + output]).sum()
        };
        for row in 0..rows.len() {
            prop_assert!(smaller.row(row).is_sorted_by(|a, b| a.0 < b.0));
            for output in 0..OUTPUTS {
                let (whole, small) = (score(&matrix, &expanded, row, output), score(&smaller, weights, row, output));
                prop_assert!((whole - small).abs() < 1e-12, "{} {}", whole, small);
            }
        }
        // The penalty sees the same weights.
        let squares = |weights: &[f64]| weights.iter().map(|weight| weight * weight).sum::<f64>();
        prop_assert!((squares(&expanded) - squares(weights)).abs() < 1e-9);
    }
}
