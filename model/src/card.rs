//! The model card: what a person should know before relying on the model.
//!
//! It lies in the model file as JSON. Serving never reads it; `hearth inspect` does.

use crate::features::TextSettings;
use serde::{Deserialize, Serialize};

/// The card of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The model's name.
    pub name: String,
    /// What it answers, e.g. `classification`.
    pub task: String,
    /// What was fitted, e.g. `logistic_regression`.
    pub estimator: String,
    /// The column that it learnt to answer.
    pub target: String,
    /// The input's columns.
    pub columns: Vec<ColumnCard>,
    /// The parameters of training, all of them, defaults included.
    pub params: serde_json::Value,
    /// The data, by content.
    pub data: Data,
    /// How good it is on the rows that it did not see.
    pub metrics: Metrics,
    /// What made it.
    pub provenance: Provenance,
}

/// A column of the input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnCard {
    /// The name that requests use.
    pub name: String,
    /// Its kind: `text`.
    pub kind: String,
    /// How it becomes features.
    pub settings: TextSettings,
    /// Number of its features.
    pub features: usize,
    /// What the training rows looked like, for drift.
    pub baseline: Baseline,
}

/// Quantiles of the training rows, at [`QUANTILES`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Unicode characters a row.
    pub num_chars: Vec<f64>,
    /// Tokens a row.
    pub num_tokens: Vec<f64>,
    /// Share of tokens a row that the vocabulary lacks; above 0 where min_df or the like cut terms.
    pub oov_ratio: Vec<f64>,
}

/// Where [`Baseline`] cuts the rows.
pub const QUANTILES: [f64; 7] = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0];

/// What the model was trained and measured on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Data {
    /// The training file.
    pub train: DataFile,
    /// The test file; without one, the holdout was cut from the training file.
    pub test: Option<DataFile>,
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

/// Figures on the rows that training did not see; `metrics.json` holds the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Share of rows whose label is right.
    pub accuracy: f64,
    /// Mean over labels of F1, the harmonic mean of precision and recall; 0 where undefined.
    pub macro_f1: f64,
    /// Mean over rows of `-ln` of the true label's probability, which is clipped at 1e-15.
    pub log_loss: f64,
    /// What answering the most frequent training label to every row would reach.
    pub baseline: MajorityBaseline,
    /// Rows learnt from.
    pub training_rows: usize,
    /// Rows measured on.
    pub testing_rows: usize,
    /// Each label's figures, in the order of their codes.
    pub per_class: Vec<ClassMetrics>,
}

/// The least that a model must beat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MajorityBaseline {
    /// The most frequent training label.
    pub label: String,
    /// Share of test rows that have it.
    pub accuracy: f64,
}

/// One label's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassMetrics {
    /// The label.
    pub label: String,
    /// Share of the rows answered with it that have it.
    pub precision: f64,
    /// Share of the rows that have it that were answered with it.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Test rows that have it.
    pub support: usize,
}

/// What made the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Version of Hearth.
    pub hearth: String,
    /// Version of smartcore, whose optimiser fitted it.
    pub smartcore: String,
    /// Revision of the repository it was trained in; empty without one.
    pub git_revision: String,
}
