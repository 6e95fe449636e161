//! Leaves of trees that add to all outputs: rows of one number per output.
//!
//! A row of few labels is stored whole. Of 1,000 labels a leaf has rows of a few only, so a large
//! forest stores the numbers that are not 0.

use crate::format::LeafShare;
use crate::weights::Stored;
use zerocopy::little_endian::{F32, F64, U32};

/// The rows to which leaves and means of nodes refer.
#[derive(Clone, Copy, Debug)]
pub enum Leaves<'a> {
    /// `[rows, outputs]`, row-major.
    Dense(&'a [F32]),
    /// `[rows, outputs]`, row-major, with the digits of another library.
    Dense64(&'a [F64]),
    /// Only the numbers that are not 0.
    Sparse(SparseLeaves<'a>),
}

/// Rows without their zeros.
#[derive(Clone, Copy, Debug)]
pub struct SparseLeaves<'a> {
    /// The end of each row in `shares`; it starts where the previous row ends.
    pub ends: &'a [U32],
    /// Numbers of all rows, each row's in ascending order of the outputs.
    pub shares: &'a [LeafShare],
}

impl Leaves<'_> {
    /// Adds a row to `scores`, one per output. `None` in a damaged file.
    #[inline(always)]
    pub(crate) fn add(&self, row: u32, scores: &mut [f64]) -> Option<()> {
        match self {
            Leaves::Dense(numbers) => add_dense(numbers, row, scores)?,
            Leaves::Dense64(numbers) => add_dense(numbers, row, scores)?,
            Leaves::Sparse(leaves) => {
                for share in leaves.row(row, scores.len())? {
                    *scores.get_mut(share.output.get() as usize)? += f64::from(share.share.get());
                }
            }
        }
        Some(())
    }

    /// The sum of the numbers of a row, each times the weight of its output. `None` in a damaged file.
    pub(crate) fn weighed(&self, row: u32, weights: &[f64]) -> Option<f64> {
        let mut sum = 0.0;
        match self {
            Leaves::Dense(numbers) => sum = weighed_dense(numbers, row, weights)?,
            Leaves::Dense64(numbers) => sum = weighed_dense(numbers, row, weights)?,
            Leaves::Sparse(leaves) => {
                for share in leaves.row(row, weights.len())? {
                    let weight = weights.get(share.output.get() as usize)?;
                    sum += f64::from(share.share.get()) * weight;
                }
            }
        }
        Some(sum)
    }

    /// Count of stored numbers.
    pub fn numbers(&self) -> usize {
        match self {
            Leaves::Dense(numbers) => numbers.len(),
            Leaves::Dense64(numbers) => numbers.len(),
            Leaves::Sparse(leaves) => leaves.shares.len(),
        }
    }
}

#[inline(always)]
fn add_dense<S: Stored>(numbers: &[S], row: u32, scores: &mut [f64]) -> Option<()> {
    let shares = dense(numbers, row, scores.len())?;
    for (score, share) in scores.iter_mut().zip(shares) {
        *score += share.wide();
    }
    Some(())
}

fn weighed_dense<S: Stored>(numbers: &[S], row: u32, weights: &[f64]) -> Option<f64> {
    let mut sum = 0.0;
    for (share, weight) in dense(numbers, row, weights.len())?.iter().zip(weights) {
        sum += share.wide() * weight;
    }
    Some(sum)
}

#[inline(always)]
fn dense<S>(numbers: &[S], row: u32, outputs: usize) -> Option<&[S]> {
    let start = (row as usize).checked_mul(outputs)?;
    numbers.get(start..)?.get(..outputs)
}

impl<'a> SparseLeaves<'a> {
    /// The shares of a row. `None` if there is no such row, or if it has more shares than outputs: rows of
    /// a made-up file may overlap, and each tree would add all of them.
    fn row(&self, row: u32, outputs: usize) -> Option<&'a [LeafShare]> {
        let row = row as usize;
        let end = self.ends.get(row)?.get() as usize;
        let start = match row.checked_sub(1) {
            Some(previous) => self.ends[previous].get() as usize,
            None => 0,
        };
        let shares = self.shares.get(start..end)?;
        (shares.len() <= outputs).then_some(shares)
    }
}
