//! Trees to the nodes of a model file.

use crate::forest::{Forest, Node, Test, Tree};
use anyhow::{Result, bail};
use model::assemble::{LeafParts, NodeParts, TreeParts};
use model::format::{
    ALL_OUTPUTS, IN_SET, LEAF, MAX_SPLIT_FEATURES, MISSING_LEFT, Node64, NodeMean, Split,
    TreeRecord, ZERO_MISSING,
};
use model::trees::MAX_DEPTH;
use std::collections::HashMap;

/// Laid-out nodes of all trees.
#[derive(Default)]
struct Nodes {
    splits: Vec<Split>,
    sets: Vec<u32>,
    /// First word and number of words of each set that was stored.
    stored: HashMap<Vec<u32>, (u32, u32)>,
    means: Option<Vec<NodeMean>>,
    /// Rows of leaves and means of trees that add to all outputs.
    leaves: Vec<f64>,
    /// Number of outputs.
    outputs: usize,
    /// True if some node is more than a threshold.
    is_special: bool,
}

/// The trees of a forest as a model file holds them: in preorder, with numbers as narrow as they fit.
///
/// # Errors
/// When a tree is no tree, or is larger than a file can hold; `tree 3: …`.
pub fn lay_out(forest: &Forest) -> Result<TreeParts> {
    if forest.features.len() > MAX_SPLIT_FEATURES {
        bail!(
            "the model has {} features; a model file holds at most {MAX_SPLIT_FEATURES}",
            forest.features.len()
        );
    }
    let mut nodes = Nodes {
        means: Some(Vec::new()),
        leaves: forest.leaves.clone(),
        outputs: forest.outputs(),
        ..Nodes::default()
    };
    let mut trees = Vec::with_capacity(forest.trees.len());
    for (index, tree) in forest.trees.iter().enumerate() {
        let first = nodes.splits.len();
        if let Err(why) = nodes.add(tree, forest.features.len()) {
            bail!("tree {index}: {why}");
        }
        let count = nodes.splits.len() - first;
        if u32::try_from(nodes.splits.len()).is_err() {
            bail!("the model has more than {} nodes", u32::MAX);
        }
        trees.push(TreeRecord {
            output: tree.output.into(),
            first: (first as u32).into(),
            count: (count as u32).into(),
        });
    }
    Ok(TreeParts {
        trees,
        nodes: narrowest(nodes.splits, nodes.sets, nodes.is_special),
        leaves: match nodes.leaves.is_empty() {
            true => LeafParts::default(),
            false => LeafParts::Dense64(nodes.leaves),
        },
        means: nodes.means,
        arithmetic: forest.arithmetic,
    })
}

impl Nodes {
    fn add(&mut self, tree: &Tree, features: usize) -> Result<(), String> {
        let start = self.splits.len();
        let mut weights = Vec::with_capacity(tree.nodes.len());
        // Node, depth, and the place of the parent whose right child it is.
        let mut open = vec![(0u32, 0usize, None::<usize>)];
        while let Some((index, depth, parent)) = open.pop() {
            let at = self.splits.len() - start;
            if at >= tree.nodes.len() {
                return Err("its nodes form a loop, or share a child".into());
            }
            if let Some(parent) = parent {
                self.splits[start + parent].right = (at as u32).into();
            }
            match tree.nodes.get(index as usize) {
                None => return Err(format!("it has no node {index}, which another one names")),
                Some(Node::Leaf { value, weight }) => {
                    if !value.is_finite() {
                        return Err(format!("the leaf {index} adds {value}, which is no number"));
                    }
                    weights.push(*weight);
                    let (value, row) = match tree.output {
                        ALL_OUTPUTS => (0.0, *value as u32),
                        _ => (*value, 0),
                    };
                    self.splits.push(Split {
                        threshold: value.into(),
                        feature: LEAF.into(),
                        right: row.into(),
                    });
                }
                Some(Node::Split {
                    feature,
                    test,
                    missing_left,
                    left,
                    right,
                }) => {
                    if *feature as usize >= features {
                        return Err(format!(
                            "node {index} asks for feature {feature}; the model has {features}"
                        ));
                    }
                    if depth >= MAX_DEPTH {
                        return Err(format!(
                            "it is deeper than {MAX_DEPTH} questions, the most that a model file may \
                             have; train with a max_depth"
                        ));
                    }
                    weights.push(None);
                    let split = self.split(*feature, test, *missing_left)?;
                    self.splits.push(split);
                    open.push((*right, depth + 1, Some(at)));
                    open.push((*left, depth + 1, None));
                }
            }
        }
        match tree.output {
            ALL_OUTPUTS => self.add_mean_rows(start, &weights),
            _ => self.add_means(start, &weights),
        }
        Ok(())
    }

