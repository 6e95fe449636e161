//! What a column's first values look like.

use super::{Input, Use};
use model::format::{ColumnKind, Task};
use model::row::{MISSING, Value, boolean};
use model::timestamp::Timestamp;
use model::tokens::Tokens;
use std::collections::HashSet;

/// A text column has at least this many words a value on average: a category has one or two.
const WORDS_OF_TEXT: f64 = 2.5;

/// So many values, each another one, are names of the rows and not of anything that returns.
const FEW: usize = 20;

/// Counts of a column's values.
#[derive(Clone, Default)]
pub(super) struct Sample {
    /// Values that are not missing.
    values: usize,
    words: usize,
    numbers: usize,
    integers: usize,
    booleans: usize,
    /// Timestamps with the month first, and with the day first.
    timestamps: [usize; 2],
    with_slashes: usize,
    /// Arrays and objects.
    nested: usize,
    distinct: HashSet<String>,
    /// Whether each number is greater than the one before.
    not_ascending: bool,
    last: Option<f64>,
}

impl Sample {
    /// Counts a value.
    pub fn add(&mut self, value: Option<Value<'_>>) {
        let text = match value {
            None | Some(Value::Missing) => return,
            Some(Value::Text(text)) => text.into_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Boolean(yes)) => yes.to_string(),
            Some(Value::Array | Value::Object) => {
                self.nested += 1;
                return;
            }
        };
        let trimmed = text.trim();
        if trimmed.is_empty() || MISSING.contains(&trimmed) {
            return;
        }
        self.values += 1;
        let mut tokens = Tokens::default();
        tokens.find(trimmed, false);
        self.words += tokens.len();
        match trimmed.parse::<f64>() {
            // Infinity too: among numbers it is a mistake to be told, not the name of a category.
            Ok(number) => {
                self.numbers += 1;
                self.integers += usize::from(number.fract() == 0.0 && !trimmed.contains('.'));
                self.not_ascending |= self.last.is_some_and(|last| number <= last);
                self.last = Some(number);
            }
            Err(_) => {
                self.booleans += usize::from(boolean(trimmed).is_some());
                for (count, day_first) in self.timestamps.iter_mut().zip([false, true]) {
                    *count += usize::from(Timestamp::parse(trimmed, day_first).is_some());
                }
                self.with_slashes += usize::from(trimmed.contains('/'));
            }
        }
        self.distinct.insert(trimmed.to_string());
    }

    /// Whether every value is a number; of measured numbers, which have fractions, up to one in
    /// twenty may be anything. Reading then tells its line, where a category of thousands of
    /// numbers and one `n.a.` would be learnt in silence.
    pub fn is_numeric(&self) -> bool {
        let is_measured = self.integers < self.numbers && self.distinct.len() > FEW;
        let others = self.values - self.numbers;
        self.values > 0 && (others == 0 || is_measured && others * 20 <= self.values)
    }

    /// What a target with these values asks for: numbers that are no few whole ones are quantities.
    pub fn task(&self) -> Task {
        let is_quantity = self.integers < self.values || self.distinct.len() > FEW;
        match self.is_numeric() && is_quantity {
            true => Task::Regression,
            false => Task::Classification,
        }
    }

    /// Whether dates with slashes have their day first: as given, else where only that reads them.
    pub fn is_day_first(&self, given: Option<bool>) -> bool {
        given.unwrap_or(self.timestamps[1] > self.timestamps[0])
    }

    /// What becomes of the column `name`; `is_lone` says that no other has words.
    pub fn infer(&self, name: &str, is_lone: bool, day_first: Option<bool>) -> Use {
        let input = |kind| {
            Use::Input(Input {
                kind,
                day_first: kind == ColumnKind::Timestamp && self.is_day_first(day_first),
                given: false,
            })
        };
        let left_out = |why: &str| Use::LeftOut(why.to_string());
        let names_every_row = self.distinct.len() == self.values && self.values >= FEW;
        if self.nested > 0 {
            return left_out("it holds arrays or objects");
        }
        if self.values == 0 {
            return left_out("it is empty");
        }
        if self.is_numeric() {
            let is_integer = self.integers == self.values;
            if is_integer && names_every_row && !self.not_ascending {
                return left_out("it counts the rows");
            }
            let repeats = self.distinct.len() * 2 <= self.values;
            return match is_integer && is_named_as_code(name) {
                true if repeats => input(ColumnKind::Category),
                true if names_every_row => left_out("it names each row"),
                _ => input(ColumnKind::Number),
            };
        }
        if self.booleans == self.values {
            return input(ColumnKind::Boolean);
        }
        let is_timestamp = |count: &usize| *count > 0 && (self.values - count) * 20 <= self.values;
        if self.timestamps.iter().any(is_timestamp) {
            return input(ColumnKind::Timestamp);
        }
        let is_text = self.words as f64 >= WORDS_OF_TEXT * self.values as f64;
        // Two words that hardly ever return, such as names of people, are text too.
        let is_rich = self.words as f64 >= 1.5 * self.values as f64
            && self.distinct.len() * 2 > self.values
            && self.values >= FEW;
        match () {
            () if is_text || is_rich => input(ColumnKind::Text),
            () if is_lone => input(ColumnKind::Text),
            () if names_every_row => left_out("it names each row"),
            () => input(ColumnKind::Category),
        }
    }
}

