//! The baseline: how the values of training were distributed, which live traffic is compared with.
//!
//! A distribution is shares of bins: of numbers, the bins between their deciles; of names, a bin for
//! each of the most frequent. The last bins are for what is in no other: names have `other`, and
//! all have `missing`.
//!
//! Opening a model does not look at it. [`Model::baseline`] views it, checked, when it is asked for.

use crate::Model;
use crate::column::Column;
use crate::format::{
    BaselineRecord, BinRecord, ColumnKind, DistributionRecord, NO_COLUMN, Statistic,
};
use crate::row::Cell;
use crate::tokens::TermHash;
use zerocopy::FromBytes;

/// Names that have a bin of their own, at most.
pub const NAMES: usize = 50;

/// The baseline: distributions with which live traffic is compared, borrowed from the model file.
#[derive(Clone, Debug)]
pub struct Baseline<'a> {
    /// Number of training rows.
    pub rows: u64,
    /// Distributions of each column that can be compared, and of the answers.
    pub distributions: Vec<Distribution<'a>>,
}

/// Counts of a statistic by bin.
#[derive(Clone, Copy, Debug)]
pub struct Distribution<'a> {
    /// Quantity that was counted.
    pub statistic: Statistic,
    /// The column that it was counted in; none of what the model answered.
    pub column: Option<usize>,
    /// At least two, the last of them for what is missing; their counts are not all 0.
    bins: &'a [BinRecord],
    /// Names of the whole baseline; bins hold the end of each.
    names: &'a str,
    /// Where the name of the first bin begins.
    first_name: usize,
}

impl<'a> Model<'a> {
    /// Distributions with which live traffic is compared; `None` for older files without a baseline
    /// and for a damaged one, which `verify` reports. Parsed on each call: keep the result.
    pub fn baseline(&self) -> Option<Baseline<'a>> {
        let bytes = self.baseline?;
        let (head, rest) = BaselineRecord::ref_from_prefix(bytes).ok()?;
        let count = head.distributions.get() as usize;
        let (records, rest) =
            <[DistributionRecord]>::ref_from_prefix_with_elems(rest, count).ok()?;
        let count = head.bins.get() as usize;
        let (mut bins, names) = <[BinRecord]>::ref_from_prefix_with_elems(rest, count).ok()?;
        let names = std::str::from_utf8(names).ok()?;
        let mut baseline = Baseline {
            rows: head.rows.get(),
            distributions: Vec::with_capacity(records.len()),
        };
        let mut first_name = 0;
        for record in records {
            let (own, rest) = bins.split_at_checked(record.bins.get() as usize)?;
            bins = rest;
            let first = first_name;
            first_name = own.last()?.name_end.get() as usize;
            // A newer program may have counted what this one does not know.
            let Some(statistic) = Statistic::from_code(record.statistic.get()) else {
                continue;
            };
            let column = match record.column.get() {
                NO_COLUMN => None,
                index => Some(index as usize),
            };
            let kind = match column {
                Some(index) => Some(self.columns.get(index)?.kind),
                None => None,
            };
            let distribution = Distribution {
                statistic,
                column,
                bins: own,
                names,
                first_name: first,
            };
            if !statistic.is_of(kind) || !distribution.is_whole() {
                return None;
            }
            baseline.distributions.push(distribution);
        }
        bins.is_empty().then_some(baseline)
    }
}

impl Statistic {
    /// True if it is counted in columns of this kind; `None` means the model's answers.
    fn is_of(self, kind: Option<ColumnKind>) -> bool {
        use ColumnKind::{Boolean, Category, Number, Text, Timestamp};
        match self {
            Statistic::NumChars | Statistic::NumTokens | Statistic::OovRatio => kind == Some(Text),
            Statistic::Value => matches!(kind, Some(Number | Boolean | Timestamp)),
            Statistic::Category => kind == Some(Category),
            Statistic::Confidence | Statistic::Label | Statistic::Prediction => kind.is_none(),
        }
    }

    /// True if its bins are names, not numbers.
    pub fn is_of_names(self) -> bool {
        matches!(self, Statistic::Category | Statistic::Label)
    }
}

