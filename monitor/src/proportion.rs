//! Counted shares: their intervals, and the test of two shares.

use crate::special::two_sided_normal;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Its 80 % point, for the power of a comparison.
const Z_POWER: f64 = 0.841_621_233_572_914_3;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counted {
    /// Those that are meant.
    pub part: u64,
    /// All.
    pub whole: u64,
}

impl Counted {
    /// Adds one.
    pub fn add(&mut self, is_part: bool) {
        self.part += u64::from(is_part);
        self.whole += 1;
    }

    /// Adds those of another.
    pub fn merge(&mut self, other: &Counted) {
        self.part += other.part;
        self.whole += other.whole;
    }

    /// The share; `None` of nothing.
    pub fn share(&self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }

    /// The 95 % interval (Wilson, "Probable inference, the law of succession, and statistical
    /// inference", 1927): unlike the textbook's, it holds for few rows and near 0 and 1.
    pub fn interval(&self) -> Option<[f64; 2]> {
        let (share, n) = (self.share()?, self.whole as f64);
        let scale = 1.0 + Z * Z / n;
        let centre = (share + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some([(centre - half).max(0.0), (centre + half).min(1.0)])
    }
}

/// Probability that two samples of one true share differ as much or more by chance: the z-test with
/// the pooled share, which is Pearson's chi-squared of the table of four. `None` for an empty
/// sample, or fewer than 5 expected in a cell (Cochran, 1954).
pub fn difference(a: Counted, b: Counted) -> Option<f64> {
    let (share_a, share_b) = (a.share()?, b.share()?);
    let (n, m) = (a.whole as f64, b.whole as f64);
    let pooled = (a.part + b.part) as f64 / (n + m);
    if n.min(m) * pooled.min(1.0 - pooled) < 5.0 {
        return None;
    }
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    Some(two_sided_normal((share_a - share_b) / error))
}

/// Number of rows that each of two samples needs for a difference of these two shares to be found
/// at the level 0.05 with a probability of 0.8 (Fleiss, Levin and Paik, "Statistical methods for
/// rates and proportions", 2003, formula 4.14, without the correction for continuity). `None` where
/// they are equal.
pub fn rows_needed(a: f64, b: f64) -> Option<u64> {
    let gap = a - b;
    if gap == 0.0 || !gap.is_finite() {
        return None;
    }
    let mean = (a + b) / 2.0;
    let root = Z * (2.0 * mean * (1.0 - mean)).max(0.0).sqrt()
        + Z_POWER * (a * (1.0 - a) + b * (1.0 - b)).max(0.0).sqrt();
    Some((root * root / (gap * gap)).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::random::Random;

    fn counted(part: u64, whole: u64) -> Counted {
        Counted { part, whole }
    }

    #[test]
    fn the_interval_is_that_of_the_literature() {
        // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I.
        let [low, high] = counted(81, 263).interval().unwrap();
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5);
        assert_eq!(counted(0, 0).interval(), None);
    }

    #[test]
    fn the_test_is_scipy_s() {
        // scipy 1.17.1: chi2_contingency([[900, 100], [696, 104]], correction=False).pvalue
        let p = difference(counted(900, 1_000), counted(696, 800)).unwrap();
        assert!((p - 0.04602881607645696).abs() < 1e-14, "{p}");
        assert_eq!(difference(counted(3, 3), counted(2, 3)), None);
        assert_eq!(difference(counted(0, 0), counted(2, 3)), None);
        assert_eq!(difference(counted(90, 90), counted(80, 80)), None);
    }

    #[test]
    fn so_many_rows_find_the_difference_in_four_of_five() {
        let (a, b) = (0.9, 0.86);
        let rows = rows_needed(a, b).unwrap();
        let mut random = Random::new(1);
        let mut draw = |share| {
            let part = (0..rows).filter(|_| random.share() < share).count();
            counted(part as u64, rows)
        };
        let found = (0..1_000)
            .filter(|_| difference(draw(a), draw(b)).is_some_and(|p| p < 0.05))
            .count();
        assert!((760..=840).contains(&found), "{rows} rows: {found}");
        assert_eq!(rows_needed(0.5, 0.5), None);
    }
}
