//! One parameter by its path, as `--set random_forest.n_estimators=300` gives it.

use super::Params;
use anyhow::{Result, anyhow, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;

/// A parameter and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// Section and name: `random_forest.n_estimators`.
    pub path: String,
    /// JSON where the text is JSON, as numbers and lists are; a string otherwise.
    pub value: Value,
}

impl Assignment {
    /// The section, and the path in it; empty where the section is a value itself.
    fn parts(&self) -> (&str, &str) {
        self.path.split_once('.').unwrap_or((&self.path, ""))
    }

    /// The section.
    pub fn section(&self) -> &str {
        self.parts().0
    }
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Assignment, String> {
        let (path, value) = text.split_once('=').unwrap_or((text, ""));
        let (path, value) = (path.trim(), value.trim());
        if value.is_empty() || !(path.contains('.') || path == "threshold") {
            let example = "random_forest.n_estimators=300";
            return Err(format!("SECTION.NAME=VALUE was expected, as in {example}"));
        }
        Ok(Assignment {
            path: path.to_string(),
            value: serde_json::from_str(value).unwrap_or_else(|_| value.into()),
        })
    }
}

impl fmt::Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::String(text) => write!(f, "{}={text}", self.path),
            other => write!(f, "{}={other}", self.path),
        }
    }
}

impl Params {
    /// Gives a parameter its value; `none` is what `null` is in `params.yaml`.
    ///
    /// # Errors
    /// One sentence, where there is no such parameter, or its value is of another type.
    pub fn assign(&mut self, assignment: &Assignment) -> Result<()> {
        let (section, name) = assignment.parts();
        let value = &assignment.value;
        match section {
            "search" => overlay(&mut self.search, name, value),
            "gate" => overlay(&mut self.gate, name, value),
            // A threshold is one rule: another one takes its place.
            "threshold" => {
                let mut rule = Value::Null;
                put(&mut rule, name, value);
                self.threshold = serde_json::from_value(rule)?;
                Ok(())
            }
            _ => self.set(section, name, value).or_else(|error| {
                let is_none = value.as_str() == Some("none");
                let as_null = is_none.then(|| self.set(section, name, &Value::Null));
                as_null.and_then(Result::ok).ok_or(error)
            }),
        }
        .map_err(|error| anyhow!("--set {assignment}: {error}"))
    }
}

/// Puts a value into parameters at a path.
fn overlay<T: Serialize + DeserializeOwned>(
    parameters: &mut T,
    path: &str,
    value: &Value,
) -> Result<()> {
    let mut all = serde_json::to_value(&*parameters)?;
    put(&mut all, path, value);
    match serde_json::from_value(all) {
        Ok(changed) => *parameters = changed,
        Err(error) => bail!("{error}"),
    }
    Ok(())
}

/// Puts a value at a path of names with points between them.
fn put(place: &mut Value, path: &str, value: &Value) {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    if name.is_empty() {
        *place = value.clone();
        return;
    }
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    put(&mut place[name], rest, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::ThresholdBy;
    use crate::trees::MaxFeatures;

    fn set(text: &str) -> Result<Params, String> {
        let mut params = Params::default();
        let assignment = text.parse::<Assignment>()?;
        let done = params.assign(&assignment);
        done.map(|()| params).map_err(|error| error.to_string())
    }

    #[test]
    fn every_kind_of_value_is_set() {
        let forest = |text: &str| set(&format!("random_forest.{text}")).unwrap().random_forest;
        assert_eq!(forest("n_estimators=300").n_estimators, 300);
        assert_eq!(
            forest("max_features=sqrt").max_features,
            Some(MaxFeatures::SQRT)
        );
        assert_eq!(forest("max_features=none").max_features, None);
        assert_eq!(forest("max_depth = 3").max_depth, Some(3));
        assert_eq!(
            set("logistic_regression.C=1")
                .unwrap()
                .logistic_regression
                .c,
            1.0
        );
        assert_eq!(
            set("text.ngram_range=[1, 1]").unwrap().text.ngram_range,
            (1, 1)
        );
        assert_eq!(set("search.folds=3").unwrap().search.folds, 3);
        assert_eq!(
            set("gate.min.accuracy=0.8").unwrap().gate.min["accuracy"],
            0.8
        );
        let threshold = |text| set(text).unwrap().threshold;
        assert_eq!(threshold("threshold=f1"), Some(ThresholdBy::F1));
        assert_eq!(
            threshold("threshold.recall=0.9"),
            Some(ThresholdBy::Recall(0.9))
        );
    }

    #[test]
    fn what_is_set_counts_as_given_even_with_its_default_value() {
        let params = set("ridge.alpha=1").unwrap();
        assert_eq!(params, Params::default());
        assert!(params.is_given("ridge", "alpha") && !params.is_given("elastic_net", "alpha"));
    }

    #[test]
    fn a_wrong_name_or_value_is_one_sentence_with_the_right_ones() {
        for (text, expected) in [
            (
                "300",
                "SECTION.NAME=VALUE was expected, as in random_forest.n_estimators=300",
            ),
            (
                "seed=1",
                "SECTION.NAME=VALUE was expected, as in random_forest.n_estimators=300",
            ),
            (
                "random_forrest.n_estimators=300",
                "--set random_forrest.n_estimators=300: \"random_forrest\" is not a section of \
                 parameters; there are logistic_regression, linear_svc, multinomial_nb, \
                 complement_nb, ridge, elastic_net, random_forest, extra_trees, \
                 gradient_boosting, text, search, threshold and gate; did you mean random_forest?",
            ),
            (
                "random_forest.n_estimator=300",
                "--set random_forest.n_estimator=300: random_forest: \"n_estimator\" is not a \
                 parameter; it has n_estimators, max_features, min_samples_leaf and max_depth; \
                 did you mean n_estimators?",
            ),
            (
                "random_forest.n_estimators=many",
                "--set random_forest.n_estimators=many: random_forest: n_estimators is many; a \
                 whole number from 0 up was expected",
            ),
        ] {
            assert_eq!(set(text).unwrap_err(), expected);
        }
        let unknown = set("search.fold=3").unwrap_err();
        assert!(unknown.contains("unknown field `fold`"), "{unknown}");
    }
}
