//! `hearth batch failed`: the tables of a run that have no answers, and why.

use super::machine::Endpoint;
use super::runs::{self, Run};
use crate::commands::aws::{self, text};
use crate::terminal;
use crate::terminal::page::Mark;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::Text;
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use std::io::Write;

/// Ends of a table without answers.
const STATES: [&str; 3] = ["FAILED", "TIMED_OUT", "ABORTED"];

/// Lists the tables of a run that failed, each with its reason
///
/// Repair or remove them, then `hearth batch retry` predicts them again.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Failed {
    #[command(flatten)]
    of: Endpoint,
    /// Run, as status lists it
    run: String,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// A table without answers.
#[derive(Serialize)]
struct Unanswered {
    table: String,
    reason: String,
}

impl Failed {
    pub(super) fn run(self) -> Result<()> {
        let machine = self.of.machine()?;
        let run = Run::of(&machine, &self.run)?;
        let failed = match runs::map_run(&machine.run(&self.run))? {
            Some(map) => of_map(text(&map, "mapRunArn"))?,
            // It failed before its tables were listed, or its table arrived.
            None => of_run(&run),
        };
        if self.json {
            let out = &mut terminal::out();
            for table in &failed {
                writeln!(out, "{}", serde_json::to_string(table)?)?;
            }
            return Ok(());
        }
        let page = &mut terminal::page();
        if failed.is_empty() {
            let fact = match run.is_over() {
                true => format!("no table of {} failed", self.run),
                false => format!("no table of {} has failed so far", self.run),
            };
            page.checks([(Mark::Holds, fact)])?;
            return Ok(());
        }
        let mut shown = Table::indented(0)
            .text("table", Fit::Whole)
            .text("reason", Fit::Wrap);
        for Unanswered { table, reason } in &failed {
            shown.row([Text::from(table.as_str()), Text::from(reason.as_str())]);
        }
        page.table(&shown)?;
        Ok(())
    }
}

fn of_run(run: &Run) -> Vec<Unanswered> {
    let reason = run.reason.clone().filter(|_| run.is_over());
    let table = |reason| Unanswered {
        table: run.subject(),
        reason,
    };
    reason.map(table).into_iter().collect()
}

/// The children of a Distributed Map, one for each table, that did not succeed.
fn of_map(map: &str) -> Result<Vec<Unanswered>> {
    let mut failed = Vec::new();
    for state in STATES {
        let call = [
            "stepfunctions",
            "list-executions",
            "--map-run-arn",
            map,
            "--status-filter",
            state,
        ];
        for child in aws::list(&call, "executions")? {
            let arn = text(&child, "executionArn");
            let told = aws::call(&[
                "stepfunctions",
                "describe-execution",
                "--execution-arn",
                arn,
            ])?;
            let input = serde_json::from_str::<Value>(text(&told, "input")).unwrap_or_default();
            failed.push(Unanswered {
                table: subject(&input),
                reason: runs::reason(&told).unwrap_or_else(|| state.to_string()),
            });
        }
    }
    failed.sort_by(|a, b| a.table.cmp(&b.table));
    Ok(failed)
}

/// The table that a child predicts; of a part of a Parquet file the file and its first row, from 0.
fn subject(input: &Value) -> String {
    let first = input.pointer("/Items/0/index").and_then(Value::as_u64);
    let file = input
        .pointer("/BatchInput/batch/input")
        .and_then(Value::as_str);
    match (file, first) {
        (Some(file), Some(first)) => format!("{file} from row {first}"),
        _ => text(input, "key").to_string(),
    }
}
