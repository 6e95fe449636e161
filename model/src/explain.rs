//! Explanations: contributions of features that sum to the score before calibration.
//!
//! In a linear model, a feature contributes its value times its weight. In trees, it contributes
//! the changes of the mean training answer at the nodes that test it, along the row's path (Saabas,
//! 2014; see [`crate::trees::Trees::explain`]). So a word that the text lacks can contribute, too.
//!
//! With two labels or more, a label's score means nothing by itself: adding the same number to all
//! of them changes no probability. So what is explained is the answered label's score less the mean
//! of the other labels' scores: for two labels the log-odds, however the file stores them. Where
//! scores are shares, of forests, it is their shares of the sum: for two labels the difference of
//! the probabilities. Of regression it is the value.

use crate::answer::Answer;
use crate::features::Features;
use crate::format::Link;
use crate::head::Kernel;
use crate::open::Model;
use crate::score::Scorer;
use crate::trees::Trees;
use crate::weights::Weights;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// Reason why an answer cannot be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplainError {
    /// The file is older than the means of the nodes of its trees.
    WithoutMeans,
    /// The file does not say what a node adds: it is damaged.
    WithoutParts,
    /// The file has no name for a feature: it is damaged.
    WithoutName,
}

impl fmt::Display for ExplainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExplainError::WithoutMeans => {
                "answers cannot be explained: the model file has no means of the nodes of its trees; retrain \
                 it, or import a file that has the numbers of training rows of its nodes"
            }
            ExplainError::WithoutParts => {
                "the model file does not say what the nodes of its trees add: it is damaged, as `hearth \
                 verify` will tell"
            }
            ExplainError::WithoutName => {
                "the model file has no name for a feature: it is damaged, as `hearth verify` will tell"
            }
        })
    }
}

impl std::error::Error for ExplainError {}

/// Explanation of an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The explained score: the sum of `intercept`, the contributions and `rest`.
    pub score: f64,
    /// The score of a row without features; of trees, the mean of the training rows.
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
#[derive(Clone, Copy, Debug)]
pub struct Explainer<'m> {
    model: &'m Model<'m>,
    count: usize,
}

impl<'m> Explainer<'m> {
    /// Explains by the `count` heaviest features.
    ///
    /// # Errors
    /// When the model's file lacks what it takes.
    pub fn new(model: &'m Model<'m>, count: usize) -> Result<Explainer<'m>, ExplainError> {
        let trees = model.kernel.trees();
        match trees.is_some_and(|trees| trees.means.is_none()) {
            true => Err(ExplainError::WithoutMeans),
            false => Ok(Explainer { model, count }),
        }
    }

    /// Explains `answer`, the one that `scorer` made last, by the features that it still has.
    ///
    /// # Errors
    /// When the model file is damaged.
    pub fn explain(
        &self,
        answer: &Answer<'_>,
        scorer: &mut Scorer,
    ) -> Result<Explanation, ExplainError> {
        let model = self.model;
        let (features, dense) = (&scorer.features, &mut scorer.dense);
        let (intercept, mut parts) = match &model.kernel {
            Kernel::Weights(of_features) => {
                linear(model, of_features, features, &weights(model, answer))
            }
            Kernel::Trees(kernel) => {
                let parts = trees(model, kernel, features, answer, dense);
                parts.ok_or(ExplainError::WithoutParts)?
            }
        };
        let sum: f64 = parts.iter().map(|(_, part)| part).sum();
        parts.retain(|(_, part)| *part != 0.0);
        // A stable sort: the features' order decides between equals.
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        // The sum of nothing is -0.0, and 0.0 with a zero added.
        let rest = parts.iter().skip(self.count).map(|(_, part)| part);
        let rest = rest.sum::<f64>() + 0.0;
        parts.truncate(self.count);
        let named = parts.into_iter().map(|(feature, contribution)| {
            let (feature, column) = self.name(feature)?;
            Some(Contribution {
                feature,
                column,
                contribution,
            })
        });
        let features = named.collect::<Option<Vec<_>>>();
        let features = features.ok_or(ExplainError::WithoutName)?;
        Ok(Explanation {
            score: intercept + sum,
            intercept,
            features,
            rest,
        })
    }

    /// The names of a feature and of its column.
    fn name(&self, feature: u32) -> Option<(String, String)> {
        let model = self.model;
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

/// Weight of each output: the explained score is the weighted sum of their scores.
fn weights(model: &Model<'_>, answer: &Answer<'_>) -> Vec<f64> {
    let outputs = model.outputs();
    match (answer.labelled().map(|labelled| labelled.code()), outputs) {
        (None, _) => vec![1.0; outputs],
        // A binary classifier has one score, that of the second label.
        (Some(code), 1) => vec![if code == 1 { 1.0 } else { -1.0 }],
        (Some(code), _) => {
            let mut weights = vec![-1.0 / (outputs - 1) as f64; outputs];
            weights[code] = 1.0;
            weights
        }
    }
}

/// The intercept, and each feature's part.
fn linear(
    model: &Model<'_>,
    kernel: &Weights<'_>,
    features: &Features,
    weights: &[f64],
) -> (f64, Vec<(u32, f64)>) {
    let part = |(feature, value): &(u32, f64)| {
        let products = weights.iter().enumerate();
        let weight: f64 = products
            .map(|(output, weight)| kernel.get(*feature as usize, output) * weight)
            .sum();
        (*feature, value * weight)
    };
    (
        dot(&model.intercepts, weights),
        features.entries.iter().map(part).collect(),
    )
}

/// As [`linear`]; `None` in a damaged file.
fn trees(
    model: &Model<'_>,
    kernel: &Trees<'_>,
    features: &Features,
    answer: &Answer<'_>,
    dense: &mut Vec<f64>,
) -> Option<(f64, Vec<(u32, f64)>)> {
    features.fill_dense(model.features, dense);
    kernel.arithmetic.round(features, dense);
    let parts = tree_parts(model, kernel, dense, answer);
    features.clear_dense(dense);
    parts
}

fn tree_parts(
    model: &Model<'_>,
    trees: &Trees<'_>,
    row: &[f64],
    answer: &Answer<'_>,
) -> Option<(f64, Vec<(u32, f64)>)> {
    let mut weights = weights(model, answer);
    let scale = trees.arithmetic.scale();
    weights.iter_mut().for_each(|weight| *weight *= scale);
    let classes = model.head.classes();
    if classes.is_some_and(|classes| classes.link == Link::Share) {
        let mut scores = model.intercepts.clone();
        trees.add(row, &mut scores)?;
        let sum = scale * scores.iter().sum::<f64>();
        weights.iter_mut().for_each(|weight| *weight /= sum);
    }
    let mut parts = BTreeMap::new();
    let roots = trees.explain(row, &weights, |feature, part| {
        *parts.entry(feature).or_insert(0.0) += part;
    })?;
    let is_finite = roots.is_finite() && parts.values().all(|part| part.is_finite());
    let intercept = roots + dot(&model.intercepts, &weights);
    is_finite.then(|| (intercept, parts.into_iter().collect()))
}

fn dot(scores: &[f64], weights: &[f64]) -> f64 {
    let products = scores.iter().zip(weights);
    products.map(|(score, weight)| score * weight).sum()
}
