//! Training: from a table of labelled rows to a model file.
//!
//! - [`params`] are all parameters of a training; [`mod@parameters`] declares those of an estimator or of
//!   text once, with defaults and ranges. [`estimators`] has a file for each estimator.
//! - [`train`] is the whole way: [`columns`] says what is learnt from, [`read`] brings [`table`]s of
//!   typed columns with [`codes`], [`spelling`] finds names written in two ways, and [`mod@split`] says
//!   which rows train; [`candidates`] says what is tried, and [`mod@search`] tries it. A [`pipeline`] is [`preprocess`] ([`categories`], [`vectorise`]), which
//!   becomes features by [`mod@encode`], and a [`mod@fit`] of an estimator: a [`linear`] one on a [`sparse`]
//!   matrix, or [`trees`]; [`memory`] and [`agree`] refuse what cannot be before it is begun.
//! - [`decide`] makes probabilities and decisions of scores, by [`calibration`] and [`threshold`], about
//!   the label that [`labels`] calls positive; [`mod@check`] holds
//!   the file against the fit, [`assess`] and [`evaluate`] measure, [`gate`] judges, [`golden`] makes
//!   the cases that the file must answer for ever, [`provenance`] says what made it.
//! - [`describe`] makes the columns of the model card, [`terms`] lists the terms with the greatest weights.
//! - [`notes`] are what a person should know of the data: guesses, rules and doubts; [`doubts`] finds
//!   leaks, row numbers and the like, [`scripts`] text without spaces; [`mod@overview`] has what is known of
//!   each column.
//!
//! Invariants: features and scores are made by the `model` crate's code, the one that serves; the
//! same data, parameters and seed give the same bytes, on one core or many.

extern crate self as training;

pub mod agree;
pub mod assess;
pub mod baseline;
pub mod calibration;
pub mod candidates;
pub mod categories;
pub mod check;
pub mod codes;
pub mod columns;
pub mod decide;
pub mod describe;
pub mod doubts;
pub mod encode;
pub mod estimators;
pub mod evaluate;
pub mod fit;
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
pub mod preprocess;
pub mod provenance;
pub mod read;
pub mod scripts;
pub mod search;
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
pub mod train;
pub mod trees;
pub mod vectorise;
