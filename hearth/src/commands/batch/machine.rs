//! The state machine of an endpoint, and the names of its runs.

use crate::commands::aws;
use anyhow::{Context, Result, bail};
use clap::Args;

/// Prefix of the outputs of a stack that hold the ARN of a machine, see cdk/src/service/batch.ts.
const OUTPUT: &str = "BatchMachine";

/// The endpoint whose runs are meant.
#[derive(Args)]
pub struct Endpoint {
    /// Environment of cdk/config.ts
    #[arg(long, value_name = "ENVIRONMENT")]
    env: String,
    /// Endpoint, if several have batch
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
}

/// A state machine, by its ARN.
pub struct Machine {
    arn: String,
}

impl Endpoint {
    /// Finds the machine in the outputs of the environment's stack.
    ///
    /// # Errors
    /// When the stack, or a machine of this endpoint, is not there.
    pub fn machine(&self) -> Result<Machine> {
        let stack = format!("hearth-{}", self.env);
        let call = ["cloudformation", "describe-stacks", "--stack-name", &stack];
        let stacks = aws::list(&call, "Stacks")
            .with_context(|| format!("the stack {stack} cannot be asked for its batch machine"))?;
        let outputs = stacks.first().and_then(|stack| stack.get("Outputs"));
        let outputs = outputs.and_then(|outputs| outputs.as_array());
        let machines = outputs.into_iter().flatten().filter_map(|output| {
            let name = aws::text(output, "OutputKey").strip_prefix(OUTPUT)?;
            Some((name, aws::text(output, "OutputValue")))
        });
        let machines: Vec<(&str, &str)> = machines.collect();
        // CloudFormation takes no dashes in the name of an output.
        let wanted = self.endpoint.as_ref().map(|name| name.replace('-', ""));
        let mut found = machines
            .iter()
            .filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| name == wanted));
        let names: Vec<&str> = machines.iter().map(|(name, _)| *name).collect();
        match (found.next(), found.next()) {
            (Some((_, arn)), None) => Ok(Machine {
                arn: arn.to_string(),
            }),
            (Some(_), Some(_)) => bail!(
                "several endpoints have batch; --endpoint names one of {}",
                names.join(", ")
            ),
            (None, _) if names.is_empty() => {
                bail!(
                    "no endpoint of {} has batch; docs/batch.md shows how to switch it on",
                    self.env
                )
            }
            (None, _) => bail!(
                "the endpoint has no batch in {}; {} was expected",
                self.env,
                names.join(" or ")
            ),
        }
    }
}

impl Machine {
    /// ARN of the machine.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// ARN of a run by its name.
    pub fn run(&self, name: &str) -> String {
        let arn = self.arn.replacen(":stateMachine:", ":execution:", 1);
        format!("{arn}:{name}")
    }
}

/// Name of a run by its ARN.
pub fn name(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}
