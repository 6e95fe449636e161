//! Captured traffic: compared with training, replayed on another model, compared between variants.
//!
//! - [`places`] finds the files that were meant, [`captures`] reads their records on every core,
//!   `decode` those in CSV, base64 or the words of other clients;
//!   [`rows`] turns the row of a record into one of the model, [`answers`] reads the captured answer,
//!   [`mod@truth`] the table of true labels.
//! - [`mod@drift`] counts traffic in the bins of the model's baseline, by period, and judges the counts;
//!   [`requests`] counts requests and rejections by the metrics in the same log; [`estimate`] sets
//!   estimated, real and former accuracy side by side; [`report`] holds the result,
//!   [`verdicts`] puts it into sentences, and [`advice`] says what to do.
//! - [`mod@table`] writes records as a table, whose values [`members`] reads; [`mod@lookup`] finds those of an id;
//!   [`mod@labelled`] joins them with their true labels, to be learnt from.
//! - [`mod@replay`] scores the same rows with another model, [`mod@ab`] compares variants.
//!
//! Invariants: memory does not grow with the captures, except for the ids of a file of labels; records
//! are counted in any order, so that threads and files do not change the result; the content of a row
//! is shown only where it was asked for, but for new values of a category that several records have.

pub mod ab;
pub mod advice;
pub mod answers;
pub mod captures;
mod decode;
pub mod drift;
pub mod estimate;
pub mod labelled;
pub mod lookup;
pub mod members;
pub mod places;
pub mod replay;
pub mod report;
pub mod requests;
pub mod rows;
pub mod table;
pub mod truth;
pub mod verdicts;

/// A mean to nine digits: its last ones depend on the order of what was added, and so on threads.
fn steady(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}
