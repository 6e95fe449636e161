//! Pearson's chi-squared test of whether two samples come from one distribution.

use crate::special::upper_gamma;

/// The outcome of a test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// The statistic.
    pub statistic: f64,
    /// Its degrees of freedom; 0 where there is nothing to compare.
    pub freedom: usize,
    /// Probability of a statistic as large or larger by chance.
    pub p_value: f64,
}

/// Fewest rows that are expected in a bin: of fewer the distribution of the statistic is not
/// chi-squared (Cochran, "Some methods for strengthening the common chi-squared tests", 1954).
const FEWEST: f64 = 5.0;

/// The probability of chi-squared with `freedom` degrees being as large as `statistic`, or larger
/// (Abramowitz and Stegun, 26.4.19).
pub fn p_value(statistic: f64, freedom: usize) -> f64 {
    match freedom {
        0 => 1.0,
        _ => upper_gamma(freedom as f64 / 2.0, statistic / 2.0),
    }
}

/// Test of homogeneity: two lists of counts, bin by bin, come from one distribution (Pearson, "On
/// the criterion that a given system of deviations…", 1900). Bins that are too rare to be judged
/// alone are judged together.
pub fn homogeneity(a: &[u64], b: &[u64]) -> Test {
    let sum = |counts: &[u64]| counts.iter().sum::<u64>() as f64;
    let (rows_a, rows_b) = (sum(a), sum(b));
    let none = Test {
        statistic: 0.0,
        freedom: 0,
        p_value: 1.0,
    };
    if rows_a == 0.0 || rows_b == 0.0 {
        return none;
    }
    let fewer = rows_a.min(rows_b) / (rows_a + rows_b);
    let mut bins: Vec<(f64, f64)> = Vec::with_capacity(a.len() + 1);
    let (mut rare_a, mut rare_b) = (0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (*a as f64, *b as f64);
        if (a + b) * fewer >= FEWEST {
            bins.push((a, b));
        } else {
            rare_a += a;
            rare_b += b;
        }
    }
    if (rare_a + rare_b) * fewer >= FEWEST || bins.is_empty() {
        bins.push((rare_a, rare_b));
    } else if let Some(least) = bins
        .iter_mut()
        .min_by(|x, y| (x.0 + x.1).total_cmp(&(y.0 + y.1)))
    {
        *least = (least.0 + rare_a, least.1 + rare_b);
    }
    if bins.len() < 2 {
        return none;
    }
    let all = rows_a + rows_b;
    let of = |counted: f64, expected: f64| (counted - expected) * (counted - expected) / expected;
    let statistic = bins.iter().fold(0.0, |sum, (a, b)| {
        let both = a + b;
        sum + of(*a, both * rows_a / all) + of(*b, both * rows_b / all)
    });
    let freedom = bins.len() - 1;
    Test {
        statistic,
        freedom,
        p_value: p_value(statistic, freedom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kolmogorov;
    use crate::random::counts;
    use model::random::Random;

    // The figures are scipy 1.17.1's: scipy.stats.chi2.sf(x, k), and
    // scipy.stats.chi2_contingency([[40, 30, 30], [25, 45, 60]], correction=False).

    #[test]
    fn the_tails_are_scipy_s() {
        for (x, freedom, expected) in [
            (3.841458820694124, 1, 0.04999999999999989),
            (0.5, 3, 0.9188914116546758),
            (20.0, 9, 0.017912404529843298),
            (100.0, 50, 3.454931382984871e-05),
            (0.001, 2, 0.9995001249791693),
            (300.0, 51, 5.719317047478375e-37),
        ] {
            let p = p_value(x, freedom);
            assert!((p / expected - 1.0).abs() < 1e-11, "{x} {freedom}: {p}");
        }
    }

    #[test]
    fn a_table_of_two_samples_is_scipy_s() {
        let test = homogeneity(&[40, 30, 30], &[25, 45, 60]);
        assert!((test.statistic - 12.765680473372782).abs() < 1e-12);
        assert!((test.p_value - 0.0016903152369767312).abs() < 1e-14);
        assert_eq!(test.freedom, 2);
    }

    #[test]
    fn rare_bins_are_judged_together_and_nothing_is_no_difference() {
        let alone = homogeneity(&[50, 50, 2, 1, 2, 2], &[50, 50, 2, 2, 1, 1]);
        assert_eq!(alone, homogeneity(&[50, 50, 7], &[50, 50, 6]));
        for (a, b) in [(&[0, 0], &[5, 5]), (&[3, 0], &[4, 0]), (&[0, 0], &[0, 0])] {
            assert_eq!(homogeneity(a, b).p_value, 1.0);
        }
        assert_eq!(homogeneity(&[], &[]).p_value, 1.0);
    }

    /// Kolmogorov's test of 2,000 p-values of equal distributions against the even distribution.
    #[test]
    fn p_values_are_even_where_nothing_differs() {
        let mut random = Random::new(8);
        let shares = [0.4, 0.2, 0.15, 0.1, 0.08, 0.04, 0.03];
        let mut found: Vec<f64> = (0..2_000)
            .map(|_| {
                let (a, b) = (
                    counts(&mut random, &shares, 700),
                    counts(&mut random, &shares, 400),
                );
                homogeneity(&a, &b).p_value
            })
            .collect();
        found.sort_by(f64::total_cmp);
        let rows = found.len() as f64;
        let farthest = (1..).zip(&found).fold(0.0, |most: f64, (rank, p)| {
            most.max((p - f64::from(rank) / rows).abs())
        });
        assert!(kolmogorov::p_value(farthest, rows) > 0.01, "{farthest}");
    }
}
