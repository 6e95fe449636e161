//! Training: from a table of labelled rows to the bytes of a model file. [`run`] has all steps in
//! their order.
//!
//! 1. **Parameters.** [`params`] are those of a training; [`mod@parameters`] declares those of an
//!    estimator or of text once, with defaults and ranges. [`estimators`] has a file for each
//!    estimator.
//! 2. **Data.** [`columns`] infers the columns and their types. [`dataset`] reads the tables
//!    ([`source`], [`table`], [`codes`], [`target`]) and splits them ([`mod@split`]). [`notes`] are
//!    what a person should know about them: [`doubts`] finds leaks, row numbers and repeats,
//!    [`spelling`] names that are written in two ways, [`scripts`] text without spaces.
//! 3. **Checks before the work.** [`preconditions`] refuses parameters that do not fit the table,
//!    [`memory`] estimates the memory of a fit.
//! 4. **Search.** [`candidates`] lists what is tried, [`mod@search`] compares it by cross-validation.
//! 5. **Fit.** A [`pipeline`] is [`preprocessing`] ([`categories`], [`vocabulary`]), then
//!    [`encoding`] into features, then the [`fitting`] of an estimator: a [`linear`] one on a
//!    [`sparse`] matrix, or [`trees`].
//! 6. **Decision.** [`decision`] turns scores into probabilities and answers, by [`calibration`] and
//!    [`threshold`], with respect to the positive label ([`labels`]).
//! 7. **Measurement.** [`assessment`] predicts held-out rows, [`evaluation`] computes metrics,
//!    [`gate`] compares them with bounds, [`baseline`] describes the rows for drift. For reports, [`mod@slices`]
//!    cuts the held-out rows by the values of a column, and [`dependence`] asks how answers depend on one.
//! 8. **File.** [`golden`] makes the cases that the file must answer for ever, [`verification`]
//!    compares the file with the fit. [`description`], [`mod@overview`], [`terms`] and
//!    [`provenance`] fill the model card.
//!
//! Invariants: features and scores are made by the crate `model`, which also serves; the same data,
//! parameters and seed give the same bytes, on one core or many.

extern crate self as training;

pub mod assessment;
pub mod baseline;
pub mod calibration;
pub mod candidates;
pub mod categories;
pub mod codes;
pub mod columns;
pub mod dataset;
pub mod decision;
pub mod dependence;
pub mod description;
pub mod doubts;
pub mod encoding;
pub mod estimators;
pub mod evaluation;
pub mod fitting;
pub mod gate;
pub mod golden;
pub mod labels;
pub mod linear;
pub mod memory;
pub mod notes;
pub mod overview;
pub mod parameters;
pub mod params;
pub mod pipeline;
pub mod preconditions;
pub mod preprocessing;
pub mod provenance;
pub mod run;
pub mod scripts;
pub mod search;
pub mod slices;
pub mod source;
pub mod sparse;
pub mod spelling;
pub mod split;
pub mod table;
pub mod target;
pub mod terms;
#[cfg(test)]
mod testing;
pub mod threshold;
pub mod trees;
pub mod verification;
pub mod vocabulary;
