//! `hearth train` and `hearth check`: tables, columns, estimators, figures, refusals, and the model file that comes of them.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod bad_input;
mod bad_parameters;
mod check;
mod columns;
mod decisions;
mod estimators;
mod figures;
mod labels;
mod leaks;
mod mismatch;
mod model_file;
mod parameters;
mod refusals;
mod report;
mod scripts;
mod tables;
mod time;
mod trees;
mod values;
