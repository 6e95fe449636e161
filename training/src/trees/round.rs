//! A round of boosting: the derivatives of the loss, and a tree along them for each output.

use rayon::prelude::*;

use super::bins::Bins;
use super::grown::GrownTree;
use super::leafwise::Leafwise;
use super::loss;
use super::moments::{Moments, Scale};
use super::settings::{GradientBoosting, TreeTarget};
use super::split::Limits;
use model::random::Random;

/// The least sum of second derivatives of a leaf, as in scikit-learn.
const LEAST_WEIGHT: f64 = 1e-3;

/// Bits of a gradient.
const GRADIENT_BITS: i32 = 30;

/// Rows of which one thread makes the gradients at a time.
const CHUNK: usize = 1 << 13;

/// A fit under way.
pub(super) struct Fit<'a> {
    pub bins: &'a Bins,
    pub target: TreeTarget<'a>,
    pub weights: Option<&'a [f64]>,
    pub settings: &'a GradientBoosting,
    pub rows: Vec<u32>,
    /// [outputs][all rows]
    pub scores: Vec<Vec<f64>>,
    /// For several classes: [rows][outputs], the shares by the scores of the last round.
    pub shares: Vec<f32>,
    pub gains: Vec<f64>,
}

/// The rows that the trees of a round see, and those that they do not.
struct RowDraw {
    /// Places among the rows of the fit, ascending.
    places: Vec<u32>,
    /// The other rows.
    others: Vec<u32>,
}

impl Fit<'_> {
    /// One tree per output, added to the scores of the training and the `held` rows.
    pub fn round(
        &mut self,
        growers: &mut [Leafwise<'_>],
        random: &mut Random,
        held: &[u32],
    ) -> Vec<GrownTree> {
        let RowDraw { places, others } = self.draw_rows(random);
        let columns = self.draw_columns(random);
        self.measure_shares();
        let mut scores = std::mem::take(&mut self.scores);
        let outputs = scores.len();
        let mut grown = Vec::with_capacity(outputs);
        for (batch, scores) in scores.chunks_mut(growers.len()).enumerate() {
            let first = batch * growers.len();
            let trees = scores
                .par_iter_mut()
                .zip(growers.par_iter_mut())
                .enumerate();
            let trees: Vec<(GrownTree, Vec<f64>)> = trees
                .map(|(at, (scores, grower))| {
                    let mut gains = vec![0.0; self.bins.columns.len()];
                    let tree = self.tree(first + at, scores, grower, &places, &columns, &mut gains);
                    for &row in others.iter().chain(held) {
                        scores[row as usize] += tree.value(self.bins, row);
                    }
                    (tree, gains)
                })
                .collect();
            for (tree, gains) in trees {
                for (sum, gain) in self.gains.iter_mut().zip(gains) {
                    *sum += gain;
                }
                grown.push(tree);
            }
        }
        self.scores = scores;
        grown
    }

    fn tree(
        &self,
        output: usize,
        scores: &mut [f64],
        grower: &mut Leafwise<'_>,
        places: &[u32],
        columns: &[usize],
        gains: &mut [f64],
    ) -> GrownTree {
        let (gradient, curvature) = self.derivatives(output, scores, grower, places);
        let regularization = self.settings.l2_regularization;
        let limits = Limits {
            count: self.settings.min_samples_leaf.max(1),
            weight: curvature.integer(LEAST_WEIGHT).max(1),
            extra: regularization * curvature.0,
        };
        let rate = self.settings.learning_rate;
        let value = |total: Moments| {
            let weight = total.weight() as f64 / curvature.0 + regularization;
            if weight > 0.0 {
                (rate * (total.sum as f64 / gradient.0) / weight) as f32
            } else {
                0.0
            }
        };
        let grown = grower.grow(columns, limits, value, gains);
        for gain in gains {
            *gain *= curvature.0 / (gradient.0 * gradient.0);
        }
        for leaf in &grown.leaves {
            for &row in &grower.rows[leaf.start..leaf.end] {
                scores[row as usize] += f64::from(leaf.value);
            }
        }
        grown
    }

    /// Fills the grower with the rows at `places`, their negative gradients and second derivatives.
    fn derivatives(
        &self,
        output: usize,
        scores: &[f64],
        grower: &mut Leafwise<'_>,
        places: &[u32],
    ) -> (Scale, Scale) {
        let outputs = self.scores_of_a_row();
        let both = |&place: &u32| {
            let row = self.rows[place as usize] as usize;
            let weight = self.weights.map_or(1.0, |weights| weights[row]);
            let (gradient, curvature) = match self.target {
                TreeTarget::Values(values) => (values[row] - scores[row], 1.0),
                TreeTarget::Classes { codes, .. } => {
                    let (share, own) = if outputs == 1 {
                        (loss::logistic(scores[row]), 1)
                    } else {
                        let at = place as usize * outputs + output;
                        (f64::from(self.shares[at]), output as u32)
                    };
                    let truth = f64::from(u8::from(codes[row] == own));
                    (truth - share, share * (1.0 - share))
                }
            };
            (gradient * weight, curvature * weight)
        };
        let found: Vec<(f64, f64)> = places.par_iter().with_min_len(CHUNK).map(both).collect();
        let (mut steepest, mut most) = (0.0f64, 0.0f64);
        for &(gradient, curvature) in &found {
            steepest = steepest.max(gradient.abs());
            most = most.max(curvature);
        }
        let gradient = Scale::of_values(steepest, GRADIENT_BITS);
        let curvature = Scale::of_weights(most, found.len());
        let rows = places.iter().map(|&place| self.rows[place as usize]);
        grower.rows.clear();
        grower.rows.extend(rows);
        grower.items.clear();
        grower.items.extend(
            found.iter().map(|&(slope, bend)| {
                Moments::row(gradient.integer(slope), curvature.integer(bend))
            }),
        );
        (gradient, curvature)
    }

    fn scores_of_a_row(&self) -> usize {
        loss::outputs(self.target)
    }

    /// For several classes, the shares by the current scores.
    fn measure_shares(&mut self) {
        let outputs = self.scores_of_a_row();
        if outputs == 1 {
            return;
        }
        let mut shares = std::mem::take(&mut self.shares);
        shares.resize(self.rows.len() * outputs, 0.0);
        let each = shares.par_chunks_mut(outputs).zip(&self.rows);
        each.with_min_len(CHUNK / 8).for_each(|(shares, &row)| {
            let scores = self.scores.iter().map(|scores| scores[row as usize]);
            loss::softmax(scores, shares);
        });
        self.shares = shares;
    }

    /// Draws the rows of a round.
    fn draw_rows(&self, random: &mut Random) -> RowDraw {
        let count = self.rows.len();
        let mut places: Vec<u32> = (0..count as u32).collect();
        let wanted = (self.settings.subsample * count as f64).ceil() as usize;
        if wanted >= count {
            return RowDraw {
                places,
                others: Vec::new(),
            };
        }
        random.shuffle(&mut places);
        let others = places.split_off(wanted.max(1));
        places.sort_unstable();
        let rows = others.iter().map(|&place| self.rows[place as usize]);
        RowDraw {
            others: rows.collect(),
            places,
        }
    }

    fn draw_columns(&self, random: &mut Random) -> Vec<usize> {
        let count = self.bins.columns.len();
        let mut columns: Vec<usize> = (0..count).collect();
        let wanted = (self.settings.max_features * count as f64).ceil() as usize;
        if wanted < count {
            random.shuffle(&mut columns);
            columns.truncate(wanted.max(1));
            columns.sort_unstable();
        }
        columns
    }
}
