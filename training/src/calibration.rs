//! Probabilities that mean something: of all rows answered with 0.8, eight in ten are right.
//!
//! A calibration is fitted to scores of rows that the estimator did not see (out of fold). Two
//! classes: `platt` scaling or an `isotonic` function; more: a `temperature`, which never changes
//! the winner. Which of them is used, if any, is judged on rows that they did not see either. A fit
//! with class weights has two more: [`prior`], and `shifts`, a temperature with one shift per
//! label.

mod choice;
mod isotonic;
mod platt;
pub mod prior;
mod shifts;
mod temperature;

pub(crate) use choice::winner;
pub use choice::{ChosenCalibration, choose};

/// The expected calibration error of the winners' confidences, from 0 to 1: the mean distance, over
/// `bins` of equal width, of confidence and share of right answers (Guo, Pleiss, Sun and Weinberger,
/// "On calibration of modern neural networks", ICML 2017, equation 3).
pub fn ece(confidences: &[f64], right: &[bool], bins: usize) -> f64 {
    let mut gaps = vec![0.0; bins.max(1)];
    for (confidence, right) in confidences.iter().zip(right) {
        // Bins are open below and closed above, as in the paper.
        let bin = libm::ceil(confidence * gaps.len() as f64) as usize;
        let bin = bin.clamp(1, gaps.len()) - 1;
        gaps[bin] += confidence - f64::from(u8::from(*right));
    }
    gaps.iter().map(|gap| f64::abs(*gap)).sum::<f64>() / confidences.len().max(1) as f64
}

#[cfg(test)]
mod tests;
