//! Tiny and degenerate tables: an answer or a sentence, never a panic, and never a weight that is no
//! number.
#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use proptest::prelude::*;
use training::calibration;
use training::estimators::{
    ClassCodes, Classifier, ComplementNb, ElasticNet, FitOptions, LinearSvc, LogisticRegression,
    MultinomialNb, Regressor, Ridge,
};
use training::linear::{LinearFit, outputs, scores};
use training::sparse::Matrix;

const LOGISTIC: LogisticRegression = LogisticRegression {
    c: 1.0,
    max_iter: 50,
    tol: 1e-4,
};

const SVC: LinearSvc = LinearSvc {
    c: 1.0,
    max_iter: 50,
    tol: 1e-4,
};

/// Rows, with empty ones and repeated ones, a class a row, a number a row, and a weight a row.
type Table = (Vec<Vec<(u32, f64)>>, Vec<u32>, Vec<f64>, Vec<f64>);

const COLUMNS: usize = 4;

fn table() -> impl Strategy<Value = Table> {
    let value = prop_oneof![
        Just(0.0),
        Just(0.0),
        Just(1.0),
        Just(3.0),
        Just(-0.5),
        Just(1e6),
        Just(1e-9)
    ];
    let row = prop::collection::vec(value, COLUMNS);
    let target = prop_oneof![Just(0.0), Just(7.0), -1e3..1e3];
    let weight = prop_oneof![Just(0.0), Just(1.0), Just(1.0), Just(2.5)];
    let row = (row, 0u32..4, target, weight);
    prop::collection::vec(row, 1..9).prop_map(|rows| {
        let mut table = Table::default();
        for (row, class, target, weight) in rows {
            let entries = (0u32..).zip(row).filter(|(_, value)| *value != 0.0);
            table.0.push(entries.collect());
            table.1.push(class);
            table.2.push(target);
            table.3.push(weight);
        }
        table
    })
}

fn check(fit: anyhow::Result<LinearFit>, outputs: usize) {
    match fit {
        Ok(fit) => {
            assert_eq!(
                (fit.weights.len(), fit.intercepts.len()),
                (COLUMNS * outputs, outputs)
            );
            assert!(
                fit.weights
                    .iter()
                    .chain(&fit.intercepts)
                    .all(|weight| weight.is_finite())
            );
        }
        Err(error) => assert!(error.to_string().len() > 20, "{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn classifiers_answer_or_tell((rows, codes, _, weights) in table(), classes in 2usize..5) {
        let codes: Vec<u32> = codes.iter().map(|code| code % classes as u32).collect();
        let rows = Matrix::new(COLUMNS, rows.iter().map(Vec::as_slice));
        let count = outputs(classes);
        for weights in [None, Some(weights.as_slice())] {
            let labels = ClassCodes { codes: &codes, count: classes };
            let options = FitOptions { row_weights: weights, seed: 3, ..FitOptions::default() };
            check(LOGISTIC.fit_classes(&rows, labels, &options), count);
            check(SVC.fit_classes(&rows, labels, &options), count);
            check(MultinomialNb::default().fit_classes(&rows, labels, &options), count);
            check(ComplementNb::default().fit_classes(&rows, labels, &options), count);
        }
    }

    #[test]
    fn regressions_answer_or_tell((rows, _, targets, weights) in table()) {
        let rows = Matrix::new(COLUMNS, rows.iter().map(Vec::as_slice));
        for weights in [None, Some(weights.as_slice())] {
            for alpha in [0.0, 1.0] {
                let options = FitOptions { row_weights: weights, ..FitOptions::default() };
                check(Ridge { alpha }.fit_values(&rows, &targets, &options), 1);
                let net = ElasticNet { alpha, l1_ratio: 0.5 };
                check(net.fit_values(&rows, &targets, &options), 1);
            }
        }
    }

    #[test]
    fn calibrations_of_any_scores_give_probabilities(
        rows in prop::collection::vec((prop_oneof![-3.0..3.0, Just(0.0), -1e6..1e6], 0u32..3), 1..60),
        classes in 2usize..4,
    ) {
        let count = outputs(classes);
        let codes: Vec<u32> = rows.iter().map(|row| row.1 % classes as u32).collect();
        let all: Vec<f64> = rows.iter().flat_map(|row| (0..count).map(|output| row.0 * output as f64 + row.0)).collect();
        let chosen = calibration::choose(&all, &codes, classes, false, 1);
        prop_assert!(chosen.log_loss_after <= chosen.log_loss_before);
        for scores in all.chunks(count) {
            let link = training::linear::link(classes);
            let answer = model::calibration::probabilities(link, &chosen.calibration, scores.to_vec());
            prop_assert_eq!(answer.len(), classes);
            prop_assert!((answer.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{:?}", answer);
        }
    }
}

#[test]
fn a_constant_target_is_answered_with_itself() {
    let rows: [&[(u32, f64)]; 3] = [&[(0, 1.0)], &[], &[(1, 2.0)]];
    let rows = Matrix::new(COLUMNS, rows.into_iter());
    let fit = Ridge::default()
        .fit_values(&rows, &[4.0; 3], &FitOptions::default())
        .unwrap();
    let mut score = [0.0];
    scores(rows.row(2), &fit, &mut score);
    assert_eq!(score, [4.0]);
}

#[test]
fn rows_without_any_feature_are_answered_or_told() {
    let rows: [&[(u32, f64)]; 2] = [&[], &[]];
    let rows = Matrix::new(0, rows.into_iter());
    let told = |fit: anyhow::Result<LinearFit>| match fit {
        Ok(fit) => assert!(fit.weights.is_empty() && fit.intercepts[0].is_finite()),
        Err(error) => assert!(error.to_string().len() > 20, "{error}"),
    };
    let (options, values) = (FitOptions::default(), [0.0, 1.0]);
    let labels = ClassCodes {
        codes: &[0, 1],
        count: 2,
    };
    told(LOGISTIC.fit_classes(&rows, labels, &options));
    told(SVC.fit_classes(&rows, labels, &options));
    told(MultinomialNb::default().fit_classes(&rows, labels, &options));
    told(ComplementNb::default().fit_classes(&rows, labels, &options));
    told(Ridge::default().fit_values(&rows, &values, &options));
    told(ElasticNet::default().fit_values(&rows, &values, &options));
}
