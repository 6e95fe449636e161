//! `hearth captures`: captured requests by their ids, and as a table.

mod get;
mod table;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Finds captured requests, and writes them as a table
///
/// Captures are read as by `hearth drift`: files, folders, patterns,
/// s3://bucket/prefix/, or - for standard input. Examples:
///
///   hearth captures get 2f7c1b… captures/
///   hearth captures table captures/ --output captures.parquet
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Captures {
    #[command(subcommand)]
    command: CapturesCommand,
}

#[derive(Subcommand)]
enum CapturesCommand {
    Get(get::Get),
    Table(table::WriteTable),
}

impl Captures {
    pub(super) fn run(self) -> Result<()> {
        match self.command {
            CapturesCommand::Get(command) => command.run(),
            CapturesCommand::Table(command) => command.run(),
        }
    }
}
