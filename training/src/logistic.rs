//! Logistic regression on sparse rows, fitted by smartcore's L-BFGS.
//!
//! smartcore's own `LogisticRegression` walks every feature of every row, zeros included: hours for
//! a text of real size. Its optimiser takes any objective, so this one skips the zeros. On dense
//! data the two agree (see `tests/smartcore_parity.rs`).

use crate::sparse::Matrix;
use anyhow::{Result, bail};
use model::format::Link;
use rayon::prelude::*;
use smartcore::optimization::FunctionOrder;
use smartcore::optimization::first_order::FirstOrderOptimizer;
use smartcore::optimization::first_order::lbfgs::LBFGS;
use smartcore::optimization::line_search::Backtracking;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What is to be fitted.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Inverse of the L2 penalty's strength: the objective is the summed loss plus
    /// `|weights|² / (2 C)`; intercepts are free. scikit-learn's `C`.
    pub c: f64,
    /// Most iterations of L-BFGS.
    pub max_iter: usize,
    /// Stop when no partial derivative of the mean loss exceeds this. scikit-learn's `tol`.
    pub tol: f64,
}

/// What was fitted.
pub struct Fit {
    /// `[features, outputs]`, row-major.
    pub weights: Vec<f64>,
    /// One an output.
    pub intercepts: Vec<f64>,
    /// Iterations that it took.
    pub iterations: usize,
    /// Whether it stopped by `tol`, not by `max_iter`.
    pub converged: bool,
}

/// How scores become probabilities for this many classes: one score tells two apart.
pub fn link(classes: usize) -> Link {
    if classes == 2 {
        Link::Sigmoid
    } else {
        Link::Softmax
    }
}

/// Fits `rows` to the class of each, below `classes`. `report(point, loss)` is told the
/// number of each point tried that is better than all before, and its loss a row with the penalty.
///
/// The result does not depend on the number of threads: each sum is made by one thread, in the
/// order of rows.
///
/// # Errors
/// When smartcore gives up, which its line search does by a panic.
pub fn fit(
    rows: &Matrix,
    targets: &[u32],
    classes: usize,
    settings: Settings,
    report: &(dyn Fn(usize, f64) + Sync),
) -> Result<Fit> {
    let outputs = match link(classes) {
        Link::Sigmoid => 1,
        Link::Softmax => classes,
    };
    let (merged_rows, merged) = rows.merge_equal_columns();
    let rows = &merged_rows;
    let objective = Objective {
        rows,
        targets,
        outputs,
        penalty: 1.0 / settings.c,
        last: RefCell::new(Evaluation::default()),
        report,
    };
    let start = vec![0.0; (rows.columns + 1) * outputs];
    let tolerance = settings.tol * rows.rows() as f64;
    let optimizer = LBFGS {
        max_iter: settings.max_iter,
        g_atol: tolerance,
        ..LBFGS::default()
    };
    let line_search: Backtracking<f64> = Backtracking {
        order: FunctionOrder::THIRD,
        ..Backtracking::default()
    };
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
    if weights.iter().any(|weight| !weight.is_finite()) {
        bail!("the fit gave weights that are not finite; try a smaller C");
    }
    let intercepts = weights.split_off(rows.columns * outputs);
    let steepest = objective
        .last
        .borrow()
        .gradient
        .iter()
        .fold(0.0, |a, b| b.abs().max(a));
    Ok(Fit {
        weights: merged.expand(&weights, outputs),
        intercepts,
        iterations: found.iterations,
        converged: steepest <= tolerance || found.iterations < settings.max_iter,
    })
}

/// Scores of a row: `row · weights + intercepts`, features ascending, the intercept last.
pub fn scores(row: impl Iterator<Item = (usize, f64)>, fit: &Fit, scores: &mut [f64]) {
    add_scores(row, &fit.weights, &fit.intercepts, scores);
}

fn add_scores(
    row: impl Iterator<Item = (usize, f64)>,
    weights: &[f64],
    intercepts: &[f64],
    scores: &mut [f64],
) {
    let outputs = scores.len();
    scores.fill(0.0);
    for (feature, value) in row {
        let weights = &weights[feature * outputs..][..outputs];
        for (score, weight) in scores.iter_mut().zip(weights) {
            *score += value * weight;
        }
    }
    for (score, intercept) in scores.iter_mut().zip(intercepts) {
        *score += intercept;
    }
}

