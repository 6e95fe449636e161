//! The parameters of training: what `params.yaml` and the command line may say.

mod estimators;
mod search;
mod split;
mod text;
mod threshold;
mod yaml;

pub use estimators::{
    BoostingParams, ElasticNetParams, ForestParams, LogisticParams, MaxFeatures, NaiveBayesParams,
    RidgeParams, SvcParams,
};
pub use search::{Calibrate, Choice, ClassWeight, Metric, Search};
pub use split::SplitBy;
pub use text::{Cut, Norm, TextParams};
pub use threshold::ThresholdBy;

use crate::gate::Gate;
use anyhow::{Context, Result, bail};
use model::MAX_NAME;
use model::format::{ColumnKind, Task};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use storage::Location;

/// Everything that training may be told. Paths are not kept in the model file: the same data and
/// parameters give the same bytes wherever they lie.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// The training table.
    #[serde(skip_serializing)]
    pub data: Option<Location>,
    /// A test table; without one, a holdout is cut from `data`.
    #[serde(skip_serializing)]
    pub test: Option<Location>,
    /// Where the model file goes.
    #[serde(skip_serializing)]
    pub out: Location,
    /// Where the metrics go; nowhere if `None`.
    #[serde(skip_serializing)]
    pub metrics: Option<Location>,
    /// Where the report for people goes, an HTML page; nowhere if `None`.
    #[serde(skip_serializing)]
    pub report: Option<Location>,
    /// Where the report for a pull request goes, Markdown; nowhere if `None`.
    #[serde(skip_serializing)]
    pub report_markdown: Option<Location>,
    /// A model file to be compared with.
    #[serde(skip_serializing)]
    pub against: Option<Location>,
    /// The column to be answered.
    pub target: Option<String>,
    /// Kinds of columns, where they are not to be inferred.
    pub columns: BTreeMap<String, ColumnKind>,
    /// In dates with slashes the day stands first; told by the dates, if `None`.
    pub day_first: Option<bool>,
    /// The decimal mark of numbers that can be read with a point and with a comma; told by the
    /// table, if `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
    /// Words that stand for a missing value, besides the usual ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Usual words for a missing value that are data in this table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_missing: Vec<String>,
    /// Columns not to learn from.
    pub drop: Vec<String>,
    /// Columns to learn from although they look like row numbers, keys or leaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// Task of the model; inferred from the target, if `None`.
    pub task: Option<Task>,
    /// What is fitted.
    pub estimator: Choice,
    /// How much rows of each class weigh.
    pub class_weight: ClassWeight,
    /// Of all that is random: the holdout, folds, trees.
    pub seed: u64,
    /// Share of the rows that is held out where there is no test table.
    pub holdout: f64,
    /// Choice of those rows; drawn at random, with a note where rows follow in time, if `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<SplitBy>,
    /// Write nothing where there is a doubt about the data.
    #[serde(skip_serializing)]
    pub strict: bool,
    /// Leave out rows without a target or without any text, instead of refusing the table.
    pub skip_empty: bool,
    /// The model's name; the training table's, if `None`.
    pub name: Option<String>,
    /// The model's version; the digest's first digits, if `None`.
    pub version: Option<String>,
    /// How text becomes features.
    pub text: TextParams,
    /// Of the estimator `logistic_regression`.
    pub logistic_regression: LogisticParams,
    /// Of the estimator `linear_svc`.
    pub linear_svc: SvcParams,
    /// Of the estimator `multinomial_nb`.
    pub multinomial_nb: NaiveBayesParams,
    /// Of the estimator `complement_nb`.
    pub complement_nb: NaiveBayesParams,
    /// Of the estimator `ridge`.
    pub ridge: RidgeParams,
    /// Of the estimator `elastic_net`.
    pub elastic_net: ElasticNetParams,
    /// Of the estimator `random_forest`.
    pub random_forest: ForestParams,
    /// Of the estimator `extra_trees`.
    pub extra_trees: ForestParams,
    /// Of the estimator `gradient_boosting`.
    pub gradient_boosting: BoostingParams,
    /// What `estimator: auto` tries, and how it chooses.
    pub search: Search,
    /// Whether probabilities are made to say how often they are right.
    pub calibration: Calibrate,
    /// The label that threshold, precision, recall and average precision are about; the second of two
    /// in sorted order, if `None`.
    pub positive: Option<String>,
    /// With two labels, the rule that answers the positive one; from 0.5 on, if `None`.
    pub threshold: Option<ThresholdBy>,
    /// What a model must reach, or training fails.
    pub gate: Gate,
}

