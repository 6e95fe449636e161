//! The objective of logistic regression: its loss and slopes at a point.

use super::{add_scores, weight_of};
use crate::sparse::Matrix;
use rayon::prelude::*;
use std::cell::RefCell;

/// The summed loss and its gradient. A point is `[features, outputs]` row-major, then the
/// intercepts: what a row touches lies together.
pub(crate) struct Objective<'a> {
    pub(crate) rows: &'a Matrix,
    pub(crate) outputs: usize,
    pub(crate) penalty: f64,
    targets: &'a [u32],
    row_weights: Option<&'a [f64]>,
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

impl<'a> Objective<'a> {
    pub(crate) fn new(
        rows: &'a Matrix,
        targets: &'a [u32],
        outputs: usize,
        row_weights: Option<&'a [f64]>,
        penalty: f64,
        report: &'a (dyn Fn(usize, f64) + Sync),
    ) -> Objective<'a> {
        Objective {
            rows,
            outputs,
            penalty,
            targets,
            row_weights,
            last: RefCell::new(Evaluation::default()),
            report,
        }
    }

    pub(crate) fn loss(&self, point: &[f64]) -> f64 {
        self.evaluate(point);
        self.last.borrow().loss
    }

    pub(crate) fn gradient(&self, gradient: &mut [f64], point: &[f64]) {
        self.evaluate(point);
        gradient.copy_from_slice(&self.last.borrow().gradient);
    }

    /// The greatest partial derivative at the point asked for last.
    pub(crate) fn steepest(&self) -> f64 {
        let last = self.last.borrow();
        last.gradient.iter().fold(0.0, |a, b| b.abs().max(a))
    }

    /// Turns scores, `[rows, outputs]`, into probability less truth; returns the summed loss without
    /// the penalty.
    pub(crate) fn to_residuals(&self, scores: &mut [f64]) -> f64 {
        let (targets, row_weights) = (self.targets, self.row_weights);
        let losses: Vec<f64> = scores
            .par_chunks_mut(self.outputs)
            .enumerate()
            .with_min_len(CHUNK)
            .map(|(row, scores)| weighted_residual(scores, row, targets, row_weights))
            .collect();
        losses.iter().sum()
    }

    /// Tells of a point that was tried: the line search also tries points that are worse than
    /// `least`, and nobody needs to see these.
    pub(crate) fn tell(&self, count: usize, loss: f64, least: &mut f64) {
        if count == 1 || loss < *least {
            *least = loss;
            (self.report)(count, loss / self.rows.rows() as f64);
        }
    }

    fn evaluate(&self, point: &[f64]) {
        let mut last = self.last.borrow_mut();
        if last.point == point {
            return;
        }
        // Apart from `self`, whose cell no two threads may share.
        let (rows, targets, penalty) = (self.rows, self.targets, self.penalty);
        let row_weights = self.row_weights;
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
                weighted_residual(residual, row, targets, row_weights)
            })
            .collect();
        *loss = losses.iter().sum();
        let (of_weights, of_intercepts) = gradient.split_at_mut(rows.columns * k);
        rows.multiply_transposed(residuals, of_weights, k);
        of_weights
            .par_chunks_mut(CHUNK * k)
            .zip(weights.par_chunks(CHUNK * k))
            .for_each(|(slopes, weights)| {
                for (slope, weight) in slopes.iter_mut().zip(weights) {
                    *slope += penalty * weight;
                }
            });
        sum_rows(residuals, of_intercepts);
        // Fixed chunks, summed in their order: the same bits on any number of threads.
        let squares: Vec<f64> = weights
            .par_chunks(CHUNK * 64)
            .map(|weights| weights.iter().map(|weight| weight * weight).sum())
            .collect();
        *loss += 0.5 * penalty * squares.iter().sum::<f64>();
        self.tell(*count, *loss, least);
    }
}

/// The sum of all rows of `[rows, sums]`.
pub(crate) fn sum_rows(rows: &[f64], sums: &mut [f64]) {
    sums.fill(0.0);
    for row in rows.chunks(sums.len()) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
}

fn weighted_residual(
    scores: &mut [f64],
    row: usize,
    targets: &[u32],
    row_weights: Option<&[f64]>,
) -> f64 {
    let loss = to_residual(scores, targets[row] as usize);
    let weight = weight_of(row_weights, row);
    for score in scores {
        *score *= weight;
    }
    loss * weight
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
