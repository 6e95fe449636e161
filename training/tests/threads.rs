//! The same data gives the same bits on one core and on many.
#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use model::random::Random;
use training::calibration;
use training::estimators::{
    ClassCodes, Classifier, FitOptions, LinearSvc, LogisticRegression, Regressor, Ridge,
};
use training::linear::LinearFit;
use training::sparse::Matrix;

const CLASSES: usize = 60;
const FEATURES: usize = 80_000;

/// Enough weights for the fit in the space of the rows: 2,000 rows by about 43,000 features in use.
fn drawn() -> (Matrix, Vec<u32>) {
    let mut random = Random::new(8);
    let codes: Vec<u32> = (0..2000).map(|row| row % CLASSES as u32).collect();
    let row = |code: &u32| {
        let mut columns: Vec<u32> = (0..30).map(|_| random.below(FEATURES) as u32).collect();
        columns.extend([*code, code + 70]);
        columns.sort_unstable();
        columns.dedup();
        columns
            .iter()
            .map(|column| (*column, 0.1 + random.below(1000) as f64 / 3000.0))
            .collect()
    };
    let rows: Vec<Vec<(u32, f64)>> = codes.iter().map(row).collect();
    (Matrix::new(FEATURES, rows.iter().map(Vec::as_slice)), codes)
}

fn all(rows: &Matrix, codes: &[u32]) -> Vec<LinearFit> {
    let targets: Vec<f64> = codes.iter().map(|code| f64::from(code % 7)).collect();
    let logistic = LogisticRegression {
        c: 1.0,
        max_iter: 30,
        tol: 1e-4,
    };
    let svc = LinearSvc {
        c: 1.0,
        max_iter: 30,
        tol: 1e-4,
    };
    let classes = ClassCodes {
        codes,
        count: CLASSES,
    };
    let (ridge, options) = (Ridge::default(), FitOptions::default());
    vec![
        logistic.fit_classes(rows, classes, &options).unwrap(),
        svc.fit_classes(rows, classes, &options).unwrap(),
        ridge.fit_values(rows, &targets, &options).unwrap(),
    ]
}

#[test]
fn fits_and_calibrations_are_the_same_on_any_number_of_threads() {
    let (rows, codes) = drawn();
    let mut random = Random::new(2);
    let scores: Vec<f64> = (0..codes.len() * CLASSES)
        .map(|_| random.below(1000) as f64)
        .collect();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let chosen = calibration::choose(&scores, &codes, CLASSES, false, 0);
            (all(&rows, &codes), chosen.calibration)
        })
    };
    let (one, many) = (on(1), on(4));
    for (one, many) in one.0.iter().zip(&many.0) {
        assert!(one.weights == many.weights && one.intercepts == many.intercepts);
    }
    assert_eq!(one.1, many.1);
}
