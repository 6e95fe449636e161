//! `hearth emf`: what the function writes to CloudWatch, whether it is right, what it says and what
//! it costs.

mod cost;
mod deployed;
mod lint;
mod log;
mod show;
mod sketch;
mod table;
mod timeline;
mod window;

use crate::terminal;
use anyhow::Result;
use clap::{Args, Subcommand};
use std::io;

/// Shows, checks and prices the function's metrics
///
/// They are log lines in CloudWatch's embedded metric format.
///
/// A log is read from files or standard input, as printed by the function,
/// shown by `aws logs tail` or exported by CloudWatch:
///
///   aws logs tail /aws/lambda/mail-sorter --since 1h | hearth emf show
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Emf {
    #[command(subcommand)]
    command: EmfCommand,
}

#[derive(Subcommand)]
enum EmfCommand {
    Table(table::MetricTable),
    Lint(lint::Lint),
    Show(show::Show),
    Cost(cost::Cost),
}

impl Emf {
    pub(super) fn run(self) -> Result<()> {
        let log = &mut io::stdin().lock();
        let (page, out) = (&mut terminal::page(), &mut terminal::out());
        match self.command {
            EmfCommand::Table(command) => command.run(page, out),
            EmfCommand::Lint(command) => command.run(log, out),
            EmfCommand::Show(command) => command.run(log, page, out),
            EmfCommand::Cost(command) => command.run(log, page, out),
        }
    }
}

/// Output and error of a command line, with `log` as its standard input.
#[cfg(test)]
fn typed(line: &str, log: &str) -> (String, Option<String>) {
    #[derive(clap::Parser)]
    struct Typed {
        #[command(subcommand)]
        command: EmfCommand,
    }
    use crate::terminal::page::Page;
    use clap::Parser;
    let typed = Typed::try_parse_from(line.split_whitespace());
    let (mut out, mut log) = (Vec::new(), log.as_bytes());
    let mut shown = Vec::new();
    let mut page = Page::new(&mut shown, usize::MAX, false);
    let result = match typed.expect("it can be typed").command {
        EmfCommand::Table(command) => command.run(&mut page, &mut out),
        EmfCommand::Lint(command) => command.run(&mut log, &mut out),
        EmfCommand::Show(command) => command.run(&mut log, &mut page, &mut out),
        EmfCommand::Cost(command) => command.run(&mut log, &mut page, &mut out),
    };
    out.extend(shown);
    let out = String::from_utf8(out).expect("it prints text");
    (out, result.err().map(|error| error.to_string()))
}
