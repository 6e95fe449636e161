//! `hearth batch start`.

use super::machine::{self, Endpoint};
use super::status;
use crate::commands::aws::{self, text};
use anyhow::Result;
use clap::Args;
use serde::Serialize;

/// Starts a run over a folder or a table of the batch bucket
///
/// Paths may have placeholders: {yyyy}, {MM}, {dd}, {HH} and {mm} are fields of
/// --at in --zone, {dd-1d} is the day before (y, M, w, d, h), and {latest} is
/// the newest folder. Examples:
///
///   hearth batch start --env prod --input input/october/
///   hearth batch start --env prod --input 'input/{yyyy-1d}/{MM-1d}/{dd-1d}/' --at 2026-11-30
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Start {
    #[command(flatten)]
    of: Endpoint,
    /// Folder (ends with /) or table, under input/ of the bucket
    #[arg(long, short, value_name = "PATH")]
    input: String,
    /// Kind of the input, if not tables: parquet, list (a CSV whose column Key names tables) or inventory (its manifest.json); batch.reads of cdk/config.ts switches them on [default: by its name]
    #[arg(long, value_name = "KIND", value_parser = ["parquet", "list", "inventory"])]
    kind: Option<String>,
    /// Folder for the answers, under output/ [default: output/ in place of input/]
    #[arg(long, short, value_name = "PATH")]
    output: Option<String>,
    /// Time that the placeholders mean: 2026-11-30, 2026-11-30T06:00 or 2026-11-30T05:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Time zone of --at and of the placeholders, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Wait so many minutes for an input that is not there yet
    #[arg(long, value_name = "MINUTES")]
    wait: Option<u32>,
    /// Column to copy, as "id", to the front of each answer [default: batch.id of cdk/config.ts]
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Format of the answers: jsonl or csv
    #[arg(long, value_name = "jsonl|csv", value_parser = ["jsonl", "csv"])]
    answers: Option<String>,
    /// Write only the probabilities of the K most probable labels
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// Show the progress until the run has ended
    #[arg(long)]
    follow: bool,
    /// Print the run as JSON
    #[arg(long)]
    json: bool,
}

/// The input of the machine, see batch/src/look.rs.
#[derive(Serialize)]
struct Input<'a> {
    input: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wait_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top: Option<u32>,
}

impl Start {
    pub(super) fn run(self) -> Result<()> {
        let machine = self.of.machine()?;
        let input = serde_json::to_string(&Input {
            input: &self.input,
            output: self.output.as_deref(),
            kind: self.kind.as_deref(),
            time: self.at.as_deref(),
            zone: self.zone.as_deref(),
            wait_minutes: self.wait,
            id: self.id.as_deref(),
            format: self.answers.as_deref(),
            top: self.top,
        })?;
        let started = aws::call(&[
            "stepfunctions",
            "start-execution",
            "--state-machine-arn",
            machine.arn(),
            "--input",
            &input,
        ])?;
        let name = machine::name(text(&started, "executionArn"));
        status::show(&machine, name, self.follow, self.json)
    }
}
