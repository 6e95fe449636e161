//! Weights: the kernel of linear models and naive Bayes.
//!
//! A score is the sum of the products of a row's features and their weights. Features are sparse and
//! ascending, so the weights of a row lie in the file in the order in which they are read.

use zerocopy::little_endian::{F32, F64};

/// Weights as wide as they need, `[features, outputs]`, row-major.
#[derive(Clone, Copy, Debug)]
pub enum WeightNumbers<'a> {
    /// Those that Hearth trains.
    F32(&'a [F32]),
    /// Those of other libraries.
    F64(&'a [F64]),
}

/// The weights of a model file.
#[derive(Clone, Copy, Debug)]
pub struct Weights<'a> {
    /// `[features, outputs]`, row-major.
    pub numbers: WeightNumbers<'a>,
    /// Number of outputs, at least 1.
    pub outputs: usize,
}

impl<'a> Weights<'a> {
    /// Number of features.
    pub fn features(&self) -> usize {
        self.numbers.len() / self.outputs
    }

    /// The weight of a feature for an output.
    pub fn get(&self, feature: usize, output: usize) -> f64 {
        let at = feature * self.outputs + output;
        match self.numbers {
            WeightNumbers::F32(numbers) => numbers[at].wide(),
            WeightNumbers::F64(numbers) => numbers[at].wide(),
        }
    }

    /// Adds `features · weights` to `scores`, one per output, in the order in which smartcore's
    /// `LogisticRegression` adds: features ascending, the intercept last.
    pub(crate) fn add(&self, features: &[(u32, f64)], scores: &mut [f64]) {
        match self.numbers {
            WeightNumbers::F32(numbers) => add(numbers, self.outputs, features, scores),
            WeightNumbers::F64(numbers) => add(numbers, self.outputs, features, scores),
        }
    }
}

impl WeightNumbers<'_> {
    /// Count of them.
    pub fn len(&self) -> usize {
        match self {
            WeightNumbers::F32(numbers) => numbers.len(),
            WeightNumbers::F64(numbers) => numbers.len(),
        }
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A weight or share as a file stores it.
pub(crate) trait Stored: Copy {
    /// The number, as scores are summed.
    fn wide(self) -> f64;
}

impl Stored for F32 {
    fn wide(self) -> f64 {
        f64::from(self.get())
    }
}

impl Stored for F64 {
    fn wide(self) -> f64 {
        self.get()
    }
}

fn add<S: Stored>(numbers: &[S], outputs: usize, features: &[(u32, f64)], scores: &mut [f64]) {
    // So many outputs at a time that their sums stay in registers.
    for (index, sums) in scores.chunks_mut(8).enumerate() {
        match sums.len() {
            1 => add_products::<1, S>(numbers, outputs, features, 8 * index, sums),
            2 => add_products::<2, S>(numbers, outputs, features, 8 * index, sums),
            3 => add_products::<3, S>(numbers, outputs, features, 8 * index, sums),
            4 => add_products::<4, S>(numbers, outputs, features, 8 * index, sums),
            5 => add_products::<5, S>(numbers, outputs, features, 8 * index, sums),
            6 => add_products::<6, S>(numbers, outputs, features, 8 * index, sums),
            7 => add_products::<7, S>(numbers, outputs, features, 8 * index, sums),
            _ => add_products::<8, S>(numbers, outputs, features, 8 * index, sums),
        }
    }
}

/// Adds the products of `N` outputs, from output `first` on.
fn add_products<const N: usize, S: Stored>(
    numbers: &[S],
    outputs: usize,
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
        let row = &numbers[*feature as usize * outputs + first..][..N];
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += value * weight.wide();
        }
    }
    *scores = sums;
}
