//! Whole fits: what they must find.

use smartcore::ensemble::random_forest_regressor::{
    RandomForestRegressor, RandomForestRegressorParameters,
};
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::tree::decision_tree_regressor::{
    DecisionTreeRegressor, DecisionTreeRegressorParameters,
};

use super::*;
use model::random::Random;

/// Columns of `rows` values between 0 and 1, in steps of 1/200 so that bins are exact.
pub(super) fn columns(count: usize, rows: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut random = Random::new(seed);
    let mut column = || {
        (0..rows)
            .map(|_| random.below(200) as f64 / 200.0)
            .collect()
    };
    (0..count).map(|_| column()).collect()
}

/// Friedman's first function ("Multivariate adaptive regression splines", 1991).
fn friedman(columns: &[Vec<f64>]) -> Vec<f64> {
    (0..columns[0].len())
        .map(|row| {
            let x = |column: usize| columns[column][row];
            10.0 * libm::sin(3.0 * x(0) * x(1))
                + 20.0 * (x(2) - 0.5) * (x(2) - 0.5)
                + 10.0 * x(3)
                + 5.0 * x(4)
        })
        .collect()
}

fn all(bins: &Bins) -> Vec<u32> {
    (0..bins.rows as u32).collect()
}

/// Scores of all rows, one after the other.
pub(super) fn scores(trees: &Trees, columns: &[Vec<f64>]) -> Vec<f64> {
    let mut scores = vec![0.0; trees.outputs];
    let mut found = Vec::new();
    for row in 0..columns[0].len() {
        let row: Vec<f64> = columns.iter().map(|column| column[row]).collect();
        trees.scores(&row, &mut scores);
        found.extend_from_slice(&scores);
    }
    found
}

fn r2(truth: &[f64], found: &[f64]) -> f64 {
    let mean = truth.iter().sum::<f64>() / truth.len() as f64;
    let pairs = truth.iter().zip(found);
    let error: f64 = pairs.map(|(truth, found)| (truth - found).powi(2)).sum();
    1.0 - error
        / truth
            .iter()
            .map(|truth| (truth - mean).powi(2))
            .sum::<f64>()
}

fn matrix(columns: &[Vec<f64>]) -> DenseMatrix<f64> {
    let rows = columns[0].len();
    let values = columns.concat();
    DenseMatrix::new(rows, columns.len(), values, true).unwrap()
}

fn one_tree() -> ForestSettings {
    let forest = Forest {
        n_estimators: 1,
        max_features: Some(MaxFeatures::Share(1.0)),
        ..Forest::default()
    };
    ForestSettings {
        bootstrap: false,
        ..ForestSettings::random_forest(forest, 0)
    }
}

#[test]
fn one_full_tree_knows_its_rows_as_smartcores_does() {
    let table = columns(5, 300, 1);
    let values = friedman(&table);
    let target = TreeTarget::Values(&values);
    let bins = Bins::fit(&table, 0);
    let trees = forest(&bins, target, None, &all(&bins), &one_tree(), &|_, _| ());
    let found = scores(&trees, &table);
    let parameters = DecisionTreeRegressorParameters::default();
    let theirs = DecisionTreeRegressor::fit(&matrix(&table), &values, parameters)
        .and_then(|tree| tree.predict(&matrix(&table)))
        .unwrap();
    for ((&value, found), theirs) in values.iter().zip(found).zip(theirs) {
        assert_eq!(found, f64::from(value as f32));
        assert_eq!(theirs as f32, value as f32);
    }
}

