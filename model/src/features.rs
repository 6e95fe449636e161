//! Rows to features: the one path that training, serving and batch share.

mod category;
mod number;

pub use category::CategoryEncoder;
pub use number::{NumberSettings, Scaling, TimestampSettings};

use crate::format::{Statistic, TextRecord};
use crate::radix::sort_by_feature;
use crate::row::{Cell, Row};
use crate::tokens::{MAX_NGRAM, Tokens};
use crate::vocabulary::Vocabulary;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Encoding of a text column, by the parameters of scikit-learn's `TfidfVectorizer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TextSettings {
    /// Text is lowercased first.
    pub lowercase: bool,
    /// Shortest and longest n-gram, in words.
    pub ngram_range: (u32, u32),
    /// A count `c` weighs `1 + ln(c)` instead of `c`.
    pub sublinear_tf: bool,
    /// The column's values are scaled to length 1 (`norm="l2"`).
    pub l2_norm: bool,
    /// Characters of scripts without spaces are tokens (see [`crate::unspaced`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub characters: bool,
}

impl Default for TextSettings {
    /// As `TfidfVectorizer()` has them.
    fn default() -> TextSettings {
        TextSettings {
            lowercase: true,
            ngram_range: (1, 1),
            sublinear_tf: false,
            l2_norm: true,
            characters: false,
        }
    }
}

impl TextSettings {
    /// Finds the tokens of `text`, and returns the text that they are cut from.
    pub fn find_tokens<'a>(&self, text: &'a str, tokens: &mut Tokens) -> Cow<'a, str> {
        let folded = tokens.find(text, self.lowercase);
        if self.characters {
            tokens.split_unspaced(&folded);
        }
        folded
    }

    /// As a record stores them, without `characters`; `None` when no program could have written it.
    pub fn from_record(record: &TextRecord) -> Option<TextSettings> {
        let flag = |number: u32| (number <= 1).then_some(number == 1);
        let range = (record.ngram_min.get(), record.ngram_max.get());
        if range.0 < 1 || range.0 > range.1 || range.1 > MAX_NGRAM {
            return None;
        }
        Some(TextSettings {
            lowercase: flag(record.lowercase.get())?,
            ngram_range: range,
            sublinear_tf: flag(record.sublinear_tf.get())?,
            l2_norm: flag(record.l2_norm.get())?,
            characters: false,
        })
    }

    /// The record that stores them, for a vocabulary of this displacement.
    pub fn to_record(self, max_displacement: u32) -> TextRecord {
        TextRecord {
            lowercase: u32::from(self.lowercase).into(),
            ngram_min: self.ngram_range.0.into(),
            ngram_max: self.ngram_range.1.into(),
            sublinear_tf: u32::from(self.sublinear_tf).into(),
            l2_norm: u32::from(self.l2_norm).into(),
            max_displacement: max_displacement.into(),
        }
    }
}

/// A text column's way to features.
#[derive(Clone, Copy, Debug)]
pub struct TextEncoder<'a> {
    /// Its settings.
    pub settings: TextSettings,
    /// Its terms.
    pub vocabulary: Vocabulary<'a>,
    /// Number of its features.
    pub feature_count: u32,
}

/// A column's way to features.
#[derive(Clone, Copy, Debug)]
pub struct Encoder<'a> {
    /// The first of its features among all columns'.
    pub first_feature: u32,
    /// By what the column holds.
    pub kind: EncoderKind<'a>,
}

/// Encoding of one column.
#[derive(Clone, Copy, Debug)]
pub enum EncoderKind<'a> {
    /// For text.
    Text(TextEncoder<'a>),
    /// For numbers and booleans.
    Number(NumberSettings),
    /// For categories.
    Category(CategoryEncoder<'a>),
    /// For timestamps.
    Timestamp(TimestampSettings),
}

impl EncoderKind<'_> {
    /// Number of the column's features.
    pub fn feature_count(&self) -> u32 {
        match self {
            EncoderKind::Text(text) => text.feature_count,
            EncoderKind::Number(number) => number.feature_count(),
            EncoderKind::Category(category) => category.feature_count(),
            EncoderKind::Timestamp(timestamp) => timestamp.feature_count(),
        }
    }
}

/// Statistics of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InputStatistics {
    /// Unicode characters.
    pub chars: u64,
    /// Tokens.
    pub tokens: u64,
    /// n-grams of the shortest length that the model uses (tokens, as a rule).
    pub shortest_ngrams: u64,
    /// Those of them that are not in the vocabulary.
    pub unknown: u64,
}

impl std::iter::Sum for InputStatistics {
    fn sum<I: Iterator<Item = InputStatistics>>(columns: I) -> InputStatistics {
        columns.fold(InputStatistics::default(), |sum, column| InputStatistics {
            chars: sum.chars + column.chars,
            tokens: sum.tokens + column.tokens,
            shortest_ngrams: sum.shortest_ngrams + column.shortest_ngrams,
            unknown: sum.unknown + column.unknown,
        })
    }
}

