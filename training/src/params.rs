//! The parameters of training: what `params.yaml` and the command line may say.

mod yaml;

use anyhow::{Context, Result, bail};
use model::features::TextSettings;
use model::format::{Estimator, Task};
use model::tokens::MAX_NGRAM;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
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
    /// The column to be answered.
    pub target: Option<String>,
    /// Kinds of columns, where they are not to be inferred.
    pub columns: BTreeMap<String, Kind>,
    /// Columns not to learn from.
    pub drop: Vec<String>,
    /// What the model answers.
    pub task: Task,
    /// What is fitted.
    pub estimator: Estimator,
    /// Of all that is random: today the holdout.
    pub seed: u64,
    /// Share of the rows that is held out where there is no test table.
    pub holdout: f64,
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
}

impl Default for Params {
    fn default() -> Params {
        Params {
            data: None,
            test: None,
            out: Location::File("model.hearth".into()),
            metrics: None,
            target: None,
            columns: BTreeMap::new(),
            drop: Vec::new(),
            task: Task::Classification,
            estimator: Estimator::LogisticRegression,
            seed: 0,
            holdout: 0.2,
            skip_empty: false,
            name: None,
            version: None,
            text: TextParams::default(),
            logistic_regression: LogisticParams::default(),
        }
    }
}

/// The kind of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Words, to be weighed by tf-idf.
    Text,
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Kind, String> {
        match name {
            "text" => Ok(Kind::Text),
            "number" | "category" | "boolean" | "timestamp" => Err(format!(
                "this version learns from text columns only, not from a {name}; --drop leaves the column out"
            )),
            _ => Err(format!("{name:?} is no kind of column; text was expected")),
        }
    }
}

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

/// Parameters of `logistic_regression`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogisticParams {
    /// Inverse of the L2 penalty's strength.
    #[serde(rename = "C")]
    pub c: f64,
    /// Most iterations.
    pub max_iter: usize,
    /// Stop when no partial derivative of the mean loss exceeds this.
    pub tol: f64,
}

/// `C` differs from scikit-learn's 1, which holds tf-idf weights, whose rows have length 1, too
/// small: 10 is better on every text set measured (README).
impl Default for LogisticParams {
    fn default() -> LogisticParams {
        LogisticParams {
            c: 10.0,
            max_iter: 1000,
            tol: 1e-4,
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
        let TextParams {
            ngram_range: (min, max),
            min_df,
            max_df,
            max_features,
            ..
        } = self.text;
        if min < 1 || min > max || max > MAX_NGRAM {
            bail!(
                "ngram_range is [{min}, {max}]; two numbers from 1 to {MAX_NGRAM} were expected, the greater last"
            );
        }
        for (name, cut) in [("min_df", min_df), ("max_df", max_df)] {
            if let Cut::Share(share) = cut
                && !(0.0..=1.0).contains(&share)
            {
                bail!("{name} is {share}; a share from 0.0 to 1.0 or a whole number was expected");
            }
        }
        if max_features == Some(0) {
            bail!("max_features is 0; at least one term is needed");
        }
        if !(self.holdout > 0.0 && self.holdout < 1.0) {
            bail!(
                "holdout is {}; a share between 0 and 1 was expected",
                self.holdout
            );
        }
        let LogisticParams { c, max_iter, tol } = self.logistic_regression;
        if !(c > 0.0 && c.is_finite()) {
            bail!("C is {c}; a number above 0 was expected");
        }
        if !(tol > 0.0 && tol.is_finite()) || max_iter == 0 {
            bail!("tol is {tol} and max_iter {max_iter}; both must be above 0");
        }
        Ok(())
    }
}
