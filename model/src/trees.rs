//! Trees: the kernel of forests and boosting.
//!
//! A file of millions of nodes is not looked through when it is opened. Each step goes to a node
//! further back in the same tree, or the walk ends without an answer: so no file can make it loop
//! or leave the tree.

use crate::format::{ALL_OUTPUTS, LEAF, MISSING_LEFT, Node, TreeRecord};
use zerocopy::little_endian::{F32, U32};

/// The trees of a model file.
#[derive(Clone, Copy, Debug)]
pub struct Trees<'a> {
    /// Where each tree's nodes lie.
    pub trees: &'a [TreeRecord],
    /// All nodes.
    pub nodes: &'a [Node],
    /// `[leaves, outputs]`, row-major.
    pub leaves: &'a [F32],
    /// Of each inner node, in their order, what its training rows were answered on average: of a tree
    /// of one output the bits of an `f32`, else a row of `leaves`. Files from before have none.
    pub means: Option<&'a [U32]>,
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

    /// What moved a row's score: tells `add` of each step on the way to a leaf the feature that was
    /// asked for and by how much the mean answer changed. With what is returned, the sum of the
    /// means of all roots, they sum to the score, since each step begins where the one before ended.
    /// The score is the sum of the outputs', each times its weight. `None` in a damaged file, and in one
    /// without means.
    ///
    /// Ando Saabas, "Interpreting random forests", 2014, <http://blog.datadive.net/interpreting-random-forests/>,
    /// as in his package treeinterpreter.
    pub fn explain(
        &self,
        row: &[f64],
        weights: &[f64],
        mut add: impl FnMut(u32, f64),
    ) -> Option<f64> {
        let mut means = self.means?;
        let mut roots = 0.0;
        for tree in self.trees {
            let first = tree.first.get() as usize;
            let nodes = self.nodes.get(first..)?.get(..tree.count.get() as usize)?;
            let (own, rest) = means.split_at_checked(nodes.len() / 2)?;
            means = rest;
            let output = tree.output.get();
            // `inner` counts the inner nodes before the one where the row is.
            let (mut at, mut inner) = (0, 0);
            let mut before = None;
            loop {
                let node = nodes.get(at)?;
                let is_leaf = node.feature.get() == LEAF;
                let mean = match (output == ALL_OUTPUTS, is_leaf) {
                    (true, true) => self.weighed(node.right.get(), weights)?,
                    (true, false) => self.weighed(own.get(inner)?.get(), weights)?,
                    (false, true) => {
                        weights.get(output as usize)? * f64::from(node.threshold.get())
                    }
                    (false, false) => {
                        let mean = f32::from_bits(own.get(inner)?.get());
                        weights.get(output as usize)? * f64::from(mean)
                    }
                };
                match before.replace((node.feature.get() & !MISSING_LEFT, mean)) {
                    None => roots += mean,
                    Some((feature, before)) => add(feature, mean - before),
                }
                if is_leaf {
                    break;
                }
                let next = next(node, at, row)?;
                // Between a node and its right child lies the left one's tree, whose leaves are one
                // more than its inner nodes; a left child is the next node.
                inner += ((next - at) / 2).max(1);
                at = next;
            }
        }
        Some(roots)
    }

    /// A row of the leaves, each output times its weight, summed.
    fn weighed(&self, row: u32, weights: &[f64]) -> Option<f64> {
        let start = (row as usize).checked_mul(weights.len())?;
        let shares = self.leaves.get(start..)?.get(..weights.len())?;
        let products = shares.iter().zip(weights);
        Some(
            products
                .map(|(share, weight)| f64::from(share.get()) * weight)
                .sum(),
        )
    }
}

/// The leaf of a tree that a row comes to.
fn leaf<'n>(nodes: &'n [Node], row: &[f64]) -> Option<&'n Node> {
    let mut at = 0;
    loop {
        let node = nodes.get(at)?;
        if node.feature.get() == LEAF {
            return Some(node);
        }
        at = next(node, at, row)?;
    }
}

/// Where a row goes from an inner node, which stands at `at`: further back.
#[inline(always)]
fn next(node: &Node, at: usize, row: &[f64]) -> Option<usize> {
    let feature = node.feature.get();
    let value = *row.get((feature & !MISSING_LEFT) as usize)?;
    let goes_left = if value.is_nan() {
        feature & MISSING_LEFT != 0
    } else {
        value <= f64::from(node.threshold.get())
    };
    if goes_left {
        return Some(at + 1);
    }
    let right = node.right.get() as usize;
    (right > at).then_some(right)
}
