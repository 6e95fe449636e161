//! Gradient boosting.

use super::algorithm::{Algorithm, ClassCodes, Classifier, FitOptions, Regressor};
use super::need::{FitNeed, FitSize, product, sum};
use crate::trees::{Bins, BoostingRows, TreeTarget, Trees, boost};
use anyhow::Result;

pub use crate::trees::GradientBoosting;

/// Bytes of the 256 sums of a column.
const HISTOGRAM: u64 = 4096;

impl Algorithm for GradientBoosting {
    type Features = Bins;
    type Fitted = Trees;

    /// Each open leaf holds 256 sums of each column, for each tree that grows at the same time.
    fn need(&self, size: &FitSize) -> FitNeed {
        let (rows, outputs) = (size.rows, size.outputs());
        let growers = rayon::current_num_threads().min(outputs);
        // A node is open if it has rows for two leaves; on average it has twice as many.
        let held_back = if self.early_stopping { 0.9 } else { 1.0 };
        let seen = (rows as f64 * self.subsample * held_back) as usize;
        let open = seen / 4 / self.min_samples_leaf.max(1) + 1;
        let open = open.min(self.max_leaf_nodes);
        let leaves = (seen / self.min_samples_leaf.max(1) + 1).min(self.max_leaf_nodes);
        let drawn = (size.features as f64 * self.max_features).ceil() as usize;
        let histograms = product(HISTOGRAM, &[drawn, open, growers]);
        let of_rows = product(12, &[rows, outputs]) + product(40, &[rows, growers]);
        let trees = self.max_iter.saturating_mul(outputs);
        let means = product(4, &[trees, leaves]);
        let result = sum([product(16, &[trees, 2 * leaves]), means]);
        FitNeed {
            running: sum([histograms, of_rows, result]),
            result,
            file: sum([product(12, &[trees, 2 * leaves]), means]),
        }
    }
}

impl Classifier for GradientBoosting {
    fn fit_classes(
        &self,
        bins: &Bins,
        classes: ClassCodes<'_>,
        options: &FitOptions<'_>,
    ) -> Result<Trees> {
        Ok(grow(self, bins, classes.into(), options))
    }
}

impl Regressor for GradientBoosting {
    fn fit_values(&self, bins: &Bins, values: &[f64], options: &FitOptions<'_>) -> Result<Trees> {
        Ok(grow(self, bins, TreeTarget::Values(values), options))
    }
}

fn grow(
    boosting: &GradientBoosting,
    bins: &Bins,
    target: TreeTarget<'_>,
    options: &FitOptions<'_>,
) -> Trees {
    let rows: Vec<u32> = (0..bins.rows as u32).collect();
    let report = |done, of, loss: Option<f64>| {
        let loss = loss.map_or(String::new(), |loss| format!(", loss {loss:.5}"));
        (options.report)(done, of, format!("round {done}{loss}"));
    };
    let rows = BoostingRows {
        training: &rows,
        validation: None,
        weights: options.row_weights,
    };
    boost(bins, target, rows, boosting, options.seed, &report)
}
