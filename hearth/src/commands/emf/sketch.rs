//! Quantiles of any number of values in a few kilobytes.

use std::collections::BTreeMap;

/// Relative accuracy of a quantile.
const ACCURACY: f64 = 0.01;
/// Values nearer to zero than this count as zero.
const SMALLEST: f64 = 1e-9;
/// Values further from zero count as this.
const LARGEST: f64 = 1e15;

/// Counts, mean and quantiles of one metric.
///
/// The buckets grow by a constant factor, so a bucket's middle is never off by more than
/// [`ACCURACY`] of the value, and there are at most 2 · 2,763: DDSketch (Masson, Rim and Lee, "DDSketch: A Fast
/// and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees", VLDB 2019), section 2.
#[derive(Clone, Debug, Default)]
pub(super) struct Sketch {
    pub(super) count: u64,
    sum: f64,
    least: f64,
    greatest: f64,
    /// By bucket: below zero, zero and above it, in the order of the values.
    buckets: BTreeMap<i32, u64>,
}

impl Sketch {
    pub(super) fn add(&mut self, value: f64) {
        if self.count == 0 {
            (self.least, self.greatest) = (value, value);
        }
        self.count += 1;
        self.sum += value;
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
        *self.buckets.entry(bucket(value)).or_default() += 1;
    }

    pub(super) fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    pub(super) fn sum(&self) -> f64 {
        self.sum
    }

    pub(super) fn least(&self) -> f64 {
        self.least
    }

    pub(super) fn greatest(&self) -> f64 {
        self.greatest
    }

    /// The value that a share `q` of all values does not exceed: of 100, p99 is the 99th.
    pub(super) fn quantile(&self, q: f64) -> f64 {
        let rank = (q * self.count as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (&bucket, count) in &self.buckets {
            seen += count;
            if seen >= rank {
                return middle(bucket).clamp(self.least, self.greatest);
            }
        }
        self.greatest
    }
}

/// The factor by which buckets grow.
fn growth() -> f64 {
    (1.0 + ACCURACY) / (1.0 - ACCURACY)
}

fn bucket(value: f64) -> i32 {
    let size = value.abs().min(LARGEST);
    if size < SMALLEST {
        return 0;
    }
    // The first bucket is the one of the smallest value, so none is zero.
    let bucket = ((size / SMALLEST).ln() / growth().ln()).ceil() as i32 + 1;
    if value < 0.0 { -bucket } else { bucket }
}

/// The value from which neither end of the bucket is further away than the accuracy.
fn middle(bucket: i32) -> f64 {
    if bucket == 0 {
        return 0.0;
    }
    let upper = SMALLEST * growth().powi(bucket.abs() - 1);
    let middle = 2.0 * upper / (1.0 + growth());
    if bucket < 0 { -middle } else { middle }
}

#[cfg(test)]
mod tests {
    use super::{ACCURACY, Sketch};
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![
            Just(0.0),
            -1e6..1e6,
            (-8.0..15.0).prop_map(|power| 10_f64.powf(power)),
        ]
    }

    proptest! {
        #[test]
        fn a_quantile_is_within_one_percent_of_the_value_of_that_rank(
            mut values in prop::collection::vec(value(), 1..200),
            q in 0.0..=1.0_f64,
        ) {
            let mut sketch = Sketch::default();
            values.iter().for_each(|&value| sketch.add(value));
            values.sort_by(f64::total_cmp);
            let rank = ((q * values.len() as f64).ceil() as usize).max(1);
            let (exact, told) = (values[rank - 1], sketch.quantile(q));
            prop_assert!((told - exact).abs() <= ACCURACY * exact.abs() + 1e-9, "{} {}", told, exact);
            prop_assert_eq!(sketch.count, values.len() as u64);
            prop_assert_eq!((sketch.least(), sketch.greatest()), (values[0], values[values.len() - 1]));
        }
    }

    #[test]
    fn a_million_values_are_a_few_buckets() {
        let mut sketch = Sketch::default();
        (0..1_000_000).for_each(|n| sketch.add(f64::from(n) / 1000.0));
        sketch.add(f64::MAX);
        sketch.add(-f64::MAX);
        assert!(sketch.buckets.len() < 1000, "{}", sketch.buckets.len());
        assert!((sketch.quantile(0.5) - 500.0).abs() < 5.0);
    }
}
