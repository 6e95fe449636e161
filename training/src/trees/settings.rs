//! What a fit may be told. Names and defaults are those of scikit-learn.

/// What is learnt, one entry for each row of the bins.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Classes, as numbers below `count`.
    Classes {
        /// One a row.
        codes: &'a [u32],
        /// How many classes there are.
        count: usize,
    },
    /// Finite numbers.
    Values(&'a [f64]),
}

/// Stop when further rounds do not help rows that were held back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarlyStopping {
    /// The share of the rows that is held back, where the caller does not name validation rows.
    pub share: f64,
    /// Rounds without a better loss after which to stop.
    pub patience: usize,
}

impl Default for EarlyStopping {
    fn default() -> EarlyStopping {
        EarlyStopping {
            share: 0.1,
            patience: 10,
        }
    }
}

/// Gradient boosting: scikit-learn's `HistGradientBoosting*`.
#[derive(Clone, Debug, PartialEq)]
pub struct BoostSettings {
    /// What each tree's answer is multiplied by.
    pub learning_rate: f64,
    /// Rounds; each has one tree an output.
    pub max_iter: usize,
    /// Leaves of a tree.
    pub max_leaf_nodes: usize,
    /// Rows of a leaf.
    pub min_samples_leaf: usize,
    /// Added to a leaf's sum of second derivatives.
    pub l2_regularization: f64,
    /// The share of the rows that a tree sees, drawn without repetition.
    pub subsample: f64,
    /// The share of the columns that a tree sees.
    pub max_features: f64,
    /// None: all rounds.
    pub early_stopping: Option<EarlyStopping>,
    /// Draws rows and columns.
    pub seed: u64,
}

impl Default for BoostSettings {
    fn default() -> BoostSettings {
        BoostSettings {
            learning_rate: 0.1,
            max_iter: 100,
            max_leaf_nodes: 31,
            min_samples_leaf: 20,
            l2_regularization: 0.0,
            subsample: 1.0,
            max_features: 1.0,
            early_stopping: None,
            seed: 0,
        }
    }
}

/// How many columns a node of a forest chooses among.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxFeatures {
    /// The square root of their number.
    Sqrt,
    /// A share of them.
    Share(f64),
}

impl MaxFeatures {
    /// Of so many columns, at least one.
    pub(super) fn of(self, columns: usize) -> usize {
        let wanted = match self {
            MaxFeatures::Sqrt => (columns as f64).sqrt(),
            MaxFeatures::Share(share) => share * columns as f64,
        };
        (wanted as usize).clamp(1, columns.max(1))
    }
}

/// Random forests and extra trees.
#[derive(Clone, Debug, PartialEq)]
pub struct ForestSettings {
    /// Trees.
    pub n_estimators: usize,
    /// Columns that a node chooses among.
    pub max_features: MaxFeatures,
    /// Rows of a leaf.
    pub min_samples_leaf: usize,
    /// Questions from the root to a leaf.
    pub max_depth: Option<usize>,
    /// Whether a tree sees as many rows as there are, drawn with repetition, instead of all.
    pub bootstrap: bool,
    /// Extra trees: one random threshold a column instead of the best.
    pub extra: bool,
    /// Draws rows, columns and thresholds.
    pub seed: u64,
}

impl ForestSettings {
    /// scikit-learn's `RandomForestClassifier` or `RandomForestRegressor`.
    pub fn random_forest(target: &Target<'_>) -> ForestSettings {
        ForestSettings {
            n_estimators: 100,
            max_features: match target {
                Target::Classes { .. } => MaxFeatures::Sqrt,
                Target::Values(_) => MaxFeatures::Share(1.0),
            },
            min_samples_leaf: 1,
            max_depth: None,
            bootstrap: true,
            extra: false,
            seed: 0,
        }
    }

    /// scikit-learn's `ExtraTreesClassifier` or `ExtraTreesRegressor`.
    pub fn extra_trees(target: &Target<'_>) -> ForestSettings {
        ForestSettings {
            bootstrap: false,
            extra: true,
            ..ForestSettings::random_forest(target)
        }
    }
}
