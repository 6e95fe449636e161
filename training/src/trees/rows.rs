//! The rows of a fit and their weights, as integers.

use super::moments::Scale;
use model::random::Random;

/// Bits of an integer that stands for a value.
#[derive(Clone, Copy)]
pub(super) struct ValueBits {
    /// Where all weights are 1.
    pub unweighted: i32,
    /// Where weights take bits of a sum, too.
    pub weighted: i32,
}

/// Spread of values about their mean.
pub(super) struct Spread {
    /// The weighted mean.
    pub mean: f64,
    /// The farthest distance from it.
    pub farthest: f64,
    /// Distances as integers.
    pub scale: Scale,
}

/// Rows with a weight above 0.
pub(super) struct WeightedRows {
    rows: Vec<u32>,
    /// None: all are 1.
    weights: Option<Vec<i64>>,
}

impl WeightedRows {
    /// The permitted rows; entry `i` of `weights` belongs to row `i`.
    pub fn new(permitted: &[u32], weights: Option<&[f64]>) -> WeightedRows {
        let Some(weights) = weights else {
            return WeightedRows {
                rows: permitted.to_vec(),
                weights: None,
            };
        };
        let weighty = |&&row: &&u32| {
            let weight = weights[row as usize];
            weight > 0.0 && weight.is_finite()
        };
        let rows: Vec<u32> = permitted.iter().filter(weighty).copied().collect();
        let greatest = rows
            .iter()
            .map(|&row| weights[row as usize])
            .fold(0.0, f64::max);
        let scale = Scale::of_weights(greatest, rows.len());
        let integers = rows
            .iter()
            .map(|&row| scale.integer(weights[row as usize]).max(1));
        WeightedRows {
            weights: Some(integers.collect()),
            rows,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A tree's rows and weights, in the order of the rows: all of them, or as many as there are,
    /// drawn with repetition; what is drawn again weighs more.
    pub fn sample(
        &self,
        bootstrap: bool,
        random: &mut Random,
    ) -> impl Iterator<Item = (u32, i64)> + use<'_> {
        let count = self.rows.len();
        let mut draws = vec![u32::from(!bootstrap); count];
        if bootstrap {
            for _ in 0..count {
                draws[random.below(count)] += 1;
            }
        }
        draws
            .into_iter()
            .enumerate()
            .filter(|&(_, times)| times > 0)
            .map(|(at, times)| (self.rows[at], self.weight(at) * i64::from(times)))
    }

    fn weight(&self, at: usize) -> i64 {
        self.weights.as_ref().map_or(1, |weights| weights[at])
    }

    /// The spread of values; distances are integers of `bits`.
    pub fn spread(&self, values: &[f64], bits: ValueBits) -> Spread {
        let (mut sum, mut weight, mut greatest) = (0.0, 0.0, 0.0f64);
        for (at, &row) in self.rows.iter().enumerate() {
            sum += values[row as usize] * self.weight(at) as f64;
            weight += self.weight(at) as f64;
        }
        let mean = if weight > 0.0 { sum / weight } else { 0.0 };
        for &row in &self.rows {
            greatest = greatest.max((values[row as usize] - mean).abs());
        }
        let bits = match self.weights {
            Some(_) => bits.weighted,
            None => bits.unweighted,
        };
        Spread {
            mean,
            farthest: greatest,
            scale: Scale::of_values(greatest, bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_weight_are_left_out() {
        let rows = WeightedRows::new(&[0, 1, 3], Some(&[2.0, 0.0, 9.0, 1.0]));
        let drawn: Vec<_> = rows.sample(false, &mut Random::new(0)).collect();
        assert_eq!(drawn.iter().map(|row| row.0).collect::<Vec<_>>(), [0, 3]);
        assert_eq!(drawn[0].1, 2 * drawn[1].1);
    }

    #[test]
    fn a_bootstrap_draws_as_many_as_there_are() {
        let rows = WeightedRows::new(&(0..1000).collect::<Vec<_>>(), None);
        let drawn: Vec<_> = rows.sample(true, &mut Random::new(1)).collect();
        assert_eq!(drawn.iter().map(|row| row.1).sum::<i64>(), 1000);
        // 1 - 1/e of the rows are drawn at all.
        assert!((600..665).contains(&drawn.len()));
    }
}
