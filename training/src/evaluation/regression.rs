//! The figures of numbers.

use super::curves::POINTS;
use super::{Values, quantiles, thinned};
use model::card::{MeanBaseline, RegressionMetrics};
use model::random::Random;
use rayon::prelude::*;

/// Draws of the bootstrap: enough for the second digit of an interval.
const DRAWS: usize = 1000;

/// The figures of these predictions; `training` has the training rows' targets, `seed` makes the
/// draws of the interval. The cross-validation is for the caller to add.
pub fn regression(training: &[f64], values: &Values, seed: u64) -> RegressionMetrics {
    let errors: Vec<f64> = residuals(values).into_iter().map(f64::abs).collect();
    let mean = mean(training).unwrap_or_default().clamp(f64::MIN, f64::MAX);
    let of_mean: Vec<f64> = values
        .truth
        .iter()
        .map(|truth| (truth - mean).abs())
        .collect();
    RegressionMetrics {
        r2: r2(values),
        r2_interval: interval(values, seed),
        mae: finite(self::mean(&errors)),
        rmse: root_mean_square(&errors),
        median_absolute_error: finite(quantiles(errors, &[0.5]).first().copied()),
        cross_validation: None,
        baseline: MeanBaseline {
            value: mean,
            mae: finite(self::mean(&of_mean)),
            rmse: root_mean_square(&of_mean),
        },
        training_rows: training.len(),
        testing_rows: values.truth.len(),
    }
}

/// Points of a plot, the true value and the answered one: at most [`POINTS`] rows, evenly.
pub fn points(values: &Values) -> Vec<(f64, f64)> {
    let truth = values.truth.iter().copied();
    let pairs: Vec<(f64, f64)> = truth.zip(values.answer.iter().copied()).collect();
    thinned(&pairs, POINTS)
}

/// The true value less the answered one, of each row.
pub fn residuals(values: &Values) -> Vec<f64> {
    let pairs = values.truth.iter().zip(&values.answer);
    pairs.map(|(truth, answer)| truth - answer).collect()
}

/// Bars of equal width: the middle of each, and its rows. Their number is the square root of the
/// rows', 5 to 40. Empty without rows.
pub fn histogram(sample: &[f64]) -> Vec<(f64, usize)> {
    let low = sample.iter().copied().fold(f64::INFINITY, f64::min);
    let high = sample.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if sample.is_empty() || !(high - low).is_finite() {
        return Vec::new();
    }
    let bars = ((sample.len() as f64).sqrt() as usize).clamp(5, 40);
    let width = if high > low {
        (high - low) / bars as f64
    } else {
        1.0
    };
    let mut counts = vec![0; bars];
    for value in sample {
        counts[(((value - low) / width) as usize).min(bars - 1)] += 1;
    }
    let middle = |bar: usize| low + (bar as f64 + 0.5) * width;
    let bars = counts.into_iter().enumerate();
    bars.map(|(bar, rows)| (middle(bar), rows)).collect()
}

/// `None` where the truth does not vary.
fn r2(values: &Values) -> Option<f64> {
    let mean = mean(&values.truth)?;
    let errors: f64 = residuals(values).iter().map(|error| error * error).sum();
    let total: f64 = values
        .truth
        .iter()
        .map(|truth| (truth - mean) * (truth - mean))
        .sum();
    let r2 = 1.0 - errors / total;
    (total > 0.0 && r2.is_finite()).then_some(r2)
}

