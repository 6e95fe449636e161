//! Notation: how the values of one column are written as text.
//!
//! Training finds it out for the whole column and stores it in the model file, so that a table, a
//! request and a batch read `7,5` as the training table was read. A column without a notation of
//! its own has the default: numbers with a point, ISO dates and dates with slashes, and the words
//! of [`MISSING`].

mod number;

pub use number::{Grouping, NumberFormat};

use crate::format::{NotationRecord, TimeFormat};
use std::borrow::Cow;
use zerocopy::{FromBytes, IntoBytes};

/// Words that stand for a missing value, besides the empty one, in any case of their letters.
pub const MISSING: [&str; 10] = [
    "na", "n/a", "nan", "null", "none", "-", "?", ".", "#n/a", "<na>",
];

/// Most words for a missing value that a column may have.
pub const MAX_WORDS: usize = 64;
/// Most bytes of a notation in a file.
const MAX_SECTION: usize = 4096;

/// Rules by which a column's values are written as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notation<'a> {
    /// Timestamps: `1/2/2026` is the 1st of February.
    pub day_first: bool,
    /// Timestamps: forms besides the default ones.
    pub time: TimeFormat,
    /// Numbers: marks, groups and units.
    pub number: NumberFormat<'a>,
    /// Categories: `101.0` is the code `101`.
    pub whole_codes: bool,
    /// Words that stand for a missing value besides the empty one, each ended by a line feed. The
    /// default, `None`: those of [`MISSING`], and of a category none.
    pub missing: Option<Cow<'a, str>>,
}

impl<'a> Notation<'a> {
    /// A notation with this order of days and months, and else the default.
    pub fn with_day_first(day_first: bool) -> Notation<'a> {
        Notation {
            day_first,
            ..Notation::default()
        }
    }

    /// True if it needs a section of the model file: the order of days and months stands in the
    /// column's Number record.
    pub fn is_stored(&self) -> bool {
        *self != Notation::with_day_first(self.day_first)
    }

    /// True if trimmed text stands for a missing value: by the column's own words, else by
    /// [`MISSING`].
    pub fn is_missing(&self, text: &str) -> bool {
        let is = |word: &str| word.eq_ignore_ascii_case(text);
        text.is_empty()
            || match &self.missing {
                Some(words) => words.lines().any(is),
                None => MISSING.into_iter().any(is),
            }
    }

    /// True if a number stands for a missing value, such as -999 where the column's own words have
    /// it.
    pub fn is_missing_number(&self, number: f64) -> bool {
        let Some(words) = &self.missing else {
            return false;
        };
        words
            .lines()
            .any(|word| self.number.parse(word) == Some(number))
    }

    /// The name of a category from trimmed text, and empty where it stands for a missing value.
    pub fn category<'t>(&self, text: &'t str) -> &'t str {
        let name = match self.whole_codes {
            true => whole_code(text),
            false => text,
        };
        match &self.missing {
            Some(_) if self.is_missing(name) => "",
            _ => name,
        }
    }

    /// True if a newer program wrote the section.
    pub(crate) fn has_unknown_codes(bytes: &[u8]) -> bool {
        NotationRecord::ref_from_prefix(bytes).is_ok_and(|(record, _)| {
            TimeFormat::from_code(record.time.get()).is_none()
                || Grouping::from_code(record.grouping.get()).is_none()
        })
    }

    /// As a section stores it; `None` when no program could have written it.
    pub(crate) fn from_section(bytes: &'a [u8], day_first: bool) -> Option<Notation<'a>> {
        let (record, rest) = NotationRecord::ref_from_prefix(bytes).ok()?;
        let rest = std::str::from_utf8(rest).ok()?;
        let flag = |number: u32| (number <= 1).then_some(number == 1);
        let (prefix, rest) = rest.split_at_checked(record.prefix.get() as usize)?;
        let (suffix, words) = rest.split_at_checked(record.suffix.get() as usize)?;
        // Each value is compared with each word.
        if bytes.len() > MAX_SECTION || words.lines().count() > MAX_WORDS {
            return None;
        }
        let has_words = flag(record.has_missing.get())?;
        if !has_words && !words.is_empty() {
            return None;
        }
        Some(Notation {
            day_first,
            time: TimeFormat::from_code(record.time.get())?,
            number: NumberFormat {
                decimal_comma: flag(record.decimal_comma.get())?,
                grouping: Grouping::from_code(record.grouping.get())?,
                prefix: Cow::Borrowed(prefix),
                suffix: Cow::Borrowed(suffix),
            },
            whole_codes: flag(record.whole_codes.get())?,
            missing: has_words.then_some(Cow::Borrowed(words)),
        })
    }

    /// The section that stores it.
    pub(crate) fn to_section(&self) -> Vec<u8> {
        let record = NotationRecord {
            time: self.time.code().into(),
            decimal_comma: u32::from(self.number.decimal_comma).into(),
            grouping: self.number.grouping.code().into(),
            whole_codes: u32::from(self.whole_codes).into(),
            prefix: (self.number.prefix.len() as u32).into(),
            suffix: (self.number.suffix.len() as u32).into(),
            has_missing: u32::from(self.missing.is_some()).into(),
            reserved: 0.into(),
        };
        let words = self.missing.as_deref().unwrap_or_default();
        let texts = [&self.number.prefix, &self.number.suffix, words];
        let texts = texts.into_iter().flat_map(str::bytes);
        record.as_bytes().iter().copied().chain(texts).collect()
    }
}

