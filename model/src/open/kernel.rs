//! The kernel of a model file: its weights or its trees.

use crate::arithmetic::Arithmetic;
use crate::error::OpenError;
use crate::format::{
    ALL_OUTPUTS, ArithmeticRecord, Estimator, Kind, MAX_SPLIT_FEATURES, NO_COLUMN, Sets, TreeRecord,
};
use crate::head::Kernel;
use crate::leaves::{Leaves, SparseLeaves};
use crate::sections::{Sections, damaged, unknown};
use crate::trees::{Nodes, Trees};
use crate::weights::{WeightNumbers, Weights};
use zerocopy::little_endian::F64;

/// The kernel of an estimator with so many features and outputs, in a file of so many bytes.
pub(super) fn open_kernel<'a>(
    sections: &Sections<'a>,
    estimator: Estimator,
    features: usize,
    outputs: usize,
    bytes: usize,
) -> Result<Kernel<'a>, OpenError> {
    let narrow = sections.records(Kind::Weights, NO_COLUMN)?;
    let numbers = match sections.has(Kind::Weights64) {
        true => WeightNumbers::F64(sections.records::<F64>(Kind::Weights64, NO_COLUMN)?),
        false => WeightNumbers::F32(narrow),
    };
    let (kernel, weighted) = match estimator.is_of_trees() {
        true => {
            let trees = open_trees(sections, features, outputs, bytes)?;
            (Kernel::Trees(trees), 0)
        }
        false => (Kernel::Weights(Weights { numbers, outputs }), features),
    };
    if weighted.checked_mul(outputs) != Some(numbers.len()) {
        return damaged(format!(
            "its {} weights do not fit {weighted} features and {outputs} outputs",
            numbers.len()
        ));
    }
    Ok(kernel)
}

/// Most numbers that trees add to the scores of a row, for each byte of the file: real trees of many
/// outputs have leaves of as many, and add less than one.
const ADDED_PER_BYTE: usize = 16;

fn open_trees<'a>(
    sections: &Sections<'a>,
    features: usize,
    outputs: usize,
    bytes: usize,
) -> Result<Trees<'a>, OpenError> {
    let arithmetic = open_arithmetic(sections)?;
    let trees = Trees {
        trees: sections.records::<TreeRecord>(Kind::Trees, NO_COLUMN)?,
        nodes: open_nodes(sections, features, arithmetic)?,
        arithmetic,
        leaves: open_leaves(sections)?,
        means: match sections.has(Kind::NodeMeans) {
            true => Some(sections.records(Kind::NodeMeans, NO_COLUMN)?),
            false => None,
        },
    };
    let has_whole_rows = match trees.leaves {
        Leaves::Dense(_) | Leaves::Dense64(_) => trees.leaves.numbers().is_multiple_of(outputs),
        Leaves::Sparse(_) => true,
    };
    if trees.trees.is_empty() || !has_whole_rows {
        return damaged(format!(
            "its {} trees and {} numbers of leaves do not fit {outputs} outputs",
            trees.trees.len(),
            trees.leaves.numbers()
        ));
    }
    // Trees that shared nodes could make a row walk through the file's nodes once a tree.
    let (mut next, mut inner, mut added) = (0, 0, 0usize);
    for (index, tree) in trees.trees.iter().enumerate() {
        let end = next + tree.count.get() as usize;
        if tree.first.get() as usize != next || end > trees.nodes.len() {
            return damaged(format!(
                "the nodes of tree {index} do not follow those before, or are not all there"
            ));
        }
        next = end;
        inner += tree.count.get() as usize / 2;
        let is_of_all = tree.output.get() == ALL_OUTPUTS;
        added = added.saturating_add(if is_of_all { outputs } else { 1 });
    }
    if trees.means.is_some_and(|means| means.len() != inner) {
        return damaged("the means of its nodes are not one an inner node");
    }
    // Leaves may share rows of `leaves`; without a bound each of many trees could add all of a row.
    if added > ADDED_PER_BYTE * bytes {
        return damaged(format!(
            "it is too short for {} trees of {outputs} outputs",
            trees.trees.len()
        ));
    }
    Ok(trees)
}

/// The rows of leaves, in the sections that the file has.
fn open_leaves<'a>(sections: &Sections<'a>) -> Result<Leaves<'a>, OpenError> {
    if sections.has(Kind::Leaves64) {
        return Ok(Leaves::Dense64(
            sections.records(Kind::Leaves64, NO_COLUMN)?,
        ));
    }
    if !sections.has(Kind::LeafEnds) {
        return Ok(Leaves::Dense(sections.records(Kind::Leaves, NO_COLUMN)?));
    }
    Ok(Leaves::Sparse(SparseLeaves {
        ends: sections.records(Kind::LeafEnds, NO_COLUMN)?,
        shares: sections.records(Kind::LeafShares, NO_COLUMN)?,
    }))
}

/// The nodes, in the section that the file has.
fn open_nodes<'a>(
    sections: &Sections<'a>,
    features: usize,
    arithmetic: Arithmetic,
) -> Result<Nodes<'a>, OpenError> {
    if sections.has(Kind::Splits) {
        if features > MAX_SPLIT_FEATURES {
            return damaged(format!("its splits cannot name {features} features"));
        }
        let sets = Sets {
            words: sections.records(Kind::Sets, NO_COLUMN)?,
            rounds_down: arithmetic.f32_inputs,
        };
        let splits = sections.records(Kind::Splits, NO_COLUMN)?;
        return Ok(Nodes::Splits(splits, sets));
    }
    Ok(match sections.has(Kind::Nodes64) {
        true => Nodes::F64(sections.records(Kind::Nodes64, NO_COLUMN)?),
        false => Nodes::F32(sections.records(Kind::Nodes, NO_COLUMN)?),
    })
}

fn open_arithmetic(sections: &Sections<'_>) -> Result<Arithmetic, OpenError> {
    if !sections.has(Kind::Arithmetic) {
        return Ok(Arithmetic::default());
    }
    let arithmetic = match sections.records::<ArithmeticRecord>(Kind::Arithmetic, NO_COLUMN)? {
        [record] => Arithmetic::from_record(record),
        _ => return damaged("its arithmetic is not one record"),
    };
    arithmetic.map_or_else(|| unknown("another arithmetic of its trees"), Ok)
}