/// The middle 95 % of R² over [`DRAWS`] of as many rows with replacement (Efron and Tibshirani,
/// "An introduction to the bootstrap", 1993, section 13.3: the percentile interval).
fn interval(values: &Values, seed: u64) -> Option<[f64; 2]> {
    let rows = values.truth.len();
    let mean = mean(&values.truth)?;
    r2(values)?;
    // Around the mean, so that the sum of squares less the square of the sum loses no digits.
    let of_rows: Vec<(f64, f64)> = values
        .truth
        .iter()
        .zip(residuals(values))
        .map(|(truth, error)| (truth - mean, error * error))
        .collect();
    let mut random = Random::new(seed);
    let seeds: Vec<u64> = (0..DRAWS).map(|_| random.bits()).collect();
    let draw = |seed: &u64| {
        let mut random = Random::new(*seed);
        let (mut sum, mut squares, mut errors) = (0.0, 0.0, 0.0);
        for _ in 0..rows {
            let (centred, error) = of_rows[random.below(rows)];
            sum += centred;
            squares += centred * centred;
            errors += error;
        }
        let total = squares - sum * sum / rows as f64;
        1.0 - errors / total
    };
    let drawn: Vec<f64> = seeds.par_iter().map(draw).collect();
    // A draw of one row many times over does not vary.
    let known = drawn.into_iter().filter(|r2| r2.is_finite()).collect();
    match quantiles(known, &[0.025, 0.975])[..] {
        [low, high] => Some([low, high]),
        _ => None,
    }
}

fn mean(sample: &[f64]) -> Option<f64> {
    (!sample.is_empty()).then(|| sample.iter().sum::<f64>() / sample.len() as f64)
}

fn root_mean_square(errors: &[f64]) -> f64 {
    let squares: Vec<f64> = errors.iter().map(|error| error * error).collect();
    finite(mean(&squares)).sqrt()
}

/// What is too large for a number is the largest: JSON has neither infinity nor NaN.
fn finite(error: Option<f64>) -> f64 {
    // `min` takes the other number for NaN.
    error.unwrap_or_default().min(f64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of sklearn.metrics.r2_score and its neighbours.
    fn example() -> Values {
        Values {
            truth: vec![3.0, -0.5, 2.0, 7.0],
            answer: vec![2.5, 0.0, 2.0, 8.0],
        }
    }

    #[test]
    fn figures_are_those_of_scikit_learn() {
        let metrics = regression(&[1.0, 3.0], &example(), 0);
        assert!((metrics.r2.unwrap() - 0.948608).abs() < 1e-6);
        assert_eq!(metrics.mae, 0.5);
        assert!((metrics.rmse * metrics.rmse - 0.375).abs() < 1e-12);
        assert_eq!(metrics.median_absolute_error, 0.5);
        assert_eq!(metrics.baseline.value, 2.0);
        assert_eq!(metrics.baseline.mae, (1.0 + 2.5 + 0.0 + 5.0) / 4.0);
    }

    #[test]
    fn the_interval_is_around_r2_and_the_same_for_a_seed() {
        let truth: Vec<f64> = (0..200).map(f64::from).collect();
        let mut random = Random::new(1);
        let answer = truth
            .iter()
            .map(|y| y + random.below(100) as f64 - 50.0)
            .collect();
        let values = Values { truth, answer };
        let metrics = regression(&[1.0], &values, 7);
        let [low, high] = metrics.r2_interval.unwrap();
        let r2 = metrics.r2.unwrap();
        assert!(
            low < r2 && r2 < high && high - low < 0.15,
            "{low} {r2} {high}"
        );
        assert_eq!(metrics, regression(&[1.0], &values, 7));
    }

    #[test]
    fn what_does_not_vary_has_no_r2() {
        let values = Values {
            truth: vec![2.0, 2.0],
            answer: vec![1.0, 2.0],
        };
        let metrics = regression(&[2.0], &values, 0);
        assert_eq!((metrics.r2, metrics.r2_interval), (None, None));
    }

    #[test]
    fn a_histogram_counts_every_row_once() {
        let bars = histogram(&[0.0, 0.1, 0.2, 1.0]);
        assert_eq!(bars.iter().map(|(_, rows)| rows).sum::<usize>(), 4);
        assert_eq!((bars.len(), bars[0].1, bars[4].1), (5, 2, 1));
        assert_eq!(histogram(&[3.0, 3.0])[0].1, 2);
    }

    #[test]
    fn figures_of_huge_numbers_are_still_json() {
        let values = Values {
            truth: vec![1e308, -1e308, 1e308],
            answer: vec![-1e308, 1e308, f64::NAN],
        };
        let json = serde_json::to_value(regression(&[1e308, 1e308], &values, 0)).unwrap();
        assert_eq!(
            (&json["mae"].is_f64(), &json["rmse"].is_f64()),
            (&true, &true)
        );
        assert!(json["r2"].is_null());
    }
}
