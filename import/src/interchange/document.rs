//! The interchange document as it stands in JSON; `docs/interchange.md` specifies it.

use serde::Deserialize;
use serde_json::value::RawValue;

/// The library of the pipelines.
pub const LIBRARY: &str = "scikit-learn";

/// The newest version that is read.
pub const VERSION: u32 = 1;

/// A whole document.
#[derive(Deserialize)]
pub struct Interchange {
    pub hearth_interchange: u32,
    pub version: String,
    pub estimator: String,
    pub columns: Vec<ColumnEntry>,
    pub features: Vec<FeatureEntry>,
    pub labels: Option<Vec<String>>,
    pub link: Option<String>,
    pub probabilities: bool,
    pub model: ModelEntry,
    pub cases: Vec<CaseEntry>,
}

/// A column of rows.
#[derive(Deserialize)]
pub struct ColumnEntry {
    pub name: String,
    pub kind: String,
    /// True if the library answers rows in which it is missing.
    pub optional: bool,
    /// True if the library refuses categories that it does not know.
    #[serde(default)]
    pub known_only: bool,
    #[serde(default)]
    pub categories: Vec<Box<RawValue>>,
}

/// A feature of the estimator: `steps`, `missing`, or `categories` with their values. `null` is NaN.
#[derive(Deserialize)]
pub struct FeatureEntry {
    pub column: usize,
    pub steps: Option<Vec<(String, f64)>>,
    pub missing: Option<[Option<f64>; 2]>,
    #[serde(default)]
    pub categories: Vec<usize>,
    #[serde(default)]
    pub values: Vec<Option<f64>>,
    pub other: Option<f64>,
    pub unknown: Option<f64>,
}

/// The estimator.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelEntry {
    Linear(LinearEntry),
    Trees(TreesEntry),
    Lightgbm { text: String },
    Xgboost { text: String },
}

/// A linear model.
#[derive(Deserialize)]
pub struct LinearEntry {
    pub like: model::format::Estimator,
    /// `[outputs][features]`.
    pub weights: Vec<Vec<f64>>,
    pub intercepts: Vec<f64>,
}

/// Trees.
#[derive(Deserialize)]
pub struct TreesEntry {
    pub like: model::format::Estimator,
    pub inputs: Inputs,
    pub trees: Vec<TreeEntry>,
    pub intercepts: Vec<f64>,
    pub divisor: f64,
    pub factor: f64,
}

/// Width of the numbers that trees compare.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    F32,
    F64,
}

/// A tree as one list per member, an entry per node; `left` is -1 in a leaf.
#[derive(Deserialize)]
pub struct TreeEntry {
    /// `null`: each leaf has a number for each output.
    pub output: Option<u32>,
    pub left: Vec<i64>,
    pub right: Vec<i64>,
    pub feature: Vec<i64>,
    pub threshold: Vec<f64>,
    pub missing_left: Vec<u8>,
    pub weight: Vec<f64>,
    pub values: TreeValues,
    /// Nodes that ask for categories, with those that go left.
    #[serde(default)]
    pub sets: Vec<(usize, Vec<u32>)>,
}

/// The numbers of nodes: one each, or one per output.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum TreeValues {
    One(Vec<f64>),
    Rows(Vec<Vec<f64>>),
}

/// A row with the answer of the library.
#[derive(Deserialize)]
pub struct CaseEntry {
    pub row: Box<RawValue>,
    pub label: Option<String>,
    pub probabilities: Option<Vec<f64>>,
    pub value: Option<f64>,
}
