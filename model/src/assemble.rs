//! Parts to the bytes of a model file: the one place that writes the format.

mod baseline;
mod column;
mod layout;

pub use baseline::{BaselineParts, BinParts, DistributionPart};
pub use column::{CategoryColumn, ColumnPart, LaidOut, NumberColumn, TextColumn, TimestampColumn};

use crate::arithmetic::Arithmetic;
use crate::format::{
    ColumnRecord, Estimator, Kind, LeafShare, NO_COLUMN, Node, Node64, NodeMean, Span, Split,
    Summary, TreeRecord,
};
use crate::head::{DecisionRule, Head};
use crate::vocabulary::Collision;
use layout::lay_out;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{F32, F64, U32};

/// All that a model file holds, as training has it.
pub struct Parts<'a> {
    /// The model's name.
    pub name: &'a str,
    /// Its version; empty when the digest is to be the version.
    pub version: &'a str,
    /// Revision of the repository that it was trained in; empty without one.
    pub git_revision: &'a str,
    /// JSON object: a row that the model can answer.
    pub example: &'a str,
    /// Estimator.
    pub estimator: Estimator,
    /// The input's columns.
    pub columns: &'a [ColumnPart],
    /// Features to scores.
    pub kernel: KernelParts,
    /// Added to the scores, one per output.
    pub intercepts: &'a [f64],
    /// Scores to an answer.
    pub head: Head<'a>,
    /// Distributions with which live traffic is compared.
    pub baseline: Option<&'a BaselineParts>,
    /// JSON Lines of golden cases.
    pub golden: &'a str,
    /// JSON, the model card.
    pub card: &'a str,
}

/// The kernel of a model, as its file holds it.
#[derive(Clone, Debug)]
pub enum KernelParts {
    /// Weights, `[features, outputs]`, row-major.
    Weights(Vec<f32>),
    /// The same with the digits of another library. A program from before these weights refuses the file.
    Weights64(Vec<f64>),
    /// Trees, for an estimator of trees.
    Trees(TreeParts),
}

/// The trees of a model, as its file holds them.
#[derive(Clone, Debug, Default)]
pub struct TreeParts {
    /// Where each tree's nodes lie.
    pub trees: Vec<TreeRecord>,
    /// All nodes.
    pub nodes: NodeParts,
    /// Rows of the trees that add to all outputs.
    pub leaves: LeafParts,
    /// One per inner node, in their order. Without them, answers are not explained.
    pub means: Option<Vec<NodeMean>>,
    /// Arithmetic of their sums.
    pub arithmetic: Arithmetic,
}

/// Rows of leaves, as the file of a model holds them.
#[derive(Clone, Debug)]
pub enum LeafParts {
    /// `[rows, outputs]`, row-major.
    Dense(Vec<f32>),
    /// The same with the digits of another library. A program from before these leaves refuses the file.
    Dense64(Vec<f64>),
    /// Only the numbers that are not 0. A program from before these leaves refuses the file.
    Sparse {
        /// The end of each row in `shares`.
        ends: Vec<u32>,
        /// Output and number, each row's outputs ascending.
        shares: Vec<(u32, f32)>,
    },
}

impl Default for LeafParts {
    fn default() -> LeafParts {
        LeafParts::Dense(Vec::new())
    }
}

/// All nodes of a model, with numbers as wide as they need.
#[derive(Clone, Debug)]
pub enum NodeParts {
    /// Every number in them is an `f32`.
    F32(Vec<Node>),
    /// Some number in them is none. A program from before these nodes refuses the file.
    F64(Vec<Node64>),
    /// Some of them ask for a set of categories, or take zero for a missing value. A program from
    /// before these nodes refuses the file.
    Splits {
        /// All nodes.
        splits: Vec<Split>,
        /// The bits of all sets.
        sets: Vec<u32>,
    },
}

impl Default for NodeParts {
    fn default() -> NodeParts {
        NodeParts::F32(Vec::new())
    }
}

