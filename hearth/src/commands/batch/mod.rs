//! `hearth batch`: runs of the batch machine in AWS, through the AWS CLI.

mod cancel;
mod failed;
mod machine;
mod retry;
mod runs;
mod start;
mod status;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Starts, follows and repeats batch runs in AWS
///
/// A run predicts every table under a folder of the endpoint's batch bucket
/// (batch in cdk/config.ts). Step Functions keeps the runs; the AWS CLI asks it,
/// with your credentials. Examples:
///
///   hearth batch start --env prod --input input/october/ --follow
///   hearth batch start --env prod --input 'input/day={latest}/'
///   hearth batch status --env prod              # the newest runs
///   hearth batch status --env prod RUN          # one of them, with its tables
///   hearth batch failed --env prod RUN          # the tables that failed, and why
///   hearth batch retry --env prod RUN           # the same run again: only what has no answers yet
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Batch {
    #[command(subcommand)]
    command: BatchCommand,
}

#[derive(Subcommand)]
enum BatchCommand {
    Start(start::Start),
    Status(status::RunStatus),
    Cancel(cancel::Cancel),
    Failed(failed::Failed),
    Retry(retry::Retry),
}

impl Batch {
    pub(super) fn run(self) -> Result<()> {
        match self.command {
            BatchCommand::Start(command) => command.run(),
            BatchCommand::Status(command) => command.run(),
            BatchCommand::Cancel(command) => command.run(),
            BatchCommand::Failed(command) => command.run(),
            BatchCommand::Retry(command) => command.run(),
        }
    }
}
