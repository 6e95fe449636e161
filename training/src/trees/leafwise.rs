//! Grows a tree of boosting, leaf by leaf (Shi, "Best-first decision tree learning", 2007):
//!
//! ```text
//! open = [root], with a histogram of each column and its best cut
//! until there are max_leaves, or no open node has a cut that gains:
//!     take the open node whose cut gains most
//!     sort its rows into left and right, in place
//!     histograms of the smaller child = sums over its rows
//!     histograms of the larger child  = the parent's less the smaller child's
//!     find the best cut of both; both are open
//! ```
//!
//! Only the rows of the smaller child are walked, which is at most half of them (Ke et al.,
//! "LightGBM", 2017). The memory of histograms is used again from tree to tree.

use super::bins::Bins;
use super::counting::{BestCut, each, fill, greatest, may_split, scan};
use super::grown::{GrownLeaf, GrownTree};
use super::moments::Moments;
use super::nodes::Node;
use super::split::{Cut, Histogram, Limits};
use super::view::{Spare, part};
use model::trees::MAX_DEPTH;

/// A node while the tree grows.
struct Open {
    start: usize,
    end: usize,
    /// Cuts between the root and here.
    depth: usize,
    total: Moments,
    /// The best cut, until it is made or ruled out.
    best: Option<BestCut>,
    histograms: Vec<Histogram>,
    /// The cut that was made.
    split: Option<Split>,
}

/// A cut that was made, and the nodes on its sides, by their place among the open nodes.
#[derive(Clone, Copy)]
struct Split {
    left: usize,
    right: usize,
    column: usize,
    cut: Cut,
}

impl Open {
    fn new(start: usize, end: usize, depth: usize, total: Moments) -> Open {
        Open {
            start,
            end,
            depth,
            total,
            best: None,
            histograms: Vec::new(),
            split: None,
        }
    }
}

/// One grower, whose memory serves all trees of a fit.
pub(super) struct Leafwise<'a> {
    bins: &'a Bins,
    max_leaves: usize,
    /// The tree's rows; a node's are next to each other.
    pub rows: Vec<u32>,
    /// Negative gradient and second derivative of each row.
    pub items: Vec<Moments>,
    spare: Spare<Moments>,
    pool: Vec<Vec<Histogram>>,
}

