//! Fitted trees: what the flat file is written from, and the answers that it is held against.

use super::leaves::LeafRows;
use model::format::{LEAF, MISSING_LEFT, NodeMean};

/// An inner node or a leaf. The left child of an inner node is the next node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// A value goes left iff it is at most this. In a leaf: its value, which is an `f32`.
    pub threshold: f64,
    /// The column that is looked at, with [`MISSING_LEFT`] where NaN goes left; [`LEAF`] in a leaf. As in
    /// the model file, which keeps a node of a fit, of which there are millions, at 16 bytes.
    pub feature: u32,
    /// The index, in this tree, of the right child, which lies behind its parent. In a leaf of a
    /// tree without `output`: the row of [`Trees::leaves`].
    pub right: u32,
}

impl Node {
    pub(super) fn leaf(value: f32, row: u32) -> Node {
        Node {
            threshold: f64::from(value),
            feature: LEAF,
            right: row,
        }
    }

    /// An inner node whose right child is not known yet.
    pub(super) fn inner(column: usize, threshold: f64, missing_left: bool) -> Node {
        let missing = if missing_left { MISSING_LEFT } else { 0 };
        Node {
            threshold,
            feature: column as u32 | missing,
            right: 0,
        }
    }

    /// True if it has no children.
    pub fn is_leaf(&self) -> bool {
        self.feature == LEAF
    }

    /// The column that an inner node looks at.
    pub fn column(&self) -> usize {
        (self.feature & !MISSING_LEFT) as usize
    }

    /// True if an inner node sends NaN left.
    pub fn is_missing_left(&self) -> bool {
        self.feature & MISSING_LEFT != 0
    }

    fn goes_left(&self, value: f64) -> bool {
        if value.is_nan() {
            self.is_missing_left()
        } else {
            value <= self.threshold
        }
    }
}

/// One tree, its root first.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The score that its leaves add to; None: leaves name rows of [`Trees::leaves`].
    pub output: Option<u32>,
    /// In the order of a walk that takes left children first.
    pub nodes: Vec<Node>,
    /// For each inner node, in order, the mean answer of the rows that reach it: a value, or in a tree
    /// without `output` a row of [`Trees::leaves`].
    pub means: Vec<NodeMean>,
}

impl Tree {
    /// The leaf that a row ends in.
    pub fn leaf(&self, row: &[f64]) -> &Node {
        let mut at = 0;
        loop {
            let node = &self.nodes[at];
            if node.is_leaf() {
                return node;
            }
            at = if node.goes_left(row[node.column()]) {
                at + 1
            } else {
                node.right as usize
            };
        }
    }
}

/// Result of a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Trees {
    /// In the order in which their values are added.
    pub trees: Vec<Tree>,
    /// Leaves of the trees without `output`, and then means.
    pub leaves: LeafRows,
    /// Added to the scores at the end, one per output.
    pub intercepts: Vec<f64>,
    /// Number of scores per row.
    pub outputs: usize,
    /// Gain of each column's splits, 1 over all columns; all 0 without a split.
    pub importances: Vec<f64>,
}

impl Trees {
    /// Scores of one row, into `scores` of length `outputs`: from 0, trees in order, then intercepts.
    ///
    /// Boosting: log-odds, softmax scores or values. Forests: values, or class shares that are yet
    /// to be divided by their sum.
    pub fn scores(&self, row: &[f64], scores: &mut [f64]) {
        scores.fill(0.0);
        for tree in &self.trees {
            let leaf = tree.leaf(row);
            match tree.output {
                Some(output) => scores[output as usize] += leaf.threshold,
                None => {
                    for (output, share) in self.leaves.row(leaf.right) {
                        scores[*output as usize] += f64::from(*share);
                    }
                }
            }
        }
        for (score, intercept) in scores.iter_mut().zip(&self.intercepts) {
            *score += intercept;
        }
    }
}

/// Importances from gains: their shares of the sum.
pub(super) fn normalised(gains: Vec<f64>) -> Vec<f64> {
    let sum: f64 = gains.iter().sum();
    if sum > 0.0 && sum.is_finite() {
        gains.into_iter().map(|gain| gain / sum).collect()
    } else {
        vec![0.0; gains.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_walk_the_trees_and_add_the_intercepts() {
        let question = Node {
            right: 2,
            ..Node::inner(0, 1.5, true)
        };
        let nodes = vec![question, Node::leaf(0.0, 1), Node::leaf(0.0, 0)];
        let value = vec![question, Node::leaf(-3.0, 0), Node::leaf(5.0, 0)];
        let trees = Trees {
            trees: vec![
                Tree {
                    output: None,
                    nodes,
                    means: vec![NodeMean::of_row(0)],
                },
                Tree {
                    output: Some(1),
                    nodes: value,
                    means: vec![NodeMean::of_row(0)],
                },
            ],
            leaves: LeafRows::of_dense(&[1.0, 0.0, 0.25, 0.75], 2),
            intercepts: vec![0.0, 100.0],
            outputs: 2,
            importances: vec![1.0],
        };
        let mut scores = [f64::NAN; 2];
        for (value, expected) in [
            (1.5, [0.25, 97.75]),
            (1.6, [1.0, 105.0]),
            (f64::NAN, [0.25, 97.75]),
        ] {
            trees.scores(&[value], &mut scores);
            assert_eq!(scores, expected);
        }
    }
}
