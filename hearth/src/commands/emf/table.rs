//! `hearth emf table`.

use crate::price::PRICES;
use crate::terminal::json;
use crate::terminal::page::Page;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::Text;
use anyhow::Result;
use clap::Args;
use emf::{Metric, metrics::TABLE};
use serde_json::{Value, json};
use std::io::Write;

/// Lists every metric with its name, unit and meaning.
///
/// Dashboards, alarms and docs/metrics.md are generated from it:
///
///   hearth emf table --json > cdk/metrics.json
///   hearth emf table --markdown > docs/metrics.md
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct MetricTable {
    /// The table as JSON, from which dashboards and alarms are made
    #[arg(long)]
    json: bool,
    /// The table as Markdown, which is docs/metrics.md
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

impl MetricTable {
    pub(super) fn run(&self, page: &mut Page<impl Write>, out: &mut impl Write) -> Result<()> {
        if self.json {
            json(out, &as_json(TABLE))?;
        } else if self.markdown {
            write!(out, "{}", as_markdown(TABLE))?;
        } else {
            let mut table = Table::indented(0)
                .text("metric", Fit::Whole)
                .text("unit", Fit::Spare(0))
                .text("meaning", Fit::Wrap);
            for metric in TABLE {
                let cells = [metric.name, metric.unit.as_str(), metric.help];
                table.row(cells.map(Text::from));
            }
            page.table(&table)?;
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

/// Text of the page above its tables; bytes stand in braces.
const BEFORE: &str = "\
# Metrics

`hearth emf table --markdown` generates this page from `emf/src/metrics.rs`.

The function prints its metrics as log lines in
[embedded metric format](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
CloudWatch turns them into metrics, in the namespace `Hearth` and with the dimension `service`, unless
`HEARTH_EMF_NAMESPACE` and `HEARTH_EMF_DIMENSIONS` set others. `hearth emf lint`, `show` and `cost` read
any log with such lines.

- A metric with a *dimension* is a series for each of its values: `drift.psi` for each column.
- A *sparse* metric is written only if it is not 0. An alarm treats missing data as not breaching.
- *Statistics* are those that the dashboard draws.

## When lines are written

| `HEARTH_EMF` | Bytes per request | Lines |
|---|---|---|
| `request` | {request} | One line per request, with its request id. The default. |
| `window` | {window} | One line for up to 100 requests or 60 s (`HEARTH_EMF_WINDOW`), and at SIGTERM. |
| `off` | 0 | None. |

Measured with the twelve metrics of a request with one text, in Lambda; aws-embedded-metrics 3.5.0 for
Python writes 1413 bytes for the same (`cargo test -p tests --test monitoring emf_library -- --nocapture`).
`hearth emf cost` prints the price at a rate of requests.

A window cannot be searched by request id. Lambda freezes an environment between requests: a window
then waits for the next request or for SIGTERM, and an environment that is killed loses at most one
window.

A dimension whose values come from data, such as a label, has at most 20 values in a process; all others
share `other`. Names and values that CloudWatch does not accept are encoded: `gr%C3%B6%C3%9Fe` for a
column with an umlaut, `(blank)` for an empty one. A value that is not finite, or beyond 2^360, is
dropped, and counted in `emf.dropped_values`.
";

fn as_markdown(table: &[Metric]) -> String {
    let deployed = PRICES.deployed();
    let mut text = BEFORE
        .replace("{request}", &deployed.emf_request_bytes.to_string())
        .replace("{window}", &deployed.emf_window_bytes.to_string());
    let mut group = "";
    for metric in table {
        let of = group_of(metric);
        if of != group {
            group = of;
            text += &format!("\n## {group}\n\n");
            text += "| Metric | Unit | Dimension | Sparse | Statistics | Meaning |\n";
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

/// Heading of a metric's table.
fn group_of(metric: &Metric) -> &'static str {
    let prefix = metric.name.split('.').next().unwrap_or_default();
    match (prefix, metric.dimension) {
        ("batch", _) => "Tables in batch",
        ("shadow", _) => "Shadows",
        ("watch" | "drift" | "column", _) | (_, Some(_)) => "Drift, every few hundred rows",
        ("emf" | "capture", _) => "Losses",
        ("input", _) => "Inputs",
        ("prediction", _) => "Predictions",
        _ => "The function",
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
        // Below a line of headings.
        assert_eq!(printed.lines().count(), 1 + TABLE.len());
        assert!(printed.contains("drift.psi "), "{printed}");
    }
}