    fn split(&mut self, feature: u32, test: &Test, missing_left: bool) -> Result<Split, String> {
        let mark = if missing_left { MISSING_LEFT } else { 0 };
        let (threshold, mark) = match test {
            Test::UpTo(threshold) | Test::UpToZeroMissing(threshold) if threshold.is_nan() => {
                return Err("a threshold is no number".into());
            }
            Test::UpTo(threshold) => ((*threshold).into(), mark),
            Test::UpToZeroMissing(threshold) => ((*threshold).into(), mark | ZERO_MISSING),
            Test::In(words) => {
                let (first, count) = self.set(words);
                (Split::set(first, count), mark | IN_SET)
            }
        };
        self.is_special |= !matches!(test, Test::UpTo(_));
        Ok(Split {
            threshold,
            feature: (feature | mark).into(),
            right: 0.into(),
        })
    }

    /// Stores a set once, however many nodes ask for it.
    fn set(&mut self, words: &[u32]) -> (u32, u32) {
        let used = words.iter().rposition(|word| *word != 0);
        let words = &words[..used.map_or(0, |last| last + 1)];
        if let Some(stored) = self.stored.get(words) {
            return *stored;
        }
        let stored = (self.sets.len() as u32, words.len() as u32);
        self.sets.extend_from_slice(words);
        self.stored.insert(words.to_vec(), stored);
        stored
    }

    /// Adds the mean of the leaves under each inner node, by the weights of their training rows. Without
    /// weights the model has no means at all.
    fn add_means(&mut self, start: usize, weights: &[Option<f64>]) {
        let Some(means) = &mut self.means else {
            return;
        };
        let nodes = &self.splits[start..];
        // Weight and mean of what lies under each node; children come after their parents.
        let mut under = vec![(0.0, 0.0); nodes.len()];
        for at in (0..nodes.len()).rev() {
            let node = &nodes[at];
            under[at] = match (node.feature.get() == LEAF, weights[at]) {
                (true, Some(weight)) => (weight, node.threshold.get()),
                (true, None) => {
                    self.means = None;
                    return;
                }
                (false, _) => {
                    let (left, right) = (under[at + 1], under[node.right.get() as usize]);
                    let weight = left.0 + right.0;
                    let share = if weight > 0.0 { left.0 / weight } else { 0.5 };
                    (weight, share * left.1 + (1.0 - share) * right.1)
                }
            };
        }
        let inner = nodes.iter().zip(&under);
        let inner = inner.filter(|(node, _)| node.feature.get() != LEAF);
        means.extend(inner.map(|(_, (_, mean))| NodeMean::of_value(*mean as f32)));
    }
}

impl Nodes {
    /// As `add_means`, in rows of one number per output.
    fn add_mean_rows(&mut self, start: usize, weights: &[Option<f64>]) {
        let Some(means) = &mut self.means else {
            return;
        };
        let nodes = &self.splits[start..];
        // Weight and row of what lies under each node; children come after their parents.
        let mut under = vec![(0.0, 0u32); nodes.len()];
        for at in (0..nodes.len()).rev() {
            let node = &nodes[at];
            if node.feature.get() == LEAF {
                under[at] = (weights[at].unwrap_or(0.0), node.right.get());
                continue;
            }
            let (left, right) = (under[at + 1], under[node.right.get() as usize]);
            let weight = left.0 + right.0;
            let share = if weight > 0.0 { left.0 / weight } else { 0.5 };
            let row = (self.leaves.len() / self.outputs) as u32;
            for output in 0..self.outputs {
                let number = |row: u32| self.leaves[row as usize * self.outputs + output];
                let mean = share * number(left.1) + (1.0 - share) * number(right.1);
                self.leaves.push(mean);
            }
            under[at] = (weight, row);
        }
        let inner = nodes.iter().zip(&under);
        let inner = inner.filter(|(node, _)| node.feature.get() != LEAF);
        means.extend(inner.map(|(_, (_, row))| NodeMean::of_row(*row)));
    }
}

/// The nodes in the narrowest section that holds them as they are.
fn narrowest(splits: Vec<Split>, sets: Vec<u32>, is_special: bool) -> NodeParts {
    if is_special {
        return NodeParts::Splits { splits, sets };
    }
    let is_narrow = |number: f64| f64::from(number as f32).to_bits() == number.to_bits();
    if splits.iter().all(|node| is_narrow(node.threshold.get())) {
        let narrow = splits.iter().map(|node| model::format::Node {
            threshold: (node.threshold.get() as f32).into(),
            feature: node.feature,
            right: node.right,
        });
        return NodeParts::F32(narrow.collect());
    }
    let wide = splits.iter().map(|node| Node64 {
        threshold: node.threshold,
        feature: node.feature,
        right: node.right,
    });
    NodeParts::F64(wide.collect())
}
