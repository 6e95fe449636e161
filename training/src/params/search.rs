//! Estimator by name, or a search for the best one; and the use of its scores.

use super::named::{self, Named, named};
use crate::estimators;
use anyhow::bail;
use model::format::{Estimator, Task};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// An estimator, or the search for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EstimatorChoice {
    /// The best of several, by cross-validation.
    Auto,
    /// This one.
    One(Estimator),
}

impl EstimatorChoice {
    /// The estimator; `None` to search.
    pub fn estimator(self) -> Option<Estimator> {
        match self {
            EstimatorChoice::Auto => None,
            EstimatorChoice::One(estimator) => Some(estimator),
        }
    }

    /// The task of an estimator that has one only.
    pub fn task(self) -> Option<Task> {
        match estimators::tasks(self.estimator()?) {
            [task] => Some(*task),
            _ => None,
        }
    }
}

impl Named for EstimatorChoice {
    fn all() -> Vec<EstimatorChoice> {
        let estimators = estimators::ALL.iter().copied().map(EstimatorChoice::One);
        [EstimatorChoice::Auto]
            .into_iter()
            .chain(estimators)
            .collect()
    }

    fn name(self) -> &'static str {
        self.estimator().map_or("auto", Estimator::name)
    }

    fn about(self) -> &'static str {
        let search = "The best of some, by cross-validation";
        self.estimator().map_or(search, estimators::about)
    }
}

impl Serialize for EstimatorChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for EstimatorChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EstimatorChoice, D::Error> {
        named::deserialize(deserializer)
    }
}

named! {
    /// Weight of the rows of each class.
    pub enum ClassWeight {
        /// Every row has the same weight.
        None = "none";
        /// Every class has the same total weight.
        Balanced = "balanced";
    }
}

named! {
    /// Choice of calibration.
    pub enum Calibrate {
        /// If cross-validation shows that it helps. Needs out-of-fold scores: those of a search, or
        /// of `linear_svc`, whose scores are no probabilities; other estimators keep theirs.
        Auto = "auto";
        /// With cross-validation, for every estimator.
        Always = "always";
        /// Never.
        Never = "never";
    }
}

named! {
    /// The figure by which a search chooses.
    pub enum Metric {
        /// Share of correct answers.
        Accuracy = "accuracy";
        /// Mean F1 over all labels.
        MacroF1 = "macro_f1";
        /// Mean of `-ln` of the probability of the true label.
        LogLoss = "log_loss";
        /// Area under the ROC curve; of more than two labels, the mean over labels.
        RocAuc = "roc_auc";
        /// Average precision of the positive label.
        AveragePrecision = "average_precision";
        /// Share of the variance that is explained.
        R2 = "r2";
        /// Mean absolute error.
        Mae = "mae";
        /// Root mean squared error.
        Rmse = "rmse";
    }
}

impl Metric {
    /// Default metric of a task.
    pub fn default_of(task: Task) -> Metric {
        match task {
            Task::Classification => Metric::Accuracy,
            Task::Regression => Metric::R2,
        }
    }

    /// The task that has it.
    pub fn task(self) -> Task {
        match self {
            Metric::Accuracy
            | Metric::MacroF1
            | Metric::LogLoss
            | Metric::RocAuc
            | Metric::AveragePrecision => Task::Classification,
            Metric::R2 | Metric::Mae | Metric::Rmse => Task::Regression,
        }
    }

    /// True if less is better.
    pub fn is_loss(self) -> bool {
        matches!(self, Metric::LogLoss | Metric::Mae | Metric::Rmse)
    }
}

/// Search of `estimator: auto`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Search {
    /// Parts that the training rows are cut into; each candidate is fitted once without each.
    pub folds: usize,
    /// Metric that decides; accuracy or R2 if `None`.
    pub metric: Option<Metric>,
    /// Candidates instead of the usual ones: one object each, with `estimator` and any of its
    /// parameters, and of `text`'s; a list stands for each of its values.
    pub candidates: Vec<Map<String, Value>>,
}

impl Default for Search {
    fn default() -> Search {
        Search {
            folds: 5,
            metric: None,
            candidates: Vec::new(),
        }
    }
}

impl Search {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        if !(2..=50).contains(&self.folds) {
            bail!(
                "search: folds is {}; a number from 2 to 50 was expected",
                self.folds
            );
        }
        Ok(())
    }
}
