//! Two models on the same rows: a difference of a few rows can be sure, because the rows are the same.

use crate::moments::Moments;
use crate::special::{ln_gamma, two_sided_normal};
use serde::Serialize;

/// Rows that both of two models answered, by which of them was right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PairedCounts {
    /// Rows with a known truth.
    pub rows: u64,
    /// Rows that only the first answered right.
    pub only_first: u64,
    /// Rows that only the second answered right.
    pub only_second: u64,
}

impl PairedCounts {
    /// Adds a row.
    pub fn add(&mut self, first_is_right: bool, second_is_right: bool) {
        self.rows += 1;
        self.only_first += u64::from(first_is_right && !second_is_right);
        self.only_second += u64::from(second_is_right && !first_is_right);
    }

    /// Adds those of another.
    pub fn merge(&mut self, other: &PairedCounts) {
        self.rows += other.rows;
        self.only_first += other.only_first;
        self.only_second += other.only_second;
    }

    /// Accuracy of the second less that of the first; `None` without rows.
    pub fn difference(&self) -> Option<f64> {
        let gained = self.only_second as f64 - self.only_first as f64;
        (self.rows > 0).then(|| gained / self.rows as f64)
    }

    /// Probability that chance alone makes the two differ as much or more, where they are equally good:
    /// McNemar's test ("Note on the sampling error of the difference between correlated proportions or
    /// percentages", 1947) in its exact form, two-sided. Only rows on which they disagree matter.
    pub fn p_value(&self) -> f64 {
        let (few, all) = (
            self.only_first.min(self.only_second),
            self.only_first + self.only_second,
        );
        if 2 * few == all {
            return 1.0;
        }
        // The terms of the binomial distribution up to `few`, the greatest first, as shares of it.
        let (k, n) = (few as f64, all as f64);
        let greatest =
            ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0) - n * 2f64.ln();
        let (mut sum, mut term) = (0.0, 1.0);
        for at in (0..=few).rev() {
            sum += term;
            term *= at as f64 / (n - at as f64 + 1.0);
            if term < sum * 1e-17 {
                break;
            }
        }
        (2.0 * sum * greatest.exp()).min(1.0)
    }
}

/// Probability that chance alone makes the mean of these differences, one per row, as far from 0 or
/// farther, where the true mean is 0: by the normal distribution, so for 30 rows and more; `None` of
/// fewer.
pub fn mean_p_value(differences: &Moments) -> Option<f64> {
    let (mean, variance) = (differences.mean()?, differences.variance()?);
    if differences.rows() < 30 {
        return None;
    }
    let error = (variance / differences.rows() as f64).sqrt();
    Some(match error > 0.0 {
        true => two_sided_normal(mean / error),
        false if mean == 0.0 => 1.0,
        false => 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(only_first: u64, only_second: u64) -> PairedCounts {
        PairedCounts {
            rows: 1_000_000,
            only_first,
            only_second,
        }
    }

    #[test]
    fn the_test_is_scipy_s() {
        // scipy 1.17.1: binomtest(k, n, 0.5).pvalue
        for (counts, expected) in [
            (of(5, 15), 0.041389465332031_25),
            (of(15, 5), 0.041389465332031_25),
            (of(0, 6), 0.031_25),
            (of(10, 10), 1.0),
            (of(0, 0), 1.0),
            (of(9, 11), 0.823_802_947_998_046_9),
        ] {
            let p = counts.p_value();
            assert!((p - expected).abs() < 1e-10, "{counts:?}: {p}");
        }
        // Far beyond what a sum of powers of 2 holds; the normal distribution says 1.6e-10.
        let far = of(49_000, 51_000).p_value();
        assert!((1e-10..4e-10).contains(&far), "{far}");
    }

    #[test]
    fn differences_of_numbers_are_tested_by_their_mean() {
        let mut differences = Moments::default();
        (0..100).for_each(|row| differences.add(f64::from(row % 3) - 1.0));
        assert!(mean_p_value(&differences).unwrap() > 0.5);
        let mut shifted = Moments::default();
        (0..100).for_each(|row| shifted.add(f64::from(row % 3)));
        assert!(mean_p_value(&shifted).unwrap() < 1e-6);
        let mut few = Moments::default();
        few.add(1.0);
        assert_eq!(mean_p_value(&few), None);
    }

    proptest! {
        #[test]
        fn a_p_value_is_one_and_falls_with_the_gap(first in 0u64..3000, gap in 1u64..200) {
            let [near, far] = [of(first, first + gap), of(first, first + gap + 1)].map(|of| of.p_value());
            prop_assert!((0.0..=1.0).contains(&near) && far <= near + 1e-12);
        }
    }
}
