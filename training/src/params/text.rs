//! Parameters of text columns.

use anyhow::{Result, bail};
use model::features::TextSettings;
use model::tokens::MAX_NGRAM;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How text becomes features: scikit-learn's `TfidfVectorizer` by its parameters' names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextParams {
    /// Text is lowercased first.
    pub lowercase: bool,
    /// Shortest and longest n-gram, in words.
    pub ngram_range: (u32, u32),
    /// Terms in fewer rows are left out.
    pub min_df: Cut,
    /// Terms in more rows are left out.
    pub max_df: Cut,
    /// Only so many terms, those that occur most often.
    pub max_features: Option<usize>,
    /// A count `c` weighs `1 + ln(c)`.
    pub sublinear_tf: bool,
    /// Rare terms weigh more.
    pub use_idf: bool,
    /// Whether a row's values are scaled to length 1.
    pub norm: Norm,
}

/// Two defaults differ from scikit-learn's, since they are better on every text set measured
/// (README): pairs of words, and sublinear counts.
impl Default for TextParams {
    fn default() -> TextParams {
        TextParams {
            lowercase: true,
            ngram_range: (1, 2),
            min_df: Cut::Count(1),
            max_df: Cut::Share(1.0),
            max_features: None,
            sublinear_tf: true,
            use_idf: true,
            norm: Norm::L2,
        }
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

/// How a row's values are scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Norm {
    /// To length 1.
    L2,
    /// Not at all.
    None,
}

/// A number of rows: a count where it is written as an integer, a share where it has a point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a count of rows (2) or a share of them (0.5) was expected"
)]
pub enum Cut {
    /// So many rows.
    Count(u64),
    /// Such a share of the rows.
    Share(f64),
}

impl FromStr for Cut {
    type Err = String;

    fn from_str(text: &str) -> Result<Cut, String> {
        let count = text.parse().map(Cut::Count);
        count
            .or_else(|_| text.parse().map(Cut::Share))
            .map_err(|_| "a count of rows (2) or a share of them (0.5) was expected".to_string())
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cut::Count(count) => write!(f, "{count} rows"),
            // With its point: "1 of the rows" would be a count.
            Cut::Share(share) => write!(f, "{share:?} of the rows"),
        }
    }
}

impl TextParams {
    /// Checks what can be checked without the data.
    ///
    /// # Errors
    /// The first value that is out of range, by its name.
    pub(super) fn check(&self) -> Result<()> {
        let (min, max) = self.ngram_range;
        if min < 1 || min > max || max > MAX_NGRAM {
            bail!(
                "ngram_range is [{min}, {max}]; two numbers from 1 to {MAX_NGRAM} were expected, the greater last"
            );
        }
        for (name, cut) in [("min_df", self.min_df), ("max_df", self.max_df)] {
            if let Cut::Share(share) = cut
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
