//! Trees: the kernel of forests and boosting.
//!
//! A file of millions of nodes is not looked through when it is opened. Each step goes to a node
//! further back in the same tree, or the walk ends without an answer: so no file can make it loop
//! or leave the tree.

use crate::format::{ALL_OUTPUTS, LEAF, MISSING_LEFT, Node, TreeRecord};
use zerocopy::little_endian::{F32, U32};

/// Trees that a row goes through at the same time. The nodes of a forest do not fit into a
/// processor's caches, and a step cannot begin before the one before it has loaded its node; steps of
/// other trees can.
const TOGETHER: usize = 8;

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
    /// Adds to `scores` what each tree says of a row, given as one value per feature. Returns how many
    /// nodes were looked at; `None` in a damaged file.
    pub fn add(&self, row: &[f64], scores: &mut [f64]) -> Option<usize> {
        let (groups, rest) = self.trees.as_chunks::<TOGETHER>();
        let mut nodes = 0;
        for trees in groups {
            nodes += TOGETHER * self.add_together(trees, row, scores)?;
        }
        for tree in rest {
            nodes += self.add_together(std::array::from_ref(tree), row, scores)?;
        }
        Some(nodes)
    }

    /// Adds what `N` trees say: the row takes a step in each in turn. Returns the number of turns.
    fn add_together<const N: usize>(
        &self,
        trees: &[TreeRecord; N],
        row: &[f64],
        scores: &mut [f64],
    ) -> Option<usize> {
        let mut nodes: [&[Node]; N] = [&[]; N];
        for (nodes, tree) in nodes.iter_mut().zip(trees) {
            *nodes = self.nodes_of(tree)?;
        }
        let mut at = [0; N];
        let (mut leaves, mut turns) = (0, 0);
        while leaves < N {
            leaves = 0;
            turns += 1;
            for (nodes, at) in nodes.iter().zip(&mut at) {
                let node = nodes.get(*at)?;
                if node.feature.get() == LEAF {
                    leaves += 1;
                } else {
                    *at = next(node, *at, row)?;
                }
            }
        }
        for ((nodes, at), tree) in nodes.iter().zip(at).zip(trees) {
            let leaf = nodes.get(at)?;
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
        Some(turns)
    }

    fn nodes_of(&self, tree: &TreeRecord) -> Option<&[Node]> {
        let first = tree.first.get() as usize;
        self.nodes.get(first..)?.get(..tree.count.get() as usize)
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
            let nodes = self.nodes_of(tree)?;
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

/// Where a row goes from an inner node, which stands at `at`: further back.
#[inline(always)]
fn next(node: &Node, at: usize, row: &[f64]) -> Option<usize> {
    let feature = node.feature.get();
    let value = *row.get((feature & !MISSING_LEFT) as usize)?;
    // Without branches: a processor would guess every other one wrong.
    let is_missing_left = value.is_nan() & (feature & MISSING_LEFT != 0);
    let goes_left = (value <= f64::from(node.threshold.get())) | is_missing_left;
    let right = node.right.get() as usize;
    let next = std::hint::select_unpredictable(goes_left, at + 1, right);
    (next > at).then_some(next)
}