/// A whole number without the `.0` that tools append where a column has gaps: `101` of `101.0`;
/// other text as it is.
pub fn whole_code(text: &str) -> &str {
    let Some((whole, fraction)) = text.split_once('.') else {
        return text;
    };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_whole = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte == b'0');
    if is_whole { whole } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn missing_words_have_any_case_and_can_be_replaced() {
        let default = Notation::default();
        for word in [
            "", "N/A", "None", "-", "?", "#N/A", "<NA>", ".", "NULL", "nan", "Na",
        ] {
            assert!(default.is_missing(word), "{word}");
        }
        assert!(!default.is_missing("--") && !default.is_missing("0"));
        let own = Notation {
            missing: Some("-999\nn/a\n".into()),
            ..Notation::default()
        };
        assert!(own.is_missing("N/A") && own.is_missing("-999") && !own.is_missing("?"));
        assert!(own.is_missing_number(-999.0) && !own.is_missing_number(999.0));
        assert_eq!((own.category("n/A"), own.category("?")), ("", "?"));
        assert_eq!(default.category("NA"), "NA");
    }

    #[test]
    fn a_whole_code_loses_its_point() {
        for (text, code) in [
            ("101.0", "101"),
            ("-7.00", "-7"),
            ("101", "101"),
            ("1.5", "1.5"),
            ("1.", "1."),
            (".0", ".0"),
            ("a.0", "a.0"),
            ("1.0.0", "1.0.0"),
        ] {
            assert_eq!(whole_code(text), code, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_section_gives_the_notation_back(
            time in 0u32..4,
            decimal_comma in any::<bool>(),
            grouping in 0u32..5,
            whole_codes in any::<bool>(),
            (prefix, suffix) in ("[$€ A-Z]{0,4}", "[%€ a-z]{0,4}"),
            missing in proptest::option::of("([a-z?-]{1,5}\n){0,4}"),
        ) {
            let notation = Notation {
                day_first: true,
                time: TimeFormat::from_code(time).unwrap(),
                number: NumberFormat {
                    decimal_comma,
                    grouping: Grouping::from_code(grouping).unwrap(),
                    prefix: prefix.into(),
                    suffix: suffix.into(),
                },
                whole_codes,
                missing: missing.map(Cow::Owned),
            };
            let section = notation.to_section();
            prop_assert_eq!(Notation::from_section(&section, true), Some(notation));
        }

        #[test]
        fn any_bytes_are_a_notation_or_none(bytes in prop::collection::vec(0u8..4, 0..60)) {
            let _ = Notation::from_section(&bytes, false);
        }
    }
}
