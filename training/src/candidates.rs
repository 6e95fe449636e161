//! Candidates of a search.

mod kinds;
mod usual;

pub use kinds::Kinds;

use crate::estimators::Style;
use crate::params::{Calibrate, ClassWeight, EstimatorChoice, Params};
use crate::target::Answers;
use anyhow::{Context, Result};
use kinds::place;
use model::format::{Estimator, Task};
use serde_json::{Map, Value};

/// An estimator with its parameters.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Estimator.
    pub estimator: Estimator,
    /// All parameters, those of the candidate in their places.
    pub params: Params,
    /// Description of its own settings, for people.
    pub settings: String,
}

/// The candidates of a search, or the one estimator that is named.
///
/// # Errors
/// When an estimator does not have the task, or a candidate in `params` is none.
pub fn candidates(params: &Params, task: Task, kinds: Kinds) -> Result<Vec<Candidate>> {
    if let Some(estimator) = params.estimator.estimator() {
        check(params, estimator, task)?;
        let mut params = params.clone();
        limit_terms(&mut params, estimator)?;
        return Ok(vec![Candidate {
            estimator,
            params,
            settings: String::new(),
        }]);
    }
    let given = &params.search.candidates;
    let usual = usual::usual(params, task, kinds);
    let mut candidates = Vec::new();
    for (number, grid) in (1..).zip(if given.is_empty() { &usual } else { given }) {
        for object in points(grid) {
            let candidate = candidate(params, &object)
                .with_context(|| format!("search: candidate {number}"))?;
            check(params, candidate.estimator, task)?;
            candidates.push(candidate);
        }
    }
    tell_apart(&mut candidates);
    Ok(candidates)
}

/// True if something depends on cross-validation: the choice of an estimator, calibration, a threshold.
pub fn need_search(params: &Params, answers: &Answers, candidates: &[Candidate]) -> bool {
    let calibrates = match params.calibration {
        Calibrate::Never => false,
        Calibrate::Always => matches!(answers, Answers::Labels(_)),
        Calibrate::Auto => {
            let needs = |of: &Candidate| {
                let classifier = of.params.classifier(of.estimator);
                classifier.is_ok_and(|classifier| !classifier.is_probabilistic())
            };
            params.class_weight == ClassWeight::Balanced || candidates.iter().any(needs)
        }
    };
    let has_aim = params.threshold.is_some_and(|by| by.aim().is_some());
    candidates.len() > 1 || calibrates || has_aim
}

/// Leaves out of the settings for people what all candidates of an estimator have: long lists that
/// differ in one place are hard to read.
fn tell_apart(candidates: &mut [Candidate]) {
    let all: Vec<(Estimator, Vec<String>)> = candidates
        .iter()
        .map(|candidate| {
            let settings = candidate.settings.split(", ").map(String::from);
            (candidate.estimator, settings.collect())
        })
        .collect();
    for (candidate, (_, own)) in candidates.iter_mut().zip(&all) {
        let same = all
            .iter()
            .filter(|(other, _)| *other == candidate.estimator);
        let same: Vec<&Vec<String>> = same.map(|(_, settings)| settings).collect();
        if same.len() > 1 {
            let differs = |setting: &&String| same.iter().any(|other| !other.contains(setting));
            let kept: Vec<&str> = own.iter().filter(differs).map(String::as_str).collect();
            candidate.settings = kept.join(", ");
        }
    }
}

fn check(params: &Params, estimator: Estimator, task: Task) -> Result<()> {
    match task {
        Task::Classification => params.classifier(estimator).map(|_| ()),
        Task::Regression => params.regressor(estimator).map(|_| ()),
    }
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

fn candidate(params: &Params, object: &Map<String, Value>) -> Result<Candidate> {
    let estimator = object.get("estimator").cloned().unwrap_or_default();
    let choice: Option<EstimatorChoice> = serde_json::from_value(estimator).ok();
    let estimator = choice
        .and_then(EstimatorChoice::estimator)
        .context("estimator is missing or no estimator; one such as ridge was expected")?;
    let mut params = params.clone();
    params.estimator = EstimatorChoice::One(estimator);
    let mut settings = Vec::new();
    for (name, value) in object.iter().filter(|(name, _)| *name != "estimator") {
        settings.push(format!("{name} {}", shown(value)));
        let (section, name) = place(estimator.name(), name);
        params.set(section, name, value)?;
    }
    limit_terms(&mut params, estimator)?;
    params.check()?;
    Ok(Candidate {
        estimator,
        params,
        settings: settings.join(", "),
    })
}

/// Most terms of a text column that trees learn from, unless `text.max_features` says otherwise: to trees
/// each is a column, and a text of 45,000 keys took 7 GB and minutes.
pub const MOST_TERMS_OF_TREES: usize = 2_000;

fn limit_terms(params: &mut Params, estimator: Estimator) -> Result<()> {
    if estimator.is_of_trees() && !params.is_given("text", "max_features") {
        params.set("text", "max_features", &MOST_TERMS_OF_TREES.into())?;
    }
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
    /// True if the other one learns from the same features.
    pub fn shares_features_with(&self, other: &Candidate) -> bool {
        self.style() == other.style() && self.params.text == other.params.text
    }

    /// Its estimator, with its settings if it has any of its own.
    pub fn described(&self) -> String {
        match self.settings.as_str() {
            "" => self.estimator.name().to_string(),
            settings => format!("{} ({settings})", self.estimator.name()),
        }
    }

    /// The form of the features that it learns from.
    pub fn style(&self) -> Style {
        self.params.algorithm(self.estimator).style()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_goes_before_what_is_usual() {
        let given = r#"{"text": {"ngram_range": [1, 3]}, "logistic_regression": {"C": 2.5}}"#;
        let params: Params = serde_json::from_str(given).unwrap();
        let kinds = Kinds {
            text: true,
            other: true,
        };
        let found = candidates(&params, Task::Classification, kinds).unwrap();
        assert!(found.iter().all(|of| of.params.text.ngram_range == (1, 3)));
        let logistic = found
            .iter()
            .find(|of| of.estimator == Estimator::LogisticRegression);
        assert_eq!(logistic.unwrap().params.logistic_regression.c, 2.5);
        // Nothing is said of the others, so they are as usual.
        let trees = found.iter().find(|of| of.estimator.is_of_trees()).unwrap();
        assert_eq!(trees.params.text.max_features, Some(300));
        assert_eq!(trees.params.gradient_boosting.max_iter, 1000);
    }

    #[test]
    fn a_default_value_that_is_given_goes_before_what_is_usual() {
        let count = |given: &str| {
            let params: Params = serde_json::from_str(given).unwrap();
            let kinds = Kinds {
                text: false,
                other: true,
            };
            let found = candidates(&params, Task::Regression, kinds).unwrap();
            let forests = found.iter();
            let forests = forests.filter(|of| of.estimator == Estimator::RandomForest);
            forests.count()
        };
        assert_eq!(count("{}"), 2);
        assert_eq!(count(r#"{"random_forest": {"max_features": null}}"#), 1);
        assert_eq!(count(r#"{"random_forest": {"max_depth": null}}"#), 2);
    }
}
