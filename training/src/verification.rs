//! The model file against the fit that it was made of.

use crate::estimators::Kernel;
use crate::linear;
use crate::pipeline::Pipeline;
use crate::table::Table;
use anyhow::{Result, bail};
use model::Model;
use model::features::Features;
use model::score::Scorer;
use rayon::prelude::*;

/// Weights are rounded to `f32` in the file, which moves a score by about 1e-7 of what is added up.
/// Trees have `f32` leaves in the fit already.
const TOLERANCE: f64 = 1e-5;

/// Scores rows by the model file and by what was fitted, and refuses the file where they differ.
///
/// # Errors
/// With the row where they differ, and by how much.
pub fn check(pipeline: &Pipeline, model: &Model<'_>, table: &Table, rows: &[usize]) -> Result<()> {
    rows.par_iter().try_for_each_init(
        || (Scorer::default(), Features::default()),
        |(scorer, features), row| {
            let cells = table.row(*row);
            let scores = scorer.scores(model, &cells)?;
            features.fill(&model.encoders, &cells);
            let mut expected = vec![0.0; scores.len()];
            let size = match &pipeline.kernel {
                Kernel::Linear(fit) => {
                    let entries = features.entries.iter();
                    let entries = entries.map(|(feature, value)| (*feature as usize, *value));
                    linear::scores(entries, fit, &mut expected);
                    // What rounding is relative to: all that is added up.
                    let outputs = scores.len();
                    let summed = features.entries.iter().map(|(feature, value)| {
                        let weights = &fit.weights[*feature as usize * outputs..][..outputs];
                        weights.iter().fold(0.0, |most: f64, w| most.max((w * value).abs()))
                    });
                    summed.sum::<f64>().max(1.0)
                }
                Kernel::Trees(trees) => {
                    let mut dense = Vec::new();
                    features.fill_dense(model.features, &mut dense);
                    trees.scores(&dense, &mut expected);
                    1.0
                }
            };
            let differences = scores.iter().zip(&expected).map(|(a, b)| (a - b).abs());
            let furthest = differences.fold(0.0, f64::max);
            if furthest > TOLERANCE * size {
                bail!(
                    "the model file disagrees with the fit by {furthest:e} in row {}; nothing was written",
                    row + 1
                );
            }
            Ok(())
        },
    )
}
