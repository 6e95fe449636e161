//! Counts the rows of a node, column by column, and finds the best cut of all columns.

use rayon::prelude::*;

use super::bins::MISSING_BIN;
use super::moments::Moments;
use super::split::{self, Cut, Histogram, Limits};

/// Rows times columns from which a histogram is worth the threads' while.
const PARALLEL: usize = 1 << 15;

/// True if there can be two sides within the limits.
pub(super) fn may_split(total: Moments, limits: Limits) -> bool {
    // Halves, because twice a limit that no sum reaches is more than an integer holds.
    total.count() / 2 >= limits.count.max(1) && total.weight() / 2 >= limits.weight
}

/// Does `work` for every column, on all threads if there is enough of it.
pub(super) fn each<T: Send, R: Send>(
    rows: usize,
    columns: &[usize],
    places: &mut [T],
    work: impl Fn(usize, &mut T) -> R + Sync,
) -> Vec<R> {
    if rows * columns.len() < PARALLEL {
        let both = columns.iter().zip(places);
        both.map(|(&column, place)| work(column, place)).collect()
    } else {
        let both = columns.par_iter().zip(places);
        both.map(|(&column, place)| work(column, place)).collect()
    }
}

/// Counts the rows of a column whose greatest bin is `last`; `total` is the sum of all rows.
pub(super) fn fill(
    histogram: &mut Histogram,
    column: &[u8],
    last: usize,
    rows: &[u32],
    items: &[Moments],
    total: Moments,
) {
    histogram[..=last].fill(Moments::default());
    histogram[255] = Moments::default();
    if last > 1 {
        for (&row, &item) in rows.iter().zip(items) {
            histogram[usize::from(column[row as usize])] += item;
        }
        return;
    }
    // In a column of 0 and 1 most rows have the same bin, and adding to it would wait for itself.
    let (mut ones, mut missing) = (Moments::default(), Moments::default());
    for (&row, &item) in rows.iter().zip(items) {
        let bin = column[row as usize];
        ones.add_if(bin == 1, item);
        missing.add_if(bin == MISSING_BIN, item);
    }
    histogram[last] = ones;
    histogram[0] = total - ones - missing;
    histogram[255] = missing;
}

/// The best cut of a counted column.
pub(super) fn scan(
    histogram: &Histogram,
    last: usize,
    total: Moments,
    limits: Limits,
) -> Option<Cut> {
    split::best(histogram, 0, last as u8, total, limits)
}

/// The cut of a node that gains most.
#[derive(Clone, Copy)]
pub(super) struct BestCut {
    /// Score of both sides less that of the node, in units of the sums; above 0.
    pub gain: f64,
    pub column: usize,
    pub cut: Cut,
}

/// The best cut over all columns; None if none gains.
pub(super) fn greatest(
    columns: &[usize],
    cuts: impl Iterator<Item = Option<Cut>>,
    total: Moments,
    limits: Limits,
) -> Option<BestCut> {
    let score = total.score(limits.extra);
    let mut best: Option<BestCut> = None;
    for (&column, cut) in columns.iter().zip(cuts) {
        if let Some(cut) = cut {
            let gain = cut.score - score;
            if gain > 0.0 && best.is_none_or(|best| gain > best.gain) {
                best = Some(BestCut { gain, column, cut });
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_a_limit_may_be_more_than_an_integer_holds() {
        let mut total = Moments::row(0, 5);
        total += Moments::row(0, 5);
        let limits = |weight| Limits {
            count: 1,
            weight,
            extra: 0.0,
        };
        assert!(may_split(total, limits(5)));
        assert!(!may_split(total, limits(6)));
        // Curvatures next to 0 have a scale in which the least weight is beyond all numbers.
        assert!(!may_split(total, limits(i64::MAX)));
    }
}
