//! Trees over tables: gradient boosting, random forests and extra trees.
//!
//! - [`bins`] replaces values by numbers of intervals, at `edges`; [`settings`] has
//!   the parameters of a fit, [`nodes`] its result.
//! - `moments` are exact sums over rows, `split` finds the best cut of a column from them.
//! - [`boosting`] adds trees, a `round` of them at a time, along the derivatives of a `loss`, and
//!   stops early by `validation`; `leafwise` grows them (`grown` is such a tree), `counting` the rows of each node.
//! - [`mod@forest`] draws `rows` for each tree, which `deep` grows, one `view` of a column at a
//!   time; `averages` and `classes` (by the two `side`s of a cut) are what trees make purer, `leaves`
//!   their answers for several outputs.
//!
//! Invariants: the same bins, target and seed give the same bits on one core or many; a right child
//! lies behind its parent; a leaf's value is rounded to f32 before anything is made of it.
//!
//! Own code, because no library had it in Rust: smartcore 0.7's `RandomForestClassifier`
//! looks at all rows in every node, which is quadratic, and counts votes of whole classes;
//! its `XGRegressor` has the squared error only, and takes 50 times the time of histograms.
//! forust-ml 0.8 (Apache-2.0, one maintainer) has the logistic loss and the squared error, no
//! several classes (a pull request for them is open) and no forests.

pub mod bins;
pub mod boosting;
pub mod forest;
pub mod nodes;
pub mod settings;

mod averages;
mod classes;
mod counting;
mod deep;
mod edges;
mod grown;
mod leafwise;
mod leaves;
mod loss;
mod moments;
#[cfg(test)]
mod property_tests;
mod round;
mod rows;
mod side;
mod split;
#[cfg(test)]
mod tests;
mod validation;
mod view;

pub use bins::{Bins, MISSING_BIN};
pub use boosting::{BoostingRows, boost};
pub use edges::Edges;
pub use forest::forest;
pub use leaves::LeafRows;
pub use nodes::{Node, Tree, Trees};
pub use settings::{
    Forest, ForestSettings, GivenForest, GradientBoosting, MaxFeatures, TreeTarget,
};
