//! Instructions and bytes of the function: counts, which are the same on a busy machine.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod budget;
mod monitoring;
#[path = "../bench/programs.rs"]
#[allow(dead_code)] // the Python peers are for `bench`
mod programs;
#[path = "../bench/synthetic.rs"]
mod synthetic;
