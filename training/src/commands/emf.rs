//! `hearth emf`: what the function writes to CloudWatch.

use anyhow::Result;
use clap::{Args, Subcommand};
use emf::{Metric, metrics::TABLE};
use serde_json::{Value, json};
use std::io::Write;

/// Shows what the function writes to CloudWatch.
#[derive(Args)]
pub struct Emf {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists every metric: its name, its unit and what it tells
    Table {
        /// The table as JSON, from which dashboards and alarms are made
        #[arg(long)]
        json: bool,
    },
}

impl Emf {
    pub(super) fn run(self) -> Result<()> {
        let Command::Table { json } = self.command;
        let mut out = std::io::stdout().lock();
        if json {
            serde_json::to_writer_pretty(&mut out, &as_json(TABLE))?;
            writeln!(out)?;
            return Ok(());
        }
        let width = TABLE.iter().map(|metric| metric.name.len()).max();
        for Metric {
            name, unit, help, ..
        } in TABLE
        {
            let unit = unit.as_str();
            writeln!(out, "{name:0$}  {unit:12}  {help}", width.unwrap_or(0))?;
        }
        Ok(())
    }
}

fn as_json(table: &[Metric]) -> Value {
    table
        .iter()
        .map(|metric| {
            json!({
                "name": metric.name,
                "unit": metric.unit.as_str(),
                "help": metric.help,
                "dimension": metric.dimension,
                "sparse": metric.sparse,
                "statistics": metric.statistics,
                "resolution": metric.resolution.seconds(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{TABLE, as_json};
    use std::path::Path;

    /// The dashboard is made without a Rust compiler, so what it is made from is checked in.
    #[test]
    fn the_table_that_the_dashboard_is_made_from_is_this_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cdk/metrics.json");
        let text = std::fs::read_to_string(&path).expect("cdk/metrics.json is there");
        let checked_in: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(
            checked_in,
            as_json(TABLE),
            "cdk/metrics.json is old: hearth emf table --json > cdk/metrics.json"
        );
    }
}
