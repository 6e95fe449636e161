//! Shared code of training and serving: the model file, and the path from a row to its answer.
//!
//! The way of a row, which is one path for training, serving and batch, so that they cannot
//! disagree:
//!
//! ```text
//! JSON, CSV -> row::Row -> features::Features -> score::Scorer -> answer::Answer -> JSON
//! ```
//!
//! - [`rows`] cuts tables (CSV, TSV, JSON Lines, gzip) into records; [`columns`] finds the model's
//!   columns by their names; [`row`] checks values against them. A column's [`notation`] says how its numbers, times and missing values are written.
//! - [`tokens`] splits text into words (`words` classifies characters), or into characters of
//!   [`unspaced`] scripts; [`vocabulary`] maps terms to features, [`features`] weights them, sorted
//!   by `radix`; [`score`] makes the [`answer`]: by a kernel, of
//!   [`weights`] or [`trees`] with [`leaves`] and [`arithmetic`], and a [`head`], of classes or of a
//!   value, with their [`calibration`] and [`threshold`].
//! - [`mod@format`] has the records of a model file, [`assemble`] writes one, [`open`] views one,
//!   [`source`] maps one from disk; `sections` finds its parts. `FORMAT.md` is the specification.
//! - [`baseline`] has what live traffic is compared with.
//! - [`validate`] says what of a row the model has not seen the like of, [`mod@explain`] what its answer
//!   comes from.
//! - [`hint`] finds the known name that a wrong one is likely to stand for, [`labels`] the label that is
//!   another spelling.
//! - [`mod@random`] has numbers that a seed repeats, [`queue`] jobs for several threads.
//! - [`verify`] checks a file's digest and golden cases, [`card`] is its model card, [`mod@example`]
//!   a request that it can answer, in every protocol.
//!
//! Invariants: nothing here knows AWS, HTTP or smartcore; no input, request or file, makes it
//! panic; the same row and the same file give the same bits everywhere.

pub mod answer;
pub mod arithmetic;
pub mod assemble;
pub mod baseline;
pub mod calibration;
pub mod card;
pub mod column;
pub mod columns;
pub mod digest;
mod error;
pub mod example;
pub mod explain;
pub mod features;
pub mod format;
pub mod head;
pub mod hint;
pub mod labels;
pub mod leaves;
pub mod notation;
pub mod open;
pub mod queue;
mod radix;
pub mod random;
pub mod row;
pub mod rows;
pub mod score;
mod sections;
pub mod source;
pub mod threshold;
pub mod timestamp;
pub mod tokens;
pub mod trees;
pub mod unspaced;
pub mod validate;
pub mod verify;
pub mod vocabulary;
pub mod weights;
mod words;

pub use error::OpenError;
pub use open::Model;
pub use sections::MAX_NAME;
