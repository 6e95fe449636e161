//! Times of the fits, each by itself, on made-up tables:
//!
//! ```text
//! cargo bench -p training
//! cargo bench -p training -- boosting
//! ```
//!
//! `make bench-training` times whole trainings beside scikit-learn's.

use divan::Bencher;
use model::random::{mix, unit};
use training::estimators::{ClassCodes, Classifier, FitOptions, LogisticRegression};
use training::params::TextParams;
use training::sparse::Matrix;
use training::trees::{
    Bins, BoostingRows, Forest, ForestSettings, GradientBoosting, TreeTarget, boost, forest,
};
use training::vocabulary;

fn main() {
    divan::main();
}

/// Numbers from 0 to below 1 that look random and are the same each time.
fn share(row: usize, column: usize) -> f64 {
    unit(mix((row as u64 + 1) << 8 | column as u64))
}

/// Ten columns and a class that three of them decide.
fn table(rows: usize) -> (Bins, Vec<u32>) {
    let columns: Vec<Vec<f64>> = (0..10)
        .map(|column| (0..rows).map(|row| share(row, column)).collect())
        .collect();
    let class = |row: usize| {
        let sum = columns[0][row] + columns[1][row] * columns[2][row];
        u32::from(sum > 0.75)
    };
    let classes = (0..rows).map(class).collect();
    (Bins::fit(&columns, 0), classes)
}

#[divan::bench(args = [1_000, 20_000], max_time = 5)]
fn boosting(bencher: Bencher<'_, '_>, rows: usize) {
    let (bins, codes) = table(rows);
    let all: Vec<u32> = (0..rows as u32).collect();
    let settings = GradientBoosting::default();
    let target = TreeTarget::Classes {
        codes: &codes,
        count: 2,
    };
    bencher.bench(|| {
        let rows = BoostingRows {
            training: &all,
            validation: None,
            weights: None,
        };
        boost(&bins, target, rows, &settings, 0, &|_, _, _| ())
    });
}

#[divan::bench(args = [1_000, 20_000], max_time = 5)]
fn random_forest(bencher: Bencher<'_, '_>, rows: usize) {
    let (bins, codes) = table(rows);
    let all: Vec<u32> = (0..rows as u32).collect();
    let settings = ForestSettings::random_forest(Forest::default(), 0);
    let target = TreeTarget::Classes {
        codes: &codes,
        count: 2,
    };
    bencher.bench(|| forest(&bins, target, None, &all, &settings, &|_, _| ()));
}

/// 20 words of 5,000 in a row, as a text has them, and three classes.
#[divan::bench(args = [500, 5_000], max_time = 5)]
fn logistic_regression(bencher: Bencher<'_, '_>, rows: usize) {
    let words = |row: usize| {
        let word = |place| (share(row, place).powi(2) * 5_000.0) as u32;
        let mut words: Vec<(u32, f64)> = (0..20).map(|place| (word(place), 0.2)).collect();
        words.sort_unstable_by_key(|entry| entry.0);
        words.dedup_by_key(|entry| entry.0);
        words
    };
    let entries: Vec<Vec<(u32, f64)>> = (0..rows).map(words).collect();
    let matrix = Matrix::new(5_000, entries.iter().map(Vec::as_slice));
    let codes: Vec<u32> = entries.iter().map(|row| row[0].0 % 3).collect();
    let classes = ClassCodes {
        codes: &codes,
        count: 3,
    };
    let estimator = LogisticRegression::default();
    let options = FitOptions::default();
    bencher.bench(|| {
        estimator
            .fit_classes(&matrix, classes, &options)
            .expect("finite weights")
    });
}

/// The vocabulary of 2,000 texts of 20 words.
#[divan::bench(max_time = 5)]
fn vocabulary(bencher: Bencher<'_, '_>) {
    let text = |row: usize| {
        let words =
            (0..20).map(|place| format!("word{}", (share(row, place).powi(3) * 9e3) as u32));
        words.collect::<Vec<_>>().join(" ")
    };
    let texts: Vec<String> = (0..2_000).map(text).collect();
    let params = TextParams::default();
    bencher.bench(|| vocabulary::fit("text", texts.iter().map(String::as_str), &params));
}
