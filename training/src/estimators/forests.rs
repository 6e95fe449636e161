//! Random forests and extra trees.

use super::algorithm::{Algorithm, ClassCodes, Classifier, FitOptions, Regressor};
use super::need::{FitNeed, FitSize, product, sum};
use crate::parameters;
use crate::trees::{Bins, Forest, ForestSettings, GivenForest, TreeTarget, Trees, forest};
use anyhow::Result;
use model::format::Link;

parameters! {
    /// Random forest: trees on bootstrap samples.
    pub struct RandomForest(Forest), given GivenForest;
}

parameters! {
    /// Extremely randomised trees: random thresholds.
    pub struct ExtraTrees(Forest), given GivenForest;
}

/// Implements an estimator by a function that makes the settings of its forest.
macro_rules! forests {
    ($type:ident, $settings:path) => {
        impl Algorithm for $type {
            type Features = Bins;
            type Fitted = Trees;

            fn need(&self, size: &FitSize) -> FitNeed {
                need(&$settings(self.0, 0), size)
            }
        }

        impl Classifier for $type {
            /// Its scores are shares of rows.
            fn link(_: usize) -> Link {
                Link::Share
            }

            fn fit_classes(
                &self,
                bins: &Bins,
                classes: ClassCodes<'_>,
                options: &FitOptions<'_>,
            ) -> Result<Trees> {
                let settings = $settings(self.0, options.seed);
                Ok(grow(bins, classes.into(), settings, options))
            }
        }

        impl Regressor for $type {
            fn fit_values(
                &self,
                bins: &Bins,
                values: &[f64],
                options: &FitOptions<'_>,
            ) -> Result<Trees> {
                let settings = $settings(self.0, options.seed);
                Ok(grow(bins, TreeTarget::Values(values), settings, options))
            }
        }
    };
}
forests!(RandomForest, ForestSettings::random_forest);
forests!(ExtraTrees, ForestSettings::extra_trees);

/// Rows of a leaf on average, for each that it must have: a node of less than twice as many is one.
const ROWS_OF_A_LEAF: f64 = 1.4;

/// Length of a path to a leaf, for each level of a tree whose halves are equal: cuts that nothing explains
/// are often near an end.
const DEPTH: f64 = 1.4;

/// Share of the rows that a bootstrap draws, 1 - 1/e.
const DRAWN: f64 = 0.632;

/// Memory of a forest on rows that nothing explains, whose trees are as large as trees can be: nodes, and
/// of labels their shares in each leaf and each node.
fn need(settings: &ForestSettings, size: &FitSize) -> FitNeed {
    let trees = settings.forest.n_estimators;
    let rows = match settings.bootstrap {
        true => (size.rows as f64 * DRAWN) as usize,
        false => size.rows,
    };
    // A leaf of one label takes in the neighbours that have it, too.
    let alike = match size.classes {
        0 | 1 => 1.05,
        classes => 1.05 + 0.7 / (classes - 1) as f64,
    };
    let rows_of_a_leaf = match settings.forest.min_samples_leaf {
        0 | 1 => alike,
        least => alike.max(ROWS_OF_A_LEAF * least as f64),
    };
    let mut leaves = rows as f64 / rows_of_a_leaf;
    if let Some(depth) = settings.forest.max_depth {
        leaves = leaves.min(2f64.powi(depth.min(60) as i32));
    }
    let leaves = (leaves as usize).max(1);
    let shares = match size.classes {
        0 => 0,
        classes => shares(rows, leaves, classes),
    };
    let nodes = product(2, &[leaves, trees]);
    let gains = product(8, &[size.features, trees]);
    let own = sum([nodes.saturating_mul(16 + 2), gains]);
    // An end for each row of shares, of which the means of nodes have one each.
    let all = match size.classes {
        0 => 0,
        _ => sum([product(8, &[shares, trees]), product(8, &[leaves, trees])]),
    };
    let growers = rayon::current_num_threads().min(trees);
    let growing = product(41, &[rows, growers]) + product(2048, &[size.classes, growers]);
    let result = sum([own, all]);
    FitNeed {
        // Trees keep their shares until all of them are merged, by a table of hashes.
        running: sum([result, growing, all]),
        result,
        file: sum([nodes.saturating_mul(12 + 2), product(8, &[shares, trees])]),
    }
}

/// Numbers of a tree's leaves and nodes that are not 0: of each level, as many as its rows and as its
/// nodes have labels.
fn shares(rows: usize, leaves: usize, classes: usize) -> usize {
    let mut nodes = 1usize;
    let mut shares = 0usize;
    while nodes <= leaves {
        shares += rows.min(nodes.saturating_mul(classes));
        nodes *= 2;
    }
    (shares as f64 * DEPTH) as usize
}

fn grow(
    bins: &Bins,
    target: TreeTarget<'_>,
    settings: ForestSettings,
    options: &FitOptions<'_>,
) -> Trees {
    let rows: Vec<u32> = (0..bins.rows as u32).collect();
    let report = |done, of| (options.report)(done, of, format!("tree {done}"));
    forest(bins, target, options.row_weights, &rows, &settings, &report)
}
