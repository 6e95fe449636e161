//! The commands of `hearth`, a file each: what was typed becomes what is meant, then the library
//! does it.

mod ab;
mod check;
mod data;
mod diff;
mod drift;
mod emf;
mod example;
mod inspect;
mod log;
mod model_file;
mod named;
mod parameters;
mod predict;
mod promote;
mod pull;
mod push;
mod replay;
mod status;
mod tag;
mod train;
mod verify;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Trains, inspects, versions and monitors classic machine-learning models for AWS Lambda.
///
/// A table of labelled rows becomes ONE model file, which the Lambda function serves:
///
///   hearth check messages.csv --target label
///   hearth train --data messages.csv --target label
///   hearth inspect model.hearth
///   echo '{"text": "where is my parcel"}' | hearth predict model.hearth
#[derive(Parser)]
#[command(name = "hearth", version, verbatim_doc_comment)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Train(Box<train::Train>),
    Check(Box<check::Check>),
    Inspect(inspect::Inspect),
    Emf(emf::Emf),
    Verify(verify::Verify),
    Predict(predict::Predict),
    Drift(drift::DriftOf),
    Replay(replay::ReplayOn),
    Ab(ab::Ab),
    Example(example::PrintExample),
    Pull(pull::Pull),
    Push(push::Push),
    Status(status::Status),
    Log(log::Log),
    Diff(diff::Diff),
    Tag(tag::Tag),
    Promote(promote::Promote),
}

impl Arguments {
    /// Runs the command.
    ///
    /// # Errors
    /// What went wrong, as one sentence.
    pub fn run(self) -> Result<()> {
        match self.command {
            Command::Train(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Inspect(command) => command.run(),
            Command::Emf(command) => command.run(),
            Command::Verify(command) => command.run(),
            Command::Predict(command) => command.run(),
            Command::Drift(command) => command.run(),
            Command::Replay(command) => command.run(),
            Command::Ab(command) => command.run(),
            Command::Example(command) => command.run(),
            Command::Pull(command) => command.run(),
            Command::Push(command) => command.run(),
            Command::Status(command) => command.run(),
            Command::Log(command) => command.run(),
            Command::Diff(command) => command.run(),
            Command::Tag(command) => command.run(),
            Command::Promote(command) => command.run(),
        }
    }
}
