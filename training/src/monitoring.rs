//! What was captured of live traffic, looked at: against training, against another model, and one
//! variant against the other.
//!
//! - [`places`] finds the files that were meant, [`captures`] reads their records on every core;
//!   [`rows`] makes of a record's row one of the model, [`answers`] knows what was answered, [`mod@truth`]
//!   what was right.
//! - [`mod@drift`] counts traffic in the bins of the model's baseline and judges the counts;
//!   [`estimate`] sets estimated, real and former accuracy side by side.
//! - [`mod@replay`] asks another model the same, [`mod@ab`] compares variants.
//! - [`mod@html`] and [`mod@markdown`] are the report of a drift, of which `picture` draws the columns.
//!
//! Invariants: memory does not grow with the captures, but for the ids of a file of labels; records
//! are counted in any order, so that threads and files do not change what comes out; what a person
//! wrote into a row is shown nowhere but where it was asked for.

pub mod ab;
pub mod answers;
pub mod captures;
pub mod drift;
pub mod estimate;
pub mod html;
pub mod markdown;
mod picture;
pub mod places;
pub mod replay;
pub mod report;
pub mod rows;
pub mod truth;

/// A mean to nine digits: its last ones depend on the order of what was added, and so on threads.
fn steady(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}
