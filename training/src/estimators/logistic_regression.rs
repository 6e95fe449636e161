//! Logistic regression with an L2 penalty, fitted by L-BFGS: smartcore's, and, where there are more
//! features than rows, as texts have, one of ours in the space of the rows.
//!
//! smartcore's own `LogisticRegression` walks every feature of every row, zeros included: hours for
//! a text of real size. Its optimiser takes any objective, so this one skips the zeros. On dense
//! data the two agree (see `tests/smartcore_parity.rs`).

use super::algorithm::{Algorithm, ClassCodes, Classifier, FitOptions};
use super::need::{FitNeed, FitSize, product};
use crate::linear::logistic_loss::Objective;
use crate::linear::{LinearFit, check_finite, check_rows, outputs, row_space};
use crate::parameters;
use crate::parameters::Range;
use crate::sparse::Matrix;
use anyhow::{Result, bail};
use smartcore::optimization::FunctionOrder;
use smartcore::optimization::first_order::FirstOrderOptimizer;
use smartcore::optimization::first_order::lbfgs::LBFGS;
use smartcore::optimization::line_search::Backtracking;
use std::panic::{AssertUnwindSafe, catch_unwind};

// `C` is 1 in scikit-learn, which holds tf-idf weights, whose rows have length 1, too small: 10 is
// better on every text set measured (docs/training.md).
parameters! {
    /// Logistic regression with an L2 penalty.
    pub struct LogisticRegression, given GivenLogisticRegression {
        /// Inverse of the L2 penalty's strength: the summed loss plus `|weights|² / (2 C)` is least.
        c as "C": f64 = 10.0, Range::Above0;
        /// Most iterations.
        max_iter: usize = 1000, Range::AtLeast(1);
        /// Stop when no partial derivative of the mean loss exceeds this.
        tol: f64 = 1e-4, Range::Above0;
    }
}

impl Algorithm for LogisticRegression {
    type Features = Matrix;
    type Fitted = LinearFit;

    /// Either optimiser remembers ten steps, each by two vectors: of the length of the weights, or of
    /// the scores and twice, as a vector in the space of the rows has an image. Before, equal columns are
    /// merged, by keys as long as the columns.
    fn need(&self, size: &FitSize) -> FitNeed {
        let keys = product(8, &[size.entries]) + product(80, &[size.features]);
        let is_in_row_space = size.rows < size.distinct;
        let vectors = match is_in_row_space {
            true => {
                let merged = product(16, &[size.distinct, size.outputs()]);
                // The merged matrix stays.
                50 * size.scores() + merged + product(24, &[size.entries])
            }
            false => 36 * size.weights() + 2 * size.scores(),
        };
        let merging = match size.distinct < size.features {
            true => keys + product(40, &[size.entries]),
            false => keys,
        };
        FitNeed::of_weights(size, vectors.max(merging))
    }
}

impl Classifier for LogisticRegression {
    fn fit_classes(
        &self,
        rows: &Matrix,
        classes: ClassCodes<'_>,
        options: &FitOptions<'_>,
    ) -> Result<LinearFit> {
        let report = |point, loss| {
            (options.report)(point, 0, format!("point {point}, loss {loss:.5}"));
        };
        let ClassCodes { codes, count } = classes;
        fit(rows, codes, count, options.row_weights, *self, &report)
    }
}

/// Fits `rows` to the class of each, below `classes`, with one optional weight per row. Calls
/// `report(point, loss)` with the number of each point that is better than all before, and its loss
/// per row including the penalty.
///
/// The result does not depend on the number of threads: each sum is made by one thread, in the
/// order of rows.
///
/// # Errors
/// When targets or row weights do not fit the rows, or the optimiser finds no finite weights.
fn fit(
    rows: &Matrix,
    targets: &[u32],
    classes: usize,
    row_weights: Option<&[f64]>,
    settings: LogisticRegression,
    report: &(dyn Fn(usize, f64) + Sync),
) -> Result<LinearFit> {
    let total = check_rows(rows, targets.len(), row_weights)?;
    let outputs = outputs(classes);
    let (merged_rows, merged) = rows.merge_equal_columns();
    let objective = Objective::new(
        &merged_rows,
        targets,
        outputs,
        row_weights,
        1.0 / settings.c,
        report,
    );
    let tolerance = settings.tol * total;
    // smartcore's L-BFGS holds 33 vectors as long as all weights: 5 GB of a million features by 20
    // classes, and on texts it takes two to four times the time.
    let mut fitted = if merged_rows.rows() < merged_rows.columns {
        row_space::fit(&objective, settings.max_iter, tolerance)
    } else {
        by_smartcore(&objective, settings.max_iter, tolerance)?
    };
    fitted.weights = merged.expand(&fitted.weights, outputs);
    check_finite(fitted, "try a smaller C")
}

