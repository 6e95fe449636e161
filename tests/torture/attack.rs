//! A stranger who wants the function out of the way: memory that is full, connections that hold,
//! logs that nobody reads, settings that fail open. SECURITY.md has the promises.
//!
//! The function runs in a control group of 128 MB or 512 MB; where the machine does not let us have
//! one, with `HEARTH_MEMORY_MB` and a limit of the address space. Requests are those that were thought of ([`crowd`]) and those
//! that a search finds ([`search`]).

mod crowd;
mod search;
mod settings;

#[path = "../attack/models.rs"]
mod models;
#[path = "../attack/process.rs"]
mod process;
#[path = "../attack/requests.rs"]
mod requests;

use std::net::SocketAddr;
use std::path::Path;

use requests::exchange;

use crate::options::Options;
use crate::table::Row;

/// Runs the part.
pub fn run(folder: &Path, options: &Options) -> Vec<Row> {
    let mut rows = crowd::run(folder, options);
    rows.extend(search::run(folder, options));
    rows.extend(settings::run(folder));
    rows
}

/// The status of an answer; an error in place of a panic, because a connection that is ended in
/// favour of another is no finding.
fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<u16, String> {
    match exchange(address, method, path, headers, body) {
        Ok(Some(answer)) => Ok(answer.status),
        Ok(None) => Err("closed without a word".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Checks that the function answers, and was not ended by the kernel.
fn is_up(function: &process::Attacked, after: &str) -> Result<String, String> {
    let limit = function.check_group();
    let limit = limit.map_err(|error| format!("{after}: {error}"))?;
    match ask(function.address, "GET", "/health", &[], b"") {
        Ok(200) => Ok(limit),
        other => Err(format!("{after}: /health has {other:?}")),
    }
}
