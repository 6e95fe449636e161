//! A tree of boosting as it was grown: before its leaves lose their rows.

use super::bins::{Bins, MISSING_BIN};
use super::nodes::Node;
use model::format::NodeMean;

/// A tree, and the place of the rows of its leaves.
pub(super) struct GrownTree {
    pub nodes: Vec<Node>,
    /// The last bin that a node sends left, for walks over bins.
    pub cuts: Vec<u8>,
    /// The leaves, in the order of the nodes.
    pub leaves: Vec<GrownLeaf>,
}

/// A leaf and its rows, which lie together in the grower's rows.
pub(super) struct GrownLeaf {
    pub start: usize,
    pub end: usize,
    pub value: f32,
}

impl GrownTree {
    /// The value of a row's leaf, from the row's bins.
    pub fn value(&self, bins: &Bins, row: u32) -> f64 {
        let mut at = 0;
        loop {
            let node = &self.nodes[at];
            if node.is_leaf() {
                return node.threshold;
            }
            let bin = bins.columns[node.column()][row as usize];
            let left = match bin {
                MISSING_BIN => node.is_missing_left(),
                bin => bin <= self.cuts[at],
            };
            at = if left { at + 1 } else { node.right as usize };
        }
    }

    /// The mean answer of the rows of each inner node, as in [`super::Tree::means`].
    pub fn means(&self) -> Vec<NodeMean> {
        let mut leaves = self.leaves.iter().rev();
        let mut means = Vec::with_capacity(self.leaves.len());
        // Rows and mean of the trees behind a node, the nearest on top: its children, left first.
        let mut behind: Vec<(f64, f64)> = Vec::new();
        for node in self.nodes.iter().rev() {
            let leaf = |leaf: &GrownLeaf| ((leaf.end - leaf.start) as f64, f64::from(leaf.value));
            if node.is_leaf() {
                behind.extend(leaves.next().map(leaf));
            } else if let (Some(left), Some(right)) = (behind.pop(), behind.pop()) {
                let rows = left.0 + right.0;
                let mean = (left.0 * left.1 + right.0 * right.1) / rows;
                means.push(NodeMean::of_value(mean as f32));
                behind.push((rows, mean));
            }
        }
        means.reverse();
        means
    }
}
