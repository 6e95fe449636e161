//! Metrics and captured records of the function, and the commands that read them.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod capture;
mod captures;
mod commands;
mod drift;
mod emf_library;
mod emf_window;
mod figures;
mod metrics;
mod truth;
mod watch;
