//! The commands of `hearth`, a file each: what was typed becomes what is meant, then the library
//! does it.

mod ab;
mod aws;
mod batch;
mod captures;
mod check;
mod cost;
mod data;
mod demote;
mod diff;
mod drift;
mod durations;
mod emf;
mod endpoint_settings;
mod evaluate;
mod example;
mod import;
mod init;
mod inspect;
mod load;
mod log;
mod model_file;
mod named;
mod parameters;
mod predict;
mod promote;
mod pull;
mod push;
mod replay;
mod request_rows;
mod serve;
mod stages;
mod status;
mod tag;
mod train;
mod tune;
mod verify;
mod versions;

use crate::terminal;
use anyhow::Result;
use clap::{Parser, Subcommand};

/// Trains, inspects, versions and monitors classic machine-learning models for
/// AWS Lambda.
///
/// A table of labelled rows becomes ONE model file, which the Lambda function
/// serves:
///
///   hearth check messages.csv --target label
///   hearth train --data messages.csv --target label
///   hearth inspect model.hearth
///   hearth serve model.hearth
///   echo '{"text": "where is my parcel"}' | hearth predict model.hearth
#[derive(Parser)]
#[command(name = "hearth", version, verbatim_doc_comment)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Print no progress and no report: only errors, JSON and data such as predictions
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Init),
    Train(Box<train::Train>),
    Check(Box<check::Check>),
    Import(Box<import::Import>),
    Inspect(inspect::Inspect),
    Emf(emf::Emf),
    Verify(verify::Verify),
    Serve(serve::Serve),
    Predict(predict::Predict),
    Evaluate(evaluate::Evaluate),
    Drift(drift::DriftOf),
    Replay(replay::ReplayOn),
    Batch(batch::Batch),
    Load(Box<load::Load>),
    Tune(tune::Tune),
    Cost(cost::MonthCost),
    Captures(captures::Captures),
    Ab(ab::Ab),
    Example(example::PrintExample),
    Pull(pull::Pull),
    Push(push::Push),
    Status(status::Status),
    Log(log::Log),
    Diff(diff::Diff),
    Tag(tag::Tag),
    Promote(promote::Promote),
    Demote(demote::Demote),
}

impl Arguments {
    /// Runs the command.
    ///
    /// # Errors
    /// What went wrong, as one sentence.
    pub fn run(self) -> Result<()> {
        if self.quiet {
            terminal::be_quiet();
        }
        match self.command {
            Command::Init(command) => command.run(),
            Command::Train(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Import(command) => command.run(),
            Command::Inspect(command) => command.run(),
            Command::Emf(command) => command.run(),
            Command::Verify(command) => command.run(),
            Command::Serve(command) => command.run(),
            Command::Predict(command) => command.run(),
            Command::Evaluate(command) => command.run(),
            Command::Drift(command) => command.run(),
            Command::Replay(command) => command.run(),
            Command::Batch(command) => command.run(),
            Command::Load(command) => command.run(),
            Command::Tune(command) => command.run(),
            Command::Cost(command) => command.run(),
            Command::Captures(command) => command.run(),
            Command::Ab(command) => command.run(),
            Command::Example(command) => command.run(),
            Command::Pull(command) => command.run(),
            Command::Push(command) => command.run(),
            Command::Status(command) => command.run(),
            Command::Log(command) => command.run(),
            Command::Diff(command) => command.run(),
            Command::Tag(command) => command.run(),
            Command::Promote(command) => command.run(),
            Command::Demote(command) => command.run(),
        }
    }
}
