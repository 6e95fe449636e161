//! Sums over rows as integers: exact, so that their order cannot matter and a sibling's sums are
//! what its parent's leave over, to the last bit.
//!
//! Gradients of a few bits suffice for boosting (Shi et al., "Quantized Training of Gradient
//! Boosting Decision Trees", 2022); here they have 30.

use std::ops::{AddAssign, Sub, SubAssign};

/// Bits of the number of rows; 2^26 rows are the most that a fit takes.
const COUNT_BITS: u32 = 26;

/// Bits of a sum of weights: what the count leaves, less the sign.
const WEIGHT_BITS: u32 = 63 - COUNT_BITS;

/// A sum of values, of weights and of rows; weight and rows share a word, so that a row is added
/// to a bin by two additions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moments {
    /// Sum of values times weights.
    pub sum: i64,
    weighed: i64,
}

impl Moments {
    /// One row.
    pub fn row(sum: i64, weight: i64) -> Moments {
        Moments {
            sum,
            weighed: weighed(weight),
        }
    }

    /// The sum of weights.
    pub fn weight(&self) -> i64 {
        weight_of(self.weighed)
    }

    /// The number of rows.
    pub fn count(&self) -> usize {
        count_of(self.weighed)
    }

    /// sum^2 / (weight + extra): with it, a split gains what its children's exceed their parent's
    /// (Chen and Guestrin, "XGBoost", 2016, equation 7; for weights of 1 it is the decrease of the
    /// squared error). 0 without weight.
    pub fn score(&self, extra: f64) -> f64 {
        let (sum, weight) = (self.sum as f64, self.weight() as f64 + extra);
        if weight > 0.0 {
            sum * sum / weight
        } else {
            0.0
        }
    }

    /// Adds one of these if `condition` holds, without a branch.
    pub fn add_if(&mut self, condition: bool, other: Moments) {
        let mask = -i64::from(condition);
        self.sum += other.sum & mask;
        self.weighed += other.weighed & mask;
    }
}

/// A row's weight and its count of 1 in one word.
pub(super) fn weighed(weight: i64) -> i64 {
    weight << COUNT_BITS | 1
}

/// The weight in such a word, or in a sum of them.
pub(super) fn weight_of(weighed: i64) -> i64 {
    weighed >> COUNT_BITS
}

/// The rows in a sum of such words.
pub(super) fn count_of(weighed: i64) -> usize {
    (weighed & ((1 << COUNT_BITS) - 1)) as usize
}

impl AddAssign for Moments {
    fn add_assign(&mut self, other: Moments) {
        self.sum += other.sum;
        self.weighed += other.weighed;
    }
}

impl SubAssign for Moments {
    fn sub_assign(&mut self, other: Moments) {
        self.sum -= other.sum;
        self.weighed -= other.weighed;
    }
}

impl Sub for Moments {
    type Output = Moments;
    fn sub(mut self, other: Moments) -> Moments {
        self -= other;
        self
    }
}

/// Scaling of numbers to integers: multiplied by a power of two, so that nothing but the last bits
/// is lost, and rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale(pub f64);

impl Scale {
    /// For values up to `greatest` in size, of `bits` bits.
    pub fn of_values(greatest: f64, bits: i32) -> Scale {
        if !(greatest > 0.0 && greatest.is_finite()) {
            return Scale(1.0);
        }
        let (_, exponent) = libm::frexp(greatest);
        Scale(libm::ldexp(1.0, (bits - exponent).clamp(-1000, 1000)))
    }

    /// For weights up to `greatest` of so many rows: their sum must fit.
    pub fn of_weights(greatest: f64, rows: usize) -> Scale {
        let free = WEIGHT_BITS - (usize::BITS - rows.leading_zeros());
        Scale::of_values(greatest, free.min(20) as i32)
    }

    /// The integer for a number.
    pub fn integer(self, value: f64) -> i64 {
        (value * self.0 + 0.5f64.copysign(value)) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_values_weights_and_rows_apart() {
        let mut sum = Moments::default();
        sum += Moments::row(-7, 3);
        sum += Moments::row(2, 0);
        sum.add_if(false, Moments::row(100, 100));
        sum.add_if(true, Moments::row(1, 1));
        assert_eq!((sum.sum, sum.weight(), sum.count()), (-4, 4, 3));
        let rest = sum - Moments::row(-7, 3);
        assert_eq!((rest.sum, rest.weight(), rest.count()), (3, 1, 2));
        assert_eq!(Moments::default().score(0.0), 0.0);
    }

    #[test]
    fn the_greatest_weights_of_the_most_rows_fit() {
        for rows in [1usize, 1000, (1 << 26) - 1] {
            let scale = Scale::of_weights(0.25, rows);
            let most = scale.integer(0.25) * rows as i64;
            assert!(most > 0 && most < 1 << WEIGHT_BITS, "{rows} rows: {most}");
        }
        assert_eq!(Scale::of_weights(1.0, 1000).integer(1.0), 1 << 19);
    }

    #[test]
    fn integers_are_the_nearest() {
        assert_eq!(Scale(4.0).integer(0.4), 2);
        assert_eq!(Scale(4.0).integer(-0.4), -2);
        assert_eq!(Scale::of_values(0.0, 30), Scale(1.0));
    }
}
