//! Parameters of each estimator, by scikit-learn's names and, but where it is said, defaults.

use super::Params;
use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

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

/// Parameters of `linear_svc`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SvcParams {
    /// Inverse of the L2 penalty's strength.
    #[serde(rename = "C")]
    pub c: f64,
    /// Most passes over the rows.
    pub max_iter: usize,
    /// Stop when the projected gradient is below this.
    pub tol: f64,
}

impl Default for SvcParams {
    fn default() -> SvcParams {
        SvcParams {
            c: 1.0,
            max_iter: 1000,
            tol: 1e-4,
        }
    }
}

/// Parameters of `multinomial_nb` and `complement_nb`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NaiveBayesParams {
    /// Added to every term's weight in every class.
    pub alpha: f64,
}

impl Default for NaiveBayesParams {
    fn default() -> NaiveBayesParams {
        NaiveBayesParams { alpha: 1.0 }
    }
}

/// Parameters of `ridge`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RidgeParams {
    /// Strength of the L2 penalty.
    pub alpha: f64,
}

impl Default for RidgeParams {
    fn default() -> RidgeParams {
        RidgeParams { alpha: 1.0 }
    }
}

/// Parameters of `elastic_net`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ElasticNetParams {
    /// Strength of both penalties, as a share of the target's standard deviation: so that it means
    /// the same in euros and in cents. scikit-learn's has the target's unit.
    pub alpha: f64,
    /// Share of the L1 penalty.
    pub l1_ratio: f64,
}

impl Default for ElasticNetParams {
    fn default() -> ElasticNetParams {
        ElasticNetParams {
            alpha: 0.01,
            l1_ratio: 0.5,
        }
    }
}

/// How many features a split chooses from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "sqrt or a share of the features (0.5) was expected"
)]
pub enum MaxFeatures {
    /// Such a share of them.
    Share(f64),
    /// The square root of their number.
    Named(Root),
}

/// The only name that [`MaxFeatures`] has.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Root {
    /// The square root of their number.
    Sqrt,
}

/// Parameters of `random_forest` and `extra_trees`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ForestParams {
    /// Trees.
    pub n_estimators: usize,
    /// Features that a split chooses from; `None` is scikit-learn's: the square root of their
    /// number for labels, all for numbers.
    pub max_features: Option<MaxFeatures>,
    /// Least rows of a leaf.
    pub min_samples_leaf: usize,
    /// Most splits between root and leaf; no limit, if `None`.
    pub max_depth: Option<usize>,
}

impl Default for ForestParams {
    fn default() -> ForestParams {
        ForestParams {
            n_estimators: 100,
            max_features: None,
            min_samples_leaf: 1,
            max_depth: None,
        }
    }
}

/// Parameters of `gradient_boosting`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BoostingParams {
    /// How much of each tree is believed.
    pub learning_rate: f64,
    /// Most rounds.
    pub max_iter: usize,
    /// Most leaves of a tree.
    pub max_leaf_nodes: usize,
    /// Least rows of a leaf.
    pub min_samples_leaf: usize,
    /// L2 penalty on leaves.
    pub l2_regularization: f64,
    /// Share of the rows that each round sees.
    pub subsample: f64,
    /// Share of the features that each tree sees.
    pub max_features: f64,
    /// Hold back a tenth of the rows, and stop when some rounds did not help them.
    pub early_stopping: bool,
    /// How many rounds that is.
    pub n_iter_no_change: usize,
}

impl Default for BoostingParams {
    fn default() -> BoostingParams {
        BoostingParams {
            learning_rate: 0.1,
            max_iter: 100,
            max_leaf_nodes: 31,
            min_samples_leaf: 20,
            l2_regularization: 0.0,
            subsample: 1.0,
            max_features: 1.0,
            early_stopping: false,
            n_iter_no_change: 10,
        }
    }
}

impl Params {
    /// Checks the parameters of every estimator: what would fail after an hour of training shall
    /// fail before it.
    pub(super) fn check_estimators(&self) -> Result<()> {
        let above_0 = |section: &str, name: &str, value: f64| match value > 0.0 && value.is_finite()
        {
            true => Ok(()),
            false => bail!("{section}: {name} is {value}; a number above 0 was expected"),
        };
        let at_least = |section: &str, name: &str, value: usize, least: usize| match value >= least
        {
            true => Ok(()),
            false => bail!("{section}: {name} is {value}; {least} or more was expected"),
        };
        let share = |section: &str, name: &str, value: f64| match value > 0.0 && value <= 1.0 {
            true => Ok(()),
            false => {
                bail!("{section}: {name} is {value}; a share above 0 and up to 1 was expected")
            }
        };
        let LogisticParams { c, max_iter, tol } = self.logistic_regression;
        above_0("logistic_regression", "C", c)?;
        above_0("logistic_regression", "tol", tol)?;
        at_least("logistic_regression", "max_iter", max_iter, 1)?;
        let SvcParams { c, max_iter, tol } = self.linear_svc;
        above_0("linear_svc", "C", c)?;
        above_0("linear_svc", "tol", tol)?;
        at_least("linear_svc", "max_iter", max_iter, 1)?;
        above_0("multinomial_nb", "alpha", self.multinomial_nb.alpha)?;
        above_0("complement_nb", "alpha", self.complement_nb.alpha)?;
        above_0("ridge", "alpha", self.ridge.alpha)?;
        let ElasticNetParams { alpha, l1_ratio } = self.elastic_net;
        above_0("elastic_net", "alpha", alpha)?;
        if !(0.0..=1.0).contains(&l1_ratio) {
            bail!("elastic_net: l1_ratio is {l1_ratio}; a share from 0 to 1 was expected");
        }
        let forests = [
            ("random_forest", &self.random_forest),
            ("extra_trees", &self.extra_trees),
        ];
        for (section, forest) in forests {
            at_least(section, "n_estimators", forest.n_estimators, 1)?;
            at_least(section, "min_samples_leaf", forest.min_samples_leaf, 1)?;
            at_least(section, "max_depth", forest.max_depth.unwrap_or(1), 1)?;
            if let Some(MaxFeatures::Share(value)) = forest.max_features {
                share(section, "max_features", value)?;
            }
        }
        let boosting = &self.gradient_boosting;
        let section = "gradient_boosting";
        above_0(section, "learning_rate", boosting.learning_rate)?;
        at_least(section, "max_iter", boosting.max_iter, 1)?;
        at_least(section, "max_leaf_nodes", boosting.max_leaf_nodes, 2)?;
        at_least(section, "min_samples_leaf", boosting.min_samples_leaf, 1)?;
        at_least(section, "n_iter_no_change", boosting.n_iter_no_change, 1)?;
        share(section, "subsample", boosting.subsample)?;
        share(section, "max_features", boosting.max_features)?;
        let l2 = boosting.l2_regularization;
        if !(l2 >= 0.0 && l2.is_finite()) {
            bail!("{section}: l2_regularization is {l2}; a number from 0 up was expected");
        }
        Ok(())
    }
}
