//! `hearth batch status`.

use super::machine::{Endpoint, Machine};
use super::runs::Run;
use crate::commands::aws::{self, text};
use crate::terminal;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use anyhow::Result;
use clap::Args;

/// Shows the newest runs, or one of them with its tables
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct RunStatus {
    #[command(flatten)]
    of: Endpoint,
    /// Run, as start and the list name it
    run: Option<String>,
    /// Show the progress of RUN until it has ended
    #[arg(long, requires = "run")]
    follow: bool,
    /// Show at most this many runs
    #[arg(
        long,
        short = 'n',
        value_name = "COUNT",
        default_value_t = 20,
        conflicts_with = "run"
    )]
    count: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl RunStatus {
    pub(super) fn run(self) -> Result<()> {
        let machine = self.of.machine()?;
        let page = &mut terminal::page_unless(self.json);
        if let Some(name) = &self.run {
            return show(&machine, name, self.follow, self.json);
        }
        let count = self.count.to_string();
        let call = [
            "stepfunctions",
            "list-executions",
            "--state-machine-arn",
            machine.arn(),
            "--max-items",
            &count,
        ];
        let listed = aws::list(&call, "executions")?;
        if self.json {
            return terminal::json(&mut terminal::out(), &listed);
        }
        if listed.is_empty() {
            page.line("no run was started yet")?;
            return Ok(());
        }
        let mut table = Table::indented(0)
            .text("run", Fit::Whole)
            .text("state", Fit::Whole)
            .text("started", Fit::Whole)
            .text("stopped", Fit::Spare(0));
        for run in &listed {
            let cell = |name: &str| Text::from(text(run, name));
            let time = |name: &str| Text::from(aws::shown_time(run, name));
            table.row([
                cell("name"),
                state(text(run, "status")),
                time("startDate"),
                time("stopDate"),
            ]);
        }
        page.table(&table)?;
        Ok(())
    }
}

/// A state in its tone.
fn state(state: &str) -> Text {
    let tone = match state {
        "SUCCEEDED" => Tone::Good,
        "RUNNING" => Tone::Plain,
        "ABORTED" => Tone::Doubt,
        _ => Tone::Bad,
    };
    Text::toned(tone, state)
}

/// Shows the run `name`: as it is, or if it is followed, once it has ended.
///
/// # Errors
/// When AWS does not answer, or a run that is followed did not succeed.
pub fn show(machine: &Machine, name: &str, follow: bool, is_json: bool) -> Result<()> {
    let run = match follow {
        true => Run::follow(machine, name)?,
        false => Run::of(machine, name)?,
    };
    if is_json {
        return terminal::json(&mut terminal::out(), &run);
    }
    let page = &mut terminal::page();
    page.head(&run.name, run.subject())?;
    let mut facts = vec![
        ("state", state(&run.state)),
        ("started", Text::from(run.started.as_str())),
    ];
    if run.is_over() {
        facts.push(("stopped", Text::from(run.stopped.as_str())));
    }
    if let Some(tables) = &run.tables {
        facts.push(("tables", Text::from(tables.shown())));
    }
    if let Some(reason) = &run.reason {
        facts.push(("reason", Text::from(reason.as_str())));
    }
    page.facts(facts)?;
    Ok(())
}
