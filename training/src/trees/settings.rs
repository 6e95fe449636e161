//! Targets of a fit of trees, and its parameters by scikit-learn's names.

use crate::parameters;
use crate::parameters::{Quantity, Range};
use serde::{Deserialize, Serialize};

/// Target, one entry for each row of the bins.
#[derive(Clone, Copy, Debug)]
pub enum TreeTarget<'a> {
    /// Classes, as numbers below `count`.
    Classes {
        /// One a row.
        codes: &'a [u32],
        /// Number of classes.
        count: usize,
    },
    /// Finite numbers.
    Values(&'a [f64]),
}

parameters! {
    /// Gradient boosting: each tree corrects those before it.
    pub struct GradientBoosting, given GivenGradientBoosting {
        /// Factor of each tree's answer.
        learning_rate: f64 = 0.1, Range::Above0;
        /// Most rounds; each has one tree for each output.
        max_iter: usize = 100, Range::AtLeast(1);
        /// Most leaves of a tree.
        max_leaf_nodes: usize = 31, Range::AtLeast(2);
        /// Least rows of a leaf.
        min_samples_leaf: usize = 20, Range::AtLeast(1);
        /// L2 penalty on leaves: added to a leaf's sum of second derivatives.
        l2_regularization: f64 = 0.0, Range::From0;
        /// Share of the rows that each round sees, drawn without repetition.
        subsample: f64 = 1.0, Range::Above0To1;
        /// Share of the features that each tree sees.
        max_features: f64 = 1.0, Range::Above0To1;
        /// Hold back a tenth of the rows, and stop when further rounds do not help them.
        early_stopping: bool = false, Range::Any;
        /// Rounds without a better loss after which early stopping stops.
        n_iter_no_change: usize = 10, Range::AtLeast(1);
    }
}

impl GradientBoosting {
    /// Rounds without a better loss after which to stop; `None` to make all rounds.
    pub(super) fn patience(&self) -> Option<usize> {
        self.early_stopping.then_some(self.n_iter_no_change)
    }
}

parameters! {
    /// A forest of trees.
    pub struct Forest, given GivenForest {
        /// Number of trees.
        n_estimators: usize = 100, Range::AtLeast(1);
        /// Features that a split chooses from: sqrt, for the square root of their number, or a share of them. If none: sqrt for labels, 1.0 for numbers.
        max_features: Option<MaxFeatures> = None, Range::SqrtOrShare;
        /// Least rows of a leaf.
        min_samples_leaf: usize = 1, Range::AtLeast(1);
        /// Most splits between root and leaf; no limit if none.
        max_depth: Option<usize> = None, Range::AtLeast(1);
    }
}

/// Number of features that a split chooses from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "sqrt or a share of the features (0.5) was expected"
)]
pub enum MaxFeatures {
    /// Such a share of them.
    Share(f64),
    /// A number by its name.
    Named(Root),
}

/// The only name that [`MaxFeatures`] has.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Root {
    /// The square root of their number.
    Sqrt,
}

impl MaxFeatures {
    /// The square root of their number.
    pub const SQRT: MaxFeatures = MaxFeatures::Named(Root::Sqrt);

    /// Number of columns to try, at least one.
    pub(super) fn of(self, columns: usize) -> usize {
        let wanted = match self {
            MaxFeatures::Named(Root::Sqrt) => (columns as f64).sqrt(),
            MaxFeatures::Share(share) => share * columns as f64,
        };
        (wanted as usize).clamp(1, columns.max(1))
    }
}

impl Quantity for MaxFeatures {
    const EXPECTED: &'static str = "sqrt or a share of the features (0.5)";

    fn number(self) -> Option<f64> {
        match self {
            MaxFeatures::Share(share) => Some(share),
            MaxFeatures::Named(_) => None,
        }
    }
}

/// A forest with all that decides its trees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForestSettings {
    /// Parameters.
    pub forest: Forest,
    /// Each tree sees as many rows as there are, drawn with repetition, and not all of them.
    pub bootstrap: bool,
    /// Extra trees: one random threshold a column instead of the best.
    pub extra: bool,
    /// Draws rows, columns and thresholds.
    pub seed: u64,
}

impl ForestSettings {
    /// scikit-learn's `RandomForestClassifier` or `RandomForestRegressor`.
    pub fn random_forest(forest: Forest, seed: u64) -> ForestSettings {
        ForestSettings {
            forest,
            bootstrap: true,
            extra: false,
            seed,
        }
    }

    /// scikit-learn's `ExtraTreesClassifier` or `ExtraTreesRegressor`.
    pub fn extra_trees(forest: Forest, seed: u64) -> ForestSettings {
        ForestSettings {
            forest,
            bootstrap: false,
            extra: true,
            seed,
        }
    }

    /// Number of `columns` that a node chooses from.
    pub(super) fn columns_of_a_node(&self, target: TreeTarget<'_>, columns: usize) -> usize {
        let usual = match target {
            TreeTarget::Classes { .. } => MaxFeatures::SQRT,
            TreeTarget::Values(_) => MaxFeatures::Share(1.0),
        };
        self.forest.max_features.unwrap_or(usual).of(columns)
    }
}
