//! What spoke for an answer: exact for linear models, whose score is a sum with one part a feature.
//!
//! With two labels or more, a label's score means nothing by itself: adding the same number to all
//! of them changes no probability. So what is explained is the answered label's score less the mean
//! of the other labels' scores. A feature's part of it is
//!
//! ```text
//! value * (weight of the label - mean weight of the other labels)
//! ```
//!
//! which for two labels is its part of the log-odds, however the file stores them. Of regression it
//! is `value * weight`. The parts and the intercept sum to the score, before calibration.

use crate::problem::{Code, Problem};
use crate::served::Served;
use model::answer::Answer;
use model::features::Features;
use model::row::Row;
use serde::Serialize;

/// What spoke for an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// What is explained: `intercept`, the contributions and `rest` sum to it.
    pub score: f64,
    /// The score of a row without features.
    pub intercept: f64,
    /// Those that weighed most, for or against, the heaviest first.
    pub features: Vec<Contribution>,
    /// Sum of the contributions that are not listed.
    pub rest: f64,
}

/// A feature's part of the score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// Its name, e.g. a word, `income` or `color=red`.
    pub feature: String,
    /// The column that it comes from.
    pub column: String,
    /// Its part.
    pub contribution: f64,
}

/// Explains answers of one model.
#[derive(Debug)]
pub struct Explainer<'m> {
    served: &'m Served,
    count: usize,
}

impl<'m> Explainer<'m> {
    /// Explains by the `count` heaviest features.
    ///
    /// # Errors
    /// When the model is not linear, or its features are nobody's business.
    pub fn new(
        served: &'m Served,
        count: usize,
        hides_schema: bool,
    ) -> Result<Explainer<'m>, Problem> {
        let refuse = |detail| Err(Problem::new(Code::ExplainUnavailable, detail));
        if hides_schema {
            return refuse("answers are not explained here: HEARTH_HIDE_SCHEMA is set");
        }
        if served.model.trees.is_some() {
            return refuse(
                "answers of trees cannot be explained: the model file does not hold what each node \
                 adds; a linear estimator was expected",
            );
        }
        Ok(Explainer { served, count })
    }

    /// What spoke for `answer`, the model's answer to `row`.
    ///
    /// # Errors
    /// When the model file is damaged.
    pub fn explain(&self, row: &Row<'_>, answer: &Answer<'_>) -> Result<Explanation, Problem> {
        let model = &self.served.model;
        let outputs = model.outputs();
        let label = answer.labelled().map(|labelled| labelled.code());
        let of_label = |part: &dyn Fn(usize) -> f64| match (label, outputs) {
            (None, _) => part(0),
            // One score tells two labels apart: it speaks for the second.
            (Some(label), 1) => part(0) * if label == 1 { 1.0 } else { -1.0 },
            (Some(label), _) => {
                let others = (0..outputs).filter(|output| *output != label);
                let sum: f64 = others.map(part).sum();
                part(label) - sum / (outputs - 1) as f64
            }
        };
        let intercept = of_label(&|output| model.intercepts[output]);
        let mut features = Features::default();
        features.fill(&model.encoders, row);
        let mut parts: Vec<(u32, f64)> = features
            .entries
            .iter()
            .map(|(feature, value)| {
                let weights = &model.weights[*feature as usize * outputs..][..outputs];
                let weight = of_label(&|output| f64::from(weights[output].get()));
                (*feature, value * weight)
            })
            .collect();
        let sum: f64 = parts.iter().map(|(_, part)| part).sum();
        parts.retain(|(_, part)| *part != 0.0);
        // A stable sort: the features' order decides between equals.
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        let rest = parts.iter().skip(self.count).map(|(_, part)| part).sum();
        parts.truncate(self.count);
        let named = parts.into_iter().map(|(feature, contribution)| {
            let (feature, column) = self.name(feature)?;
            Some(Contribution {
                feature,
                column,
                contribution,
            })
        });
        let features = named.collect::<Option<Vec<_>>>().ok_or_else(|| {
            let detail = "the model file has no name for a feature: it is damaged, as \
                          `hearth verify` will tell";
            Problem::new(Code::ModelNotFinite, detail)
        })?;
        Ok(Explanation {
            score: intercept + sum,
            intercept,
            features,
            rest,
        })
    }

    /// The names of a feature and of its column.
    fn name(&self, feature: u32) -> Option<(String, String)> {
        let model = &self.served.model;
        let after = model
            .encoders
            .partition_point(|encoder| encoder.first_feature <= feature);
        // Of columns without features, which begin where the next one does, the last counts.
        let index = after.checked_sub(1)?;
        let column = model.columns.get(index)?;
        let within = feature - model.encoders[index].first_feature;
        let name = column.feature_name(within as usize)?;
        Some((name.into_owned(), column.name.to_owned()))
    }
}

#[cfg(test)]
mod tests;
