//! Forests of numbers, and of two classes: what is made smaller is the squared error, which for
//! classes 0 and 1 is half of Gini's impurity.

use super::deep::Measure;
use super::leaves::LeafSet;
use super::moments::Moments;
use super::nodes::Node;
use super::split::{self, Cut, CutSearch, Histogram, Limits};
use super::view::View;
use model::format::NodeMean;

/// Rows up to which bins with rows are noted, rather than all bins between least and greatest seen.
const FEW: usize = 256;

/// Value of a leaf.
pub(super) enum LeafAnswer<'a> {
    /// The mean of these values, of one of so many trees.
    Mean {
        values: &'a [f64],
        trees: f64,
        /// The number that a leaf's value is added to.
        base: f64,
        /// Items hold the difference of a value to this, times the scale.
        middle: f64,
        scale: f64,
    },
    /// The shares of both classes.
    Shares(LeafSet),
}

/// The squared error of a tree's rows.
pub(super) struct Averages<'a> {
    limits: Limits,
    total: Moments,
    histogram: Box<Histogram>,
    pub answer: LeafAnswer<'a>,
}

impl Averages<'_> {
    pub fn new(min_samples_leaf: usize, answer: LeafAnswer<'_>) -> Averages<'_> {
        Averages {
            limits: Limits {
                count: min_samples_leaf.max(1),
                weight: 1,
                extra: 0.0,
            },
            total: Moments::default(),
            histogram: Box::new([Moments::default(); 256]),
            answer,
        }
    }
}

impl Measure for Averages<'_> {
    type Item = Moments;

    fn enter(&mut self, items: &[Moments]) -> bool {
        self.total = Moments::default();
        for &item in items {
            self.total += item;
        }
        // Equal values: sum / weight is the same for all rows.
        let Some(first) = items.first() else {
            return false;
        };
        let (sum, weight) = (i128::from(first.sum), i128::from(first.weight()));
        !items
            .iter()
            .all(|item| i128::from(item.sum) * weight == sum * i128::from(item.weight()))
    }

    fn score(&self) -> f64 {
        self.total.score(0.0)
    }

    fn best(&mut self, view: &View<'_>, items: &[Moments]) -> Option<Cut> {
        if !view.missing && view.greatest - view.least == 1 {
            // One place to cut, as in a column of 0 and 1.
            return self.at(view, items, view.least);
        }
        let histogram = &mut *self.histogram;
        if items.len() > FEW {
            histogram.fill(Moments::default());
            for (&bin, &item) in view.bins.iter().zip(items) {
                histogram[usize::from(bin)] += item;
            }
            let cut = split::best(
                histogram,
                view.least,
                view.greatest,
                self.total,
                self.limits,
            );
            histogram.fill(Moments::default());
            return cut;
        }
        let mut present = [0u64; 4];
        for (&bin, &item) in view.bins.iter().zip(items) {
            histogram[usize::from(bin)] += item;
            present[usize::from(bin >> 6)] |= 1 << (bin & 63);
        }
        let missing = std::mem::take(&mut histogram[255]);
        present[3] &= !(1 << 63);
        let mut search = CutSearch::new(self.limits, self.total, missing);
        for (word, mut bits) in present.into_iter().enumerate() {
            while bits != 0 {
                let bin = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                search.bin(bin as u8, std::mem::take(&mut histogram[bin]));
            }
        }
        search.finish()
    }

    fn at(&mut self, view: &View<'_>, items: &[Moments], bin: u8) -> Option<Cut> {
        let (mut left, mut missing) = (Moments::default(), Moments::default());
        for (&other, &item) in view.bins.iter().zip(items) {
            left.add_if(other <= bin, item);
        }
        if view.missing {
            for (&other, &item) in view.bins.iter().zip(items) {
                missing.add_if(other == u8::MAX, item);
            }
        }
        split::at(bin, left, self.total, missing, self.limits)
    }

    fn leaf(&mut self, rows: &[u32], items: &[Moments]) -> Node {
        let LeafAnswer::Mean {
            values,
            trees,
            base,
            ..
        } = &self.answer
        else {
            return Node::leaf(0.0, self.mean().row());
        };
        let mut sum = 0.0;
        for (&row, item) in rows.iter().zip(items) {
            sum += (values[row as usize] - base) * item.weight() as f64;
        }
        let weight = self.total.weight() as f64;
        Node::leaf((sum / weight / trees) as f32, 0)
    }

    fn mean(&mut self) -> NodeMean {
        let weight = self.total.weight() as f64;
        let mean = self.total.sum as f64 / weight;
        match &mut self.answer {
            LeafAnswer::Mean {
                trees,
                base,
                middle,
                scale,
                ..
            } => NodeMean::of_value((((*middle - *base) + mean / *scale) / *trees) as f32),
            LeafAnswer::Shares(leaves) => {
                let other = (self.total.weight() - self.total.sum) as f64 / weight;
                NodeMean::of_row(leaves.row((0..).zip([other as f32, mean as f32])))
            }
        }
    }
}
