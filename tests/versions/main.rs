//! Versions of models: DVC, Git, GTO, remotes and the folders that they write to.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod dvc;
mod flags;
mod paths;
mod pipeline;
mod remotes;
mod stages;