/// A decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    /// `7.5`
    Point,
    /// `7,5`
    Comma,
}

impl Decimal {
    /// True if it is the comma.
    pub fn is_comma(self) -> bool {
        self == Decimal::Comma
    }
}

impl Default for Params {
    fn default() -> Params {
        Params {
            data: None,
            test: None,
            out: Location::File("model.hearth".into()),
            metrics: None,
            target: None,
            report: None,
            report_markdown: None,
            against: None,
            columns: BTreeMap::new(),
            day_first: None,
            decimal: None,
            missing: Vec::new(),
            not_missing: Vec::new(),
            drop: Vec::new(),
            keep: Vec::new(),
            task: None,
            estimator: Choice::Auto,
            class_weight: ClassWeight::None,
            seed: 0,
            holdout: 0.2,
            split: None,
            strict: false,
            skip_empty: false,
            name: None,
            version: None,
            text: TextParams::default(),
            logistic_regression: LogisticParams::default(),
            linear_svc: SvcParams::default(),
            multinomial_nb: NaiveBayesParams::default(),
            complement_nb: NaiveBayesParams::default(),
            ridge: RidgeParams::default(),
            elastic_net: ElasticNetParams::default(),
            random_forest: ForestParams::default(),
            extra_trees: ForestParams::default(),
            gradient_boosting: BoostingParams::default(),
            search: Search::default(),
            calibration: Calibrate::Auto,
            positive: None,
            threshold: None,
            gate: Gate::default(),
        }
    }
}

impl Params {
    /// Reads `params.yaml`.
    ///
    /// # Errors
    /// When it cannot be read or has a parameter that does not exist.
    pub fn read(path: &Path) -> Result<Params> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("{}: it cannot be read", path.display()))?;
        serde_saphyr::from_str(&text)
            .map_err(|error| anyhow::anyhow!(yaml::sentence(path, &text, &error)))
    }

    /// True if the rows are split by the column `name`.
    pub fn splits_by(&self, name: &str) -> bool {
        matches!(&self.split, Some(SplitBy::Time(column)) if column == name)
    }

    /// The model's name: as given, else that of the training table without its endings.
    pub fn model_name(&self) -> String {
        let of_table = || {
            let table = self.data.as_ref()?.name();
            Some(table.split('.').next()?.to_string())
        };
        self.name
            .clone()
            .or_else(of_table)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "model".into())
    }

    /// Checks what can be checked without the data.
    ///
    /// # Errors
    /// The first value that is out of range, by its name.
    pub fn check(&self) -> Result<()> {
        const MISSING: usize = 50;
        let is_short = |word: &String| word.len() <= MISSING;
        if self.missing.len() > MISSING || !self.missing.iter().all(is_short) {
            bail!(
                "missing has {} words; at most {MISSING}, each of at most {MISSING} bytes, were expected",
                self.missing.len()
            );
        }
        for (what, text) in [("name", &self.name), ("version", &self.version)] {
            if let Some(text) = text.as_ref().filter(|text| text.len() > MAX_NAME) {
                bail!(
                    "{what} has {} bytes; at most {MAX_NAME} were expected",
                    text.len()
                );
            }
        }
        self.text.check()?;
        self.check_estimators()?;
        self.search.check()?;
        if let Some(by) = &self.threshold {
            by.check()?;
        }
        self.gate.validate()?;
        if !(self.holdout > 0.0 && self.holdout < 1.0) {
            bail!(
                "holdout is {}; a share between 0 and 1 was expected",
                self.holdout
            );
        }
        Ok(())
    }
}
