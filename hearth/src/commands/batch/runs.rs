//! A run as Step Functions knows it: its state, its input, and its tables.

use super::machine::Machine;
use crate::bars::Bars;
use crate::commands::aws::{self, text};
use anyhow::{Result, bail};
use progress::Progress;
use serde::Serialize;
use serde_json::Value;
use std::thread;
use std::time::Duration;

/// Time between two questions while a run is followed.
const PAUSE: Duration = Duration::from_secs(2);

/// A run.
#[derive(Serialize)]
pub struct Run {
    pub name: String,
    /// RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
    pub state: String,
    /// Start, with the offset of its time.
    #[serde(skip)]
    pub began: String,
    /// Times as the AWS CLI gives them, to the second; `-` while it runs.
    pub started: String,
    pub stopped: String,
    /// As it was started.
    pub input: Value,
    /// Tables by their state; `None` while the input is looked for, and for a table that arrived.
    pub tables: Option<Tables>,
    /// The reason of its failure.
    pub reason: Option<String>,
}

/// Tables of a run, by their state.
#[derive(Clone, Copy, Default, PartialEq, Serialize)]
pub struct Tables {
    pub total: u64,
    pub done: u64,
    pub failed: u64,
}

impl Run {
    /// Asks for the run `name` of `machine`.
    ///
    /// # Errors
    /// When AWS does not answer, or has no such run.
    pub fn of(machine: &Machine, name: &str) -> Result<Run> {
        let arn = machine.run(name);
        let told = aws::call(&[
            "stepfunctions",
            "describe-execution",
            "--execution-arn",
            &arn,
        ])?;
        let tables = map_run(&arn)?.map(|run| tables(&run));
        Ok(Run {
            name: name.to_string(),
            state: text(&told, "status").to_string(),
            began: aws::timestamp(&told, "startDate").unwrap_or_default(),
            started: aws::shown_time(&told, "startDate"),
            stopped: aws::shown_time(&told, "stopDate"),
            input: serde_json::from_str(text(&told, "input")).unwrap_or_default(),
            tables,
            reason: reason(&told),
        })
    }

    /// True once it has ended.
    pub fn is_over(&self) -> bool {
        self.state != "RUNNING"
    }

    /// The folder or the table, for a person.
    pub fn subject(&self) -> String {
        let arrived = self.input.pointer("/detail/object/key");
        let path = arrived.or(self.input.get("input")).and_then(Value::as_str);
        path.unwrap_or("-").to_string()
    }

    /// Asks for the run until it has ended, and shows how far it is.
    ///
    /// # Errors
    /// When AWS does not answer, or the run did not succeed.
    pub fn follow(machine: &Machine, name: &str) -> Result<Run> {
        let bars = Bars::of_page(false);
        let mut looking = Some(bars.step("looking for the input", 0));
        let mut step = None;
        let mut before = 0;
        let run = loop {
            let run = Run::of(machine, name)?;
            if let Some(tables) = run.tables.filter(|tables| tables.total > 0) {
                if let Some(step) = looking.take() {
                    step.done("found");
                }
                let step = step.get_or_insert_with(|| bars.step("tables", tables.total));
                let over = tables.done + tables.failed;
                step.advance(over.saturating_sub(before));
                before = over;
                step.say(tables.shown());
            }
            if run.is_over() {
                break run;
            }
            thread::sleep(PAUSE);
        };
        if let Some(step) = step {
            step.done(&run.tables.unwrap_or_default().shown());
        }
        if run.state != "SUCCEEDED" {
            bail!(
                "the run {name} ended as {}: {}",
                run.state,
                run.reason
                    .as_deref()
                    .unwrap_or("Step Functions gives no reason")
            );
        }
        Ok(run)
    }
}

impl Tables {
    /// For a person: `12 of 40 tables, 1 failed`.
    pub fn shown(&self) -> String {
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        format!("{} of {} tables{failed}", self.done, self.total)
    }
}

/// The Distributed Map of a run, once it has begun.
///
/// # Errors
/// When AWS does not answer.
pub fn map_run(arn: &str) -> Result<Option<Value>> {
    let runs = aws::list(
        &["stepfunctions", "list-map-runs", "--execution-arn", arn],
        "mapRuns",
    )?;
    let Some(run) = runs.first() else {
        return Ok(None);
    };
    let arn = text(run, "mapRunArn");
    Ok(Some(aws::call(&[
        "stepfunctions",
        "describe-map-run",
        "--map-run-arn",
        arn,
    ])?))
}

fn tables(map_run: &Value) -> Tables {
    let count = |name: &str| {
        let counts = map_run.get("itemCounts");
        counts
            .and_then(|counts| counts.get(name)?.as_u64())
            .unwrap_or(0)
    };
    Tables {
        total: count("total"),
        done: count("succeeded"),
        failed: count("failed") + count("timedOut") + count("aborted"),
    }
}

/// The reason of an execution that ended without success: the sentence of the function, or the error of Step
/// Functions.
pub fn reason(execution: &Value) -> Option<String> {
    let (error, cause) = (text(execution, "error"), text(execution, "cause"));
    if let Ok(Value::Object(told)) = serde_json::from_str(cause)
        && let Some(sentence) = told.get("errorMessage").and_then(Value::as_str)
    {
        return Some(sentence.to_string());
    }
    let told = [error, cause].into_iter().filter(|text| !text.is_empty());
    let told = told.collect::<Vec<_>>().join(": ");
    Some(told).filter(|told| !told.is_empty())
}
