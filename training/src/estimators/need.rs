//! Memory that fits need, estimated before they begin.

use crate::linear;

/// Size of what a fit learns from.
#[derive(Clone, Copy, Debug)]
pub struct FitSize {
    /// Number of rows.
    pub rows: usize,
    /// Number of features.
    pub features: usize,
    /// Values of features that are not 0, over all rows.
    pub entries: usize,
    /// Features that are left when equal ones are one: all terms that one row alone has are.
    pub distinct: usize,
    /// Number of labels; 0 if the targets are numbers.
    pub classes: usize,
}

/// Memory of a fit in bytes, as far as it grows with the table: what it takes at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FitNeed {
    /// While it runs, its result included and its features not.
    pub running: u64,
    /// Those of its result.
    pub result: u64,
    /// Those of its result in a model file.
    pub file: u64,
}

impl FitSize {
    /// Number of scores of a row, for boosting and linear estimators.
    pub fn outputs(&self) -> usize {
        linear::outputs(self.classes).max(1)
    }

    /// Bytes of one `f64` per feature and output.
    pub fn weights(&self) -> u64 {
        product(8, &[self.features, self.outputs()])
    }

    /// Bytes of one `f64` per row and output.
    pub fn scores(&self) -> u64 {
        product(8, &[self.rows, self.outputs()])
    }
}

impl FitNeed {
    /// The need of a linear fit that takes `working` bytes beside its weights.
    pub fn of_weights(size: &FitSize, working: u64) -> FitNeed {
        let weights = size.weights();
        FitNeed {
            running: working.saturating_add(weights),
            result: weights,
            file: weights / 2,
        }
    }
}

/// The sum of all; the greatest number where it is beyond.
pub fn sum(bytes: impl IntoIterator<Item = u64>) -> u64 {
    bytes.into_iter().fold(0, u64::saturating_add)
}

/// The product of `bytes` and all counts; the greatest number where it is beyond.
pub fn product(bytes: u64, counts: &[usize]) -> u64 {
    let counts = counts.iter().map(|count| *count as u64);
    counts.fold(bytes, u64::saturating_mul)
}