impl InputStatistics {
    /// The statistic of a text that a distribution counts; `None` for those of other columns and of
    /// answers.
    pub fn of(statistic: Statistic) -> Option<fn(&InputStatistics) -> f64> {
        match statistic {
            Statistic::NumChars => Some(|text| text.chars as f64),
            Statistic::NumTokens => Some(|text| text.tokens as f64),
            Statistic::OovRatio => Some(InputStatistics::oov_ratio),
            Statistic::Value
            | Statistic::Category
            | Statistic::Confidence
            | Statistic::Label
            | Statistic::Prediction => None,
        }
    }

    /// Share of what the model does not know, 0 to 1; 0 for a text without tokens.
    pub fn oov_ratio(&self) -> f64 {
        self.unknown as f64 / (self.shortest_ngrams as f64).max(1.0)
    }
}

/// A row's features, sparse. Keep one and fill it again: it reuses its memory.
#[derive(Default)]
pub struct Features {
    /// `(feature, value)`, features ascending.
    pub entries: Vec<(u32, f64)>,
    /// Statistics of each text column of the row.
    pub by_column: Vec<InputStatistics>,
    tokens: Tokens,
    /// For each known n-gram, the feature above the bits of its idf: one number, which sorts twice
    /// as fast as a pair.
    hits: Vec<u64>,
}

impl Features {
    /// Replaces the features by those of `row`.
    pub fn fill(&mut self, encoders: &[Encoder<'_>], row: &Row<'_>) {
        self.entries.clear();
        self.by_column.clear();
        for (encoder, cell) in encoders.iter().zip(row.cells()) {
            let (first, entries) = (encoder.first_feature, &mut self.entries);
            match (&encoder.kind, cell) {
                (EncoderKind::Text(encoder), Cell::Text(text)) => {
                    self.add_text(encoder, first, text);
                }
                (EncoderKind::Number(settings), Cell::Number(number)) => {
                    settings.add(first, *number, entries);
                }
                (EncoderKind::Category(encoder), Cell::Category(category)) => {
                    encoder.add(first, category, entries);
                }
                (EncoderKind::Timestamp(settings), Cell::Time(time)) => {
                    settings.add(first, *time, entries);
                }
                // `Row::new` gives each column a cell of its kind.
                _ => {}
            }
        }
    }

    /// Writes the row's values into `dense`, as trees look at them: one value for each of the model's
    /// `count` features, of which terms and categories that the row lacks are 0. The others must be
    /// 0 already, as [`Features::clear_dense`] leaves them, so that the cost of a row does not grow
    /// with the number of features.
    pub fn fill_dense(&self, count: usize, dense: &mut Vec<f64>) {
        dense.resize(count, 0.0);
        for (feature, value) in &self.entries {
            dense[*feature as usize] = *value;
        }
    }

    /// Sets what [`Features::fill_dense`] wrote back to 0.
    pub fn clear_dense(&self, dense: &mut [f64]) {
        for (feature, _) in &self.entries {
            dense[*feature as usize] = 0.0;
        }
    }

    /// tf-idf of one column: `tf * idf`, then length 1.
    fn add_text(&mut self, encoder: &TextEncoder<'_>, first: u32, text: &str) {
        let settings = encoder.settings;
        let (min, max) = settings.ngram_range;
        let folded = settings.find_tokens(text, &mut self.tokens);
        self.hits.clear();
        let mut statistics = InputStatistics {
            chars: match text.is_ascii() {
                true => text.len() as u64,
                false => text.chars().count() as u64,
            },
            tokens: self.tokens.len() as u64,
            ..InputStatistics::default()
        };
        let (hits, vocabulary) = (&mut self.hits, encoder.vocabulary);
        self.tokens
            .ngrams(&folded, min as usize, max as usize, |hash, _, n| {
                // A feature out of range stands in a damaged file only: the term counts as unknown.
                let known = vocabulary
                    .get(hash)
                    .filter(|term| term.feature < encoder.feature_count);
                if n == min as usize {
                    statistics.shortest_ngrams += 1;
                    statistics.unknown += u64::from(known.is_none());
                }
                hits.extend(
                    known.map(|term| u64::from(term.feature) << 32 | u64::from(term.idf.to_bits())),
                );
            });
        self.by_column.push(statistics);
        sort_by_feature(&mut self.hits, encoder.feature_count);

        // Of the counts that texts have: a call for each would cost a tenth of a row's time.
        static LOGARITHMS: LazyLock<[f64; 16]> =
            LazyLock::new(|| std::array::from_fn(|count| libm::log(count as f64)));
        let logarithms: &[f64; 16] = &LOGARITHMS;
        let logarithm = |count: usize| match logarithms.get(count) {
            Some(logarithm) => *logarithm,
            None => libm::log(count as f64),
        };
        let start = self.entries.len();
        let mut squares = 0.0;
        for run in self.hits.chunk_by(|a, b| a >> 32 == b >> 32) {
            let (feature, idf) = ((run[0] >> 32) as u32, f32::from_bits(run[0] as u32));
            let frequency = match run.len() {
                1 => 1.0,
                count if settings.sublinear_tf => 1.0 + logarithm(count),
                count => count as f64,
            };
            let value = frequency * f64::from(idf);
            squares += value * value;
            self.entries.push((first + feature, value));
        }
        if settings.l2_norm && squares > 0.0 {
            let length = squares.sqrt();
            for (_, value) in &mut self.entries[start..] {
                *value /= length;
            }
        }
    }
}
