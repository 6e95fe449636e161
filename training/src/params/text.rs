//! Parameters of text columns.

use super::named::named;
use crate::parameters;
use crate::parameters::{Quantity, Range};
use anyhow::{Result, bail};
use model::features::TextSettings;
use model::tokens::MAX_NGRAM;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

// Two defaults differ from scikit-learn's, since they are better on every text set measured
// (docs/training.md): pairs of words, and sublinear counts.
parameters! {
    /// Text as features: scikit-learn's `TfidfVectorizer` by its parameters' names.
    pub struct TextParams, given GivenText {
        /// Lowercase text first.
        lowercase: bool = true, Range::Any;
        /// Shortest and longest n-gram, in words.
        ngram_range: (u32, u32) = (1, 2), Range::Any;
        /// Leave out terms in fewer rows: a count (2) or a share (0.01).
        min_df: DocumentFrequency = DocumentFrequency::Count(1), Range::Any;
        /// Leave out terms in more rows: a count (2) or a share (0.9).
        max_df: DocumentFrequency = DocumentFrequency::Share(1.0), Range::Any;
        /// Most terms, those that occur most often; no limit if none.
        max_features: Option<usize> = None, Range::Any;
        /// A count c weighs 1 + ln(c).
        sublinear_tf: bool = true, Range::Any;
        /// Rare terms weigh more.
        use_idf: bool = true, Range::Any;
        /// Scale of each row's values: l2, to length 1, or none.
        norm: Norm = Norm::L2, Range::Any;
    }
}

impl Quantity for (u32, u32) {
    const EXPECTED: &'static str = "two whole numbers, as in [1, 2]";

    fn number(self) -> Option<f64> {
        None
    }
}

impl TextParams {
    /// The part of them that serving obeys too.
    pub fn settings(&self) -> TextSettings {
        TextSettings {
            lowercase: self.lowercase,
            ngram_range: self.ngram_range,
            sublinear_tf: self.sublinear_tf,
            l2_norm: self.norm == Norm::L2,
            characters: false,
        }
    }
}

named! {
    /// Scale of a row's values.
    pub enum Norm {
        /// To length 1.
        L2 = "l2";
        /// Not at all.
        None = "none";
    }
}

impl Quantity for Norm {
    const EXPECTED: &'static str = "l2 or none";

    fn number(self) -> Option<f64> {
        None
    }
}

/// A number of rows: a count where it is written as an integer, a share where it has a point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a count of rows (2) or a share of them (0.5) was expected"
)]
pub enum DocumentFrequency {
    /// So many rows.
    Count(u64),
    /// Such a share of the rows.
    Share(f64),
}

impl FromStr for DocumentFrequency {
    type Err = String;

    fn from_str(text: &str) -> Result<DocumentFrequency, String> {
        let count = text.parse().map(DocumentFrequency::Count);
        count
            .or_else(|_| text.parse().map(DocumentFrequency::Share))
            .map_err(|_| "a count of rows (2) or a share of them (0.5) was expected".to_string())
    }
}

impl Quantity for DocumentFrequency {
    const EXPECTED: &'static str = "a count of rows (2) or a share of them (0.5)";

    fn number(self) -> Option<f64> {
        None
    }
}

impl fmt::Display for DocumentFrequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DocumentFrequency::Count(count) => write!(f, "{count} rows"),
            // With its point: "1 of the rows" would be a count.
            DocumentFrequency::Share(share) => write!(f, "{share:?} of the rows"),
        }
    }
}

impl TextParams {
    /// Checks what can be checked without the data.
    ///
    /// # Errors
    /// The first value that is out of range, by its name.
    pub(super) fn check_limits(&self) -> Result<()> {
        let (min, max) = self.ngram_range;
        if min < 1 || min > max || max > MAX_NGRAM {
            bail!(
                "ngram_range is [{min}, {max}]; two numbers from 1 to {MAX_NGRAM} were expected, the greater last"
            );
        }
        for (name, cut) in [("min_df", self.min_df), ("max_df", self.max_df)] {
            if let DocumentFrequency::Share(share) = cut
                && !(0.0..=1.0).contains(&share)
            {
                bail!("{name} is {share}; a share from 0.0 to 1.0 or a whole number was expected");
            }
        }
        if self.max_features == Some(0) {
            bail!("max_features is 0; at least one term is needed");
        }
        Ok(())
    }
}
