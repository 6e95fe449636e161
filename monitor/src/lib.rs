//! Live traffic, judged against training.
//!
//! - [`window`] counts what came, in the bins of the model's baseline; windows of many processes
//!   merge by adding.
//! - [`shift`] measures the distance of two sets of counts: the population stability index, the
//!   Jensen-Shannon distance, and the [`shift::Verdict`] that people read.
//! - [`chi_squared`] and [`kolmogorov`] test whether it could be chance; [`special`] has the
//!   special functions for their p-values.
//! - [`cbpe`] estimates accuracy without labels; [`proportion`] compares shares that were counted,
//!   [`moments`] means, [`paired`] two models on the same rows.
//! - [`capture`] is a request and its answer as one line of JSON, written and read; [`log`] finds objects
//!   of JSON in the lines of a log.
//!
//! Invariants: no input and output but bytes in memory; nothing panics, whatever the counts; with
//! nothing counted there is no drift. The serving function uses the windows, the index and the
//! writer of captures only, and the linker leaves out the rest.

pub mod capture;
pub mod cbpe;
pub mod chi_squared;
pub mod kolmogorov;
pub mod log;
pub mod moments;
pub mod paired;
pub mod proportion;
pub mod shift;
pub mod special;
pub mod window;

pub use shift::Verdict;
pub use window::Window;

#[cfg(test)]
mod random;
