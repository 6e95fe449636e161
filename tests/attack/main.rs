//! Crafted model files and requests: each is refused or answered in time and memory that are bounded.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod answers;
mod models;
mod process;
mod processes;
mod requests;
