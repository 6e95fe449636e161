//! `hearth batch cancel`.

use super::machine::Endpoint;
use crate::commands::aws;
use crate::terminal::{self, page::Mark};
use anyhow::{Result, bail};
use clap::Args;

/// Stops a run: what is predicted stays, and retry goes on from there
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Cancel {
    #[command(flatten)]
    of: Endpoint,
    /// Run, as status lists it
    run: String,
}

impl Cancel {
    pub(super) fn run(self) -> Result<()> {
        let machine = self.of.machine()?;
        let run = super::runs::Run::of(&machine, &self.run)?;
        if run.is_over() {
            bail!("the run {} has ended already, as {}", self.run, run.state);
        }
        let arn = machine.run(&self.run);
        let cause = "hearth batch cancel";
        aws::call(&[
            "stepfunctions",
            "stop-execution",
            "--execution-arn",
            &arn,
            "--cause",
            cause,
        ])?;
        let fact = format!(
            "the run {} is stopped; hearth batch retry goes on with what has no answers",
            self.run
        );
        terminal::page().checks([(Mark::Holds, fact)])?;
        Ok(())
    }
}
