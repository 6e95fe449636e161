//! `hearth emf table`.

use anyhow::Result;
use clap::Args;
use emf::{Metric, metrics::TABLE};
use serde_json::{Value, json};
use std::io::Write;

/// Lists every metric: its name, its unit and what it tells.
///
/// Dashboards, alarms and docs/metrics.md are made from it:
///
///   hearth emf table --json > cdk/metrics.json
///   hearth emf table --markdown > docs/metrics.md
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Table {
    /// The table as JSON, from which dashboards and alarms are made
    #[arg(long)]
    json: bool,
    /// The table as Markdown, which is docs/metrics.md
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

impl Table {
    pub(super) fn run(&self, out: &mut impl Write) -> Result<()> {
        if self.json {
            serde_json::to_writer_pretty(&mut *out, &as_json(TABLE))?;
            writeln!(out)?;
        } else if self.markdown {
            write!(out, "{}", as_markdown(TABLE))?;
        } else {
            let width = TABLE.iter().map(|metric| metric.name.len()).max();
            for metric in TABLE {
                let (name, unit, help) = (metric.name, metric.unit.as_str(), metric.help);
                writeln!(out, "{name:0$}  {unit:12}  {help}", width.unwrap_or(0))?;
            }
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

/// What stands before the table: how a metric reaches CloudWatch, and how it is read.
const BEFORE: &str = "\
# Metrics

Made by `hearth emf table --markdown`; the words are those of `emf/src/metrics.rs`.

The function prints its metrics as log lines in
[embedded metric format](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html);
CloudWatch makes metrics of them, in the namespace `Hearth` and with the dimension `service`, unless
`HEARTH_EMF_NAMESPACE` and `HEARTH_EMF_DIMENSIONS` say something else. `hearth emf lint`, `show` and
`cost` read any log with such lines.

- A metric with a *dimension* is a series for each of its values: `drift.psi` for each column.
- A *sparse* metric is written only where it is not 0. An alarm treats missing data as not breaching.
- *Shown as* names the statistics that the dashboard draws.

## What is written

| `HEARTH_EMF` | Bytes a request | What it writes |
|---|---|---|
| `request` | 1155 | A line a request, which is found by its request id. The default. |
| `window` | 84 | A line for up to 100 requests or 60 s (`HEARTH_EMF_WINDOW`), and at SIGTERM. |
| `off` | 0 | Nothing. |

Measured with twelve metrics of a request with one text, in Lambda; aws-embedded-metrics 3.5.0 for
Python writes 1413 bytes for the same (`cargo test -p tests --test emf_library -- --nocapture`).
`hearth emf cost` tells the price at a rate of requests.

A window cannot be searched by request id. Lambda freezes an environment between requests: what is
collected then waits for the next request or for SIGTERM, and an environment that is killed takes
along at most one window.

A dimension whose values come from data, such as a label, has at most 20 in a process; the others
are together under `other`. Names and values that CloudWatch does not take are written another way:
`gr%C3%B6%C3%9Fe` for a column with an umlaut, `(blank)` for an empty one. A value that is not
finite is dropped, and counted in `emf.dropped_values`.
";

fn as_markdown(table: &[Metric]) -> String {
    let mut text = BEFORE.to_owned();
    let mut group = "";
    for metric in table {
        let of = group_of(metric);
        if of != group {
            group = of;
            text += &format!("\n## {group}\n\n");
            text += "| Metric | Unit | Dimension | Sparse | Shown as | What it tells |\n";
            text += "|---|---|---|---|---|---|\n";
        }
        let dimension = metric.dimension.map(|name| format!("`{name}`"));
        text += &format!(
            "| `{}` | {} | {} | {} | {} | {} |\n",
            metric.name,
            metric.unit.as_str(),
            dimension.unwrap_or_default(),
            if metric.sparse { "yes" } else { "" },
            metric.statistics.join(", "),
            metric.help,
        );
    }
    text
}

/// The heading that a metric stands under: who writes it, and how often.
fn group_of(metric: &Metric) -> &'static str {
    let prefix = metric.name.split('.').next().unwrap_or_default();
    match (prefix, metric.dimension) {
        ("batch", _) => "A table that batch has answered",
        ("shadow", _) => "A shadow beside the answers",
        ("watch" | "drift" | "column", _) | (_, Some(_)) => "The watch, every few hundred rows",
        ("emf" | "capture", _) => "What was lost",
        ("input", _) => "What a request holds",
        ("prediction", _) => "What is answered",
        _ => "How the function runs",
    }
}

#[cfg(test)]
mod tests {
    use super::super::typed;
    use super::TABLE;
    use std::path::Path;

    fn checked_in(path: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
    }

    /// The dashboard is made without a Rust compiler, so what it is made from is checked in.
    #[test]
    fn the_table_that_the_dashboard_is_made_from_is_this_one() {
        let (printed, _) = typed("emf table --json", "");
        assert_eq!(
            checked_in("cdk/metrics.json"),
            printed,
            "cdk/metrics.json is old: hearth emf table --json > cdk/metrics.json"
        );
    }

    #[test]
    fn the_documentation_is_this_table() {
        let (printed, _) = typed("emf table --markdown", "");
        assert_eq!(
            checked_in("docs/metrics.md"),
            printed,
            "docs/metrics.md is old: hearth emf table --markdown > docs/metrics.md"
        );
    }

    #[test]
    fn no_heading_comes_twice() {
        let (printed, _) = typed("emf table --markdown", "");
        let headings: Vec<_> = printed
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        let mut different = headings.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(headings.len(), different.len(), "{headings:?}");
    }

    #[test]
    fn a_person_reads_a_line_a_metric() {
        let (printed, _) = typed("emf table", "");
        assert_eq!(printed.lines().count(), TABLE.len());
        assert!(printed.contains("drift.psi "), "{printed}");
    }
}