/// The bytes of a model file. The same parts give the same bytes.
///
/// # Errors
/// When two terms of a column share a hash.
pub fn assemble(parts: &Parts<'_>) -> Result<Vec<u8>, Collision> {
    let mut strings = StringPool::default();
    let mut sections: Vec<(Kind, u32, Vec<u8>)> = Vec::new();
    let mut columns = Vec::new();
    let mut first_feature = 0u32;
    for (index, column) in (0u32..).zip(parts.columns) {
        let laid_out = column.lay_out()?;
        let of_column = laid_out.sections();
        sections.extend(
            of_column
                .into_iter()
                .map(|(kind, bytes)| (kind, index, bytes)),
        );
        let feature_count = column.feature_count();
        columns.push(ColumnRecord {
            name: strings.add(column.name()),
            kind: column.kind().code().into(),
            first_feature: first_feature.into(),
            feature_count: feature_count.into(),
            optional: u32::from(column.is_optional()).into(),
        });
        first_feature += feature_count;
    }
    let (link, calibration, calibration_numbers) = match &parts.head {
        Head::Classes(classes) => {
            let (calibration, numbers) = classes.calibration.to_section();
            (classes.link.code(), calibration, numbers)
        }
        Head::Value(link) => (link.code(), 0, Vec::new()),
    };
    let summary = Summary {
        name: strings.add(parts.name),
        version: strings.add(parts.version),
        git_revision: strings.add(parts.git_revision),
        example: strings.add(parts.example),
        task: parts.head.task().code().into(),
        estimator: parts.estimator.code().into(),
        link: link.into(),
        outputs: (parts.intercepts.len() as u32).into(),
        features: first_feature.into(),
        calibration: calibration.into(),
    };
    let labels = parts.head.labels().iter();
    let labels: Vec<Span> = labels.map(|label| strings.add(label)).collect();
    let weights: Vec<F32> = match &parts.kernel {
        KernelParts::Weights(weights) => weights.iter().map(|weight| (*weight).into()).collect(),
        KernelParts::Weights64(_) | KernelParts::Trees(_) => Vec::new(),
    };
    let intercepts: Vec<F64> = parts
        .intercepts
        .iter()
        .map(|value| (*value).into())
        .collect();
    for (kind, bytes) in [
        (Kind::Summary, summary.as_bytes()),
        (Kind::Columns, columns.as_bytes()),
        (Kind::Labels, labels.as_bytes()),
        (Kind::Strings, strings.bytes.as_bytes()),
        (Kind::Intercepts, intercepts.as_bytes()),
        (Kind::Weights, weights.as_bytes()),
        (Kind::Golden, parts.golden.as_bytes()),
        (Kind::Card, parts.card.as_bytes()),
    ] {
        sections.push((kind, NO_COLUMN, bytes.to_vec()));
    }
    if let KernelParts::Weights64(weights) = &parts.kernel {
        let weights: Vec<F64> = weights.iter().map(|weight| (*weight).into()).collect();
        sections.push((Kind::Weights64, NO_COLUMN, weights.as_bytes().to_vec()));
    }
    if let KernelParts::Trees(trees) = &parts.kernel {
        let of_trees = trees.sections().into_iter();
        sections.extend(of_trees.map(|(kind, bytes)| (kind, NO_COLUMN, bytes)));
    }
    if calibration != 0 {
        let bytes = calibration_numbers.as_bytes().to_vec();
        sections.push((Kind::Calibration, NO_COLUMN, bytes));
    }
    if let Head::Classes(classes) = &parts.head {
        let rule = rule_section(&classes.rule);
        sections.extend(rule.map(|(kind, bytes)| (kind, NO_COLUMN, bytes)));
    }
    if let Some(baseline) = parts.baseline {
        sections.push((Kind::Baseline, NO_COLUMN, baseline.lay_out()));
    }
    Ok(lay_out(sections))
}

impl TreeParts {
    fn sections(&self) -> Vec<(Kind, Vec<u8>)> {
        let nodes = match &self.nodes {
            NodeParts::F32(nodes) => vec![(Kind::Nodes, nodes.as_bytes().to_vec())],
            NodeParts::F64(nodes) => vec![(Kind::Nodes64, nodes.as_bytes().to_vec())],
            NodeParts::Splits { splits, sets } => {
                let sets: Vec<U32> = sets.iter().map(|word| (*word).into()).collect();
                vec![
                    (Kind::Splits, splits.as_bytes().to_vec()),
                    (Kind::Sets, sets.as_bytes().to_vec()),
                ]
            }
        };
        let mut sections = vec![(Kind::Trees, self.trees.as_bytes().to_vec())];
        sections.extend(nodes);
        if self.arithmetic != Arithmetic::default() {
            let record = self.arithmetic.to_record();
            sections.push((Kind::Arithmetic, record.as_bytes().to_vec()));
        }
        match &self.leaves {
            LeafParts::Dense(numbers) => {
                let numbers: Vec<F32> = numbers.iter().map(|number| (*number).into()).collect();
                sections.push((Kind::Leaves, numbers.as_bytes().to_vec()));
            }
            LeafParts::Dense64(numbers) => {
                let numbers: Vec<F64> = numbers.iter().map(|number| (*number).into()).collect();
                sections.push((Kind::Leaves64, numbers.as_bytes().to_vec()));
            }
            LeafParts::Sparse { ends, shares } => {
                let ends: Vec<U32> = ends.iter().map(|end| (*end).into()).collect();
                let shares = shares.iter().map(|(output, share)| LeafShare {
                    output: (*output).into(),
                    share: (*share).into(),
                });
                let shares: Vec<LeafShare> = shares.collect();
                sections.push((Kind::LeafEnds, ends.as_bytes().to_vec()));
                sections.push((Kind::LeafShares, shares.as_bytes().to_vec()));
            }
        }
        let means = self.means.as_ref();
        sections.extend(means.map(|means| (Kind::NodeMeans, means.as_bytes().to_vec())));
        sections
    }
}

/// The section of a decision rule, which the most probable label needs none of.
fn rule_section(rule: &DecisionRule) -> Option<(Kind, Vec<u8>)> {
    match rule {
        DecisionRule::MostProbable => None,
        DecisionRule::Threshold(threshold) => {
            Some((Kind::Threshold, F64::from(*threshold).as_bytes().to_vec()))
        }
        DecisionRule::Weights(weights) => {
            let weights: Vec<F64> = weights.iter().map(|weight| F64::from(*weight)).collect();
            Some((Kind::LabelWeights, weights.as_bytes().to_vec()))
        }
    }
}

/// [`Kind::Strings`] while it grows.
#[derive(Default)]
struct StringPool {
    bytes: String,
}

impl StringPool {
    fn add(&mut self, text: &str) -> Span {
        let span = Span {
            offset: (self.bytes.len() as u32).into(),
            length: (text.len() as u32).into(),
        };
        self.bytes.push_str(text);
        span
    }
}
