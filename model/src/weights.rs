//! Weights: the kernel of linear models and naive Bayes.
//!
//! A score is the sum of the products of a row's features and their weights. Features are sparse and
//! ascending, so the weights of a row lie in the file in the order in which they are read.

use zerocopy::little_endian::F32;

/// The weights of a model file.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// `[features, outputs]`, row-major.
    pub numbers: &'a [F32],
    /// Number of outputs, at least 1.
    pub outputs: usize,
}

impl<'a> Weights<'a> {
    /// Number of features.
    pub fn features(&self) -> usize {
        self.numbers.len() / self.outputs
    }

    /// The weights of a feature, one per output.
    pub fn of_feature(&self, feature: usize) -> &'a [F32] {
        &self.numbers[feature * self.outputs..][..self.outputs]
    }

    /// Adds `features · weights` to `scores`, one per output, in the order in which smartcore's
    /// `LogisticRegression` adds: features ascending, the intercept last.
    pub(crate) fn add(&self, features: &[(u32, f64)], scores: &mut [f64]) {
        // So many outputs at a time that their sums stay in registers.
        for (index, sums) in scores.chunks_mut(8).enumerate() {
            match sums.len() {
                1 => self.add_products::<1>(features, 8 * index, sums),
                2 => self.add_products::<2>(features, 8 * index, sums),
                3 => self.add_products::<3>(features, 8 * index, sums),
                4 => self.add_products::<4>(features, 8 * index, sums),
                5 => self.add_products::<5>(features, 8 * index, sums),
                6 => self.add_products::<6>(features, 8 * index, sums),
                7 => self.add_products::<7>(features, 8 * index, sums),
                _ => self.add_products::<8>(features, 8 * index, sums),
            }
        }
    }

    /// Adds the products of `N` outputs, from output `first` on.
    fn add_products<const N: usize>(
        &self,
        features: &[(u32, f64)],
        first: usize,
        scores: &mut [f64],
    ) {
        let Some(scores) = scores.first_chunk_mut::<N>() else {
            return;
        };
        let mut sums = *scores;
        for (feature, value) in features {
            // No feature is out of range, and opening checked the number of weights.
            let row = &self.numbers[*feature as usize * self.outputs + first..][..N];
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += value * f64::from(weight.get());
            }
        }
        *scores = sums;
    }
}