/// The summed loss and its gradient. A point is `[features, outputs]` row-major, then the
/// intercepts: what a row touches lies together.
struct Objective<'a> {
    rows: &'a Matrix,
    targets: &'a [u32],
    outputs: usize,
    penalty: f64,
    /// smartcore asks for loss and gradient of a point apart, and up to five times.
    last: RefCell<Evaluation>,
    report: &'a (dyn Fn(usize, f64) + Sync),
}

#[derive(Default)]
struct Evaluation {
    count: usize,
    least: f64,
    point: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
    /// `[rows, outputs]`: probability less truth.
    residuals: Vec<f64>,
}

/// Rows or columns that one task of a thread takes.
const CHUNK: usize = 512;

impl Objective<'_> {
    fn loss(&self, point: &[f64]) -> f64 {
        self.evaluate(point);
        self.last.borrow().loss
    }

    fn gradient(&self, gradient: &mut [f64], point: &[f64]) {
        self.evaluate(point);
        gradient.copy_from_slice(&self.last.borrow().gradient);
    }

    fn evaluate(&self, point: &[f64]) {
        let mut last = self.last.borrow_mut();
        if last.point == point {
            return;
        }
        // Apart from `self`, whose cell no two threads may share.
        let (rows, targets, penalty) = (self.rows, self.targets, self.penalty);
        let (n, k) = (rows.rows(), self.outputs);
        let Evaluation {
            count,
            least,
            point: kept,
            loss,
            gradient,
            residuals,
        } = &mut *last;
        *count += 1;
        kept.clear();
        kept.extend_from_slice(point);
        gradient.resize(point.len(), 0.0);
        residuals.resize(n * k, 0.0);

        let (weights, intercepts) = point.split_at(rows.columns * k);
        let losses: Vec<f64> = residuals
            .par_chunks_mut(k)
            .enumerate()
            .with_min_len(CHUNK)
            .map(|(row, residual)| {
                add_scores(rows.row(row), weights, intercepts, residual);
                to_residual(residual, targets[row] as usize)
            })
            .collect();
        *loss = losses.iter().sum();
        let (of_weights, of_intercepts) = gradient.split_at_mut(rows.columns * k);
        of_weights
            .par_chunks_mut(k)
            .enumerate()
            .with_min_len(CHUNK)
            .for_each(|(column, gradient)| {
                gradient.fill(0.0);
                for (row, value) in rows.column(column) {
                    let residual = &residuals[row * k..][..k];
                    for (slope, residual) in gradient.iter_mut().zip(residual) {
                        *slope += value * residual;
                    }
                }
                for (slope, weight) in gradient.iter_mut().zip(&weights[column * k..]) {
                    *slope += penalty * weight;
                }
            });
        of_intercepts.fill(0.0);
        for residual in residuals.chunks(k) {
            for (slope, residual) in of_intercepts.iter_mut().zip(residual) {
                *slope += residual;
            }
        }
        // Fixed chunks, summed in their order: the same bits on any number of threads.
        let squares: Vec<f64> = weights
            .par_chunks(CHUNK * 64)
            .map(|weights| weights.iter().map(|weight| weight * weight).sum())
            .collect();
        *loss += 0.5 * penalty * squares.iter().sum::<f64>();
        // The line search also tries points that are worse: nobody needs to see these.
        if *count == 1 || *loss < *least {
            *least = *loss;
            (self.report)(*count, *loss / n as f64);
        }
    }
}

/// Turns a row's scores into probability less truth; returns the row's loss, `-ln p(target)`.
fn to_residual(scores: &mut [f64], target: usize) -> f64 {
    if let [score] = scores {
        // ln(1 + e^s) - y s, in the form that overflows for no score.
        let truth = target as f64;
        let loss = score.max(0.0) + libm::log1p(libm::exp(-score.abs())) - truth * *score;
        *score = 1.0 / (1.0 + libm::exp(-*score)) - truth;
        return loss;
    }
    let greatest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let margin = greatest - scores[target];
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = libm::exp(*score - greatest);
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
    scores[target] -= 1.0;
    margin + libm::log(sum)
}
