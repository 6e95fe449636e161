//! Trees: the kernel of forests and boosting.
//!
//! A file of millions of nodes is not looked through when it is opened. Each step goes to a node
//! further back in the same tree, or the walk ends without an answer: so no file can make it loop
//! or leave the tree.

use crate::format::{ALL_OUTPUTS, LEAF, MISSING_LEFT, Node, TreeRecord};
use zerocopy::little_endian::F32;

/// The trees of a model file.
#[derive(Clone, Copy, Debug)]
pub struct Trees<'a> {
    /// Where each tree's nodes lie.
    pub trees: &'a [TreeRecord],
    /// All nodes.
    pub nodes: &'a [Node],
    /// `[leaves, outputs]`, row-major.
    pub leaves: &'a [F32],
}

impl Trees<'_> {
    /// Adds to `scores` what each tree says of a row, given as a value a feature. `None` in a
    /// damaged file.
    pub fn add(&self, row: &[f64], scores: &mut [f64]) -> Option<()> {
        for tree in self.trees {
            let first = tree.first.get() as usize;
            let nodes = self.nodes.get(first..)?.get(..tree.count.get() as usize)?;
            let leaf = leaf(nodes, row)?;
            if tree.output.get() == ALL_OUTPUTS {
                let start = (leaf.right.get() as usize).checked_mul(scores.len())?;
                let shares = self.leaves.get(start..)?.get(..scores.len())?;
                for (score, share) in scores.iter_mut().zip(shares) {
                    *score += f64::from(share.get());
                }
            } else {
                *scores.get_mut(tree.output.get() as usize)? += f64::from(leaf.threshold.get());
            }
        }
        Some(())
    }
}

/// The leaf of a tree that a row comes to.
fn leaf<'n>(nodes: &'n [Node], row: &[f64]) -> Option<&'n Node> {
    let mut at = 0;
    loop {
        let node = nodes.get(at)?;
        let feature = node.feature.get();
        if feature == LEAF {
            return Some(node);
        }
        let value = *row.get((feature & !MISSING_LEFT) as usize)?;
        let goes_left = if value.is_nan() {
            feature & MISSING_LEFT != 0
        } else {
            value <= f64::from(node.threshold.get())
        };
        at = if goes_left {
            at + 1
        } else {
            let right = node.right.get() as usize;
            (right > at).then_some(right)?
        };
    }
}