#[test]
fn a_forest_is_as_good_as_smartcores() {
    let (train, test) = (columns(7, 800, 2), columns(7, 400, 3));
    let (values, truth) = (friedman(&train), friedman(&test));
    let target = TreeTarget::Values(&values);
    let bins = Bins::fit(&train, 0);
    let fifty = Forest {
        n_estimators: 50,
        ..Forest::default()
    };
    let settings = ForestSettings::random_forest(fifty, 0);
    let trees = forest(&bins, target, None, &all(&bins), &settings, &|_, _| ());
    let parameters = RandomForestRegressorParameters::default()
        .with_n_trees(50)
        .with_m(7);
    let theirs = RandomForestRegressor::fit(&matrix(&train), &values, parameters)
        .and_then(|forest| forest.predict(&matrix(&test)))
        .unwrap();
    let (found, theirs) = (r2(&truth, &scores(&trees, &test)), r2(&truth, &theirs));
    assert!(
        found > 0.85 && found > theirs - 0.01,
        "{found} against {theirs}"
    );
    // Columns 5 and 6 say nothing.
    let importances = &trees.importances;
    assert!(
        importances[..5]
            .iter()
            .all(|&share| share > importances[5].max(importances[6]))
    );
    assert!((importances.iter().sum::<f64>() - 1.0).abs() < 1e-9);
}

#[test]
fn boosting_learns_numbers_and_stops_where_more_rounds_do_not_help() {
    let (train, test) = (columns(7, 2000, 4), columns(7, 500, 5));
    let (values, truth) = (friedman(&train), friedman(&test));
    let bins = Bins::fit(&train, 0);
    let settings = GradientBoosting {
        learning_rate: 0.3,
        max_iter: 400,
        early_stopping: true,
        subsample: 0.8,
        max_features: 0.8,
        ..GradientBoosting::default()
    };
    let target = TreeTarget::Values(&values);
    let held: Vec<u32> = (1500..2000).collect();
    let rows: Vec<u32> = (0..1500).collect();
    let losses = std::sync::Mutex::new(Vec::new());
    let report = |round: usize, of: usize, loss: Option<f64>| {
        losses.lock().unwrap().push((round, of, loss.unwrap()));
    };
    let rows = BoostingRows {
        training: &rows,
        validation: Some(&held),
        weights: None,
    };
    let trees = boost(&bins, target, rows, &settings, 0, &report);
    assert!(r2(&truth, &scores(&trees, &test)) > 0.95);
    let losses = losses.into_inner().unwrap();
    let least = losses
        .iter()
        .map(|loss| loss.2)
        .fold(f64::INFINITY, f64::min);
    assert!((losses[trees.trees.len() - 1].2 - least).abs() < 1e-6);
    assert!(losses.len() < 400 && losses.iter().all(|loss| loss.1 == 400));
    // The loss of the last round kept is that of the finished trees.
    let found = scores(&trees, &train)[1500..].to_vec();
    let pairs = values[1500..].iter().zip(found);
    let error: f64 = pairs
        .map(|(truth, found)| (truth - found).powi(2) / 2.0)
        .sum();
    assert!((error / 500.0 - losses[trees.trees.len() - 1].2).abs() < 1e-9);
}

#[test]
fn classes_are_told_apart_by_all_estimators() {
    let table = columns(3, 900, 6);
    for count in [2, 5] {
        let class = |row: usize| {
            let both = table[0][row] + table[1][row];
            (both / 2.0 * count as f64) as u32
        };
        let codes: Vec<u32> = (0..900).map(class).collect();
        let target = TreeTarget::Classes {
            codes: &codes,
            count,
        };
        let bins = Bins::fit(&table, 0);
        let rows: Vec<u32> = (0..600).collect();
        for trees in all_estimators(&bins, target, &rows) {
            let found = scores(&trees, &table);
            let rows = found.chunks(trees.outputs).zip(&codes).skip(600);
            let right = rows.filter(|(scores, code)| {
                let best = match scores {
                    [score] => u32::from(*score > 0.0),
                    scores => (0..count as u32)
                        .max_by(|&a, &b| scores[a as usize].total_cmp(&scores[b as usize]))
                        .unwrap(),
                };
                best == **code
            });
            let right = right.count();
            assert!(right > 255, "{count} classes: {right} of 300");
        }
    }
}

