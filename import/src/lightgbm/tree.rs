//! One tree of LightGBM's text format.

use super::features::Features;
use super::lines::Block;
use crate::forest::{Node, Test, Tree};
use anyhow::{Result, bail};
use model::format::ZERO;

/// Bits of `decision_type`.
const CATEGORICAL: u8 = 1;
const DEFAULT_LEFT: u8 = 2;

/// Reads a tree, and notes in `features` what its splits say of them.
pub fn read(block: &Block<'_>, output: u32, features: &mut Features) -> Result<Tree> {
    let leaves: usize = block.number("num_leaves")?;
    let linear = block.find("is_linear").unwrap_or("0");
    if linear != "0" {
        bail!(
            "its leaves are linear models, which are not supported; train with linear_tree=false"
        );
    }
    if leaves == 0 {
        bail!("num_leaves is 0; at least 1 was expected");
    }
    let inner = leaves - 1;
    let values: Vec<f64> = block.numbers("leaf_value", leaves)?;
    let counts: Option<Vec<f64>> = match block.find("leaf_count") {
        Some("") => None,
        Some(_) => Some(block.numbers("leaf_count", leaves)?),
        None => None,
    };
    let leaf = |index: usize| Node::Leaf {
        value: values[index],
        // A tree of one leaf has no count in some versions, and needs none.
        weight: match (&counts, inner) {
            (Some(counts), _) => Some(counts[index].max(0.0)),
            (None, 0) => Some(1.0),
            (None, _) => None,
        },
    };
    if inner == 0 {
        return Ok(Tree {
            output,
            nodes: vec![leaf(0)],
        });
    }
    let split_features: Vec<u32> = block.numbers("split_feature", inner)?;
    let thresholds: Vec<f64> = block.numbers("threshold", inner)?;
    let decisions: Vec<u8> = block.numbers("decision_type", inner)?;
    let lefts: Vec<i64> = block.numbers("left_child", inner)?;
    let rights: Vec<i64> = block.numbers("right_child", inner)?;
    let sets = sets(block)?;
    // Inner nodes first, then leaves; a child below 0 is the leaf of its complement.
    let place = |child: i64| -> Result<u32> {
        let (place, is_there) = match child {
            0.. => (child, child < inner as i64),
            _ => (inner as i64 + !child, !child < leaves as i64),
        };
        match u32::try_from(place) {
            Ok(place) if is_there => Ok(place),
            _ => bail!("it has no child {child}"),
        }
    };
    let mut nodes = Vec::with_capacity(inner + leaves);
    for at in 0..inner {
        let (decision, threshold) = (decisions[at], thresholds[at]);
        let feature = split_features[at];
        let default_left = decision & DEFAULT_LEFT != 0;
        let missing = decision >> 2 & 3;
        let (test, missing_left) = if decision & CATEGORICAL != 0 {
            let Some(set) = sets.get(threshold as usize).filter(|_| threshold >= 0.0) else {
                bail!("it has no set of categories {threshold}");
            };
            (Test::In(set.to_vec()), false)
        } else {
            let threshold = beyond_zero(threshold);
            match missing {
                // None: a missing value is 0.
                0 => (Test::UpTo(threshold), 0.0 <= threshold),
                1 => (Test::UpToZeroMissing(threshold), default_left),
                2 => (Test::UpTo(threshold), default_left),
                _ => bail!("decision_type has {decision}, which is not known"),
            }
        };
        let is_set = matches!(test, Test::In(_));
        features.meet(feature, is_set, missing != 0)?;
        nodes.push(Node::Split {
            feature,
            test,
            missing_left,
            left: place(lefts[at])?,
            right: place(rights[at])?,
        });
    }
    nodes.extend((0..leaves).map(leaf));
    Ok(Tree { output, nodes })
}

/// A threshold for values as they are. LightGBM takes values of at most [`ZERO`] for 0 before it
/// compares, so a threshold among them lies below or above all of them.
fn beyond_zero(threshold: f64) -> f64 {
    match threshold {
        _ if (0.0..ZERO).contains(&threshold) => ZERO,
        _ if (-ZERO..0.0).contains(&threshold) => (-ZERO).next_down(),
        _ => threshold,
    }
}

/// The sets of categories of a tree, as bits.
fn sets(block: &Block<'_>) -> Result<Vec<Vec<u32>>> {
    let count: usize = match block.find("num_cat") {
        Some(_) => block.number("num_cat")?,
        None => 0,
    };
    if count == 0 {
        return Ok(Vec::new());
    }
    let ends: Vec<usize> = block.numbers("cat_boundaries", count.saturating_add(1))?;
    let total = ends.last().copied().unwrap_or_default();
    let words: Vec<u32> = block.numbers("cat_threshold", total)?;
    let sets = ends
        .windows(2)
        .map(|ends| match words.get(ends[0]..ends[1]) {
            Some(words) => Ok(words.to_vec()),
            None => bail!("cat_boundaries do not ascend"),
        });
    sets.collect()
}
