//! The usual candidates of a search.

use super::kinds::{Kinds, place};
use crate::params::Params;
use model::format::Task;
use serde_json::{Map, Value, json};

/// Terms of a text column that trees may ask for in a search: each is a column to them.
const TERMS_OF_TREES: usize = 300;

/// The usual candidates: few, each the best on some kind of table. What `params` say goes before.
pub(super) fn usual(params: &Params, task: Task, kinds: Kinds) -> Vec<Map<String, Value>> {
    let mut grids = Vec::new();
    match (task, kinds.text) {
        (Task::Classification, true) => {
            grids.extend([
                json!({"estimator": "linear_svc", "C": [0.3, 1.0], "ngram_range": [[1, 1], [1, 2]]}),
                json!({"estimator": "logistic_regression", "C": 10.0}),
            ]);
            // Naive Bayes counts: scaled numbers, which go below 0, are nothing to it.
            if !kinds.other {
                grids.push(json!({"estimator": "complement_nb", "alpha": [0.3, 1.0]}));
            }
        }
        (Task::Classification, false) => {
            grids.push(json!({"estimator": "logistic_regression", "C": [0.1, 1.0, 10.0]}))
        }
        (Task::Regression, _) => grids.extend([
            json!({"estimator": "ridge", "alpha": [1.0, 10.0]}),
            json!({"estimator": "elastic_net", "alpha": [0.003, 0.03]}),
        ]),
    }
    if kinds.other {
        // The best of each kind in five-fold cross-validation on public tables: small and large,
        // clean and noisy.
        let boosting = |leaves: u32, min_samples_leaf: u32, l2: f64, max_features: f64| {
            json!({
                "estimator": "gradient_boosting",
                "learning_rate": 0.05,
                "max_iter": 1000,
                "max_leaf_nodes": leaves,
                "min_samples_leaf": min_samples_leaf,
                "l2_regularization": l2,
                "subsample": 0.8,
                "max_features": max_features,
                "early_stopping": true,
                "n_iter_no_change": 25,
            })
        };
        let mut trees = vec![
            boosting(31, 20, 1.0, 0.8),
            boosting(127, 10, 5.0, 0.8),
            boosting(31, 5, 1.0, 0.5),
        ];
        if !kinds.text {
            match task {
                Task::Classification => trees.extend([
                    json!({"estimator": "random_forest", "min_samples_leaf": [1, 10]}),
                    json!({"estimator": "extra_trees", "min_samples_leaf": [1, 3]}),
                ]),
                Task::Regression => trees.extend([
                    json!({"estimator": "random_forest", "max_features": [1.0, "sqrt"]}),
                    json!({"estimator": "extra_trees", "max_features": [1.0, 0.5]}),
                ]),
            }
        }
        for grid in &mut trees {
            if kinds.text {
                grid["text.max_features"] = json!(TERMS_OF_TREES);
            }
        }
        grids.extend(trees);
    }
    grids
        .into_iter()
        .filter_map(|grid| match grid {
            Value::Object(grid) => Some(grid),
            _ => None,
        })
        .map(|grid| keep_given(grid, params))
        .collect()
}

/// Leaves out of a usual candidate what is given in `params`, which goes before.
fn keep_given(mut grid: Map<String, Value>, params: &Params) -> Map<String, Value> {
    let estimator = grid.get("estimator").and_then(Value::as_str);
    let estimator = estimator.unwrap_or_default().to_string();
    grid.retain(|name, _| {
        let (section, name) = place(&estimator, name);
        !params.is_given(section, name)
    });
    grid
}
