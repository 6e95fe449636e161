//! `hearth`: trains a model file, inspects, verifies and asks it.

use clap::Parser;
use hearth::commands::Arguments;
use hearth::terminal;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Err(error) = delete_parts_at_signals() {
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

/// Has Ctrl-C and SIGTERM delete what is being written, then end the program as they do.
fn delete_parts_at_signals() -> std::io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let wait = move || {
        for signal in signals.forever() {
            storage::remove_parts();
            let _ = emulate_default_handler(signal);
        }
    };
    std::thread::Builder::new().spawn(wait).map(drop)
}

/// `hearth inspect … | head` closes our standard output when it has seen enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
