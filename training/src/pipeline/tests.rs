use super::{Answering, Identity, Pipeline};
use crate::params::Params;
use crate::target::{Answers, Target};
use crate::testing::{ROWS, classes, table};
use model::Model;
use model::features::Features;
use model::format::Estimator;

/// The parts of an explanation sum to what is explained, whatever that weighs the outputs by.
#[test]
fn trees_of_every_estimator_and_link_are_explained_exactly() {
    let table = table();
    let rows: Vec<usize> = (0..ROWS).collect();
    let values = (0..ROWS).map(|row| (row * 7 % 31) as f64 - 1e4).collect();
    let targets = [
        classes(&table, 2),
        classes(&table, 3),
        (Answers::Values, Target::Values(values)),
    ];
    let mut params = Params::default();
    params.gradient_boosting.subsample = 0.7;
    params.gradient_boosting.max_iter = 20;
    params.random_forest.n_estimators = 15;
    params.extra_trees.n_estimators = 15;
    for estimator in [
        Estimator::RandomForest,
        Estimator::ExtraTrees,
        Estimator::GradientBoosting,
    ] {
        for (answers, target) in &targets {
            let pipeline = Pipeline::fit(estimator, &params, &table, &rows, target).unwrap();
            let bytes = pipeline
                .file(answers, &Answering::default(), Identity::default())
                .unwrap();
            let model = Model::open(&bytes).unwrap();
            let outputs = model.outputs();
            let of_output = |output: usize| {
                let mut weights = vec![-1.0 / (outputs.max(2) - 1) as f64; outputs];
                weights[output] = 1.0;
                weights
            };
            for row in 0..ROWS {
                check(
                    &model,
                    &pipeline,
                    &table.row(row),
                    &of_output(row % outputs),
                );
            }
        }
    }
}

fn check(model: &Model<'_>, pipeline: &Pipeline, row: &model::row::Row<'_>, weights: &[f64]) {
    let mut features = Features::default();
    features.fill(&model.encoders, row);
    let mut dense = Vec::new();
    features.fill_dense(model.features, &mut dense);
    let trees = model.kernel.trees().unwrap();
    let mut scores = vec![0.0; weights.len()];
    trees.add(&dense, &mut scores).unwrap();
    let products = scores.iter().zip(weights);
    let score: f64 = products.map(|(score, weight)| score * weight).sum();
    let (mut parts, mut size) = (0.0, 0.0);
    let roots = trees
        .explain(&dense, weights, |feature, part| {
            assert!((feature as usize) < model.features);
            parts += part;
            size += part.abs();
        })
        .unwrap();
    let sum = roots + parts;
    let estimator = pipeline.estimator.name();
    assert!(
        (sum - score).abs() <= 1e-9 * score.abs().max(1.0),
        "{estimator}: {sum} instead of {score}"
    );
    assert!(size > 0.0, "{estimator}: nothing was told");
}

/// An explanation begins at the mean answer of all rows.
#[test]
fn a_root_has_the_mean_of_the_rows_that_grew_its_tree() {
    let table = table();
    let rows: Vec<usize> = (0..ROWS).collect();
    let values: Vec<f64> = (0..ROWS).map(|row| (row * 7 % 31) as f64 - 1e4).collect();
    let mean = values.iter().sum::<f64>() / ROWS as f64;
    let target = Target::Values(values);
    let mut params = Params::default();
    params.extra_trees.n_estimators = 3;
    params.gradient_boosting.max_iter = 3;
    params.gradient_boosting.early_stopping = false;
    // Neither draws rows, so each tree is grown from all.
    for estimator in [Estimator::ExtraTrees, Estimator::GradientBoosting] {
        let pipeline = Pipeline::fit(estimator, &params, &table, &rows, &target).unwrap();
        let bytes = pipeline
            .file(&Answers::Values, &Answering::default(), Identity::default())
            .unwrap();
        let model = Model::open(&bytes).unwrap();
        let row = vec![0.0; model.features];
        let roots = model
            .kernel
            .trees()
            .unwrap()
            .explain(&row, &[1.0], |_, _| ());
        let start = roots.unwrap() + model.intercepts[0];
        assert!(
            (start - mean).abs() < 1e-2,
            "{}: {start} {mean}",
            estimator.name()
        );
    }
}
