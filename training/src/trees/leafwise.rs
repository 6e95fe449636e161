//! Grows a tree of boosting: the leaf that gains most is split first, until there are enough leaves
//! (Shi, "Best-first decision tree learning", 2007). A sibling's histogram is what the other's leaves
//! of their parent's (Ke et al., "LightGBM", 2017), so that only the smaller child is counted.

use super::bins::{Bins, MISSING_BIN};
use super::counting::{each, fill, greatest, may_split, scan};
use super::moments::Moments;
use super::nodes::Node;
use super::split::{Cut, Histogram, Limits};
use super::view::part;
use model::trees::MAX_DEPTH;

/// A tree whose rows are yet known by their place.
pub(super) struct Grown {
    pub nodes: Vec<Node>,
    /// The last bin that a node sends left, for walks over bins.
    pub cuts: Vec<u8>,
    /// Where in the grower's rows a leaf's rows begin and end, and its value.
    pub leaves: Vec<(usize, usize, f32)>,
}

impl Grown {
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

    /// What the rows of each question are answered on average, as in [`super::Tree::means`].
    pub fn means(&self) -> Vec<u32> {
        let mut leaves = self.leaves.iter().rev();
        let mut means = Vec::with_capacity(self.leaves.len());
        // Rows and mean of the trees behind a node, the nearest on top: its children, left first.
        let mut behind: Vec<(f64, f64)> = Vec::new();
        for node in self.nodes.iter().rev() {
            let leaf = |&(start, end, value): &(usize, usize, f32)| {
                ((end - start) as f64, f64::from(value))
            };
            if node.is_leaf() {
                behind.extend(leaves.next().map(leaf));
            } else if let (Some(left), Some(right)) = (behind.pop(), behind.pop()) {
                let rows = left.0 + right.0;
                let mean = (left.0 * left.1 + right.0 * right.1) / rows;
                means.push((mean as f32).to_bits());
                behind.push((rows, mean));
            }
        }
        means.reverse();
        means
    }
}

/// A node while the tree grows.
struct Open {
    start: usize,
    end: usize,
    /// Cuts between the root and here.
    depth: usize,
    total: Moments,
    /// The best cut, its column and its gain, until it is made or ruled out.
    best: Option<(f64, usize, Cut)>,
    histograms: Vec<Histogram>,
    /// Both children and the cut between them, once it is made.
    made: Option<(usize, usize, usize, Cut)>,
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
            made: None,
        }
    }
}

/// One grower, whose memory serves all trees of a fit.
pub(super) struct Leafwise<'a> {
    bins: &'a Bins,
    max_leaves: usize,
    /// The tree's rows; a node's are next to each other.
    pub rows: Vec<u32>,
    /// Of each row, its negative gradient and its second derivative.
    pub items: Vec<Moments>,
    spare: (Vec<u32>, Vec<Moments>),
    pool: Vec<Vec<Histogram>>,
}

impl<'a> Leafwise<'a> {
    pub fn new(bins: &'a Bins, max_leaves: usize) -> Leafwise<'a> {
        Leafwise {
            bins,
            max_leaves,
            rows: Vec::new(),
            items: Vec::new(),
            spare: (Vec::new(), Vec::new()),
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
    ) -> Grown {
        self.spare.0.resize(self.rows.len(), 0);
        self.spare.1.resize(self.rows.len(), Moments::default());
        let mut open = vec![self.root(columns, limits)];
        for leaves in 2..=self.max_leaves {
            let mut next: Option<(usize, f64)> = None;
            for (at, node) in open.iter().enumerate() {
                if node.depth < MAX_DEPTH
                    && let Some((gain, _, _)) = node.best
                    && next.is_none_or(|(_, best)| gain > best)
                {
                    next = Some((at, gain));
                }
            }
            let Some((at, gain)) = next else { break };
            let last = leaves == self.max_leaves;
            if let Some(column) = self.split(&mut open, at, columns, limits, last) {
                gains[column] += gain;
            }
        }
        let mut grown = Grown {
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

    /// Makes the cut of a node: two new nodes. The last of a tree need no histogram.
    /// The column that it was made in.
    fn split(
        &mut self,
        open: &mut Vec<Open>,
        at: usize,
        columns: &[usize],
        limits: Limits,
        last: bool,
    ) -> Option<usize> {
        let (_, column, cut) = open[at].best.take()?;
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
        let wanted = (
            may_split(small.total, limits),
            may_split(large.total, limits),
        );
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
        open[at].made = Some((open.len(), open.len() + 1, column, cut));
        let (left, right) = if small_is_left {
            (small, large)
        } else {
            (large, small)
        };
        open.extend([left, right]);
        Some(column)
    }

    /// Writes the nodes in the order of a walk, left children first.
    fn write(&self, open: &[Open], value: impl Fn(Moments) -> f32, grown: &mut Grown) {
        let mut tasks = vec![(0, None)];
        while let Some((at, right_of)) = tasks.pop() {
            let place = grown.nodes.len() as u32;
            if let Some(parent) = right_of {
                let parent: &mut Node = &mut grown.nodes[parent as usize];
                parent.right = place;
            }
            let node = &open[at];
            match node.made {
                Some((left, right, column, cut)) => {
                    let threshold = self.bins.threshold(column, cut.bin);
                    let node = Node::inner(column, threshold, cut.missing_left);
                    grown.nodes.push(node);
                    grown.cuts.push(cut.bin);
                    tasks.extend([(right, Some(place)), (left, None)]);
                }
                None => {
                    let value = value(node.total);
                    grown.nodes.push(Node::leaf(value, 0));
                    grown.cuts.push(0);
                    grown.leaves.push((node.start, node.end, value));
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
