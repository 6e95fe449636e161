//! Preprocessing and an estimator as one: fitted to rows, and asked as a model file is asked.

use crate::encode::encode;
use crate::estimators::{Encoded, Kernel};
use crate::fit;
use crate::params::Params;
use crate::preprocess;
use crate::table::Table;
use crate::target::Target;
use anyhow::Result;
use model::Model;
use model::assemble::{BaselineParts, ColumnPart, NodeParts, Parts, TreeParts, assemble};
use model::calibration::Calibration;
use model::format::{ALL_OUTPUTS, Estimator, Link, Node, Node64, Task, TreeRecord};
use model::score::Scorer;
use rayon::prelude::*;

/// Preprocessing and kernel.
pub struct Pipeline {
    /// Estimator.
    pub estimator: Estimator,
    /// Encodings of the columns.
    pub columns: Vec<ColumnPart>,
    /// Kernel: features to scores.
    pub kernel: Kernel,
    /// Decision: scores to answers.
    pub link: Link,
}

/// Rule by which scores become answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answering {
    /// Scores to probabilities.
    pub calibration: Calibration,
    /// The probability from which on the second of two labels is answered.
    pub threshold: Option<f64>,
    /// One a label: the label is answered whose probability times its weight is the greatest; none
    /// where the most probable label, or the threshold, decides.
    pub label_weights: Vec<f64>,
}

/// Name, version and provenance of a model file.
#[derive(Clone, Copy, Default)]
pub struct Identity<'a> {
    /// The model's name.
    pub name: &'a str,
    /// Its version; empty when the digest is to be the version.
    pub version: &'a str,
    /// Revision of the repository; empty without one.
    pub git_revision: &'a str,
    /// A row that the model can answer.
    pub example: &'a str,
    /// Baseline for live traffic.
    pub baseline: Option<&'a BaselineParts>,
    /// JSON Lines of golden cases.
    pub golden: &'a str,
    /// The model card.
    pub card: &'a str,
}

impl Pipeline {
    /// Fits `estimator` to `rows` of the table, whose targets are `target`.
    ///
    /// # Errors
    /// When a column has nothing to learn from, or the estimator gives up.
    pub fn fit(
        estimator: Estimator,
        params: &Params,
        table: &Table,
        rows: &[usize],
        target: &Target,
    ) -> Result<Pipeline> {
        let style = params.algorithm(estimator).style();
        let seed = params.seed;
        let preprocessing = preprocess::fit(table, rows, target, style, &params.text, seed)?;
        let features = encode(&preprocessing, table, rows, style, seed, &|| ())?;
        let columns = preprocessing.columns;
        Pipeline::of(estimator, params, columns, &features, target, &|_, _, _| ())
    }

    /// Fits `estimator` to features that were made of `columns`.
    ///
    /// # Errors
    /// When the estimator gives up.
    pub fn of(
        estimator: Estimator,
        params: &Params,
        columns: Vec<ColumnPart>,
        features: &Encoded,
        target: &Target,
        report: &(dyn Fn(usize, usize, String) + Sync),
    ) -> Result<Pipeline> {
        Ok(Pipeline {
            estimator,
            columns,
            kernel: fit::fit(estimator, params, features, target, report)?,
            link: fit::link(estimator, params, target)?,
        })
    }

    /// The bytes of its model file.
    ///
    /// # Errors
    /// When two terms of a column share a hash.
    pub fn file(
        &self,
        labels: &[String],
        answering: &Answering,
        identity: Identity<'_>,
    ) -> Result<Vec<u8>> {
        let weights: Vec<f32> = match &self.kernel {
            Kernel::Linear(fit) => fit.weights.iter().map(|weight| *weight as f32).collect(),
            Kernel::Trees(_) => Vec::new(),
        };
        let trees = match &self.kernel {
            Kernel::Linear(_) => None,
            Kernel::Trees(trees) => Some(tree_parts(trees)),
        };
        let parts = Parts {
            name: identity.name,
            version: identity.version,
            git_revision: identity.git_revision,
            example: identity.example,
            task: match self.link {
                Link::Identity => Task::Regression,
                _ => Task::Classification,
            },
            estimator: self.estimator,
            link: self.link,
            columns: &self.columns,
            labels,
            weights: &weights,
            trees: trees.as_ref(),
            intercepts: self.kernel.intercepts(),
            calibration: &answering.calibration,
            threshold: answering.threshold,
            label_weights: &answering.label_weights,
            baseline: identity.baseline,
            golden: identity.golden,
            card: identity.card,
        };
        assemble(&parts).map_err(|collision| {
            anyhow::anyhow!(
                "two terms share the hash {:016x} and cannot be told apart; leave one out by min_df or max_df",
                collision.0
            )
        })
    }

    /// The scores that its model file gives `rows`, `[rows, outputs]`: by the path that serves.
    ///
    /// # Errors
    /// When the file cannot be made, or gives no finite score.
    pub fn scores(&self, labels: &[String], table: &Table, rows: &[usize]) -> Result<Vec<f64>> {
        let bytes = self.file(labels, &Answering::default(), Identity::default())?;
        scores(&Model::open(&bytes)?, table, rows)
    }
}

/// The scores that a model gives rows, `[rows, outputs]`.
///
/// # Errors
/// When a score is not finite.
pub fn scores(model: &Model<'_>, table: &Table, rows: &[usize]) -> Result<Vec<f64>> {
    let scores: Vec<Vec<f64>> = rows
        .par_iter()
        .map_init(Scorer::default, |scorer, row| {
            Ok(scorer.scores(model, &table.row(*row))?)
        })
        .collect::<Result<_>>()?;
    Ok(scores.concat())
}

/// The trees as a file holds them: with wide nodes where a threshold is not an `f32`.
fn tree_parts(trees: &crate::trees::Trees) -> TreeParts {
    let mut parts = TreeParts {
        leaves: trees.leaves.clone(),
        ..TreeParts::default()
    };
    let (mut first, mut means) = (0, Vec::new());
    for tree in &trees.trees {
        parts.trees.push(TreeRecord {
            output: tree.output.unwrap_or(ALL_OUTPUTS).into(),
            first: first.into(),
            count: (tree.nodes.len() as u32).into(),
        });
        first += tree.nodes.len() as u32;
        means.extend_from_slice(&tree.means);
    }
    parts.means = Some(means);
    let nodes = || trees.trees.iter().flat_map(|tree| &tree.nodes);
    let is_narrow = nodes().all(|node| f64::from(node.threshold as f32) == node.threshold);
    parts.nodes = if is_narrow {
        let narrow = nodes().map(|node| Node {
            threshold: (node.threshold as f32).into(),
            feature: node.feature.into(),
            right: node.right.into(),
        });
        NodeParts::F32(narrow.collect())
    } else {
        let wide = nodes().map(|node| Node64 {
            threshold: node.threshold.into(),
            feature: node.feature.into(),
            right: node.right.into(),
        });
        NodeParts::F64(wide.collect())
    };
    parts
}

#[cfg(test)]
mod tests;