fn by_smartcore(objective: &Objective<'_>, max_iter: usize, tolerance: f64) -> Result<LinearFit> {
    let Objective { rows, outputs, .. } = objective;
    let start = vec![0.0; (rows.columns + 1) * outputs];
    let optimizer = LBFGS {
        max_iter,
        g_atol: tolerance,
        ..LBFGS::default()
    };
    let line_search: Backtracking<f64> = Backtracking {
        order: FunctionOrder::THIRD,
        ..Backtracking::default()
    };
    // Its line search gives up by a panic.
    let found = catch_unwind(AssertUnwindSafe(|| {
        optimizer.optimize(
            &|point: &Vec<f64>| objective.loss(point),
            &|gradient: &mut Vec<f64>, point: &Vec<f64>| objective.gradient(gradient, point),
            &start,
            &line_search,
        )
    }));
    let Ok(found) = found else {
        bail!("smartcore's line search found no better point; try a smaller C or a larger tol");
    };
    let mut weights = found.x;
    let intercepts = weights.split_off(rows.columns * outputs);
    Ok(LinearFit {
        weights,
        intercepts,
        iterations: found.iterations,
        converged: objective.steepest() <= tolerance || found.iterations < max_iter,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::random::Random;

    fn fitted(rows: &[&[(u32, f64)]], targets: &[u32], weights: Option<&[f64]>) -> LinearFit {
        let rows = Matrix::new(2, rows.iter().copied());
        let settings = LogisticRegression {
            c: 1.0,
            max_iter: 1000,
            tol: 1e-12,
        };
        fit(&rows, targets, 3, weights, settings, &|_, _| ()).unwrap()
    }

    #[test]
    fn a_row_of_weight_two_counts_as_two_and_one_of_weight_zero_as_none() {
        let rows: [&[(u32, f64)]; 4] = [&[(0, 1.0)], &[(1, 2.0)], &[], &[(0, 3.0), (1, 1.0)]];
        let weighted = fitted(&rows, &[0, 1, 2, 2], Some(&[1.0, 2.0, 1.0, 0.0]));
        let rows = [rows[0], rows[1], rows[1], rows[2]];
        let repeated = fitted(&rows, &[0, 1, 1, 2], None);
        for (a, b) in weighted.weights.iter().zip(&repeated.weights) {
            assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
    }

    #[test]
    fn both_optimisers_find_the_same_weights() {
        let mut random = Random::new(5);
        for outputs in [1, 4] {
            let targets: Vec<u32> = (0..40).map(|row| row % outputs.max(2) as u32).collect();
            let row = |target: &u32| -> Vec<(u32, f64)> {
                let entry = |column| {
                    (
                        column,
                        random.below(9) as f64 - 4.0 + f64::from(column * target % 5),
                    )
                };
                (0..60).step_by(1 + *target as usize).map(entry).collect()
            };
            let rows: Vec<Vec<(u32, f64)>> = targets.iter().map(row).collect();
            let rows = Matrix::new(60, rows.iter().map(Vec::as_slice));
            let weights: Vec<f64> = (0..40).map(|row| f64::from(row % 3)).collect();
            let objective =
                Objective::new(&rows, &targets, outputs, Some(&weights), 100.0, &|_, _| ());
            let theirs = by_smartcore(&objective, 1000, 1e-9).unwrap();
            let ours = row_space::fit(&objective, 1000, 1e-9);
            assert!(theirs.converged && ours.converged);
            for (a, b) in ours.weights.iter().zip(&theirs.weights) {
                assert!((a - b).abs() < 1e-6, "{outputs} outputs: {a} {b}");
            }
            for (a, b) in ours.intercepts.iter().zip(&theirs.intercepts) {
                assert!(
                    (a - b).abs() < 1e-6,
                    "{outputs} outputs, intercepts: {a} {b}"
                );
            }
        }
    }

    #[test]
    fn weights_of_one_change_no_bit() {
        let rows: [&[(u32, f64)]; 3] = [&[(0, 1.0)], &[(1, 2.0)], &[(0, 0.3)]];
        let without = fitted(&rows, &[0, 1, 2], None);
        let with = fitted(&rows, &[0, 1, 2], Some(&[1.0; 3]));
        assert_eq!(without.weights, with.weights);
    }
}
