//! Preprocessing and an estimator as one: fitted to rows, and asked as a model file is asked.

use crate::encoding::encode;
use crate::estimators::{Encoded, Kernel};
use crate::fitting;
use crate::params::Params;
use crate::preprocessing;
use crate::table::Table;
use crate::target::{Answers, Output, Target};
use crate::trees::LeafRows;
use anyhow::{Result, bail};
use model::Model;
use model::assemble::{
    BaselineParts, ColumnPart, KernelParts, LeafParts, NodeParts, Parts, TreeParts, assemble,
};
use model::calibration::Calibration;
use model::format::{ALL_OUTPUTS, Estimator, Node, Node64, TreeRecord, ValueLink};
use model::head::{Classes, DecisionRule, Head};
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
    /// Meaning of the scores.
    pub output: Output,
}

/// The way from the scores of labels to one of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answering {
    /// Scores to probabilities.
    pub calibration: Calibration,
    /// Choice of a label by its probability.
    pub rule: DecisionRule,
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
        let preprocessing = preprocessing::fit(table, rows, target, style, &params.text, seed)?;
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
            kernel: fitting::fit(estimator, params, features, target, report)?,
            output: fitting::output(estimator, params, target)?,
        })
    }

    /// The bytes of its model file.
    ///
    /// # Errors
    /// When two terms of a column share a hash, or `answers` are not what was fitted.
    pub fn file(
        &self,
        answers: &Answers,
        answering: &Answering,
        identity: Identity<'_>,
    ) -> Result<Vec<u8>> {
        let kernel = match &self.kernel {
            Kernel::Linear(fit) => {
                let weights = fit.weights.iter().map(|weight| *weight as f32);
                KernelParts::Weights(weights.collect())
            }
            Kernel::Trees(trees) => KernelParts::Trees(tree_parts(trees)?),
        };
        let head = match (answers, self.output) {
            (Answers::Labels(labels), Output::Labels(link)) => Head::Classes(Classes {
                labels: labels.iter().map(String::as_str).collect(),
                link,
                calibration: answering.calibration.clone(),
                rule: answering.rule.clone(),
            }),
            (Answers::Values, Output::Value) => Head::Value(ValueLink::Identity),
            _ => bail!("labels are answered by a classifier, values by a regressor"),
        };
        let parts = Parts {
            name: identity.name,
            version: identity.version,
            git_revision: identity.git_revision,
            example: identity.example,
            estimator: self.estimator,
            columns: &self.columns,
            kernel,
            intercepts: self.kernel.intercepts(),
            head,
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
    pub fn scores(&self, answers: &Answers, table: &Table, rows: &[usize]) -> Result<Vec<f64>> {
        let bytes = self.file(answers, &Answering::default(), Identity::default())?;
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
///
/// # Errors
/// When there are more nodes or numbers than a file has places for.
fn tree_parts(trees: &crate::trees::Trees) -> Result<TreeParts> {
    let count: usize = trees.trees.iter().map(|tree| tree.nodes.len()).sum();
    if count.max(trees.leaves.shares().len()) > u32::MAX as usize {
        bail!(
            "the trees have {count} nodes and {} numbers in their leaves; a model file holds at most {} of \
             each: grow fewer or smaller trees",
            trees.leaves.shares().len(),
            u32::MAX
        );
    }
    let mut parts = TreeParts {
        leaves: leaf_parts(&trees.leaves, trees.outputs),
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
    Ok(parts)
}

/// Numbers up to which leaves are written with their zeros, as every program reads them: 64 MB.
const DENSE_LEAVES: usize = 1 << 24;

/// The leaves as a file holds them: without their zeros if these would make it large.
fn leaf_parts(leaves: &LeafRows, outputs: usize) -> LeafParts {
    match leaves.len().saturating_mul(outputs) <= DENSE_LEAVES {
        true => LeafParts::Dense(leaves.to_dense(outputs)),
        false => LeafParts::Sparse {
            ends: leaves.ends().iter().map(|end| *end as u32).collect(),
            shares: leaves.shares().to_vec(),
        },
    }
}

#[cfg(test)]
mod tests;