impl Distribution<'_> {
    /// True if every lookup in it finds a bin, and each bin its name.
    fn is_whole(&self) -> bool {
        if self.bins.len() < 2 || self.rows() == 0 {
            return false;
        }
        if !self.statistic.is_of_names() {
            let uppers = self.bins[..self.missing()].iter().map(BinRecord::upper);
            return uppers.clone().is_sorted()
                && uppers.clone().next_back() == Some(f64::INFINITY)
                && self
                    .bins
                    .iter()
                    .all(|bin| bin.name_end.get() as usize == self.first_name);
        }
        (0..self.bins.len()).all(|bin| self.listed(bin).is_some())
    }

    /// Its name: `income`, `note.oov_ratio`, `prediction.label`; `columns` are the model's.
    pub fn name(&self, columns: &[Column<'_>]) -> String {
        let column = self.column.and_then(|index| columns.get(index));
        match (self.statistic, column) {
            (Statistic::Prediction, _) => "prediction.value".to_owned(),
            (Statistic::Value | Statistic::Category, Some(column)) => column.name.to_owned(),
            (statistic, Some(column)) => format!("{}.{}", column.name, statistic.name()),
            (statistic, None) => format!("prediction.{}", statistic.name()),
        }
    }

    /// Number of bins, with the last ones: `other`, which only names have, and `missing`.
    pub fn bins(&self) -> usize {
        self.bins.len()
    }

    /// The share of each bin; their sum is 1.
    pub fn shares(&self) -> impl Iterator<Item = f64> {
        let rows = self.rows() as f64;
        self.bins
            .iter()
            .map(move |bin| f64::from(bin.count.get()) / rows)
    }

    /// Number of rows that were counted.
    pub fn rows(&self) -> u64 {
        self.bins.iter().map(|bin| u64::from(bin.count.get())).sum()
    }

    /// The bin of what is missing.
    pub fn missing(&self) -> usize {
        self.bins.len() - 1
    }

    /// The bin of a number; NaN is missing.
    pub fn bin_of_number(&self, value: f64) -> usize {
        if value.is_nan() {
            return self.missing();
        }
        let bins = &self.bins[..self.missing()];
        let bin = bins.partition_point(|bin| bin.upper() < value);
        bin.min(bins.len() - 1)
    }

    /// The bin of a category or label; the empty name is missing.
    pub fn bin_of_name(&self, name: &str) -> usize {
        if name.is_empty() {
            return self.missing();
        }
        let other = self.bins.len().saturating_sub(2);
        let hash = TermHash::of(name);
        let listed = self.bins[..other].iter();
        listed
            .map(|bin| bin.key.get())
            .position(|key| key == hash)
            .unwrap_or(other)
    }

    /// The bin of a cell of its column; `None` for text, whose statistics are numbers, and for
    /// columns of another kind. For a timestamp it only says whether there is one: time moves on.
    pub fn bin_of_cell(&self, cell: &Cell<'_>) -> Option<usize> {
        match (self.statistic, cell) {
            (Statistic::Value, Cell::Number(number)) => Some(self.bin_of_number(*number)),
            (Statistic::Value, Cell::Time(None)) => Some(self.missing()),
            (Statistic::Value, Cell::Time(Some(_))) => Some(0),
            (Statistic::Category, Cell::Category(name)) => Some(self.bin_of_name(name)),
            _ => None,
        }
    }

    /// Label of a bin: `<= 3.5`, `> 9`, `< 5`, `5`, `red`, `other`, `missing`; empty when there is
    /// no such bin.
    pub fn bin_name(&self, bin: usize) -> String {
        let missing = self.missing();
        if bin >= missing {
            return if bin == missing { "missing" } else { "" }.to_owned();
        }
        if self.statistic.is_of_names() {
            return match bin + 1 == missing {
                true => "other".to_owned(),
                false => self.listed(bin).unwrap_or_default().to_owned(),
            };
        }
        let upper = self.bins[bin].upper();
        let before = bin.checked_sub(1).map(|before| self.bins[before].upper());
        match before {
            // The only value of training has a bin of its own, and one on each side.
            Some(before) if before.next_up() == upper => upper.to_string(),
            _ if self.bins[bin + 1].upper() == upper.next_up() && bin + 1 < missing => {
                format!("< {}", upper.next_up())
            }
            _ if upper.is_finite() => format!("<= {upper}"),
            Some(before) => format!("> {before}"),
            None => "any".to_owned(),
        }
    }

    /// The name that is listed for a bin; the last two have the empty one.
    fn listed(&self, bin: usize) -> Option<&str> {
        let start = match bin.checked_sub(1) {
            Some(before) => self.bins.get(before)?.name_end.get() as usize,
            None => self.first_name,
        };
        let end = self.bins.get(bin)?.name_end.get() as usize;
        self.names.get(start..end)
    }
}

impl BinRecord {
    /// For numbers: the greatest value in it.
    fn upper(&self) -> f64 {
        f64::from_bits(self.key.get())
    }
}
