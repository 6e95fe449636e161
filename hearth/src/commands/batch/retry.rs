//! `hearth batch retry`.

use super::machine::{self, Endpoint, Machine};
use super::{runs::Run, status};
use crate::commands::aws::{self, text};
use anyhow::{Result, bail};
use clap::Args;
use serde_json::Value;

/// Most retries of one run.
const MOST: usize = 100;
/// Most characters in the name of a run: API_StartExecution.html.
const NAME: usize = 80;

/// Runs an ended run again: with the same input and the same time
///
/// Tables that have answers are skipped, so only what failed, was cancelled or
/// has come since is predicted.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Retry {
    #[command(flatten)]
    of: Endpoint,
    /// Run, as status lists it
    run: String,
    /// Show the progress until the run has ended
    #[arg(long)]
    follow: bool,
    /// Print the run as JSON
    #[arg(long)]
    json: bool,
}

impl Retry {
    pub(super) fn run(self) -> Result<()> {
        let machine = self.of.machine()?;
        let before = Run::of(&machine, &self.run)?;
        if !before.is_over() {
            bail!(
                "the run {} has not ended; hearth batch cancel stops it",
                self.run
            );
        }
        let mut input = before.input;
        if let Some(input) = input.as_object_mut()
            && !input.contains_key("detail")
        {
            // Placeholders mean the time of the first run, and the folder that was the newest then.
            input.entry("time").or_insert(before.began.into());
            if let Some((from, to)) = resolved(&machine.run(&self.run))? {
                input.insert("input".into(), from.into());
                input.insert("output".into(), to.into());
            }
        }
        let name = again(&machine, &self.run, &input)?;
        status::show(&machine, &name, self.follow, self.json)
    }
}

/// Input and output of a run without placeholders, by what the state Look found; `None` where it found
/// nothing.
fn resolved(arn: &str) -> Result<Option<(String, String)>> {
    let call = [
        "stepfunctions",
        "get-execution-history",
        "--execution-arn",
        arn,
        "--max-items",
        "1000",
    ];
    let events = aws::list(&call, "events")?;
    let mut looks = events.iter().rev().filter_map(|event| {
        let exited = event.get("stateExitedEventDetails")?;
        let run = serde_json::from_str::<Value>(text(exited, "output")).ok()?;
        (text(exited, "name") == "Look" && run.get("found") == Some(&true.into())).then_some(run)
    });
    Ok(looks.next().map(|run| {
        let output = text(&run["batch"], "output").to_string();
        (text(&run, "prefix").to_string(), output)
    }))
}

/// Starts the run under the first of the names `RUN-retry-1`, `RUN-retry-2`, … that is free.
fn again(machine: &Machine, run: &str, input: &Value) -> Result<String> {
    let first = run.rsplit_once("-retry-").map_or(run, |(first, _)| first);
    let input = input.to_string();
    for number in 1..=MOST {
        let behind = format!("-retry-{number}");
        let end = first.floor_char_boundary(NAME - behind.len());
        let name = format!("{}{behind}", &first[..end]);
        let call = [
            "stepfunctions",
            "start-execution",
            "--state-machine-arn",
            machine.arn(),
            "--name",
            &name,
            "--input",
            &input,
        ];
        match aws::call(&call) {
            Ok(started) => return Ok(machine::name(text(&started, "executionArn")).to_string()),
            Err(error) if error.to_string().contains("ExecutionAlreadyExists") => {}
            Err(error) => return Err(error),
        }
    }
    bail!("{run} was run again {MOST} times; start a new run")
}