/// A step in whole numbers that f32 would round: seconds and milliseconds since 1970, dates as numbers.
#[test]
fn a_step_in_large_numbers_is_found_by_all_estimators() {
    let day = |day: usize| (20_250_000 + 100 * (1 + day / 28 % 12) + 1 + day % 28) as f64;
    let seconds = |row: usize| 1_751_328_000.0 + row as f64;
    let milliseconds = |row: usize| 1_751_328_000_000.0 + 7.0 * row as f64;
    let spread = |row: usize| 1_751_328_000.0 + 60.0 * row as f64;
    type Value<'a> = &'a dyn Fn(usize) -> f64;
    let kinds: [(&str, Value<'_>, usize); 5] = [
        ("seconds", &seconds, 3600),
        ("few seconds", &seconds, 60),
        ("minutes", &spread, 2000),
        ("milliseconds", &milliseconds, 3600),
        ("dates", &day, 336),
    ];
    for (name, value, distinct) in kinds {
        let mut random = Random::new(11);
        let places: Vec<usize> = (0..3000).map(|_| random.below(distinct)).collect();
        let table = vec![
            places.iter().map(|&place| value(place)).collect(),
            columns(1, 3000, 12).remove(0),
        ];
        let step = |place: usize| u32::from(place * 100 >= distinct * 37);
        let codes: Vec<u32> = places.iter().map(|&place| step(place)).collect();
        let values: Vec<f64> = codes.iter().map(|&code| f64::from(code)).collect();
        let bins = Bins::fit(&table, 0);
        let rows: Vec<u32> = (0..2000).collect();
        for target in [
            TreeTarget::Classes {
                codes: &codes,
                count: 2,
            },
            TreeTarget::Values(&values),
        ] {
            for trees in all_estimators(&bins, target, &rows) {
                let found = scores(&trees, &table);
                let right = found.chunks(trees.outputs).zip(&codes).skip(2000);
                let right = right.filter(|(scores, code)| {
                    let is_high = match (target, scores) {
                        (TreeTarget::Values(_), [value]) => *value > 0.5,
                        (_, [score]) => *score > 0.0,
                        (_, scores) => scores[1] > scores[0],
                    };
                    is_high == (**code == 1)
                });
                let right = right.count();
                assert!(right >= 990, "{name}: {right} of 1000");
            }
        }
    }
}

/// Boosting, a random forest and extra trees.
fn all_estimators(bins: &Bins, target: TreeTarget<'_>, rows: &[u32]) -> [Trees; 3] {
    let random = ForestSettings::random_forest(Forest::default(), 0);
    let extra = ForestSettings::extra_trees(Forest::default(), 0);
    let boosted = GradientBoosting::default();
    let boosting = BoostingRows {
        training: rows,
        validation: None,
        weights: None,
    };
    [
        boost(bins, target, boosting, &boosted, 0, &|_, _, _| ()),
        forest(bins, target, None, rows, &random, &|_, _| ()),
        forest(bins, target, None, rows, &extra, &|_, _| ()),
    ]
}

/// Values far from 0, compared with their spread: leaves are f32, in which 1,751,328,001 is 1,751,328,000.
#[test]
fn values_far_from_zero_are_learnt() {
    let table = columns(2, 1500, 13);
    let near: Vec<f64> = (0..1500)
        .map(|row| (100.0 * table[0][row]).floor() + 10.0 * table[1][row])
        .collect();
    let bins = Bins::fit(&table, 0);
    let rows: Vec<u32> = (0..1000).collect();
    let of = |values: &[f64]| -> Vec<f64> {
        let fits = all_estimators(&bins, TreeTarget::Values(values), &rows);
        let found = fits.iter().map(|trees| scores(trees, &table));
        found
            .map(|found| r2(&values[1000..], &found[1000..]))
            .collect()
    };
    let far: Vec<f64> = near.iter().map(|value| value + 1.751328e9).collect();
    for (near, far) in of(&near).into_iter().zip(of(&far)) {
        assert!(near > 0.99 && (near - far).abs() < 1e-3, "{near} {far}");
    }
}
