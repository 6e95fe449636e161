//! L-BFGS in the space of the rows, for logistic regression with more weights than memory.
//!
//! With an L2 penalty the gradient is `Xᵀ(residuals) + penalty * weights`: starting at 0, every point
//! that L-BFGS visits is `Xᵀ a` for some `a` of `[rows, outputs]` (the representer theorem, Kimeldorf
//! and Wahba 1971). So all vectors are kept as `a` and as their image `X Xᵀ a`; a product of two is
//! one's `a` with the other's image. A text of 11,000 rows has 1,000,000 features: the vectors are a
//! hundredth as long, and the line search, which moves the scores along an image, needs no `X`.
//!
//! Not by argmin 0.11: its L-BFGS asks products by element, signs and norms of a point, for its L1
//! variant, which a vector in the space of the rows does not have; its line search makes each trial
//! from the whole point, which is two more products with `X`; and its first step is another, so the
//! weights of every model would change in their last digits. It would replace some 60 lines here.

use super::LinearFit;
use super::logistic_loss::{Objective, sum_rows};
use super::vectors::{add, dot};
use std::collections::VecDeque;

/// Steps remembered, as in smartcore and scikit-learn.
const MEMORY: usize = 10;

/// A point or direction: coordinates and their image, each `[rows, outputs]` and then the
/// intercepts, which are their own image.
#[derive(Clone)]
struct Vector {
    coordinates: Vec<f64>,
    image: Vec<f64>,
}

impl Vector {
    fn zero(length: usize) -> Vector {
        Vector {
            coordinates: vec![0.0; length],
            image: vec![0.0; length],
        }
    }

    fn dot(&self, other: &Vector) -> f64 {
        dot(&self.coordinates, &other.image)
    }

    /// Adds `factor * other`.
    fn add(&mut self, factor: f64, other: &Vector) {
        add(&mut self.coordinates, factor, &other.coordinates);
        add(&mut self.image, factor, &other.image);
    }

    fn scale(&mut self, factor: f64) {
        self.coordinates
            .iter_mut()
            .for_each(|value| *value *= factor);
        self.image.iter_mut().for_each(|value| *value *= factor);
    }
}

/// A step taken, the change of the gradient over it, and the inverse of their product.
struct Step {
    step: Vector,
    change: Vector,
    inverse: f64,
}

/// Minimises `objective` until no partial derivative exceeds `tolerance`.
pub(crate) fn fit(objective: &Objective<'_>, max_iter: usize, tolerance: f64) -> LinearFit {
    let (n, k) = (objective.rows.rows(), objective.outputs);
    let mut search = LineSearch {
        objective,
        count: 0,
        least: 0.0,
        weights: vec![0.0; objective.rows.columns * k],
    };
    let mut point = Vector::zero((n + 1) * k);
    let mut residuals = vec![0.0; (n + 1) * k];
    let mut loss = search.loss(&point, &mut residuals);
    let (mut gradient, mut steepest) = search.gradient(&point, &residuals);
    let mut steps: VecDeque<Step> = VecDeque::with_capacity(MEMORY);
    let mut iterations = 0;
    let mut stuck = false;
    while steepest > tolerance && !stuck && iterations < max_iter {
        iterations += 1;
        let mut step = direction(&gradient, &steps);
        let Some(length) = search.line(&point, &step, loss, &mut residuals) else {
            break;
        };
        step.scale(length);
        point.add(1.0, &step);
        let before = std::mem::replace(&mut loss, search.loss(&point, &mut residuals));
        // scikit-learn's `ftol` for L-BFGS: below the resolution of rounding.
        stuck = before - loss <= 64.0 * f64::EPSILON * loss.abs();
        let (next, next_steepest) = search.gradient(&point, &residuals);
        let mut change = next.clone();
        change.add(-1.0, &gradient);
        (gradient, steepest) = (next, next_steepest);
        let curvature = step.dot(&change);
        if curvature > 0.0 {
            if steps.len() == MEMORY {
                steps.pop_front();
            }
            steps.push_back(Step {
                step,
                change,
                inverse: 1.0 / curvature,
            });
        }
    }
    let (coordinates, intercepts) = point.coordinates.split_at(n * k);
    (objective.rows).multiply_transposed(coordinates, &mut search.weights, k);
    LinearFit {
        weights: search.weights,
        intercepts: intercepts.to_vec(),
        iterations,
        converged: iterations < max_iter || steepest <= tolerance,
    }
}

