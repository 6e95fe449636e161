//! Linear support vector classification: squared hinge loss, L2 penalty, one class against the rest,
//! by dual coordinate descent.
//!
//! Hsieh, Chang, Lin, Keerthi and Sundararajan, "A dual coordinate descent method for large-scale
//! linear SVM", ICML 2008, with the random order and the shrinking of section 3. The conventions are
//! those of scikit-learn's `LinearSVC`: the intercept is the weight of a feature that is always 1,
//! and is penalised with the others.

use super::algorithm::{Algorithm, ClassCodes, Classifier, FitOptions};
use super::need::{FitNeed, FitSize, product};
use crate::linear::{LinearFit, check_finite, check_rows, outputs, weight_of};
use crate::parameters;
use crate::parameters::Range;
use crate::sparse::Matrix;
use anyhow::Result;
use model::random::Random;
use rayon::prelude::*;

parameters! {
    /// Linear support vectors, one label against the rest.
    pub struct LinearSvc, given GivenLinearSvc {
        /// Inverse of the L2 penalty's strength: `|weights|² / 2` plus C times the summed loss is least.
        c as "C": f64 = 1.0, Range::Above0;
        /// Maximum number of passes over the rows.
        max_iter: usize = 1000, Range::AtLeast(1);
        /// Stop when the projected gradients of the dual problem differ by no more than this.
        tol: f64 = 1e-4, Range::Above0;
    }
}

impl Algorithm for LinearSvc {
    type Features = Matrix;
    type Fitted = LinearFit;

    /// Weights by output and again by feature; each output that is fitted has duals and an order of the
    /// rows.
    fn need(&self, size: &FitSize) -> FitNeed {
        let fits = rayon::current_num_threads().min(size.outputs());
        let working = size.weights() + product(12, &[size.rows, fits]) + product(12, &[size.rows]);
        FitNeed::of_weights(size, working)
    }
}

impl Classifier for LinearSvc {
    /// Its scores are distances from a plane.
    const IS_PROBABILISTIC: bool = false;

    fn fit_classes(
        &self,
        rows: &Matrix,
        classes: ClassCodes<'_>,
        options: &FitOptions<'_>,
    ) -> Result<LinearFit> {
        let ClassCodes { codes, count } = classes;
        fit(rows, codes, count, options.row_weights, *self, options.seed)
    }
}

/// Fits `rows` to the class of each, below `classes`, with one optional weight per row: a row's
/// loss counts `C * weight`. Scores are distances to the separating planes, not logits: make
/// probabilities of them by [`crate::calibration`].
///
/// # Errors
/// When targets or row weights do not fit the rows, or values are too large for finite weights.
fn fit(
    rows: &Matrix,
    targets: &[u32],
    classes: usize,
    row_weights: Option<&[f64]>,
    settings: LinearSvc,
    seed: u64,
) -> Result<LinearFit> {
    check_rows(rows, targets.len(), row_weights)?;
    let outputs = outputs(classes);
    // One more for the feature that is always 1.
    let squares: Vec<f64> = (0..rows.rows())
        .map(|row| rows.row(row).map(|(_, value)| value * value).sum::<f64>() + 1.0)
        .collect();
    let used: Vec<u32> = (0u32..rows.rows() as u32)
        .filter(|row| weight_of(row_weights, *row as usize) > 0.0)
        .collect();
    let fits: Vec<Separated> = (0..outputs)
        .into_par_iter()
        .map(|output| {
            // The one output of two classes is the score of the second.
            let class = if classes == 2 { 1 } else { output as u32 };
            let problem = Problem {
                rows,
                squares: &squares,
                sign: &|row| if targets[row] == class { 1.0 } else { -1.0 },
                slack: &|row| 0.5 / (settings.c * weight_of(row_weights, row)),
            };
            problem.solve(used.clone(), settings, (seed, output as u64))
        })
        .collect();
    let weights =
        (0..rows.columns).flat_map(|column| fits.iter().map(move |fit| fit.weights[column]));
    let fit = LinearFit {
        weights: weights.collect(),
        intercepts: fits.iter().map(|fit| fit.intercept).collect(),
        iterations: fits.iter().map(|fit| fit.passes).max().unwrap_or_default(),
        converged: fits.iter().all(|fit| fit.converged),
    };
    check_finite(fit, "try a smaller C, or scaled features")
}

