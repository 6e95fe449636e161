//! Opening a model file: a view of its bytes, after checking all that reading relies on.
//!
//! Opening costs the same for 1 MB and 100 MB: it reads the header, the section table and the few
//! records that describe columns and labels. What is large (vocabulary, weights) is only checked
//! for its length; the indices in it are checked one at a time, when a look-up meets them, so that
//! no file can make scoring panic or read out of bounds. That the bytes are those that training
//! wrote is for the digest to say: `hearth verify`, and the image's build.

mod columns;

use crate::calibration::Calibration;
use crate::columns::Columns;
use crate::error::OpenError;
use crate::features::Encoder;
use crate::format::{
    CalibrationKind, Estimator, Kind, Link, NO_COLUMN, Span, Summary, Task, TreeRecord,
};
use crate::sections::{Sections, Strings, damaged, unknown};
use crate::trees::{Nodes, Trees};
use columns::open_columns;
use std::collections::HashSet;
use zerocopy::little_endian::{F32, F64, U32};

/// A model file, opened: borrowed from its bytes.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    /// The model's name.
    pub name: &'a str,
    /// The version that training gave it; empty when the digest is the version.
    given_version: &'a str,
    /// Revision of the repository that it was trained in; empty when there was none.
    pub git_revision: &'a str,
    /// JSON object: a row that this model can answer.
    pub example: &'a str,
    /// Task.
    pub task: Task,
    /// Estimator.
    pub estimator: Estimator,
    /// Link from scores to probabilities.
    pub link: Link,
    /// The input's columns.
    pub columns: Columns<'a>,
    /// Encoders, in the order of the columns.
    pub encoders: Vec<Encoder<'a>>,
    /// Number of features of all columns together.
    pub features: usize,
    /// The labels, in the order of their codes; empty for regression.
    pub labels: Vec<&'a str>,
    /// `[features, outputs]`, row-major; none of an estimator of trees.
    pub weights: &'a [F32],
    /// The trees, of an estimator of trees.
    pub trees: Option<Trees<'a>>,
    /// Calibration, applied to scores before they become probabilities.
    pub calibration: Calibration,
    /// The second label's probability from which on it is answered.
    pub threshold: Option<f64>,
    /// One a label: the label is answered whose probability times its weight is the greatest; none
    /// where the most probable label, or the threshold, decides.
    pub label_weights: Vec<f64>,
    /// One an output.
    pub intercepts: Vec<f64>,
    /// SHA-256 in the header; `verify` compares it with the content.
    pub digest: &'a [u8; 32],
    /// JSON Lines of golden cases.
    pub golden: &'a [u8],
    /// JSON, the model card.
    pub card: &'a [u8],
    /// The section of the baseline; nothing in it was looked at.
    pub(crate) baseline: Option<&'a [u8]>,
    /// The whole file.
    pub bytes: &'a [u8],
}

