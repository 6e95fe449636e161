//! Number of distinct values of a column, in memory that does not grow with the table.
//!
//! Up to [`MOST`] values are counted one by one. Beyond that only values whose hash ends in a zero
//! bit are kept, then in two zero bits, and so on: the kept ones are a fair sample of the distinct
//! values, whose number is estimated to about 0.5 % (Wegman's adaptive sampling; Flajolet, "On
//! adaptive sampling", 1990).

use model::tokens::TermHash;
use std::collections::HashMap;

/// Most values that are kept.
const MOST: usize = 1 << 16;

/// The distinct values of a column, by their hashes.
#[derive(Clone, Debug, Default)]
pub struct Distinct {
    counts: HashMap<u64, u32>,
    /// Zero bits at the end of the hashes that are kept.
    level: u32,
}

impl Distinct {
    /// Counts a value.
    pub fn add(&mut self, value: &str) {
        let hash = TermHash::of(value);
        if !is_kept(hash, self.level) {
            return;
        }
        *self.counts.entry(hash).or_default() += 1;
        while self.counts.len() > MOST {
            self.level += 1;
            let level = self.level;
            self.counts.retain(|hash, _| is_kept(*hash, level));
        }
    }

    /// Number of distinct values; exact up to `MOST`.
    pub fn count(&self) -> usize {
        self.counts.len() << self.level
    }

    /// True if no value is there twice, as far as values were kept.
    pub fn is_each_once(&self) -> bool {
        self.counts.values().all(|count| *count == 1)
    }
}

fn is_kept(hash: u64, level: u32) -> bool {
    hash.trailing_zeros() >= level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_counted_and_many_are_estimated() {
        let mut distinct = Distinct::default();
        for row in 0..1000 {
            distinct.add(&(row % 7).to_string());
        }
        assert_eq!((distinct.count(), distinct.is_each_once()), (7, false));
        let mut distinct = Distinct::default();
        for row in 0..500_000 {
            distinct.add(&row.to_string());
        }
        assert!(distinct.is_each_once());
        let off = distinct.count() as f64 / 500_000.0 - 1.0;
        assert!(off.abs() < 0.02, "{off}");
    }
}