/// One class against the rest: minimise `aᵀ(Q + D)a / 2 - Σa` over `a >= 0`, where `Q` has the
/// products of rows times their signs and `D` is `slack` (equation 4 of the paper).
struct Problem<'a> {
    rows: &'a Matrix,
    /// `x·x` of each row, the constant feature included.
    squares: &'a [f64],
    /// 1 for a row of the class, else -1.
    sign: &'a (dyn Fn(usize) -> f64 + Sync),
    /// `1 / (2 C)` of a row.
    slack: &'a (dyn Fn(usize) -> f64 + Sync),
}

struct Separated {
    weights: Vec<f64>,
    intercept: f64,
    passes: usize,
    converged: bool,
}

impl Problem<'_> {
    /// `rows` are those that count; the order of each pass is drawn from a seed and its stream.
    fn solve(
        &self,
        mut rows: Vec<u32>,
        settings: LinearSvc,
        (seed, stream): (u64, u64),
    ) -> Separated {
        let mut random = Random::new(seed);
        let mut random = Random::new(random.bits() ^ stream);
        let mut duals = vec![0.0; self.rows.rows()];
        let mut fit = Separated {
            weights: vec![0.0; self.rows.columns],
            intercept: 0.0,
            passes: 0,
            converged: false,
        };
        let mut active = rows.len();
        // Projected gradients of the last pass; a row at 0 whose gradient exceeds them all is
        // believed to stay there, and is shrunk away (section 3.2 of the paper).
        let mut shrink_above = f64::INFINITY;
        while fit.passes < settings.max_iter {
            fit.passes += 1;
            let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
            random.shuffle(&mut rows[..active]);
            let mut at = 0;
            while at < active {
                let row = rows[at] as usize;
                let (sign, slack) = ((self.sign)(row), (self.slack)(row));
                let dual = duals[row];
                let score: f64 = self
                    .rows
                    .row(row)
                    .map(|(column, value)| value * fit.weights[column])
                    .sum();
                let gradient = sign * (score + fit.intercept) - 1.0 + slack * dual;
                if dual == 0.0 && gradient > shrink_above {
                    active -= 1;
                    rows.swap(at, active);
                    continue;
                }
                at += 1;
                let projected = if dual == 0.0 {
                    gradient.min(0.0)
                } else {
                    gradient
                };
                (least, greatest) = (least.min(projected), greatest.max(projected));
                if projected.abs() < 1e-12 {
                    continue;
                }
                let next = (dual - gradient / (self.squares[row] + slack)).max(0.0);
                duals[row] = next;
                let step = sign * (next - dual);
                for (column, value) in self.rows.row(row) {
                    fit.weights[column] += step * value;
                }
                fit.intercept += step;
            }
            if greatest - least <= settings.tol || active == 0 {
                if active == rows.len() {
                    fit.converged = true;
                    break;
                }
                // Done with those: once more with all, and nothing is shrunk in that pass.
                active = rows.len();
                shrink_above = f64::INFINITY;
            } else {
                shrink_above = if greatest > 0.0 {
                    greatest
                } else {
                    f64::INFINITY
                };
            }
        }
        fit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: LinearSvc = LinearSvc {
        c: 1.0,
        max_iter: 10_000,
        tol: 1e-10,
    };

    #[test]
    fn two_points_have_the_plane_worked_out_by_hand() {
        // x = ±1: by symmetry no intercept; w²/2 + 2 (1 - w)² is least at w = 4/5.
        let rows: [&[(u32, f64)]; 2] = [&[(0, -1.0)], &[(0, 1.0)]];
        let rows = Matrix::new(1, rows.into_iter());
        let fit = fit(&rows, &[0, 1], 2, None, SETTINGS, 0).unwrap();
        assert!(fit.converged);
        assert!((fit.weights[0] - 0.8).abs() < 1e-9 && fit.intercepts[0].abs() < 1e-9);
    }

    #[test]
    fn a_row_of_weight_zero_is_as_if_it_were_not_there() {
        let rows: [&[(u32, f64)]; 3] = [&[(0, -1.0)], &[(0, 1.0)], &[(0, 9.0)]];
        let all = Matrix::new(1, rows.into_iter());
        let weights = Some(&[1.0, 1.0, 0.0][..]);
        let fit = fit(&all, &[0, 1, 0], 2, weights, SETTINGS, 0).unwrap();
        assert!((fit.weights[0] - 0.8).abs() < 1e-9);
    }
}
