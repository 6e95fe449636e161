//! The other commands of `hearth`, and its screen.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod commands;
mod evaluate;
mod hostile_data;
mod import;
mod paired;
mod predict;
mod screen;
mod serve;
