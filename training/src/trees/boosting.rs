//! Gradient boosting with histograms (Friedman, "Greedy function approximation: a gradient boosting
//! machine", 2001).

use super::bins::Bins;
use super::leafwise::Leafwise;
use super::leaves::LeafRows;
use super::loss;
use super::nodes::{Tree, Trees, normalised};
use super::round::Fit;
use super::settings::{GradientBoosting, TreeTarget};
use super::validation::{Validation, held_back};
use model::random::Random;

/// Share of the rows that early stopping holds back, as in scikit-learn.
const HELD_BACK: f64 = 0.1;

/// Rows of a fit, by their numbers.
#[derive(Clone, Copy)]
pub struct BoostingRows<'a> {
    /// Rows that the trees may use.
    pub training: &'a [u32],
    /// Rows on which early stopping takes the loss; a share of `training`, if `None`.
    pub validation: Option<&'a [u32]>,
    /// Weights, one per row of the table; rows of weight 0 are left out. 1 each, if `None`.
    pub weights: Option<&'a [f64]>,
}

/// Fits boosted trees.
///
/// With early stopping, the trees behind the round of the smallest validation loss are cut off:
/// rounds are `trees / outputs`. Calls `report` with the rounds done, the maximum number of rounds,
/// and that loss.
pub fn boost(
    bins: &Bins,
    target: TreeTarget<'_>,
    rows: BoostingRows<'_>,
    settings: &GradientBoosting,
    seed: u64,
    report: &(dyn Fn(usize, usize, Option<f64>) + Sync),
) -> Trees {
    let BoostingRows {
        training,
        validation,
        weights,
    } = rows;
    let weight = |row: u32| match weights {
        Some(weights) => weights[row as usize],
        None => 1.0,
    };
    let weighty = |&row: &u32| weight(row) > 0.0 && weight(row).is_finite();
    let rows = training.iter().copied().filter(weighty).collect();
    let mut random = Random::new(seed);
    let (rows, held) = match (settings.early_stopping, validation) {
        (false, _) => (rows, Vec::new()),
        (true, Some(named)) => (rows, named.iter().copied().filter(weighty).collect()),
        (true, None) => held_back(target, rows, HELD_BACK, &mut random),
    };
    let start = loss::start(target, &rows, weight);
    let mut fit = Fit {
        bins,
        target,
        weights,
        settings,
        scores: start.iter().map(|&score| vec![score; bins.rows]).collect(),
        shares: Vec::new(),
        gains: vec![0.0; bins.columns.len()],
        rows,
    };
    let mut validation = Validation::new(settings.patience(), held);
    let threads = rayon::current_num_threads().min(start.len()).max(1);
    let grower = || Leafwise::new(bins, settings.max_leaf_nodes);
    let mut growers: Vec<Leafwise<'_>> = (0..threads).map(|_| grower()).collect();
    let mut trees: Vec<Tree> = Vec::new();
    let rounds = if fit.rows.is_empty() {
        0
    } else {
        settings.max_iter
    };
    for round in 0..rounds {
        let grown = fit.round(&mut growers, &mut random, validation.rows());
        trees.extend(grown.into_iter().zip(0..).map(|(grown, output)| Tree {
            output: Some(output),
            means: grown.means(),
            nodes: grown.nodes,
        }));
        let loss = validation.measure(round + 1, target, weights, &fit.scores);
        report(round + 1, rounds, loss);
        if validation.is_over(round + 1) {
            break;
        }
    }
    if let Some(best) = validation.best() {
        trees.truncate(best * start.len());
    }
    Trees {
        trees,
        leaves: LeafRows::default(),
        outputs: start.len(),
        intercepts: start,
        importances: normalised(fit.gains),
    }
}