impl<'a> Model<'a> {
    /// Opens the model file that `bytes` are.
    ///
    /// # Errors
    /// When it is none, is damaged where reading relies on it, or needs a newer program.
    pub fn open(bytes: &'a [u8]) -> Result<Model<'a>, OpenError> {
        let sections = Sections::read(bytes)?;
        let [summary] = sections.records::<Summary>(Kind::Summary, NO_COLUMN)? else {
            return damaged("its summary is not one record");
        };
        let mut strings = Strings::new(sections.get(Kind::Strings, NO_COLUMN)?);
        let Some(task) = Task::from_code(summary.task.get()) else {
            return unknown(format!("task {}", summary.task.get()));
        };
        let Some(estimator) = Estimator::from_code(summary.estimator.get()) else {
            return unknown(format!("estimator {}", summary.estimator.get()));
        };
        let Some(link) = Link::from_code(summary.link.get()) else {
            return unknown(format!("link {}", summary.link.get()));
        };
        let outputs = summary.outputs.get() as usize;
        let labels = open_labels(&sections, &mut strings)?;
        check_outputs(task, link, labels.len(), outputs)?;
        let (columns, encoders) = open_columns(&sections, &mut strings)?;
        let features = summary.features.get() as usize;
        let of_columns: usize = columns.iter().map(|column| column.feature_count).sum();
        if features != of_columns {
            return damaged(format!(
                "it says that it has {features} features, and its columns have {of_columns}"
            ));
        }
        let weights = sections.records::<F32>(Kind::Weights, NO_COLUMN)?;
        let trees = estimator
            .is_of_trees()
            .then(|| open_trees(&sections, outputs, bytes.len()))
            .transpose()?;
        let weighed = if trees.is_some() { 0 } else { features };
        if weighed.checked_mul(outputs) != Some(weights.len()) {
            return damaged(format!(
                "its {} weights do not fit {weighed} features and {outputs} outputs",
                weights.len()
            ));
        }
        let intercepts = sections.records::<F64>(Kind::Intercepts, NO_COLUMN)?;
        if intercepts.len() != outputs || intercepts.iter().any(|value| !value.get().is_finite()) {
            return damaged("its intercepts are not one finite number an output");
        }
        let calibration = open_calibration(&sections, summary, labels.len())?;
        let threshold = open_threshold(&sections, labels.len())?;
        let label_weights = open_label_weights(&sections, labels.len(), threshold)?;
        Ok(Model {
            name: strings.name(summary.name)?,
            given_version: strings.name(summary.version)?,
            git_revision: strings.name(summary.git_revision)?,
            example: strings.get(summary.example)?,
            task,
            estimator,
            link,
            columns: columns.into(),
            encoders,
            features,
            labels,
            weights,
            trees,
            calibration,
            threshold,
            label_weights,
            intercepts: intercepts.iter().map(|value| value.get()).collect(),
            digest: &sections.header.digest,
            golden: sections.get(Kind::Golden, NO_COLUMN)?,
            card: sections.get(Kind::Card, NO_COLUMN)?,
            baseline: sections.optional(Kind::Baseline)?,
            bytes,
        })
    }

    /// The version: as given to training, else the first 12 digits of the digest.
    pub fn version(&self) -> String {
        match self.given_version {
            "" => self.digest_hex()[..12].to_string(),
            given => given.to_string(),
        }
    }

    /// The digest in hexadecimal, 64 digits.
    pub fn digest_hex(&self) -> String {
        crate::digest::hex(self.digest)
    }

    /// Number of scores a row.
    pub fn outputs(&self) -> usize {
        self.intercepts.len()
    }
}

fn open_labels<'a>(
    sections: &Sections<'a>,
    strings: &mut Strings<'a>,
) -> Result<Vec<&'a str>, OpenError> {
    let records = sections.records::<Span>(Kind::Labels, NO_COLUMN)?;
    let labels: Vec<&str> = records
        .iter()
        .map(|record| strings.name(*record))
        .collect::<Result<_, _>>()?;
    if let Some(label) = repeated(&labels) {
        return damaged(format!("two labels are called {label:?}"));
    }
    Ok(labels)
}

/// A label that comes twice. Few labels are compared with each other: hashing them would be a
/// thirtieth of the function's start.
fn repeated<'a>(labels: &[&'a str]) -> Option<&'a str> {
    if labels.len() <= 16 {
        let mut earlier = (0..labels.len()).map(|at| (labels[at], &labels[..at]));
        return earlier.find_map(|(label, before)| before.contains(&label).then_some(label));
    }
    let mut seen = HashSet::with_capacity(labels.len());
    labels.iter().copied().find(|label| !seen.insert(*label))
}

fn check_outputs(task: Task, link: Link, labels: usize, outputs: usize) -> Result<(), OpenError> {
    let fits = match (task, link) {
        (Task::Classification, Link::Softmax | Link::Share) => labels >= 2 && outputs == labels,
        (Task::Classification, Link::Sigmoid) => labels == 2 && outputs == 1,
        (Task::Regression, Link::Identity) => labels == 0 && outputs == 1,
        _ => false,
    };
    if !fits {
        return damaged(format!(
            "{labels} labels and {outputs} outputs do not fit {}",
            link.name()
        ));
    }
    Ok(())
}

/// Most numbers that trees add to the scores of a row, for each byte of the file: real trees of many
/// outputs have leaves of as many, and add less than one.
const ADDED_PER_BYTE: usize = 16;

