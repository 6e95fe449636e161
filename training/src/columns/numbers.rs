//! Evidence of numbers in a column: how they are written, and which one format reads them all.

mod affixes;

pub use affixes::is_sure_unit;

use super::example::Example;
use affixes::affixes;
use model::notation::{Grouping, NumberFormat};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Maximum number of distinct pairs of prefix and suffix.
const AFFIXES: usize = 16;

/// Examples that are kept of each group of values.
const EXAMPLES: usize = 3;

/// Number formats without affixes, simple ones first.
const FORMATS: [(bool, Grouping); 8] = [
    (false, Grouping::None),
    (true, Grouping::None),
    (false, Grouping::Comma),
    (true, Grouping::Point),
    (false, Grouping::Blank),
    (true, Grouping::Blank),
    (false, Grouping::Apostrophe),
    (true, Grouping::Apostrophe),
];

/// Digits of the shortest and of the longest whole number of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigitCounts {
    /// Digits of the shortest.
    pub least: usize,
    /// Digits of the longest.
    pub most: usize,
}

/// Counts of a column's numbers.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Numbers as programs write them, infinite ones included.
    pub plain: usize,
    /// Those of them without a fraction.
    pub whole: usize,
    /// Whole numbers that are written with `.0`.
    pub with_zero: usize,
    /// Whole numbers with zeros in front.
    pub padded: usize,
    /// Whole numbers from 2^53 on, of which an `f64` does not keep every digit.
    pub beyond: usize,
    /// Numbers of digits of whole numbers; `None` without a whole number.
    pub digits: Option<DigitCounts>,
    /// The least plain number.
    pub least: f64,
    /// The greatest plain number.
    pub greatest: f64,
    /// Numbers with a point, and those whose point may part groups of three digits.
    with_point: usize,
    maybe_grouped: usize,
    grouped: Option<Example>,
    /// Values that are numbers by some other format.
    formatted: BTreeMap<Formatted, ExampleGroup>,
    affixes: Vec<(String, String)>,
}

/// Values that the same formats read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Formatted {
    /// A bit for each of [`FORMATS`].
    formats: u8,
    /// Index of the prefix and suffix.
    affixes: usize,
}

#[derive(Clone, Debug, Default)]
struct ExampleGroup {
    count: usize,
    examples: Vec<Example>,
}

/// The format of a column's numbers, and how sure it is.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberReading {
    /// Format of the numbers.
    pub format: NumberFormat<'static>,
    /// Number of values that it reads.
    pub count: usize,
    /// A value that the opposite decimal mark reads as another number, where nothing decides.
    pub ambiguous: Option<Example>,
    /// A value that only this format reads as it does.
    pub example: Option<Example>,
}

impl Numbers {
    /// Counts a plain number.
    pub fn add_plain(&mut self, line: u64, text: &str, number: f64) {
        if self.plain == 0 {
            (self.least, self.greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        }
        self.plain += 1;
        self.least = self.least.min(number);
        self.greatest = self.greatest.max(number);
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (unsigned, None),
        };
        if let Some(fraction) = fraction {
            self.with_point += 1;
            let is_group = fraction.len() == 3 && (1..=3).contains(&whole.len());
            if is_group && !whole.starts_with('0') {
                self.maybe_grouped += 1;
                self.grouped.get_or_insert_with(|| Example::new(line, text));
            }
        }
        if !number.is_finite() || number.fract() != 0.0 {
            return;
        }
        self.whole += 1;
        self.with_zero += usize::from(fraction.is_some());
        self.beyond += usize::from(number.abs() >= 9_007_199_254_740_992.0);
        if are_digits(whole) {
            self.padded += usize::from(whole.len() > 1 && whole.starts_with('0'));
            let count = whole.len();
            self.digits = Some(match self.digits {
                None => DigitCounts {
                    least: count,
                    most: count,
                },
                Some(DigitCounts { least, most }) => DigitCounts {
                    least: least.min(count),
                    most: most.max(count),
                },
            });
        }
    }

    /// Counts another value, if some format reads it.
    pub fn add_formatted(&mut self, line: u64, text: &str) -> bool {
        let Some((prefix, suffix)) = affixes(text) else {
            return false;
        };
        let mut formats = 0;
        for (bit, (decimal_comma, grouping)) in FORMATS.into_iter().enumerate() {
            let format = NumberFormat {
                decimal_comma,
                grouping,
                prefix: Cow::Borrowed(prefix),
                suffix: Cow::Borrowed(suffix),
            };
            formats |= u8::from(format.parse(text).is_some()) << bit;
        }
        if formats == 0 {
            return false;
        }
        let known = self
            .affixes
            .iter()
            .position(|(p, s)| p == prefix && s == suffix);
        let affixes = match known {
            Some(index) => index,
            None if self.affixes.len() == AFFIXES => return false,
            None => {
                self.affixes.push((prefix.to_string(), suffix.to_string()));
                self.affixes.len() - 1
            }
        };
        let group = self
            .formatted
            .entry(Formatted { formats, affixes })
            .or_default();
        group.count += 1;
        if group.examples.len() < EXAMPLES {
            group.examples.push(Example::new(line, text));
        }
        true
    }

    /// Values that are numbers by some format, plain ones included.
    pub fn of_any_format(&self) -> usize {
        self.plain
            + self
                .formatted
                .values()
                .map(|group| group.count)
                .sum::<usize>()
    }

