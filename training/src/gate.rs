//! The gate: metrics that a model must reach to be written, `gate` in `params.yaml`.

use crate::evaluation::figures::{FIGURES, Figure, text};
use anyhow::{Result, bail};
use model::card::Metrics;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bounds of figures, by their names in `metrics.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gate {
    /// The least that a figure may be.
    pub min: BTreeMap<String, f64>,
    /// The most that a figure may be.
    pub max: BTreeMap<String, f64>,
    /// Most that a figure may be worse than the previous model's, whichever way worse is. A bound of
    /// `ece` holds for `classwise_ece`, too.
    pub max_drop: BTreeMap<String, f64>,
}

impl Gate {
    /// True if it has no bounds.
    pub fn is_empty(&self) -> bool {
        self.min.is_empty() && self.max.is_empty() && self.max_drop.is_empty()
    }

    /// Checks that every name is a figure's and every bound a number: what would fail after an hour
    /// of training shall fail before it.
    ///
    /// # Errors
    /// One sentence about the first that is not.
    pub fn validate(&self) -> Result<()> {
        for (list, bounds) in [
            ("min", &self.min),
            ("max", &self.max),
            ("max_drop", &self.max_drop),
        ] {
            for (name, bound) in bounds {
                figure(list, name)?;
                if !bound.is_finite() || (list == "max_drop" && *bound < 0.0) {
                    let wanted = match list {
                        "max_drop" => "a number from 0 on",
                        _ => "a number",
                    };
                    bail!("gate.{list}.{name} is {bound}; {wanted} was expected");
                }
            }
        }
        Ok(())
    }
}

/// Holds `metrics` against the gate, and against the previous model's figures where there is one;
/// without one `max_drop` asks for nothing.
///
/// # Errors
/// A sentence for each figure that fails, saying by how much, one a line.
pub fn check(gate: &Gate, metrics: &Metrics, previous: Option<&Metrics>) -> Result<()> {
    gate.validate()?;
    let mut failures = Vec::new();
    let mut hold = |list: &str, name: &str, judge: &dyn Fn(f64, &Figure) -> Option<String>| {
        let figure = figure(list, name)?;
        match figure.of(metrics) {
            Some(value) => failures.extend(judge(value, figure)),
            None => failures.push(format!(
                "gate.{list}.{name}: this model has no {name}; it has {}",
                names(|figure| figure.of(metrics).is_some())
            )),
        }
        anyhow::Ok(())
    };
    for (name, floor) in held(&gate.min) {
        hold("min", name, &|value, _| {
            let short = floor - value;
            let (value, by) = (text(value), text(short));
            (short > 0.0).then(|| format!("{name} is {value}, {by} below the floor {floor}"))
        })?;
    }
    for (name, ceiling) in held(&gate.max) {
        hold("max", name, &|value, _| {
            let over = value - ceiling;
            let (value, by) = (text(value), text(over));
            (over > 0.0).then(|| format!("{name} is {value}, {by} above the ceiling {ceiling}"))
        })?;
    }
    for (name, allowed) in held(&gate.max_drop) {
        hold("max_drop", name, &|value, figure| {
            // A figure that the previous model lacks holds nobody to anything.
            let before = figure.of(previous?)?;
            let worse = -figure.gain(value, before);
            let (value, before, by) = (text(value), text(before), text(worse));
            (worse > allowed).then(|| {
                format!("{name} is {value}, {by} worse than the previous model's {before}; {allowed} worse is let pass")
            })
        })?;
    }
    if !failures.is_empty() {
        bail!("{}", failures.join("\n"));
    }
    Ok(())
}

/// The bounds of a list, with one of `classwise_ece` wherever `ece` has one and it has none of its own:
/// the error of answers alone does not see the labels that are not answered, and who bounds the
/// calibration means all probabilities.
fn held(bounds: &BTreeMap<String, f64>) -> Vec<(&str, f64)> {
    let mut held: Vec<(&str, f64)> = bounds
        .iter()
        .map(|(name, of)| (name.as_str(), *of))
        .collect();
    if let (Some(bound), None) = (bounds.get("ece"), bounds.get("classwise_ece")) {
        held.push(("classwise_ece", *bound));
    }
    held
}

fn figure(list: &str, name: &str) -> Result<&'static Figure> {
    let Some(figure) = Figure::named(name) else {
        let known = names(|_| true);
        bail!("gate.{list}.{name}: there is no such figure; one of {known} was expected");
    };
    Ok(figure)
}

fn names(has: impl Fn(&Figure) -> bool) -> String {
    let names: Vec<&str> = FIGURES
        .iter()
        .filter(|figure| has(figure))
        .map(|figure| figure.name)
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::{Classes, Values, classification, regression};

    /// R² 0.5, mean absolute error 1/3.
    fn metrics() -> Metrics {
        let values = Values {
            truth: vec![1.0, 2.0, 3.0],
            answer: vec![1.0, 2.0, 4.0],
        };
        Metrics::Regression(regression(&[1.0, 3.0], &values, 0))
    }

    fn gate(json: &str) -> Gate {
        serde_json::from_str(json).unwrap()
    }

    fn refusal(json: &str, previous: Option<&Metrics>) -> String {
        check(&gate(json), &metrics(), previous)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn every_failure_is_a_sentence() {
        let both = refusal(r#"{"min": {"r2": 0.9}, "max": {"mae": 0.25}}"#, None);
        assert_eq!(
            both,
            "r2 is 0.5000, 0.4000 below the floor 0.9\nmae is 0.3333, 0.0833 above the ceiling 0.25"
        );
        assert!(check(&gate(r#"{"min": {"r2": 0.5}}"#), &metrics(), None).is_ok());
    }

    #[test]
    fn a_bound_of_ece_holds_for_the_labels_that_are_not_answered() {
        // All rows are answered with "b" and 0.6, rightly in 60 of 100; "a" is given 0.4 in each, and
        // no row has it: those left have a label that training never saw.
        let classes = Classes {
            truth: (0..100).map(|row| (row < 60).then_some(1)).collect(),
            answer: vec![1; 100],
            probabilities: [0.4, 0.6].repeat(100),
            uncalibrated: None,
        };
        let labels = ["a", "b"].map(String::from);
        let metrics = classification(&labels, Some(0), &[0, 1], &classes);
        assert!(metrics.ece.unwrap() < 1e-12);
        let metrics = Metrics::Classification(metrics);
        let refused = check(&gate(r#"{"max": {"ece": 0.1}}"#), &metrics, None).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "classwise_ece is 0.2000, 0.1000 above the ceiling 0.1"
        );
        // Whoever bounds both says what each may be.
        let both = gate(r#"{"max": {"ece": 0.1, "classwise_ece": 0.25}}"#);
        assert!(check(&both, &metrics, None).is_ok());
    }

    #[test]
    fn a_drop_is_measured_in_the_direction_that_is_worse() {
        let Metrics::Regression(mut better) = metrics() else {
            panic!("numbers");
        };
        (better.mae, better.r2) = (0.2, None);
        let better = Metrics::Regression(better);
        let json = r#"{"max_drop": {"mae": 0.1, "r2": 0.0}}"#;
        assert!(refusal(json, Some(&better)).starts_with("mae is 0.3333, 0.1333 worse than"));
        assert!(check(&gate(json), &metrics(), None).is_ok());
        assert!(check(&gate(json), &metrics(), Some(&metrics())).is_ok());
    }

    #[test]
    fn a_name_that_is_none_is_refused_with_those_that_are() {
        let unknown = refusal(r#"{"min": {"acuracy": 0.9}}"#, None);
        assert!(unknown.contains("one of accuracy, macro_f1"), "{unknown}");
        let other_task = refusal(r#"{"min": {"accuracy": 0.9}}"#, None);
        assert!(
            other_task.ends_with("it has r2, mae, rmse, median_absolute_error"),
            "{other_task}"
        );
        assert!(refusal(r#"{"max_drop": {"r2": -1}}"#, None).contains("from 0 on"));
        assert!(serde_json::from_str::<Gate>(r#"{"least": {}}"#).is_err());
    }
}