/// The direction of L-BFGS by the two loops of Nocedal and Wright, "Numerical Optimization", 2nd
/// edition, algorithm 7.4.
fn direction(gradient: &Vector, steps: &VecDeque<Step>) -> Vector {
    let mut direction = gradient.clone();
    let mut factors = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let factor = step.inverse * step.step.dot(&direction);
        direction.add(-factor, &step.change);
        factors.push(factor);
    }
    direction.scale(match steps.back() {
        Some(last) => 1.0 / (last.inverse * last.change.dot(&last.change)),
        // Nothing is known of the curvature: a step of length 1.
        None => 1.0 / gradient.dot(gradient).sqrt(),
    });
    for (step, factor) in steps.iter().zip(factors.iter().rev()) {
        let back = step.inverse * step.change.dot(&direction);
        direction.add(factor - back, &step.step);
    }
    direction.scale(-1.0);
    direction
}

struct LineSearch<'a> {
    objective: &'a Objective<'a>,
    count: usize,
    least: f64,
    /// Room for `Xᵀ a`, the one vector as long as the weights.
    weights: Vec<f64>,
}

impl LineSearch<'_> {
    /// The loss at `point`; `residuals` become the residuals of rows, and their sums.
    fn loss(&mut self, point: &Vector, residuals: &mut [f64]) -> f64 {
        let k = self.objective.outputs;
        let end = residuals.len() - k;
        let (scores, sums) = residuals.split_at_mut(end);
        scores.copy_from_slice(&point.image[..end]);
        for scores in scores.chunks_mut(k) {
            add(scores, 1.0, &point.image[end..]);
        }
        let loss = self.objective.to_residuals(scores);
        sum_rows(scores, sums);
        let squares = dot(&point.coordinates[..end], &point.image[..end]);
        let loss = loss + 0.5 * self.objective.penalty * squares;
        self.count += 1;
        self.objective.tell(self.count, loss, &mut self.least);
        loss
    }

    /// The gradient at `point`, and the greatest partial derivative by a weight or intercept.
    fn gradient(&mut self, point: &Vector, residuals: &[f64]) -> (Vector, f64) {
        let (rows, k) = (self.objective.rows, self.objective.outputs);
        let end = residuals.len() - k;
        let mut coordinates = residuals.to_vec();
        add(
            &mut coordinates[..end],
            self.objective.penalty,
            &point.coordinates[..end],
        );
        rows.multiply_transposed(&coordinates[..end], &mut self.weights, k);
        let mut image = coordinates.clone();
        rows.multiply(&self.weights, &mut image[..end], k);
        let greatest = |values: &[f64]| values.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        let steepest = greatest(&self.weights).max(greatest(&coordinates[end..]));
        (Vector { coordinates, image }, steepest)
    }

    /// Step length from `point` along `direction` at which the strong Wolfe conditions hold. The
    /// loss is convex, so the sign of the slope brackets such a place. `None` when there is none.
    fn line(
        &mut self,
        point: &Vector,
        direction: &Vector,
        loss: f64,
        residuals: &mut [f64],
    ) -> Option<f64> {
        let end = residuals.len() - self.objective.outputs;
        let penalty = self.objective.penalty;
        // Residuals times the image are the loss's slope, coordinates times the image the penalty's.
        let slope_at = |point: &Vector, residuals: &[f64]| {
            dot(residuals, &direction.image)
                + penalty * dot(&point.coordinates[..end], &direction.image[..end])
        };
        let start = slope_at(point, residuals);
        if start >= 0.0 {
            return None;
        }
        let (mut low, mut low_slope, mut high) = (0.0, start, None);
        let mut length = 1.0;
        for _ in 0..40 {
            let mut trial = point.clone();
            trial.add(length, direction);
            let reached = self.loss(&trial, residuals);
            let slope = slope_at(&trial, residuals);
            let lower = reached <= loss + 1e-4 * length * start;
            if lower && slope.abs() <= 0.5 * start.abs() {
                return Some(length);
            }
            if slope > 0.0 || !lower {
                high = Some((length, slope));
            } else {
                (low, low_slope) = (length, slope);
            }
            length = match high {
                None => 2.0 * length,
                Some((high, slope)) => {
                    // The secant's zero of the slope, kept off the ends of the bracket.
                    let share = low_slope / (low_slope - slope);
                    let share = if share.is_finite() { share } else { 0.5 };
                    low + (high - low) * share.clamp(0.1, 0.9)
                }
            };
        }
        // Rounding hides what is left to gain; any step down is good.
        (low > 0.0).then_some(low)
    }
}
