//! Leaves of trees with several outputs, without their zeros: of 1,000 classes, a leaf or a node of a
//! full-grown forest has rows of a few.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Rows of numbers, one per output, of which zeros are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeafRows {
    /// The end of each row in `shares`.
    ends: Vec<usize>,
    /// Output and number; outputs of a row ascend.
    shares: Vec<(u32, f32)>,
}

impl LeafRows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The end of each row in [`LeafRows::shares`].
    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Outputs and numbers of all rows.
    pub fn shares(&self) -> &[(u32, f32)] {
        &self.shares
    }

    /// Outputs and numbers of a row.
    pub fn row(&self, row: u32) -> &[(u32, f32)] {
        let row = row as usize;
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.shares[start..self.ends[row]]
    }

    /// All numbers with their zeros, `[rows, outputs]`.
    pub fn to_dense(&self, outputs: usize) -> Vec<f32> {
        let mut numbers = vec![0.0; self.len() * outputs];
        for (row, numbers) in (0u32..).zip(numbers.chunks_exact_mut(outputs.max(1))) {
            for (output, share) in self.row(row) {
                numbers[*output as usize] = *share;
            }
        }
        numbers
    }

    /// The rows of `[rows, outputs]`.
    #[cfg(test)]
    pub(super) fn of_dense(numbers: &[f32], outputs: usize) -> LeafRows {
        let mut rows = LeafRows::default();
        for row in numbers.chunks_exact(outputs) {
            let present = (0u32..).zip(row.iter().copied());
            rows.shares
                .extend(present.filter(|(_, share)| *share != 0.0));
            rows.ends.push(rows.shares.len());
        }
        rows
    }
}

/// Rows that are added one by one; equal ones are stored once, as nearly all leaves of a full-grown forest
/// are of one class.
#[derive(Default)]
pub(super) struct LeafSet {
    rows: LeafRows,
    /// Numbers of rows, by a hash of their content.
    numbers: HashMap<u64, u32>,
    added: Vec<(u32, f32)>,
}

impl LeafSet {
    /// The number of the row with these outputs and shares, as equal bits; a new one if there is none.
    pub fn row(&mut self, shares: impl Iterator<Item = (u32, f32)>) -> u32 {
        self.added.clear();
        self.added.extend(shares.filter(|(_, share)| *share != 0.0));
        let mut hasher = DefaultHasher::new();
        for (output, share) in &self.added {
            (output, share.to_bits()).hash(&mut hasher);
        }
        let mut hash = hasher.finish();
        // Two rows of one hash are told apart by their content: the next hash is tried.
        while let Some(number) = self.numbers.get(&hash) {
            if self.rows.row(*number) == self.added {
                return *number;
            }
            hash = hash.wrapping_add(1);
        }
        let number = self.rows.len() as u32;
        self.numbers.insert(hash, number);
        self.rows.shares.extend_from_slice(&self.added);
        self.rows.ends.push(self.rows.shares.len());
        number
    }

    /// The rows, in the order in which they were added.
    pub fn into_rows(self) -> LeafRows {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_leaves_are_stored_once() {
        let mut leaves = LeafSet::default();
        let mut row = |numbers: [f32; 2]| leaves.row((0..).zip(numbers));
        assert_eq!(row([1.0, 0.0]), 0);
        assert_eq!(row([0.5, 0.5]), 1);
        assert_eq!(row([1.0, 0.0]), 0);
        assert_eq!(row([0.0, 1.0]), 2);
        let rows = leaves.into_rows();
        assert_eq!(rows.row(0), [(0, 1.0)]);
        assert_eq!(rows.row(1), [(0, 0.5), (1, 0.5)]);
        let dense = [1.0, 0.0, 0.5, 0.5, 0.0, 1.0];
        assert_eq!(rows.to_dense(2), dense);
        assert_eq!(LeafRows::of_dense(&dense, 2), rows);
    }
}
