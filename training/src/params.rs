//! The parameters of training: those that `params.yaml` and the command line may have.

mod assign;
mod named;
mod search;
mod sections;
mod split;
mod text;
mod threshold;

pub use assign::Assignment;
pub use named::Named;
pub use search::{Calibrate, ClassWeight, EstimatorChoice, Metric, Search};
pub use split::SplitBy;
pub use text::{DocumentFrequency, GivenText, Norm, TextParams};
pub use threshold::ThresholdBy;

use crate::estimators::{self, estimators};
use crate::gate::Gate;
use crate::parameters::Section;
use anyhow::{Result, bail};
use model::MAX_NAME;
use model::format::{ColumnKind, Task};
use named::named;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Declares [`Params`]: a section of each estimator is between the others.
macro_rules! params {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$before_meta:meta])* $before:ident: $before_type:ty = $before_default:expr;)+
            [a section of each estimator]
            $($(#[$after_meta:meta])* $after:ident: $after_type:ty = $after_default:expr;)+
        }
        $($section:ident: $type:ident [$($task:ident)+];)+
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $($(#[$before_meta])* pub $before: $before_type,)+
            $(
                #[doc = concat!("Parameters of the estimator `", stringify!($section), "`.")]
                pub $section: Section<estimators::$type>,
            )+
            $($(#[$after_meta])* pub $after: $after_type,)+
        }

        impl Default for $name {
            fn default() -> $name {
                $name {
                    $($before: $before_default,)+
                    $($section: Section::default(),)+
                    $($after: $after_default,)+
                }
            }
        }
    };
}

estimators! { params! {
    /// The parameters of a training. The places of tables are not among them: the same data and
    /// parameters give the same bytes wherever the tables are stored.
    pub struct Params {
        /// The column to be answered.
        target: Option<String> = None;
        /// Kinds of columns, where they are not to be inferred.
        columns: BTreeMap<String, ColumnKind> = BTreeMap::new();
        /// In dates with slashes the day comes first; inferred from the dates if `None`.
        day_first: Option<bool> = None;
        /// The decimal mark of ambiguous numbers; inferred from the table if `None`.
        #[serde(skip_serializing_if = "Option::is_none")]
        decimal: Option<Decimal> = None;
        /// Words that stand for a missing value, besides the usual ones.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        missing: Vec<String> = Vec::new();
        /// Usual words for a missing value that are data in this table.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        not_missing: Vec<String> = Vec::new();
        /// Columns to exclude.
        drop: Vec<String> = Vec::new();
        /// Columns to include although they look like row numbers, keys or leaks.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        keep: Vec<String> = Vec::new();
        /// Task of the model; inferred from the target, if `None`.
        task: Option<Task> = None;
        /// Estimator.
        estimator: EstimatorChoice = EstimatorChoice::Auto;
        /// Weights of the classes.
        class_weight: ClassWeight = ClassWeight::None;
        /// Seed of the holdout, folds and trees.
        seed: u64 = 0;
        /// Share of the rows that is held out where there is no test table.
        holdout: f64 = 0.2;
        /// Choice of those rows; drawn at random, with a note where rows follow in time, if `None`.
        #[serde(skip_serializing_if = "Option::is_none")]
        split: Option<SplitBy> = None;
        /// Write nothing where there is a doubt about the data.
        #[serde(skip_serializing)]
        strict: bool = false;
        /// Leave out rows without a target or without any text, instead of rejecting the table.
        skip_empty: bool = false;
        /// The model's name; the training table's, if `None`.
        name: Option<String> = None;
        /// The model's version; the digest's first digits, if `None`.
        version: Option<String> = None;
        /// Encoding of text.
        text: Section<TextParams> = Section::default();
        [a section of each estimator]
        /// Search of `estimator: auto`.
        search: Search = Search::default();
        /// Choice of calibration.
        calibration: Calibrate = Calibrate::Auto;
        /// The label that threshold, precision, recall and average precision are about; the second of two
        /// in sorted order, if `None`.
        positive: Option<String> = None;
        /// With two labels, the rule that answers the positive one; from 0.5 on, if `None`.
        threshold: Option<ThresholdBy> = None;
        /// Bounds that a model must meet, or training fails.
        gate: Gate = Gate::default();
    }
} }

named! {
    /// A decimal mark.
    pub enum Decimal {
        /// `7.5`
        Point = "point";
        /// `7,5`
        Comma = "comma";
    }
}

impl Decimal {
    /// True if it is the comma.
    pub fn is_comma(self) -> bool {
        self == Decimal::Comma
    }
}

impl Params {
    /// True if the rows are split by the column `name`.
    pub fn splits_by(&self, name: &str) -> bool {
        matches!(&self.split, Some(SplitBy::Time(column)) if column == name)
    }

    /// The model's name: as given, else that of the training table without its endings.
    pub fn model_name(&self, table: &str) -> String {
        let of_table = || table.split('.').next().map(String::from);
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
        self.text.check_limits()?;
        for (name, section) in self.estimator_sections() {
            section
                .check()
                .map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
        }
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
