//! Number of distinct values of a column, in memory that does not grow with the table.
//!
//! Up to [`MOST`] values, fewer in tables of many columns, are counted one by one. Beyond that only values whose hash ends in a zero
//! bit are kept, then in two zero bits, and so on: the kept ones are a fair sample of the distinct
//! values, whose number is estimated to about 0.5 % (Wegman's adaptive sampling; Flajolet, "On
//! adaptive sampling", 1990).

use model::tokens::TermHash;
use std::collections::HashMap;

/// Most values of a column that are kept.
const MOST: usize = 1 << 16;

/// Most values that are kept of all columns of a table: 200 MB.
const MOST_OF_TABLE: usize = 1 << 23;

/// Values that a column of the widest table may keep: as many as fit into a hash table of 512 places.
const FEWEST: usize = 448;

/// The distinct values of a column, by their hashes.
#[derive(Clone, Debug)]
pub struct Distinct {
    counts: HashMap<u64, u32>,
    /// Zero bits at the end of the hashes that are kept.
    level: u32,
    most: usize,
}

impl Default for Distinct {
    fn default() -> Distinct {
        Distinct::of_columns(1)
    }
}

impl Distinct {
    /// No values yet, of one of so many columns. Beyond 128 columns each keeps fewer values, and their number
    /// is estimated less exactly: of 20,000 columns to about 6 %.
    pub fn of_columns(columns: usize) -> Distinct {
        Distinct {
            counts: HashMap::new(),
            level: 0,
            most: (MOST_OF_TABLE / columns.max(1)).clamp(FEWEST, MOST),
        }
    }

    /// Most values that are kept.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Counts a value.
    pub fn add(&mut self, value: &str) {
        let hash = TermHash::of(value);
        if !is_kept(hash, self.level) {
            return;
        }
        *self.counts.entry(hash).or_default() += 1;
        while self.counts.len() > self.most {
            self.level += 1;
            let level = self.level;
            self.counts.retain(|hash, _| is_kept(*hash, level));
        }
    }

    /// Number of distinct values; exact up to those that are kept.
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

    #[test]
    fn a_column_of_many_keeps_fewer_values() {
        let mut distinct = Distinct::of_columns(20_000);
        for row in 0..10_000 {
            distinct.add(&row.to_string());
        }
        assert!(distinct.is_each_once() && distinct.counts.len() <= FEWEST);
        let off = distinct.count() as f64 / 10_000.0 - 1.0;
        assert!(off.abs() < 0.2, "{off}");
    }
}
