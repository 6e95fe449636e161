//! Metrics of a model on held-out rows.
//!
//! - [`classification()`] and [`regression()`] make the figures of the card and of `metrics.json`.
//! - [`ranking`] has areas under curves, [`curves`] the curves, [`calibration`] what probabilities
//!   are worth, [`confusion`] which labels are taken for which.
//! - [`figures`] is the one table of the figures' names.
//!
//! Sums have one order, whatever the cores: the same predictions give the same bits.

pub mod calibration;
pub mod classification;
pub mod confusion;
pub mod curves;
pub mod figures;
pub mod ranking;
pub mod regression;

pub use classification::classification;
pub use regression::regression;

/// Answers of a model to the test rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Predictions {
    /// Labels.
    Classes(Classes),
    /// Numbers.
    Values(Values),
}

/// The labels that a model answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classes {
    /// The code of the true label; `None` for a label that training never saw.
    pub truth: Vec<Option<u32>>,
    /// The code of the label answered.
    pub answer: Vec<u32>,
    /// The probability given to each label, row-major `[rows, labels]`.
    pub probabilities: Vec<f64>,
    /// The same before calibration, where there was any.
    pub uncalibrated: Option<Vec<f64>>,
}

/// The numbers that a model answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// The true number.
    pub truth: Vec<f64>,
    /// The number answered.
    pub answer: Vec<f64>,
}

/// Values at `quantiles` of a sample, interpolated as numpy's default does; empty for an empty one.
pub fn quantiles(mut sample: Vec<f64>, quantiles: &[f64]) -> Vec<f64> {
    sample.sort_unstable_by(f64::total_cmp);
    let Some(last) = sample.len().checked_sub(1) else {
        return Vec::new();
    };
    let at = |quantile: &f64| {
        let position = quantile * last as f64;
        let below = position.floor() as usize;
        let above = (below + 1).min(last);
        sample[below] + (sample[above] - sample[below]) * (position - below as f64)
    };
    quantiles.iter().map(at).collect()
}

/// At most `most` of these, evenly; the first and the last stay.
pub fn thinned<T: Copy>(points: &[T], most: usize) -> Vec<T> {
    if points.len() <= most || most < 2 {
        return points.iter().take(most).copied().collect();
    }
    let last = points.len() - 1;
    (0..most)
        .map(|index| points[index * last / (most - 1)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let sample = vec![4.0, 1.0, 3.0, 2.0];
        assert_eq!(quantiles(sample, &[0.0, 0.5, 1.0]), [1.0, 2.5, 4.0]);
        assert!(quantiles(Vec::new(), &[0.5]).is_empty());
    }

    #[test]
    fn what_is_thinned_keeps_its_ends() {
        let all: Vec<usize> = (0..100_000).collect();
        let points = thinned(&all, 500);
        assert_eq!((points.len(), points[0], points[499]), (500, 0, 99_999));
        assert_eq!(thinned(&[1, 2], 500), [1, 2]);
    }
}
