//! Estimators: a file each, with the parameters, their defaults and ranges, the need of memory and
//! the fit.
//!
//! An estimator is a type that implements [`Classifier`], [`Regressor`] or both. `estimators!`
//! lists all of them, with the name of their section in `params.yaml`, which is also the name in
//! [`Estimator`], and their tasks. To add one, write a file here, name it in this list, and give it
//! a number in `model/src/format/codes.rs`; `examples/nearest_centroid.rs` is such a file.

mod algorithm;
pub mod elastic_net;
mod erased;
mod forests;
mod gradient_boosting;
mod linear_svc;
mod logistic_regression;
mod naive_bayes;
mod need;
pub mod ridge;

pub use algorithm::{Algorithm, ClassCodes, Classifier, FitOptions, Regressor};
pub use elastic_net::ElasticNet;
pub use erased::{AnyClassifier, AnyEstimator, AnyRegressor, Encoded, FeatureSet, Kernel, Style};
pub use forests::{ExtraTrees, RandomForest};
pub use gradient_boosting::GradientBoosting;
pub use linear_svc::LinearSvc;
pub use logistic_regression::{GivenLogisticRegression, LogisticRegression};
pub use naive_bayes::{ComplementNb, MultinomialNb};
pub use need::{FitNeed, FitSize, product, sum};
pub use ridge::Ridge;

use crate::parameters::Parameters;
use model::format::{Estimator, Task};

/// Gives the list of all estimators to a macro, behind its other arguments.
macro_rules! estimators {
    ($callback:ident! { $($arguments:tt)* }) => {
        $callback! {
            $($arguments)*
            logistic_regression: LogisticRegression [Classification];
            linear_svc: LinearSvc [Classification];
            multinomial_nb: MultinomialNb [Classification];
            complement_nb: ComplementNb [Classification];
            ridge: Ridge [Regression];
            elastic_net: ElasticNet [Regression];
            random_forest: RandomForest [Classification Regression];
            extra_trees: ExtraTrees [Classification Regression];
            gradient_boosting: GradientBoosting [Classification Regression];
        }
    };
}
pub(crate) use estimators;

macro_rules! facts {
    ($($section:ident: $type:ident [$($task:ident)+];)+) => {
        /// All estimators, in the order in which they are listed.
        pub const ALL: &[Estimator] = &[$(Estimator::$type,)+];

        /// The tasks that an estimator can be fitted to.
        pub fn tasks(estimator: Estimator) -> &'static [Task] {
            match estimator {
                $(Estimator::$type => &[$(Task::$task,)+],)+
            }
        }

        /// One sentence about an estimator.
        pub fn about(estimator: Estimator) -> &'static str {
            match estimator {
                $(Estimator::$type => <$type as Parameters>::ABOUT.trim(),)+
            }
        }
    };
}
estimators! { facts! {} }
