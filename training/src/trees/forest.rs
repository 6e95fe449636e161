//! Random forests (Breiman, "Random Forests", 2001) and extra trees (Geurts, Ernst and Wehenkel,
//! "Extremely randomized trees", 2006).

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::averages::{Averages, LeafAnswer};
use super::bins::Bins;
use super::classes::{GiniImpurity, Labelled};
use super::deep::{DeepTree, Grower, Growth, Measure};
use super::leaves::{LeafRows, LeafSet};
use super::moments::{Moments, weighed};
use super::nodes::{Tree, Trees, normalised};
use super::rows::{ValueBits, WeightedRows};
use super::settings::{ForestSettings, TreeTarget};
use model::format::NodeMean;
use model::random::Random;

/// Values that lie farther from 0 than so many times their spread are learnt as distances from their
/// mean, which is added at the end: a leaf is an f32, and would round a time of 2025 to 128 seconds.
const FAR: f64 = 1024.0;

/// Bits of a value; weights that are not 1 take as many as a sum then has left.
const VALUE_BITS: ValueBits = ValueBits {
    unweighted: 30,
    weighted: 24,
};

/// Fits a forest on the permitted `rows`; rows without weight are left out. Calls `report` with the
/// number of trees done and the total.
///
/// Classes: leaves have the shares of all classes. Values: leaves have the mean, or its distance from
/// the intercept, already divided by the number of trees.
pub fn forest(
    bins: &Bins,
    target: TreeTarget<'_>,
    weights: Option<&[f64]>,
    rows: &[u32],
    settings: &ForestSettings,
    report: &(dyn Fn(usize, usize) + Sync),
) -> Trees {
    let rows = WeightedRows::new(rows, weights);
    let plan = Plan {
        bins,
        rows: &rows,
        settings,
        columns_of_a_node: settings.columns_of_a_node(target, bins.columns.len()),
        report,
        done: AtomicUsize::new(0),
    };
    match target {
        TreeTarget::Classes { codes, count } if count > 2 => {
            let grown = plan.grow(
                |row, weight| Labelled {
                    class: codes[row as usize],
                    weighed: weighed(weight),
                },
                || GiniImpurity::new(count, settings.forest.min_samples_leaf),
                |measure| Some(measure.leaves.into_rows()),
            );
            merge(grown, vec![0.0; count], bins.columns.len())
        }
        TreeTarget::Classes { codes, count } => {
            let grown = plan.grow(
                |row, weight| Moments::row(i64::from(codes[row as usize]) * weight, weight),
                || {
                    Averages::new(
                        settings.forest.min_samples_leaf,
                        LeafAnswer::Shares(LeafSet::default()),
                    )
                },
                |measure| match measure.answer {
                    LeafAnswer::Shares(leaves) => Some(leaves.into_rows()),
                    LeafAnswer::Mean { .. } => None,
                },
            );
            merge(grown, vec![0.0; count.max(2)], bins.columns.len())
        }
        TreeTarget::Values(values) => {
            let spread = rows.spread(values, VALUE_BITS);
            let (middle, scale) = (spread.mean, spread.scale);
            let base = match middle.abs() > FAR * spread.farthest && spread.farthest > 0.0 {
                true => middle,
                false => 0.0,
            };
            let trees = settings.forest.n_estimators as f64;
            let grown = plan.grow(
                |row, weight| {
                    let value = scale.integer(values[row as usize] - middle);
                    Moments::row(value * weight, weight)
                },
                || {
                    let answer = LeafAnswer::Mean {
                        values,
                        trees,
                        base,
                        middle,
                        scale: scale.0,
                    };
                    Averages::new(settings.forest.min_samples_leaf, answer)
                },
                |_| None,
            );
            merge(grown, vec![base], bins.columns.len())
        }
    }
}

/// A tree on its own, with the leaves that it names.
struct ForestTree {
    grown: DeepTree,
    leaves: Option<LeafRows>,
}

/// Shared data of all trees of a forest.
struct Plan<'a> {
    bins: &'a Bins,
    rows: &'a WeightedRows,
    settings: &'a ForestSettings,
    columns_of_a_node: usize,
    report: &'a (dyn Fn(usize, usize) + Sync),
    done: AtomicUsize,
}

impl Plan<'_> {
    /// All trees, each from a seed of its own, so that threads do not matter.
    fn grow<M: Measure>(
        &self,
        item: impl Fn(u32, i64) -> M::Item + Sync,
        measure: impl Fn() -> M + Sync,
        leaves: impl Fn(M) -> Option<LeafRows> + Sync,
    ) -> Vec<ForestTree> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let settings = self.settings;
        let mut seeds = Random::new(settings.seed);
        let seeds: Vec<u64> = (0..settings.forest.n_estimators)
            .map(|_| seeds.bits())
            .collect();
        let tree = |&seed: &u64| {
            let mut random = Random::new(seed);
            let mut grower = Grower {
                bins: self.bins,
                growth: Growth {
                    columns: self.columns_of_a_node,
                    min_samples_leaf: settings.forest.min_samples_leaf,
                    max_depth: settings.forest.max_depth.unwrap_or(usize::MAX),
                    extra: settings.extra,
                },
                rows: Vec::new(),
                items: Vec::new(),
                measure: measure(),
                random: Random::new(random.bits()),
            };
            for (row, weight) in self.rows.sample(settings.bootstrap, &mut random) {
                grower.rows.push(row);
                grower.items.push(item(row, weight));
            }
            let grown = grower.grow();
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            (self.report)(done, settings.forest.n_estimators);
            ForestTree {
                grown,
                leaves: leaves(grower.measure),
            }
        };
        seeds.par_iter().map(tree).collect()
    }
}

/// The trees as one model: rows of leaves are numbered anew, in the order of the trees; those of
/// means, which scoring does not touch, behind all of them.
fn merge(mut forest: Vec<ForestTree>, intercepts: Vec<f64>, columns: usize) -> Trees {
    let outputs = intercepts.len();
    let mut all = LeafSet::default();
    let mut gains = vec![0.0; columns];
    for ForestTree { grown, leaves } in &mut forest {
        for (sum, gain) in gains.iter_mut().zip(&grown.gains) {
            *sum += gain;
        }
        if let Some(leaves) = leaves {
            let mut row = renumbered(leaves, &mut all);
            for leaf in grown.nodes.iter_mut().filter(|node| node.is_leaf()) {
                leaf.right = row(leaf.right);
            }
        }
    }
    let mut trees = Vec::with_capacity(forest.len());
    for ForestTree { mut grown, leaves } in forest {
        if let Some(leaves) = &leaves {
            let mut row = renumbered(leaves, &mut all);
            for mean in &mut grown.means {
                *mean = NodeMean::of_row(row(mean.row()));
            }
        }
        grown.nodes.shrink_to_fit();
        grown.means.shrink_to_fit();
        trees.push(Tree {
            output: leaves.is_none().then_some(0),
            nodes: grown.nodes,
            means: grown.means,
        });
    }
    Trees {
        trees,
        leaves: all.into_rows(),
        intercepts,
        outputs,
        importances: normalised(gains),
    }
}

/// The function from a row of a tree's leaves to its number among all leaves, to which the row is
/// added.
fn renumbered<'l>(leaves: &'l LeafRows, all: &'l mut LeafSet) -> impl FnMut(u32) -> u32 + use<'l> {
    let mut numbers = vec![None; leaves.len()];
    move |row| {
        let shares = leaves.row(row).iter().copied();
        *numbers[row as usize].get_or_insert_with(|| all.row(shares))
    }
}
