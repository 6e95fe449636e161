//! Counts over all values of a column: the evidence that its type is inferred from.

use super::distinct::Distinct;
use super::example::Example;
use super::numbers::Numbers;
use super::times::Times;
use crate::scripts::count_words;
use model::row::{Value, boolean};
use model::tokens::Tokens;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// So many values, each another one, are names of the rows and not of anything that returns.
pub(super) const FEW: usize = 20;

/// Values that are kept as examples of those that are no numbers.
const EXAMPLES: usize = 3;

/// A word that was met some times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Number of times.
    pub count: usize,
    /// As it was written first.
    pub first: Example,
}

/// Counts of all values of a column.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Values that are there and stand for no missing one.
    pub values: usize,
    /// Values that are absent, null or blank.
    pub empty: usize,
    /// Words that stand for a missing value, in lower case.
    pub missing: BTreeMap<String, Counted>,
    /// The distinct values, without blanks around them.
    pub distinct: Distinct,
    /// Words of all values together, as text columns cut them.
    pub words: usize,
    /// Numbers.
    pub numbers: Numbers,
    /// Times.
    pub times: Times,
    /// Words that mean yes or no, in lower case.
    pub booleans: BTreeMap<String, usize>,
    /// Values that are no plain numbers: the first of them.
    pub not_numbers: Vec<Example>,
    /// Values of digits with one letter behind them, such as `12a`.
    pub lettered: usize,
    /// Arrays and objects.
    pub nested: usize,
    /// Scratch space for the words of a value.
    pub(super) tokens: Tokens,
}

impl Profile {
    /// Counts the value of a line; `is_missing` recognises the words for missing values.
    pub fn add(&mut self, line: u64, value: Option<Value<'_>>, is_missing: impl Fn(&str) -> bool) {
        let text = match value {
            None | Some(Value::Missing) => {
                self.empty += 1;
                return;
            }
            Some(Value::Text(text)) => text,
            Some(Value::Number(number)) => number.to_string().into(),
            Some(Value::Integer(number)) => number.to_string().into(),
            Some(Value::Boolean(yes)) => Cow::Borrowed(if yes { "true" } else { "false" }),
            Some(Value::Array | Value::Object) => {
                self.nested += 1;
                return;
            }
        };
        let text = text.trim();
        if text.is_empty() {
            self.empty += 1;
        } else if is_missing(text) {
            let seen = self.missing.entry(text.to_lowercase());
            let counted = seen.or_insert_with(|| Counted {
                count: 0,
                first: Example::new(line, text),
            });
            counted.count += 1;
        } else {
            self.add_text(line, text);
        }
    }

    fn add_text(&mut self, line: u64, text: &str) {
        self.values += 1;
        if boolean(text).is_some() {
            *self.booleans.entry(text.to_ascii_lowercase()).or_default() += 1;
        }
        match text.parse::<f64>() {
            // Infinity too: among numbers it is a mistake, not the name of a category.
            Ok(number) => {
                self.distinct.add(without_zeros(text));
                self.numbers.add_plain(line, text, number);
                self.times.add_number(number);
                self.words += usize::from(text.len() > 1);
            }
            Err(_) => {
                self.distinct.add(text);
                self.words += count_words(text, &mut self.tokens);
                if self.not_numbers.len() < EXAMPLES {
                    self.not_numbers.push(Example::new(line, text));
                }
                self.numbers.add_formatted(line, text);
                self.times.add(line, text);
                self.lettered += usize::from(is_lettered(text));
            }
        }
    }

    /// True if each value is there once, and there are more than a few.
    pub fn names_every_row(&self) -> bool {
        self.values >= FEW && self.distinct.is_each_once()
    }

    /// True if values return: at most half of them are distinct.
    pub fn returns(&self) -> bool {
        self.distinct.count() * 2 <= self.values
    }

    /// Values that stand for a missing one by a word.
    pub fn missing_words(&self) -> usize {
        self.missing.values().map(|counted| counted.count).sum()
    }
}

/// A number without the zeros that end its fraction: `7` for `7.0`, which JSON does not tell apart.
fn without_zeros(text: &str) -> &str {
    match text.contains('.') && !text.contains(['e', 'E']) {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    }
}

fn is_lettered(text: &str) -> bool {
    let digits = text.strip_suffix(|c: char| c.is_ascii_alphabetic());
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}
