//! What a search tries.

use crate::fit::{has_task, style};
use crate::params::{Choice, Params};
use crate::preprocess::Style;
use anyhow::{Context, Result, bail};
use model::format::{Estimator, Task};
use serde_json::{Map, Value, json};

/// An estimator with its parameters.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What is fitted.
    pub estimator: Estimator,
    /// All parameters, those of the candidate in their places.
    pub params: Params,
    /// What it has of its own, for people.
    pub settings: String,
}

/// What kinds of columns there are, as far as candidates depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Kinds {
    /// There is text.
    pub text: bool,
    /// There is something else.
    pub other: bool,
}

/// Terms of a text column that trees may ask for in a search: each is a column to them.
const TERMS_OF_TREES: usize = 300;

/// The candidates of a search, or the one estimator that is named.
///
/// # Errors
/// When an estimator does not have the task, or a candidate in `params` is none.
pub fn candidates(params: &Params, task: Task, kinds: Kinds) -> Result<Vec<Candidate>> {
    if let Some(estimator) = params.estimator.estimator() {
        check(estimator, task)?;
        return Ok(vec![Candidate {
            estimator,
            params: params.clone(),
            settings: String::new(),
        }]);
    }
    let given = &params.search.candidates;
    let usual = usual(task, kinds);
    let mut candidates = Vec::new();
    for (number, grid) in (1..).zip(if given.is_empty() { &usual } else { given }) {
        for object in points(grid) {
            let candidate = candidate(params, &object)
                .with_context(|| format!("search: candidate {number}"))?;
            check(candidate.estimator, task)?;
            candidates.push(candidate);
        }
    }
    Ok(candidates)
}

fn check(estimator: Estimator, task: Task) -> Result<()> {
    if !has_task(estimator, task) {
        bail!(
            "{} does not do {}; see --task and --estimator",
            estimator.name(),
            task.name()
        );
    }
    Ok(())
}

/// What is tried where nothing is said: few, each the best on some kind of table.
fn usual(task: Task, kinds: Kinds) -> Vec<Map<String, Value>> {
    let mut grids = Vec::new();
    match (task, kinds.text) {
        (Task::Classification, true) => grids.extend([
            json!({"estimator": "linear_svc", "C": [0.3, 1.0], "ngram_range": [[1, 1], [1, 2]]}),
            json!({"estimator": "logistic_regression", "C": 10.0}),
            json!({"estimator": "complement_nb", "alpha": [0.3, 1.0]}),
        ]),
        (Task::Classification, false) => {
            grids.push(json!({"estimator": "logistic_regression", "C": [0.1, 1.0, 10.0]}))
        }
        (Task::Regression, _) => grids.extend([
            json!({"estimator": "ridge", "alpha": [1.0, 10.0]}),
            json!({"estimator": "elastic_net", "alpha": [0.003, 0.03]}),
        ]),
    }
    if kinds.other {
        // The best of each kind in five-fold cross-validation on ten public tables: small and large,
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
        .collect()
}

/// Every choice of one value of each list. `ngram_range` is a list itself: a list of such is meant.
fn points(grid: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let mut points = vec![Map::new()];
    for (name, value) in grid {
        let is_range = name.ends_with("ngram_range");
        let values = match value {
            Value::Array(values) if !is_range || values.iter().any(Value::is_array) => {
                values.clone()
            }
            other => vec![other.clone()],
        };
        points = points
            .into_iter()
            .flat_map(|point| {
                values.iter().map(move |value| {
                    let mut point = point.clone();
                    point.insert(name.clone(), value.clone());
                    point
                })
            })
            .collect();
    }
    points
}

/// Parameters of text that a candidate may name without `text.`: no estimator has one of the name.
const OF_TEXT: [&str; 5] = ["ngram_range", "min_df", "max_df", "sublinear_tf", "use_idf"];

fn candidate(params: &Params, object: &Map<String, Value>) -> Result<Candidate> {
    let estimator = object.get("estimator").cloned().unwrap_or_default();
    let choice: Choice = serde_json::from_value(estimator)
        .ok()
        .filter(|choice| *choice != Choice::Auto)
        .context("estimator is missing or no estimator; one such as ridge was expected")?;
    let Some(estimator) = choice.estimator() else {
        bail!("estimator is auto; one such as ridge was expected");
    };
    let mut params = params.clone();
    params.estimator = choice;
    let mut of_estimator = Map::new();
    let mut of_text = Map::new();
    let mut settings = Vec::new();
    for (name, value) in object.iter().filter(|(name, _)| *name != "estimator") {
        settings.push(format!("{name} {}", shown(value)));
        match name.strip_prefix("text.") {
            Some(name) => of_text.insert(name.to_string(), value.clone()),
            None if OF_TEXT.contains(&name.as_str()) => of_text.insert(name.clone(), value.clone()),
            None => of_estimator.insert(name.clone(), value.clone()),
        };
    }
    overwrite(&mut params.text, of_text)?;
    match estimator {
        Estimator::LogisticRegression => overwrite(&mut params.logistic_regression, of_estimator),
        Estimator::LinearSvc => overwrite(&mut params.linear_svc, of_estimator),
        Estimator::MultinomialNb => overwrite(&mut params.multinomial_nb, of_estimator),
        Estimator::ComplementNb => overwrite(&mut params.complement_nb, of_estimator),
        Estimator::Ridge => overwrite(&mut params.ridge, of_estimator),
        Estimator::ElasticNet => overwrite(&mut params.elastic_net, of_estimator),
        Estimator::RandomForest => overwrite(&mut params.random_forest, of_estimator),
        Estimator::ExtraTrees => overwrite(&mut params.extra_trees, of_estimator),
        Estimator::GradientBoosting => overwrite(&mut params.gradient_boosting, of_estimator),
    }?;
    params.check()?;
    Ok(Candidate {
        estimator,
        params,
        settings: settings.join(", "),
    })
}

/// Puts members into a section of parameters.
fn overwrite<T>(section: &mut T, members: Map<String, Value>) -> Result<()>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut object = serde_json::to_value(&*section)?;
    if let Value::Object(object) = &mut object {
        object.extend(members);
    }
    *section = serde_json::from_value(object)?;
    Ok(())
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join("-"),
        other => other.to_string(),
    }
}

impl Candidate {
    /// Whether the other one learns from the same features.
    pub fn shares_features_with(&self, other: &Candidate) -> bool {
        self.style() == other.style() && self.params.text == other.params.text
    }

    /// What features it wants.
    pub fn style(&self) -> Style {
        style(self.estimator)
    }
}
