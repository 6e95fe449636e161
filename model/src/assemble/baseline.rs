//! The baseline, as training has it, to the bytes of its section.

use crate::baseline::NAMES;
use crate::format::{BaselineRecord, BinRecord, DistributionRecord, NO_COLUMN, Statistic};
use crate::tokens::TermHash;
use zerocopy::IntoBytes;

/// Distributions of the training values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BaselineParts {
    /// Number of training rows.
    pub rows: u64,
    /// Distributions; empty ones are left out.
    pub distributions: Vec<DistributionPart>,
}

/// A distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionPart {
    /// Quantity that was counted.
    pub statistic: Statistic,
    /// The column that it was counted in; none of what the model answered.
    pub column: Option<u32>,
    /// Quantity that was counted.
    pub bins: BinParts,
}

/// Bins with the number of rows in each.
#[derive(Clone, Debug, PartialEq)]
pub enum BinParts {
    /// For numbers.
    Numbers {
        /// The greatest value of each bin but the last, ascending.
        edges: Vec<f64>,
        /// A bin each, then what is missing: two more than there are edges.
        counts: Vec<u32>,
    },
    /// For names.
    Names {
        /// Those with a bin each.
        names: Vec<String>,
        /// Theirs, then what has another name, then what is missing: two more than there are names.
        counts: Vec<u32>,
    },
}

impl BinParts {
    /// The bins between the deciles of numbers, NaN where they are missing. A decile is a value that
    /// there is (Hyndman and Fan, "Sample quantiles in statistical packages", 1996, definition 1).
    /// Equal ones are one edge and the greatest value is none, so that no bin is empty; but where all
    /// values are the same, those below it and those above have an empty bin each: any other value of
    /// live traffic is news.
    pub fn of_numbers(numbers: impl IntoIterator<Item = f64>) -> BinParts {
        let (mut sorted, mut missing) = (Vec::new(), 0);
        for number in numbers {
            match number.is_nan() {
                true => missing += 1,
                // Negative zero is no other value, and would be shown.
                false => sorted.push(number + 0.0),
            }
        }
        sorted.sort_unstable_by(f64::total_cmp);
        let deciles = (1..10).map(|tenths| (sorted.len() * tenths).div_ceil(10).max(1) - 1);
        let mut edges: Vec<f64> = match (sorted.first(), sorted.last()) {
            (Some(least), Some(greatest)) if least == greatest => vec![least.next_down(), *least],
            (_, Some(greatest)) => deciles
                .map(|at| sorted[at])
                .filter(|edge| edge < greatest)
                .collect(),
            _ => Vec::new(),
        };
        edges.dedup();
        let ends = edges
            .iter()
            .map(|edge| sorted.partition_point(|number| number <= edge))
            .chain([sorted.len()]);
        let mut counts = Vec::with_capacity(edges.len() + 2);
        let mut start = 0;
        for end in ends {
            counts.push((end - start) as u32);
            start = end;
        }
        counts.push(missing);
        BinParts::Numbers { edges, counts }
    }

    /// One bin for whatever there is, and what is missing.
    pub fn of_presence(there: u32, missing: u32) -> BinParts {
        BinParts::Numbers {
            edges: Vec::new(),
            counts: vec![there, missing],
        }
    }

    /// A bin for each of the most frequent of the names, given with how often they were met. The empty
    /// name is what is missing.
    pub fn of_names<'n>(counted: impl IntoIterator<Item = (&'n str, u32)>) -> BinParts {
        let (mut listed, mut missing) = (Vec::new(), 0);
        for (name, count) in counted {
            match name {
                "" => missing += count,
                name => listed.push((name, count)),
            }
        }
        listed.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let rest = listed.split_off(listed.len().min(NAMES));
        let other = rest.iter().map(|(_, count)| count).sum();
        let counts = listed.iter().map(|(_, count)| *count);
        BinParts::Names {
            counts: counts.chain([other, missing]).collect(),
            names: listed.iter().map(|(name, _)| name.to_string()).collect(),
        }
    }

    fn counts(&self) -> &[u32] {
        match self {
            BinParts::Numbers { counts, .. } | BinParts::Names { counts, .. } => counts,
        }
    }

    /// A key and a name for each bin.
    fn keys(&self) -> Vec<(u64, &str)> {
        match self {
            BinParts::Numbers { edges, .. } => {
                let uppers = edges.iter().copied().chain([f64::INFINITY]);
                uppers
                    .map(|upper| (upper.to_bits(), ""))
                    .chain([(0, "")])
                    .collect()
            }
            BinParts::Names { names, .. } => {
                let names = names.iter().map(|name| (TermHash::of(name), name.as_str()));
                names.chain([(0, ""), (0, "")]).collect()
            }
        }
    }
}

impl BaselineParts {
    /// The bytes of its section.
    pub(super) fn lay_out(&self) -> Vec<u8> {
        let (mut records, mut bins, mut names) = (Vec::new(), Vec::new(), String::new());
        let is_empty =
            |part: &&DistributionPart| part.bins.counts().iter().all(|count| *count == 0);
        for part in self.distributions.iter().filter(|part| !is_empty(part)) {
            let keys = part.bins.keys();
            records.push(DistributionRecord {
                statistic: part.statistic.code().into(),
                column: part.column.unwrap_or(NO_COLUMN).into(),
                bins: (keys.len() as u32).into(),
            });
            for ((key, name), count) in keys.into_iter().zip(part.bins.counts()) {
                names.push_str(name);
                bins.push(BinRecord {
                    key: key.into(),
                    count: (*count).into(),
                    name_end: (names.len() as u32).into(),
                });
            }
        }
        let head = BaselineRecord {
            rows: self.rows.into(),
            distributions: (records.len() as u32).into(),
            bins: (bins.len() as u32).into(),
        };
        let sections: [&[u8]; 4] = [
            head.as_bytes(),
            records.as_bytes(),
            bins.as_bytes(),
            names.as_bytes(),
        ];
        sections.concat()
    }
}
