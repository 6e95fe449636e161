//! The model card: what a person should know before relying on the model.
//!
//! It lies in the model file as JSON. `hearth inspect` shows it; serving reads the positive label only
//! ([`crate::threshold`]).

mod metrics;

pub use metrics::{
    ClassMetrics, ClassificationMetrics, CrossValidation, MajorityBaseline, MeanBaseline, Metrics,
    RegressionMetrics, Unmeasured,
};

use crate::features::{NumberSettings, Scaling, TextSettings, TimestampSettings};
use crate::format::{CategoryEncoding, NumberEncoding};
use serde::{Deserialize, Serialize};

/// The card of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The model's name.
    pub name: String,
    /// Task, e.g. `classification`.
    pub task: String,
    /// Estimator, e.g. `logistic_regression`.
    pub estimator: String,
    /// The column that it learnt to answer.
    pub target: String,
    /// The input's columns.
    pub columns: Vec<ColumnCard>,
    /// The parameters of training, all of them, defaults included.
    pub params: serde_json::Value,
    /// The data, by content.
    pub data: Data,
    /// Metrics on the held-out rows.
    pub metrics: Metrics,
    /// Provenance.
    pub provenance: Provenance,
    /// Notes of the training: doubts, and decisions that it made by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<NoteCard>,
}

/// A note of training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteCard {
    /// The column that it is about; without one, the table or the training as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// First line of the training table that shows it, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Kind of the note, e.g. `leak`; newer programs have more of them.
    pub kind: String,
    /// The table may have been misunderstood, or figures mislead.
    pub doubt: bool,
    /// One sentence.
    pub text: String,
}

impl std::fmt::Display for NoteCard {
    /// As one line: `age: 1 value … (line 502)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        f.write_str(&self.text)?;
        match self.line {
            Some(line) => write!(f, " (line {line})"),
            None => Ok(()),
        }
    }
}

/// A column of the input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnCard {
    /// The name that requests use.
    pub name: String,
    /// Its kind, e.g. `text`.
    pub kind: String,
    /// Encoding of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<TextSettings>,
    /// Encoding of a number, boolean or timestamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NumberCard>,
    /// Encoding of a category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryEncoding>,
    /// A row may leave it out.
    #[serde(default)]
    pub optional: bool,
    /// Number of its features.
    pub features: usize,
    /// Statistics of the training rows, for drift.
    pub baseline: ColumnBaseline,
}

/// Encoding of a number, boolean or timestamp, with the names of FORMAT.md's Number record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberCard {
    /// Scaled, or as it is.
    pub encoding: NumberEncoding,
    /// For a number or boolean: a second feature marks missing values. For a timestamp: in dates with
    /// slashes the day stands before the month.
    pub option: bool,
    /// Mean of the training rows.
    pub mean: f64,
    /// Their standard deviation; 1 where all are equal.
    pub scale: f64,
    /// Number that replaces a missing value: the median.
    pub fill: f64,
    /// Least value of the training rows.
    pub least: f64,
    /// Greatest value of the training rows.
    pub greatest: f64,
}

impl NumberCard {
    fn new(scaling: Scaling, option: bool) -> NumberCard {
        NumberCard {
            encoding: scaling.encoding,
            option,
            mean: scaling.mean,
            scale: scaling.scale,
            fill: scaling.fill,
            least: scaling.least,
            greatest: scaling.greatest,
        }
    }
}

impl From<NumberSettings> for NumberCard {
    fn from(settings: NumberSettings) -> NumberCard {
        NumberCard::new(settings.scaling, settings.marks_missing)
    }
}

impl From<TimestampSettings> for NumberCard {
    fn from(settings: TimestampSettings) -> NumberCard {
        NumberCard::new(settings.scaling, settings.day_first)
    }
}

/// Statistics of the training rows: quantiles at [`QUANTILES`], and shares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnBaseline {
    /// For text: Unicode characters per row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub num_chars: Vec<f64>,
    /// For text: tokens per row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub num_tokens: Vec<f64>,
    /// For text: share of tokens per row that the vocabulary lacks; above 0 where min_df or the
    /// like cut terms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oov_ratio: Vec<f64>,
    /// For numbers and timestamps (days since 1970): values that are not missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub value: Vec<f64>,
    /// For categories and booleans: the most frequent ones with their shares of the rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<(String, f64)>,
    /// For all kinds but text: share of rows without a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<f64>,
}

/// Shares of the rows below each quantile of a [`ColumnBaseline`].
pub const QUANTILES: [f64; 7] = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0];

/// Data on which the model was trained and measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Data {
    /// The training file; not known of an imported model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<DataFile>,
    /// The test file; without one, the holdout was cut from the training file.
    pub test: Option<DataFile>,
    /// Rows by which an imported model was measured and described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<DataFile>,
}

/// A file, by content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataFile {
    /// Its name, without the folder.
    pub name: String,
    /// SHA-256 of its bytes as they lie on disk.
    pub sha256: String,
    /// Rows read from it.
    pub rows: usize,
}

/// Provenance of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Version of Hearth.
    pub hearth: String,
    /// Version of smartcore, whose optimiser fitted it; empty if another library did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub smartcore: String,
    /// Revision of the repository it was trained in; empty without one.
    pub git_revision: String,
    /// The file that it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<ImportedFrom>,
}

/// Model file of another library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedFrom {
    /// The library, e.g. `LightGBM`.
    pub library: String,
    /// Version of the library or its format, as far as the file has it.
    pub version: String,
    /// The objective, as the file has it.
    pub objective: String,
    /// Number of trees.
    pub trees: usize,
    /// Name of the file, without the folder.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}