fn open_trees<'a>(
    sections: &Sections<'a>,
    outputs: usize,
    bytes: usize,
) -> Result<Trees<'a>, OpenError> {
    let trees = Trees {
        trees: sections.records::<TreeRecord>(Kind::Trees, NO_COLUMN)?,
        nodes: match sections.has(Kind::Nodes64) {
            true => Nodes::F64(sections.records(Kind::Nodes64, NO_COLUMN)?),
            false => Nodes::F32(sections.records(Kind::Nodes, NO_COLUMN)?),
        },
        leaves: sections.records::<F32>(Kind::Leaves, NO_COLUMN)?,
        means: match sections.has(Kind::NodeMeans) {
            true => Some(sections.records::<U32>(Kind::NodeMeans, NO_COLUMN)?),
            false => None,
        },
    };
    if trees.trees.is_empty() || !trees.leaves.len().is_multiple_of(outputs) {
        return damaged(format!(
            "its {} trees and {} numbers of leaves do not fit {outputs} outputs",
            trees.trees.len(),
            trees.leaves.len()
        ));
    }
    // Trees that shared nodes could make a row walk through the file's nodes once a tree.
    let (mut next, mut inner) = (0, 0);
    for (index, tree) in trees.trees.iter().enumerate() {
        let end = next + tree.count.get() as usize;
        if tree.first.get() as usize != next || end > trees.nodes.len() {
            return damaged(format!(
                "the nodes of tree {index} do not follow those before, or are not all there"
            ));
        }
        next = end;
        inner += tree.count.get() as usize / 2;
    }
    if trees.means.is_some_and(|means| means.len() != inner) {
        return damaged("the means of its nodes are not one an inner node");
    }
    // Leaves may share rows of `leaves`; without a bound each of many trees could add all of a row.
    if trees.trees.len().saturating_mul(outputs) > ADDED_PER_BYTE * bytes {
        return damaged(format!(
            "it is too short for {} trees of {outputs} outputs",
            trees.trees.len()
        ));
    }
    Ok(trees)
}

fn open_calibration(
    sections: &Sections<'_>,
    summary: &Summary,
    labels: usize,
) -> Result<Calibration, OpenError> {
    let kind = match summary.calibration.get() {
        0 => return Ok(Calibration::None),
        code => CalibrationKind::from_code(code),
    };
    let Some(kind) = kind else {
        return unknown(format!("a calibration {}", summary.calibration.get()));
    };
    let numbers = sections.records::<F64>(Kind::Calibration, NO_COLUMN)?;
    let calibration = Calibration::from_section(kind, numbers, labels);
    match calibration {
        Some(calibration) if labels > 0 => Ok(calibration),
        _ => damaged("the numbers of its calibration are not legal"),
    }
}

fn open_threshold(sections: &Sections<'_>, labels: usize) -> Result<Option<f64>, OpenError> {
    if !sections.has(Kind::Threshold) {
        return Ok(None);
    }
    match sections.records::<F64>(Kind::Threshold, NO_COLUMN)? {
        [threshold] if labels == 2 && (0.0..=1.0).contains(&threshold.get()) => {
            Ok(Some(threshold.get()))
        }
        _ => damaged("its threshold is not one probability for two labels"),
    }
}

fn open_label_weights(
    sections: &Sections<'_>,
    labels: usize,
    threshold: Option<f64>,
) -> Result<Vec<f64>, OpenError> {
    if !sections.has(Kind::LabelWeights) {
        return Ok(Vec::new());
    }
    let records = sections.records::<F64>(Kind::LabelWeights, NO_COLUMN)?;
    let weights: Vec<f64> = records.iter().map(|weight| weight.get()).collect();
    let are_weights = |weight: &f64| *weight > 0.0 && weight.is_finite();
    if weights.len() != labels || !weights.iter().all(are_weights) || labels == 0 {
        return damaged("the weights of its labels are not one number above 0 a label");
    }
    if threshold.is_some() {
        return damaged("it has both a threshold and weights of its labels");
    }
    Ok(weights)
}
