//! Mean and variance of numbers, and the test of two means.

use crate::special::two_sided_normal;

/// The sum of the 97.5 % and the 80 % point of the normal distribution: level 0.05, power 0.8.
const Z_BOTH: f64 = 1.959_963_984_540_054 + 0.841_621_233_572_914_3;

/// Mean and spread of numbers; any number of them merge.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    rows: u64,
    mean: f64,
    /// The sum of squared distances from the mean.
    squares: f64,
}

impl Moments {
    /// Adds a number; values that are not finite are ignored. By Welford, "Note on a method for
    /// calculating corrected sums of squares and products", 1962.
    pub fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.rows += 1;
            let before = value - self.mean;
            self.mean += before / self.rows as f64;
            self.squares += before * (value - self.mean);
        }
    }

    /// Adds those of another, by Chan, Golub and LeVeque, "Algorithms for computing the sample
    /// variance", 1983.
    pub fn merge(&mut self, other: &Moments) {
        if other.rows == 0 {
            return;
        }
        let (n, m) = (self.rows as f64, other.rows as f64);
        let gap = other.mean - self.mean;
        self.rows += other.rows;
        self.mean += gap * m / (n + m);
        self.squares += other.squares + gap * gap * n * m / (n + m);
    }

    /// Number of values.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Their mean; `None` of none.
    pub fn mean(&self) -> Option<f64> {
        (self.rows > 0).then_some(self.mean)
    }

    /// Their variance; `None` of fewer than two.
    pub fn variance(&self) -> Option<f64> {
        (self.rows > 1).then(|| self.squares / (self.rows - 1) as f64)
    }

    /// Half the width of the mean's 95 % interval, by the normal distribution.
    pub fn half_width(&self) -> Option<f64> {
        let variance = self.variance()?;
        Some(1.959_963_984_540_054 * (variance / self.rows as f64).sqrt())
    }
}

/// Probability that the means of two samples with one true mean differ as much or more by chance
/// (Welch, "The generalization of 'Student's' problem when several different population variances
/// are involved", 1947, by the normal distribution, so for 30 numbers and more each; `None` of
/// fewer).
pub fn difference(a: &Moments, b: &Moments) -> Option<f64> {
    if a.rows.min(b.rows) < 30 {
        return None;
    }
    let error = a.variance()? / a.rows as f64 + b.variance()? / b.rows as f64;
    let gap = a.mean - b.mean;
    match error > 0.0 {
        true => Some(two_sided_normal(gap / error.sqrt())),
        false => Some(if gap == 0.0 { 1.0 } else { 0.0 }),
    }
}

/// Number of rows that each of two samples needs for this difference of means to be found at the
/// level 0.05 with a probability of 0.8. `None` where they are equal, or nothing is known of their
/// spread.
pub fn rows_needed(a: &Moments, b: &Moments) -> Option<u64> {
    let (gap, spread) = (a.mean()? - b.mean()?, a.variance()? + b.variance()?);
    let needed = Z_BOTH * Z_BOTH * spread / (gap * gap);
    needed.is_finite().then(|| needed.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::random::Random;

    fn of(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|value| moments.add(*value));
        moments
    }

    #[test]
    fn parts_make_the_whole() {
        let values = [1e9, 1e9 + 4.0, 1e9 + 7.0, f64::NAN, 1e9 + 16.0];
        let whole = of(&values);
        let mut parts = of(&values[..2]);
        parts.merge(&Moments::default());
        parts.merge(&of(&values[2..]));
        for moments in [whole, parts] {
            assert_eq!(moments.rows(), 4);
            assert!((moments.mean().unwrap() - (1e9 + 6.75)).abs() < 1e-5);
            // Python: statistics.variance([0, 4, 7, 16])
            assert!((moments.variance().unwrap() - 46.25).abs() < 1e-5);
        }
        assert_eq!(of(&[]).mean(), None);
        assert_eq!(of(&[1.0]).variance(), None);
    }

    #[test]
    fn so_many_rows_find_the_difference_in_four_of_five() {
        let mut random = Random::new(2);
        let mut draw = |rows: u64, shift: f64| {
            let mut moments = Moments::default();
            (0..rows).for_each(|_| moments.add(random.share() + shift));
            moments
        };
        // The variance of an even share is 1/12.
        let rows = Z_BOTH * Z_BOTH * (2.0 / 12.0) / 0.01;
        let rows = rows.ceil() as u64;
        let (a, b) = (draw(20_000, 0.0), draw(20_000, 0.1));
        let needed = rows_needed(&a, &b).unwrap();
        assert!(needed.abs_diff(rows) < rows / 8, "{needed} {rows}");
        let found = (0..1_000)
            .filter(|_| difference(&draw(rows, 0.0), &draw(rows, 0.1)).is_some_and(|p| p < 0.05))
            .count();
        assert!((760..=840).contains(&found), "{found}");
        assert_eq!(difference(&of(&[1.0; 29]), &of(&[2.0; 40])), None);
        assert_eq!(difference(&of(&[1.0; 30]), &of(&[1.0; 40])), Some(1.0));
        assert_eq!(rows_needed(&of(&[1.0; 30]), &of(&[1.0; 40])), None);
    }
}
