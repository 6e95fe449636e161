//! `make torture`: what a stranger, a bad disk or a bad day can do to Hearth, tried on purpose. The
//! table of docs/reliability.md.
//!
//! - [`fuzz`] gives [`targets`] inputs made worse by [`mutate`], model files by [`models`], in
//!   processes whose memory [`memory`] counts; first those that are [`kept`].
//! - [`programs`] gives awkward tables to the programs; [`targets`] compares many more of them.
//! - [`hostile`] asks the real HTTP server what it must refuse, [`load`] asks it much, and the Lambda
//!   function over the Runtime API. [`attack`] wants to fill or block it, with 128 MB and 512 MB.
//! - [`kills`] ends programs at random moments, [`disks`] gives them full and read-only folders,
//!   [`network`] a bad S3 ([`s3`]) under [`transfers`] and [`uploads`], and a bad Runtime API, [`clock`]
//!   a clock that jumps.
//! - [`table`] tells what came of it.

#![allow(clippy::unwrap_used)] // as in tests: a failed expectation is its way to fail

mod attack;
mod clock;
mod disks;
mod fuzz;
mod hostile;
mod kept;
mod kills;
mod load;
mod measure;
mod memory;
mod models;
mod mutate;
mod network;
mod options;
mod programs;
mod project;
mod s3;
mod table;
mod targets;
mod transfers;
mod uploads;

use std::path::Path;
use std::process::ExitCode;

use options::{HELP, Options};
use table::Row;

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["--help"] => {
            print!("{HELP}");
            Ok(())
        }
        ["cases", ref more @ ..] => fuzz::cases(more),
        ref options => Options::parse(options).and_then(|options| torture(&options)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("torture: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the parts and prints the table.
fn torture(options: &Options) -> Result<(), String> {
    allow_files();
    let start = std::time::Instant::now();
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut parts: Vec<(&str, Vec<Row>)> = Vec::new();
    for (part, name, run) in PARTS {
        if options.wants(part) || options.wants(name) {
            eprintln!("torture: {name} …");
            parts.push((part, run(folder.path(), options)));
        }
    }
    let table = table::markdown(&parts);
    print!("{table}");
    let seconds = start.elapsed().as_secs();
    eprintln!("torture: {seconds} seconds, seed {}", options.seed);
    let findings: Vec<&String> = parts
        .iter()
        .flat_map(|(_, rows)| rows)
        .flat_map(|row| &row.findings)
        .collect();
    for finding in &findings {
        println!("- {finding}");
    }
    if options.writes {
        table::write(
            &support::example::root().join("docs/reliability.md"),
            &table,
        )?;
    }
    match findings.len() {
        0 => Ok(()),
        count => Err(format!("{count} findings")),
    }
}

type Part = fn(&Path, &Options) -> Vec<Row>;

/// By the part of the table and by a name of their own.
const PARTS: [(&str, &str, Part); 9] = [
    ("fuzzing", "fuzzing", fuzzing),
    ("tables", "tables", programs::run),
    ("requests", "requests", |_, options| hostile::run(options)),
    ("attack", "attack", attack::run),
    ("load", "load", |_, options| load::run(options)),
    ("faults", "kills", kills::run),
    ("faults", "disks", disks::run),
    ("faults", "network", network::run),
    ("faults", "clock", clock::run),
];

fn fuzzing(folder: &Path, options: &Options) -> Vec<Row> {
    models::make(folder);
    fuzz::run(folder, options.seed, options.is_short)
}

/// Allows this process and its children as many open files as the system does: a thousand connections
/// have two ends.
fn allow_files() {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the structure is ours and lives through both calls.
    unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit);
        limit.rlim_cur = limit.rlim_max.min(65_536);
        libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
    }
}
