//! Random forests and extra trees.

use super::algorithm::{Algorithm, ClassCodes, Classifier, FitOptions, Regressor};
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

            /// Each tree counts what its columns gained.
            fn memory(&self, _: usize, features: usize, _: usize) -> u64 {
                (8 * features as u64).saturating_mul(self.n_estimators as u64)
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
