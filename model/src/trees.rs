//! Trees: the kernel of forests and boosting.
//!
//! A file of millions of nodes is not looked through when it is opened. Each step goes to a node
//! further back in the same tree, or the walk ends without an answer: so no file can make it loop
//! or leave the tree.

use crate::arithmetic::Arithmetic;
use crate::format::{
    ALL_OUTPUTS, LEAF, Node, Node64, NodeMean, NodeRecord, Sets, Split, TreeRecord,
};
use crate::leaves::Leaves;

/// Trees that a row goes through at the same time. The nodes of a forest do not fit into a
/// processor's caches, and a step cannot begin before the one before it has loaded its node; steps of
/// other trees can.
const TOGETHER: usize = 8;

/// Most questions between the root of a tree and a leaf. Training grows no deeper tree; in a made-up
/// file, a chain of all nodes would make each row wait for each of them.
pub const MAX_DEPTH: usize = 1024;

/// All nodes of a model file, in the section that it has.
#[derive(Clone, Copy, Debug)]
pub enum Nodes<'a> {
    /// Every number in them is an `f32`.
    F32(&'a [Node]),
    /// Some number in them is none.
    F64(&'a [Node64]),
    /// Some of them ask for a set of categories, or take zero for a missing value.
    Splits(&'a [Split], Sets<'a>),
}

impl Nodes<'_> {
    /// Number of nodes.
    pub fn len(&self) -> usize {
        match self {
            Nodes::F32(nodes) => nodes.len(),
            Nodes::F64(nodes) => nodes.len(),
            Nodes::Splits(splits, _) => splits.len(),
        }
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The trees of a model file.
#[derive(Clone, Copy, Debug)]
pub struct Trees<'a> {
    /// Where each tree's nodes lie.
    pub trees: &'a [TreeRecord],
    /// All nodes.
    pub nodes: Nodes<'a>,
    /// Rows of the trees that add to all outputs.
    pub leaves: Leaves<'a>,
    /// One per inner node, in their order; older files have none.
    pub means: Option<&'a [NodeMean]>,
    /// Arithmetic of their sums.
    pub arithmetic: Arithmetic,
}

impl Trees<'_> {
    /// Adds to `scores` what each tree says of a row, given as one value per feature. Returns how many
    /// nodes were looked at; `None` in a damaged file.
    pub fn add(&self, row: &[f64], scores: &mut [f64]) -> Option<usize> {
        match self.nodes {
            Nodes::F32(nodes) => self.add_nodes((nodes, Sets::default()), row, scores),
            Nodes::F64(nodes) => self.add_nodes((nodes, Sets::default()), row, scores),
            Nodes::Splits(splits, sets) => self.add_nodes((splits, sets), row, scores),
        }
    }

    fn add_nodes<T: NodeRecord>(
        &self,
        nodes: (&[T], Sets<'_>),
        row: &[f64],
        scores: &mut [f64],
    ) -> Option<usize> {
        let (groups, rest) = self.trees.as_chunks::<TOGETHER>();
        let mut visited = 0;
        for trees in groups {
            visited += TOGETHER * self.add_together(nodes, trees, row, scores)?;
        }
        for tree in rest {
            visited += self.add_together(nodes, std::array::from_ref(tree), row, scores)?;
        }
        Some(visited)
    }

    /// Adds what `N` trees say: the row takes a step in each in turn. Returns the number of turns.
    fn add_together<T: NodeRecord, const N: usize>(
        &self,
        (all, sets): (&[T], Sets<'_>),
        trees: &[TreeRecord; N],
        row: &[f64],
        scores: &mut [f64],
    ) -> Option<usize> {
        let mut nodes: [&[T]; N] = [&[]; N];
        for (nodes, tree) in nodes.iter_mut().zip(trees) {
            *nodes = nodes_of(all, tree)?;
        }
        let mut at = [0; N];
        let (mut leaves, mut turns) = (0, 0);
        while leaves < N {
            leaves = 0;
            turns += 1;
            if turns > MAX_DEPTH + 1 {
                return None;
            }
            for (nodes, at) in nodes.iter().zip(&mut at) {
                let node = nodes.get(*at)?;
                if node.feature() == LEAF {
                    leaves += 1;
                } else {
                    *at = next(node, *at, row, sets)?;
                }
            }
        }
        for ((nodes, at), tree) in nodes.iter().zip(at).zip(trees) {
            let leaf = nodes.get(at)?;
            if tree.output.get() == ALL_OUTPUTS {
                self.leaves.add(leaf.right(), scores)?;
                scores
                    .iter_mut()
                    .for_each(|score| *score = self.arithmetic.rounded(*score));
            } else {
                let score = scores.get_mut(tree.output.get() as usize)?;
                *score = self.arithmetic.rounded(*score + leaf.threshold());
            }
        }
        Some(turns)
    }

    /// Contributions to a row's score: for each step on the path to a leaf, calls `add` with the
    /// feature of the node and the change of the mean answer. Together with the returned sum of the
    /// means of all roots they sum to the score, since each step begins where the previous one
    /// ended. The score is the weighted sum of the outputs. `None` in a damaged file, and in one
    /// without means.
    ///
    /// Ando Saabas, "Interpreting random forests", 2014, <http://blog.datadive.net/interpreting-random-forests/>,
    /// as in his package treeinterpreter.
    pub fn explain(&self, row: &[f64], weights: &[f64], add: impl FnMut(u32, f64)) -> Option<f64> {
        match self.nodes {
            Nodes::F32(nodes) => self.explain_nodes((nodes, Sets::default()), row, weights, add),
            Nodes::F64(nodes) => self.explain_nodes((nodes, Sets::default()), row, weights, add),
            Nodes::Splits(splits, sets) => self.explain_nodes((splits, sets), row, weights, add),
        }
    }

    fn explain_nodes<T: NodeRecord>(
        &self,
        (all, sets): (&[T], Sets<'_>),
        row: &[f64],
        weights: &[f64],
        mut add: impl FnMut(u32, f64),
    ) -> Option<f64> {
        let mut means = self.means?;
        let mut roots = 0.0;
        for tree in self.trees {
            let nodes = nodes_of(all, tree)?;
            let (own, rest) = means.split_at_checked(nodes.len() / 2)?;
            means = rest;
            let output = tree.output.get();
            // `inner` counts the inner nodes before the one where the row is.
            let (mut at, mut inner) = (0, 0);
            let mut before = None;
            for depth in 0.. {
                if depth > MAX_DEPTH {
                    return None;
                }
                let node = nodes.get(at)?;
                let is_leaf = node.feature() == LEAF;
                let mean = match (output == ALL_OUTPUTS, is_leaf) {
                    (true, true) => self.leaves.weighed(node.right(), weights)?,
                    (true, false) => {
                        let row = own.get(inner)?.row();
                        self.leaves.weighed(row, weights)?
                    }
                    (false, true) => weights.get(output as usize)? * node.threshold(),
                    (false, false) => {
                        let mean = own.get(inner)?.value();
                        weights.get(output as usize)? * f64::from(mean)
                    }
                };
                match before.replace((node.index(), mean)) {
                    None => roots += mean,
                    Some((feature, before)) => add(feature, mean - before),
                }
                if is_leaf {
                    break;
                }
                let next = next(node, at, row, sets)?;
                // Between a node and its right child lies the left one's tree, whose leaves are one
                // more than its inner nodes; a left child is the next node.
                inner += ((next - at) / 2).max(1);
                at = next;
            }
        }
        Some(roots)
    }
}

/// The nodes of a tree.
fn nodes_of<'a, T>(all: &'a [T], tree: &TreeRecord) -> Option<&'a [T]> {
    let first = tree.first.get() as usize;
    all.get(first..)?.get(..tree.count.get() as usize)
}

/// Where a row goes from an inner node, which stands at `at`: further back.
#[inline(always)]
fn next<T: NodeRecord>(node: &T, at: usize, row: &[f64], sets: Sets<'_>) -> Option<usize> {
    let value = *row.get(node.index() as usize)?;
    let right = node.right() as usize;
    let next = std::hint::select_unpredictable(node.goes_left(value, sets), at + 1, right);
    (next > at).then_some(next)
}