/// Whether numbers under this name are codes, not quantities: `station_id`, `zip`, `product code`.
fn is_named_as_code(name: &str) -> bool {
    let lower = name.to_lowercase();
    let last = lower.rsplit(|c: char| !c.is_alphanumeric()).next();
    let is_camel_case = name.ends_with("Id") || name.ends_with("ID");
    is_camel_case || matches!(last, Some("id" | "code" | "zip" | "zipcode" | "postcode"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inferred(name: &str, values: impl IntoIterator<Item = String>) -> Use {
        let mut sample = Sample::default();
        for value in values {
            sample.add(Some(Value::Text(value.into())));
        }
        sample.infer(name, false, None)
    }

    fn kind(name: &str, value: impl Fn(usize) -> String) -> Option<(ColumnKind, bool)> {
        match inferred(name, (0..100).map(value)) {
            Use::Input(input) => Some((input.kind, input.day_first)),
            _ => None,
        }
    }

    #[test]
    fn kinds_are_told_by_values() {
        use ColumnKind::*;
        let words = ["red", "green", "blue"];
        assert_eq!(kind("x", |i| format!("{}.5", i % 9)), Some((Number, false)));
        assert_eq!(kind("age", |i| (i % 60).to_string()), Some((Number, false)));
        assert_eq!(
            kind("color", |i| words[i % 3].into()),
            Some((Category, false))
        );
        assert_eq!(
            kind("ok", |i| ["yes", "no"][i % 2].into()),
            Some((Boolean, false))
        );
        assert_eq!(
            kind("text", |i| format!("where is my parcel {i}")),
            Some((Text, false))
        );
        assert_eq!(
            kind("at", |i| format!("2026-01-{:02}", i % 28 + 1)),
            Some((Timestamp, false))
        );
        assert_eq!(
            kind("at", |i| format!("{}/1/2026 8:00", i % 28 + 1)),
            Some((Timestamp, true))
        );
        assert_eq!(
            kind("station_id", |i| (1000 + i % 7).to_string()),
            Some((Category, false))
        );
    }

    #[test]
    fn a_mistake_among_measured_numbers_does_not_make_them_a_category() {
        use ColumnKind::*;
        let with = |other: &'static str| {
            move |i: usize| match i {
                7 => other.to_string(),
                _ => format!("{}.5", i * 3 % 40),
            }
        };
        for other in ["n.a.", "inf", "1e999"] {
            assert_eq!(kind("x", with(other)), Some((Number, false)), "{other}");
        }
        // House numbers may have letters.
        let house = |i: usize| match i {
            7 => "12a".to_string(),
            _ => (i % 40).to_string(),
        };
        assert_eq!(kind("house", house), Some((Category, false)));
    }

    #[test]
    fn what_names_or_counts_rows_is_left_out() {
        assert_eq!(kind("trip", |i| (5000 + 3 * i).to_string()), None);
        assert_eq!(kind("id", |i| format!("m{i:04}")), None);
        assert_eq!(kind("empty", |_| "NA".into()), None);
    }
}
