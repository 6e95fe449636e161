//! What is fitted: an estimator by name, or a search for the best one; and what is done with its
//! scores.

use anyhow::{Result, bail};
use model::format::{Estimator, Task};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An estimator, or the search for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Choice {
    /// The best of some, by cross-validation.
    Auto,
    /// Logistic regression with an L2 penalty.
    LogisticRegression,
    /// Support vectors, linear, one label against the rest.
    LinearSvc,
    /// Naive Bayes over term weights.
    MultinomialNb,
    /// Naive Bayes over the weights of the other labels' terms.
    ComplementNb,
    /// Least squares with an L2 penalty.
    Ridge,
    /// Least squares with an L1 and an L2 penalty.
    ElasticNet,
    /// Trees of drawn rows.
    RandomForest,
    /// Trees with random thresholds.
    ExtraTrees,
    /// Trees that each correct those before.
    GradientBoosting,
}

impl Choice {
    /// The estimator; `None` to search.
    pub fn estimator(self) -> Option<Estimator> {
        Some(match self {
            Choice::Auto => return None,
            Choice::LogisticRegression => Estimator::LogisticRegression,
            Choice::LinearSvc => Estimator::LinearSvc,
            Choice::MultinomialNb => Estimator::MultinomialNb,
            Choice::ComplementNb => Estimator::ComplementNb,
            Choice::Ridge => Estimator::Ridge,
            Choice::ElasticNet => Estimator::ElasticNet,
            Choice::RandomForest => Estimator::RandomForest,
            Choice::ExtraTrees => Estimator::ExtraTrees,
            Choice::GradientBoosting => Estimator::GradientBoosting,
        })
    }

    /// The task of an estimator that has one only.
    pub fn task(self) -> Option<Task> {
        match self.estimator()? {
            Estimator::Ridge | Estimator::ElasticNet => Some(Task::Regression),
            Estimator::RandomForest | Estimator::ExtraTrees | Estimator::GradientBoosting => None,
            _ => Some(Task::Classification),
        }
    }
}

/// How much rows of each class weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum ClassWeight {
    /// Every row the same.
    #[default]
    None,
    /// Every class the same.
    Balanced,
}

/// Whether probabilities are calibrated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Calibrate {
    /// Where cross-validation shows that it helps: always after a search and for `linear_svc`, whose
    /// scores are no probabilities; other estimators keep theirs.
    #[default]
    Auto,
    /// By cross-validation, whatever the estimator.
    Always,
    /// Never.
    Never,
}

/// The figure by which a search chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Metric {
    /// Share of rows answered right.
    Accuracy,
    /// Mean over labels of F1.
    MacroF1,
    /// Mean of `-ln` of the true label's probability.
    LogLoss,
    /// Share of the variance explained.
    R2,
    /// Mean absolute error.
    Mae,
    /// Root of the mean squared error.
    Rmse,
}

impl Metric {
    /// All there are.
    pub const ALL: [Metric; 6] = [
        Metric::Accuracy,
        Metric::MacroF1,
        Metric::LogLoss,
        Metric::R2,
        Metric::Mae,
        Metric::Rmse,
    ];

    /// What a task is chosen by where nothing is said.
    pub fn default_of(task: Task) -> Metric {
        match task {
            Task::Classification => Metric::Accuracy,
            Task::Regression => Metric::R2,
        }
    }

    /// The task that has it.
    pub fn task(self) -> Task {
        match self {
            Metric::Accuracy | Metric::MacroF1 | Metric::LogLoss => Task::Classification,
            Metric::R2 | Metric::Mae | Metric::Rmse => Task::Regression,
        }
    }

    /// Its name in `params.yaml` and in the figures.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Accuracy => "accuracy",
            Metric::MacroF1 => "macro_f1",
            Metric::LogLoss => "log_loss",
            Metric::R2 => "r2",
            Metric::Mae => "mae",
            Metric::Rmse => "rmse",
        }
    }

    /// Whether less is better.
    pub fn is_loss(self) -> bool {
        matches!(self, Metric::LogLoss | Metric::Mae | Metric::Rmse)
    }
}

/// How `estimator: auto` searches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Search {
    /// Parts that the training rows are cut into; each candidate is fitted once without each.
    pub folds: usize,
    /// What decides; accuracy or R2, if `None`.
    pub metric: Option<Metric>,
    /// What is tried, in place of the usual candidates: an object each, with `estimator` and any of
    /// its parameters, and of `text`'s; a list stands for each of its values.
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
    pub(super) fn check(&self) -> Result<()> {
        if !(2..=50).contains(&self.folds) {
            bail!(
                "search: folds is {}; a number from 2 to 50 was expected",
                self.folds
            );
        }
        Ok(())
    }
}
