//! The settings of an endpoint in `cdk/config.ts` that its bill depends on, as options.

use crate::bill::{EmfMode, Settings};
use clap::ValueEnum;

/// Lambda's own lines of the log.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum PlatformLog {
    /// START, END and REPORT for each request.
    All,
    /// Only warnings.
    Warnings,
}

/// The API's line per request.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum AccessLog {
    /// It is written.
    All,
    /// It is not.
    Off,
}

/// X-Ray.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Tracing {
    /// No traces.
    Off,
    /// One request per second and a twentieth of the others.
    Sampled,
}

/// Settings of the bill, from these options.
pub fn settings(
    emf: EmfMode,
    platform_log: PlatformLog,
    access_log: AccessLog,
    tracing: Tracing,
) -> Settings {
    Settings {
        emf,
        has_platform_lines: platform_log == PlatformLog::All,
        has_access_log: access_log == AccessLog::All,
        is_traced: tracing == Tracing::Sampled,
    }
}
