//! Batch: tables of any size to answers, the same for `hearth predict` and for AWS Lambda.
//!
//! ```text
//! object -> blocks of whole rows -> answers, on every core -> blocks in their order -> object
//! ```
//!
//! The modules, from the outside in:
//!
//! - `event`, `handler` and `metrics` are the Lambda function (the feature `lambda`): the kinds of
//!   events that start a batch, their answer with a [`manifest`], and the EMF line of each object.
//!   `look` resolves the paths of a scheduled run, whose placeholders are those of `pattern`; `rows` are
//!   those that the state machine read out of a Parquet file.
//! - [`plan`] makes tasks of what was asked: of a prefix one for each table under it, each with
//!   the place of its answers. [`task`] does one, exactly once.
//! - [`pipeline`] is the way of the rows: one thread cuts the table, every core answers blocks, one
//!   thread writes them in their order. [`answers`] turns one block into answers and bad rows;
//!   [`id`] finds a row's id, `csv` writes answers as CSV.
//!
//! Invariants: memory does not grow with the table; answers stand in the order of the rows; a row
//! is answered, or written as a bad row with the reason, or the batch stops: none is dropped.
//! Answers appear whole, and only once, since their place is derived from the table's and is
//! written only if nothing is there.

pub mod answers;
pub mod csv;
#[cfg(feature = "lambda")]
pub mod event;
#[cfg(feature = "lambda")]
pub mod handler;
pub mod id;
#[cfg(feature = "lambda")]
pub mod look;
pub mod manifest;
#[cfg(feature = "lambda")]
pub mod metrics;
#[cfg(feature = "lambda")]
pub mod pattern;
pub mod pipeline;
pub mod plan;
#[cfg(feature = "lambda")]
pub mod rows;
pub mod settings;
pub mod task;

pub use manifest::{Done, Manifest};
pub use pipeline::Counts;
pub use plan::Task;
pub use settings::{Form, Settings};
