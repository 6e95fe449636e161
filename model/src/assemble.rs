//! Parts to the bytes of a model file: the one place that writes the format.

mod baseline;
mod column;

pub use baseline::{BaselineParts, BinParts, DistributionPart};
pub use column::{CategoryColumn, ColumnPart, LaidOut, NumberColumn, TextColumn};

use crate::calibration::Calibration;
use crate::digest;
use crate::format::{
    ALIGNMENT, ColumnRecord, Estimator, FORMAT, Header, Kind, Link, MAGIC, NO_COLUMN, Node, Node64,
    SectionEntry, Span, Summary, Task, TreeRecord,
};
use crate::vocabulary::Collision;
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
    /// Task.
    pub task: Task,
    /// Estimator.
    pub estimator: Estimator,
    /// Link from scores to probabilities.
    pub link: Link,
    /// The input's columns.
    pub columns: &'a [ColumnPart],
    /// The labels, in the order of their codes; empty for regression.
    pub labels: &'a [String],
    /// `[features, outputs]`, row-major; none of an estimator of trees.
    pub weights: &'a [f32],
    /// The trees, of an estimator of trees.
    pub trees: Option<&'a TreeParts>,
    /// One an output.
    pub intercepts: &'a [f64],
    /// Calibration, applied to scores before they become probabilities.
    pub calibration: &'a Calibration,
    /// The second of two labels is answered from this probability on.
    pub threshold: Option<f64>,
    /// One a label: the label is answered whose probability times its weight is the greatest. None
    /// where the most probable label, or a threshold, decides.
    pub label_weights: &'a [f64],
    /// Distributions with which live traffic is compared.
    pub baseline: Option<&'a BaselineParts>,
    /// JSON Lines of golden cases.
    pub golden: &'a str,
    /// JSON, the model card.
    pub card: &'a str,
}

/// The trees of a model, as its file holds them.
#[derive(Clone, Debug, Default)]
pub struct TreeParts {
    /// Where each tree's nodes lie.
    pub trees: Vec<TreeRecord>,
    /// All nodes.
    pub nodes: NodeParts,
    /// `[leaves, outputs]`, row-major.
    pub leaves: Vec<f32>,
    /// For each inner node, in order, the mean answer of its training rows: of a tree of one output
    /// the bits of an `f32`, else a row of `leaves`. Without, answers are not explained.
    pub means: Option<Vec<u32>>,
}

/// All nodes of a model, with numbers as wide as they need.
#[derive(Clone, Debug)]
pub enum NodeParts {
    /// Every number in them is an `f32`.
    F32(Vec<Node>),
    /// Some number in them is none. A program from before these nodes refuses the file.
    F64(Vec<Node64>),
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
    let (calibration, calibration_numbers) = parts.calibration.to_section();
    let summary = Summary {
        name: strings.add(parts.name),
        version: strings.add(parts.version),
        git_revision: strings.add(parts.git_revision),
        example: strings.add(parts.example),
        task: parts.task.code().into(),
        estimator: parts.estimator.code().into(),
        link: parts.link.code().into(),
        outputs: (parts.intercepts.len() as u32).into(),
        features: first_feature.into(),
        calibration: calibration.into(),
    };
    let labels: Vec<Span> = parts
        .labels
        .iter()
        .map(|label| strings.add(label))
        .collect();
    let weights: Vec<F32> = parts
        .weights
        .iter()
        .map(|weight| (*weight).into())
        .collect();
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
    if let Some(trees) = parts.trees {
        let leaves: Vec<F32> = trees.leaves.iter().map(|leaf| (*leaf).into()).collect();
        sections.push((Kind::Trees, NO_COLUMN, trees.trees.as_bytes().to_vec()));
        let (kind, nodes) = match &trees.nodes {
            NodeParts::F32(nodes) => (Kind::Nodes, nodes.as_bytes()),
            NodeParts::F64(nodes) => (Kind::Nodes64, nodes.as_bytes()),
        };
        sections.push((kind, NO_COLUMN, nodes.to_vec()));
        sections.push((Kind::Leaves, NO_COLUMN, leaves.as_bytes().to_vec()));
        if let Some(means) = &trees.means {
            let means: Vec<U32> = means.iter().map(|mean| (*mean).into()).collect();
            sections.push((Kind::NodeMeans, NO_COLUMN, means.as_bytes().to_vec()));
        }
    }
    if *parts.calibration != Calibration::None {
        let bytes = calibration_numbers.as_bytes().to_vec();
        sections.push((Kind::Calibration, NO_COLUMN, bytes));
    }
    if let Some(threshold) = parts.threshold {
        let bytes = F64::from(threshold).as_bytes().to_vec();
        sections.push((Kind::Threshold, NO_COLUMN, bytes));
    }
    if !parts.label_weights.is_empty() {
        let weights: Vec<F64> = parts
            .label_weights
            .iter()
            .map(|of| F64::from(*of))
            .collect();
        sections.push((Kind::LabelWeights, NO_COLUMN, weights.as_bytes().to_vec()));
    }
    if let Some(baseline) = parts.baseline {
        sections.push((Kind::Baseline, NO_COLUMN, baseline.lay_out()));
    }
    sections.sort_by_key(|(kind, column, _)| {
        let order = Kind::ALL.iter().position(|other| other == kind);
        (order, *column)
    });
    Ok(lay_out(&sections))
}

/// Header, table, and each section at its aligned place.
fn lay_out(sections: &[(Kind, u32, Vec<u8>)]) -> Vec<u8> {
    let table_end = size_of::<Header>() + sections.len() * size_of::<SectionEntry>();
    let mut body = vec![0; table_end];
    let mut table = Vec::with_capacity(sections.len());
    for (kind, column, bytes) in sections {
        body.resize(body.len().next_multiple_of(ALIGNMENT), 0);
        table.push(SectionEntry {
            kind: (*kind as u32).into(),
            column: (*column).into(),
            offset: (body.len() as u64).into(),
            length: (bytes.len() as u64).into(),
        });
        body.extend_from_slice(bytes);
    }
    let mut header = Header {
        magic: MAGIC,
        format: FORMAT.into(),
        section_count: (sections.len() as u32).into(),
        length: (body.len() as u64).into(),
        reserved: [0; 8],
        digest: [0; 32],
    };
    let (head, rest) = body.split_at_mut(size_of::<Header>());
    head.copy_from_slice(header.as_bytes());
    let table = table.as_bytes();
    rest[..table.len()].copy_from_slice(table);
    header.digest = digest::of_file(&body);
    body[..size_of::<Header>()].copy_from_slice(header.as_bytes());
    body
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
