//! Import: from the model file of another library to a model file of Hearth that gives the same
//! answers.
//!
//! 1. [`source`] tells formats apart by their content. [`lightgbm`] reads LightGBM's text, [`xgboost`]
//!    XGBoost's JSON and [`ubjson`], into a [`forest`]: trees, features, and the way from scores to
//!    answers.
//!    [`interchange`] reads documents of scikit-learn pipelines, with their columns, weights and answers
//!    (`pipeline`), which `cases` compares with those of the model.
//! 2. `given` is what a user adds: names of features, labels and categories (`names`). With it,
//!    `columns` turns features into the columns of requests.
//! 3. `layout` lays trees out as nodes of a model file, in the narrowest form that holds each number
//!    as it is.
//! 4. `golden` makes rows at and around the thresholds, which the file must answer for ever.
//! 5. `file` assembles the model file with its card, and verifies it.
//! 6. `path` describes the way of a row through the trees, for the comparison with the library's own
//!    answers.
//!
//! Invariants: what is not supported is refused, with its place and what would work, and never
//! answered differently; the same file and options give the same bytes.

pub mod cases;
pub mod columns;
pub mod file;
pub mod forest;
pub mod given;
pub mod golden;
pub mod interchange;
pub mod layout;
pub mod lightgbm;
pub mod names;
pub mod path;
pub mod pipeline;
pub mod source;
pub mod ubjson;
pub mod xgboost;
