//! Arithmetic of the scores of trees: that of the library which grew them, so that sums are equal to
//! the bit.

use crate::features::Features;
use crate::format::ArithmeticRecord;

/// Way from the leaves that a row reaches to its scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arithmetic {
    /// The values of features are rounded to `f32` before they are compared.
    pub f32_inputs: bool,
    /// Each sum is rounded to `f32`.
    pub f32_sums: bool,
    /// The sum begins with the intercept, to which trees are added; else the intercept is added last.
    pub intercept_first: bool,
    /// The sum is divided by it; 1 changes nothing.
    pub divisor: f64,
    /// The quotient is multiplied by it; 1 changes nothing.
    pub factor: f64,
}

impl Default for Arithmetic {
    /// Arithmetic of the models that Hearth trains: sums of `f64`, the intercept last.
    fn default() -> Arithmetic {
        Arithmetic {
            f32_inputs: false,
            f32_sums: false,
            intercept_first: false,
            divisor: 1.0,
            factor: 1.0,
        }
    }
}

impl Arithmetic {
    /// As a record stores it; `None` if this program does not know it or no program could have written
    /// it.
    pub fn from_record(record: &ArithmeticRecord) -> Option<Arithmetic> {
        let flag = |number: u32| (number <= 1).then_some(number == 1);
        let (divisor, factor) = (record.divisor.get(), record.factor.get());
        let is_legal = |number: f64| number.is_finite() && number > 0.0;
        let arithmetic = Arithmetic {
            f32_inputs: flag(record.f32_inputs.get())?,
            f32_sums: flag(record.f32_sums.get())?,
            intercept_first: flag(record.intercept_first.get())?,
            divisor,
            factor,
        };
        (is_legal(divisor) && is_legal(factor)).then_some(arithmetic)
    }

    /// The record that stores it.
    pub fn to_record(self) -> ArithmeticRecord {
        ArithmeticRecord {
            f32_inputs: u32::from(self.f32_inputs).into(),
            f32_sums: u32::from(self.f32_sums).into(),
            intercept_first: u32::from(self.intercept_first).into(),
            reserved: 0.into(),
            divisor: self.divisor.into(),
            factor: self.factor.into(),
        }
    }

    /// The number that an output's sum is worth in its score.
    pub fn scale(self) -> f64 {
        self.factor / self.divisor
    }

    /// Rounds the features in `dense`, which [`Features::fill_dense`] wrote, as trees look at them.
    pub(crate) fn round(self, features: &Features, dense: &mut [f64]) {
        if self.f32_inputs {
            for (feature, value) in &features.entries {
                dense[*feature as usize] = f64::from(*value as f32);
            }
        }
    }

    /// Sets the scores to where their sums begin.
    pub(crate) fn begin(self, intercepts: &[f64], scores: &mut [f64]) {
        if self.intercept_first {
            scores.copy_from_slice(intercepts);
        }
    }

    /// Turns the sums of trees into scores.
    pub(crate) fn end(self, intercepts: &[f64], scores: &mut [f64]) {
        for (score, intercept) in scores.iter_mut().zip(intercepts) {
            if !self.intercept_first {
                *score = self.rounded(*score + intercept);
            }
            if self.divisor != 1.0 {
                *score /= self.divisor;
            }
            if self.factor != 1.0 {
                *score *= self.factor;
            }
        }
    }

    /// A sum, as it is kept.
    #[inline(always)]
    pub(crate) fn rounded(self, sum: f64) -> f64 {
        // The sum of two `f32`, rounded to `f64` first, is rounded to the same `f32`.
        match self.f32_sums {
            true => f64::from(sum as f32),
            false => sum,
        }
    }
}
