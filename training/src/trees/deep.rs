//! Grows a tree of a forest: depth first, until nothing is left to ask.

use super::bins::Bins;
use super::nodes::Node;
use super::split::Cut;
use super::view::{Spare, View, look, part};
use model::format::NodeMean;
use model::random::Random;
use model::trees::MAX_DEPTH;

/// Impurity that a forest's trees reduce: squared error or Gini.
pub(super) trait Measure {
    /// Target of a row.
    type Item: Copy;

    /// Looks at a node. False if there is nothing to make purer.
    fn enter(&mut self, items: &[Self::Item]) -> bool;

    /// The score of the node as it is; a cut's score is compared with it.
    fn score(&self) -> f64;

    /// The best cut of a column.
    fn best(&mut self, view: &View<'_>, items: &[Self::Item]) -> Option<Cut>;

    /// A cut of a column behind a given bin.
    fn at(&mut self, view: &View<'_>, items: &[Self::Item], bin: u8) -> Option<Cut>;

    /// The leaf for these rows, the ones that were entered last.
    fn leaf(&mut self, rows: &[u32], items: &[Self::Item]) -> Node;

    /// Mean answer of the rows that were entered last, as in [`super::Tree::means`].
    fn mean(&mut self) -> NodeMean;
}

/// Limits of growth.
#[derive(Clone, Copy)]
pub(super) struct Growth {
    /// Columns that a node chooses among.
    pub columns: usize,
    pub min_samples_leaf: usize,
    pub max_depth: usize,
    /// Random thresholds.
    pub extra: bool,
}

/// A node yet to be grown.
struct Task {
    start: usize,
    end: usize,
    depth: usize,
    /// Number of leading columns that are known to be constant among its rows. They stay first
    /// until its subtree is grown, since a subtree moves only what lies behind them.
    constants: usize,
    /// The node whose right child this is.
    right_of: Option<usize>,
}

/// A tree as it was grown.
pub(super) struct DeepTree {
    /// In the order of a walk that takes left children first.
    pub nodes: Vec<Node>,
    /// Mean answers of the inner nodes, in their order.
    pub means: Vec<NodeMean>,
    /// Gain of each column's cuts.
    pub gains: Vec<f64>,
}

/// A cut, and the column that it cuts.
#[derive(Clone, Copy)]
struct ColumnCut {
    column: usize,
    cut: Cut,
}

/// One grower, for one tree.
pub(super) struct Grower<'a, M: Measure> {
    pub bins: &'a Bins,
    pub growth: Growth,
    /// The tree's rows; a node's are next to each other.
    pub rows: Vec<u32>,
    /// Target of each row.
    pub items: Vec<M::Item>,
    pub measure: M,
    pub random: Random,
}

impl<M: Measure> Grower<'_, M> {
    /// Grows the tree. There must be rows.
    pub fn grow(&mut self) -> DeepTree {
        let mut nodes: Vec<Node> = Vec::new();
        let mut means = Vec::new();
        let mut gains = vec![0.0; self.bins.columns.len()];
        let mut order: Vec<usize> = (0..self.bins.columns.len()).collect();
        let mut local = vec![0; self.rows.len()];
        let mut spare = Spare {
            rows: self.rows.clone(),
            items: self.items.clone(),
        };
        let mut tasks = vec![Task {
            start: 0,
            end: self.rows.len(),
            depth: 0,
            constants: 0,
            right_of: None,
        }];
        while let Some(mut task) = tasks.pop() {
            let (start, end) = (task.start, task.end);
            let at = nodes.len();
            if let Some(parent) = task.right_of {
                nodes[parent].right = at as u32;
            }
            let impure = self.measure.enter(&self.items[start..end]);
            let may_split = impure
                && task.depth < self.growth.max_depth.min(MAX_DEPTH)
                && (end - start) / 2 >= self.growth.min_samples_leaf.max(1);
            let found = if may_split {
                self.choose(&mut task, &mut order, &mut local)
            } else {
                None
            };
            let Some(ColumnCut { column, cut }) = found else {
                let leaf = self
                    .measure
                    .leaf(&self.rows[start..end], &self.items[start..end]);
                nodes.push(leaf);
                continue;
            };
            let cut = self.bins.centred(column, cut);
            means.push(self.measure.mean());
            gains[column] += (cut.score - self.measure.score()).max(0.0);
            let (rows, items) = (&mut self.rows[start..end], &mut self.items[start..end]);
            let left = part(&self.bins.columns[column], cut, rows, items, &mut spare);
            let threshold = self.bins.threshold(column, cut.bin);
            nodes.push(Node::inner(column, threshold, cut.missing_left));
            let depth = task.depth + 1;
            tasks.push(Task {
                start: start + left,
                end,
                depth,
                constants: task.constants,
                right_of: Some(at),
            });
            tasks.push(Task {
                start,
                end: start + left,
                depth,
                constants: task.constants,
                right_of: None,
            });
        }
        DeepTree {
            nodes,
            means,
            gains,
        }
    }

    /// The best cut of as many random columns as wanted. Columns in which the rows are equal do not
    /// count (in scikit-learn they do, for trees that are larger and no better), and the search goes
    /// on until there is a cut.
    fn choose(
        &mut self,
        task: &mut Task,
        columns: &mut [usize],
        local: &mut [u8],
    ) -> Option<ColumnCut> {
        let (rows, items) = (
            &self.rows[task.start..task.end],
            &self.items[task.start..task.end],
        );
        let mut best: Option<ColumnCut> = None;
        // Columns lie in the order: constant ones, those looked at, those yet to be drawn.
        let (mut seen, mut drawn) = (0, task.constants);
        while drawn < columns.len() && (seen < self.growth.columns || best.is_none()) {
            columns.swap(drawn, drawn + self.random.below(columns.len() - drawn));
            let column = columns[drawn];
            drawn += 1;
            let Some(view) = look(&self.bins.columns[column], rows, local) else {
                columns.swap(drawn - 1, task.constants);
                task.constants += 1;
                continue;
            };
            seen += 1;
            let cut = if self.growth.extra {
                let span = usize::from(view.greatest - view.least);
                let step = if span == 0 {
                    0
                } else {
                    self.random.below(span)
                };
                self.measure.at(&view, items, view.least + step as u8)
            } else {
                self.measure.best(&view, items)
            };
            if let Some(cut) = cut
                && best.is_none_or(|best| cut.score > best.cut.score)
            {
                best = Some(ColumnCut { column, cut });
            }
        }
        best
    }
}