    /// First value of another format than programs write.
    pub fn first_formatted(&self) -> Option<&Example> {
        let examples = self.formatted.values().flat_map(|group| &group.examples);
        examples.min_by_key(|example| example.line)
    }

    /// The decimal mark that the values show: true for a comma, false for a point; `None` if they
    /// show neither.
    pub fn decimal_comma(&self) -> Option<bool> {
        let reading = self.reading(None, false);
        let has_mark = |example: &Example| example.text.contains([',', '.']);
        let is_marked = reading.example.as_ref().is_some_and(has_mark);
        let is_told = is_marked || self.with_point > self.maybe_grouped;
        (is_told && reading.ambiguous.is_none()).then_some(reading.format.decimal_comma)
    }

    /// The format that reads most of the values. Where they do not tell the decimal mark,
    /// `decimal_comma` decides; else, in a table with semicolons, a comma is one, as spreadsheets
    /// write it.
    pub fn reading(&self, decimal_comma: Option<bool>, has_semicolons: bool) -> NumberReading {
        let has_commas = || self.examples().any(|example| example.text.contains(','));
        let of_table = || (has_semicolons && has_commas()).then_some(true);
        let decimal_comma = decimal_comma.or_else(of_table);
        let affixes = self.common_affixes();
        let counts: Vec<usize> = (0..FORMATS.len())
            .map(|bit| self.count(bit, affixes))
            .collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        let best = |comma: Option<bool>| {
            let fits = |bit: &usize| comma.is_none_or(|comma| FORMATS[*bit].0 == comma);
            (0..FORMATS.len())
                .filter(fits)
                .find(|bit| counts[*bit] == most)
        };
        // Both decimal marks may read all values, and some of them as another number.
        let rivals = best(Some(false)).zip(best(Some(true)));
        let differing = rivals.and_then(|(point, comma)| {
            let formats = [point, comma].map(|bit| self.format(bit, affixes));
            let differs = |example: &&Example| {
                let [by_point, by_comma] = formats.each_ref().map(|of| of.parse(&example.text));
                by_point.is_some() && by_comma.is_some() && by_point != by_comma
            };
            self.first_example(differs)
        });
        let bit = match differing {
            // A lone comma before three digits parts thousands, as programs in English write it.
            Some(_) => best(Some(decimal_comma.unwrap_or(false))),
            None => best(None),
        };
        let bit = bit.unwrap_or(0);
        let format = self.format(bit, affixes);
        let is_plain = format.is_plain();
        let is_telling = |example: &&Example| {
            let plain: Option<f64> = example.text.parse().ok();
            let read = format.parse(&example.text);
            read.is_some() && read != plain
        };
        let is_unsure = decimal_comma.is_none() && !is_plain;
        NumberReading {
            ambiguous: differing.filter(|_| is_unsure).cloned(),
            example: self.first_example(is_telling).cloned(),
            count: counts[bit],
            format,
        }
    }

    /// Number of values that a format reads.
    fn count(&self, bit: usize, affixes: Option<usize>) -> usize {
        let of_plain = match FORMATS[bit] {
            (false, _) => self.plain,
            (true, Grouping::Point) => self.plain - self.with_point + self.maybe_grouped,
            (true, _) => self.plain - self.with_point,
        };
        let groups = self
            .formatted
            .iter()
            .filter(|(key, _)| key.formats >> bit & 1 == 1 && self.are_in(key.affixes, affixes));
        of_plain + groups.map(|(_, group)| group.count).sum::<usize>()
    }

    /// Examples of values that some format reads otherwise than programs do.
    fn examples(&self) -> impl Iterator<Item = &Example> {
        let formatted = self.formatted.values().flat_map(|group| &group.examples);
        formatted.chain(&self.grouped)
    }

    fn are_in(&self, affixes: usize, common: Option<usize>) -> bool {
        let is_bare = self.affixes[affixes].0.is_empty() && self.affixes[affixes].1.is_empty();
        is_bare || Some(affixes) == common
    }

    fn first_example(&self, fits: impl Fn(&&Example) -> bool) -> Option<&Example> {
        self.examples()
            .filter(fits)
            .min_by_key(|example| example.line)
    }

    /// The prefix and suffix that at least half of the values have.
    fn common_affixes(&self) -> Option<usize> {
        let mut counts = vec![0; self.affixes.len()];
        for (key, group) in &self.formatted {
            counts[key.affixes] += group.count;
        }
        (0..counts.len())
            .filter(|index| {
                let (prefix, suffix) = &self.affixes[*index];
                let is_common = counts[*index] * 2 >= self.of_any_format();
                is_common && !(prefix.is_empty() && suffix.is_empty())
            })
            .max_by_key(|index| (counts[*index], usize::MAX - index))
    }

    fn format(&self, bit: usize, affixes: Option<usize>) -> NumberFormat<'static> {
        let (decimal_comma, grouping) = FORMATS[bit];
        let affixes = affixes.map(|index| self.affixes[index].clone());
        let (prefix, suffix) = affixes.unwrap_or_default();
        NumberFormat {
            decimal_comma,
            grouping,
            prefix: prefix.into(),
            suffix: suffix.into(),
        }
    }
}

#[cfg(test)]
mod tests;
