//! `hearth batch` and the batch function.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod command;
mod lambda;
mod runs;