impl<'a> Leafwise<'a> {
    pub fn new(bins: &'a Bins, max_leaves: usize) -> Leafwise<'a> {
        Leafwise {
            bins,
            max_leaves,
            rows: Vec::new(),
            items: Vec::new(),
            spare: Spare::default(),
            pool: Vec::new(),
        }
    }

    /// A tree of the rows and items, over the given columns. `gains` get what the columns gained,
    /// in units of the sums; `value` makes a leaf's value.
    pub fn grow(
        &mut self,
        columns: &[usize],
        limits: Limits,
        value: impl Fn(Moments) -> f32,
        gains: &mut [f64],
    ) -> GrownTree {
        self.spare.rows.resize(self.rows.len(), 0);
        self.spare.items.resize(self.rows.len(), Moments::default());
        let mut open = vec![self.root(columns, limits)];
        for leaves in 2..=self.max_leaves {
            let mut next: Option<(usize, f64)> = None;
            for (at, node) in open.iter().enumerate() {
                if let Some(best) = node.best
                    && next.is_none_or(|(_, gain)| best.gain > gain)
                {
                    next = Some((at, best.gain));
                }
            }
            let Some((at, gain)) = next else { break };
            let last = leaves == self.max_leaves;
            if let Some(column) = self.split(&mut open, at, columns, limits, last) {
                gains[column] += gain;
            }
        }
        let mut grown = GrownTree {
            nodes: Vec::with_capacity(open.len()),
            cuts: Vec::with_capacity(open.len()),
            leaves: Vec::new(),
        };
        self.write(&open, value, &mut grown);
        self.pool
            .extend(open.into_iter().map(|node| node.histograms));
        self.pool.retain(|histograms| !histograms.is_empty());
        grown
    }

    fn root(&mut self, columns: &[usize], limits: Limits) -> Open {
        let mut root = Open::new(0, self.rows.len(), 0, Moments::default());
        for &item in &self.items {
            root.total += item;
        }
        if self.max_leaves < 2 || !may_split(root.total, limits) {
            return root;
        }
        root.histograms = self.histograms(columns.len());
        let total = root.total;
        let (bins, rows, items) = (self.bins, &self.rows, &self.items);
        let cuts = each(
            rows.len(),
            columns,
            &mut root.histograms,
            |column, histogram| {
                let last = bins.edges[column].len();
                fill(histogram, &bins.columns[column], last, rows, items, total);
                scan(histogram, last, total, limits)
            },
        );
        root.best = greatest(columns, cuts.into_iter(), total, limits);
        root
    }

    /// Makes the best cut of a node, which opens two nodes, and returns its column. The last two of a
    /// tree need no histogram.
    fn split(
        &mut self,
        open: &mut Vec<Open>,
        at: usize,
        columns: &[usize],
        limits: Limits,
        last: bool,
    ) -> Option<usize> {
        let BestCut { column, cut, .. } = open[at].best.take()?;
        let cut = self.bins.centred(column, cut);
        let (start, end, total) = (open[at].start, open[at].end, open[at].total);
        let left = part(
            &self.bins.columns[column],
            cut,
            &mut self.rows[start..end],
            &mut self.items[start..end],
            &mut self.spare,
        );
        let middle = start + left;
        let small_is_left = left <= end - middle;
        let (from, to) = if small_is_left {
            (start, middle)
        } else {
            (middle, end)
        };
        let mut sum = Moments::default();
        for &item in &self.items[from..to] {
            sum += item;
        }
        let mut parent = std::mem::take(&mut open[at].histograms);
        let depth = open[at].depth + 1;
        let mut small = Open::new(from, to, depth, sum);
        let (from, to) = if small_is_left {
            (middle, end)
        } else {
            (start, middle)
        };
        let mut large = Open::new(from, to, depth, total - sum);
        let may_split = |total| depth < MAX_DEPTH && may_split(total, limits);
        let wanted = (may_split(small.total), may_split(large.total));
        if last || wanted == (false, false) {
            self.pool.push(parent);
        } else {
            let mut own = self.histograms(columns.len());
            let bins = self.bins;
            let (rows, items) = (
                &self.rows[small.start..small.end],
                &self.items[small.start..small.end],
            );
            let mut pairs: Vec<_> = own.iter_mut().zip(&mut parent).collect();
            let totals = (small.total, large.total);
            let cuts = each(
                rows.len() + 2000,
                columns,
                &mut pairs,
                |column, (own, parent)| {
                    let last = bins.edges[column].len();
                    fill(own, &bins.columns[column], last, rows, items, totals.0);
                    let first = wanted.0.then(|| scan(own, last, totals.0, limits));
                    if !wanted.1 {
                        return (first.flatten(), None);
                    }
                    for bin in (0..=last).chain([255]) {
                        parent[bin] -= own[bin];
                    }
                    (first.flatten(), scan(parent, last, totals.1, limits))
                },
            );
            small.best = greatest(columns, cuts.iter().map(|cut| cut.0), small.total, limits);
            large.best = greatest(columns, cuts.iter().map(|cut| cut.1), large.total, limits);
            small.histograms = own;
            large.histograms = parent;
            for node in [&mut small, &mut large] {
                if node.best.is_none() {
                    self.pool.push(std::mem::take(&mut node.histograms));
                }
            }
        }
        open[at].split = Some(Split {
            left: open.len(),
            right: open.len() + 1,
            column,
            cut,
        });
        let (left, right) = if small_is_left {
            (small, large)
        } else {
            (large, small)
        };
        open.extend([left, right]);
        Some(column)
    }

    /// Writes the nodes in the order of a walk, left children first.
    fn write(&self, open: &[Open], value: impl Fn(Moments) -> f32, grown: &mut GrownTree) {
        let mut tasks = vec![(0, None)];
        while let Some((at, right_of)) = tasks.pop() {
            let place = grown.nodes.len() as u32;
            if let Some(parent) = right_of {
                let parent: &mut Node = &mut grown.nodes[parent as usize];
                parent.right = place;
            }
            let node = &open[at];
            match node.split {
                Some(split) => {
                    let Split { column, cut, .. } = split;
                    let threshold = self.bins.threshold(column, cut.bin);
                    let node = Node::inner(column, threshold, cut.missing_left);
                    grown.nodes.push(node);
                    grown.cuts.push(cut.bin);
                    tasks.extend([(split.right, Some(place)), (split.left, None)]);
                }
                None => {
                    let value = value(node.total);
                    grown.nodes.push(Node::leaf(value, 0));
                    grown.cuts.push(0);
                    grown.leaves.push(GrownLeaf {
                        start: node.start,
                        end: node.end,
                        value,
                    });
                }
            }
        }
    }

    /// Histograms for so many columns, with whatever they held.
    fn histograms(&mut self, columns: usize) -> Vec<Histogram> {
        let mut histograms = self.pool.pop().unwrap_or_default();
        histograms.resize(columns, [Moments::default(); 256]);
        histograms
    }
}
