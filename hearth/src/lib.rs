//! The program `hearth`: its commands and everything that a person sees of them.
//!
//! - [`commands`] has a file for each command: it parses the arguments, calls a library and prints.
//! - [`mod@report`] makes the report of a training and of a drift, [`plots`] the files for `dvc plots`,
//!   [`comparison`] two models side by side, [`paired`] on the same rows, [`resampled`] the intervals of
//!   their differences, [`mod@slices`] parts of the rows.
//! - [`terminal`] is where all commands print; [`mod@blocks`] are the blocks of `hearth train`, and
//!   [`mod@summary`] the figures of a model.
//! - [`params_file`] reads `params.yaml` into a [`job`]: the places of a training, and its parameters;
//!   [`tables`] reads tables from these places, [`outputs`] checks the names of files to be written.
//! - [`price`] has AWS's prices, [`bill`] the monthly cost of a deployed endpoint, and [`free_tier`] what
//!   is left to pay of it.
//! - [`load`] sends requests at a fixed rate and measures the responses.
//! - [`bars`] shows progress on stderr; [`interrupt`] handles Ctrl-C.
//!
//! Learning is in the crate `training`, captured traffic in `traffic`, tables of any size in `batch`,
//! git and DVC in `versioning`.

pub mod bars;
pub mod bill;
pub mod blocks;
pub mod commands;
pub mod comparison;
pub mod free_tier;
pub mod interrupt;
pub mod job;
pub mod load;
pub mod outputs;
pub mod paired;
pub mod params_file;
pub mod plots;
pub mod price;
pub mod report;
pub mod resampled;
pub mod slices;
pub mod summary;
pub mod tables;
pub mod terminal;
