//! `hearth`: trains a model file, inspects, verifies and asks it.

use clap::Parser;
use hearth::commands::Arguments;
use hearth::{interrupt, terminal};
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Err(error) = interrupt::watch() {
        eprintln!("hearth: signals cannot be watched, so Ctrl-C may leave files behind: {error}");
    }
    match Arguments::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::complain(&format!("hearth: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// `hearth inspect … | head` closes our standard output when it has seen enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
