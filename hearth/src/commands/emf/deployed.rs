//! `hearth emf cost --deployed`: the bill of an endpoint as the CDK app makes it.

use crate::bill::{EmfMode, bill};
use crate::commands::endpoint_settings::{AccessLog, PlatformLog, Tracing, settings};
use crate::price::{HOURS, PRICES};
use anyhow::Result;
use clap::Args;
use std::io::Write;

/// The settings of `cdk/config.ts` that a bill depends on.
#[derive(Args)]
pub(super) struct BillOptions {
    /// The whole bill of an endpoint as cdk/config.ts deploys it, as a table
    #[arg(long, conflicts_with_all = ["files", "bytes_per_request", "series", "price_per_series", "price_per_gigabyte"])]
    deployed: bool,
    /// With --deployed: when metrics are written
    #[arg(long, value_enum, default_value_t = EmfMode::Window, requires = "deployed")]
    emf: EmfMode,
    /// With --deployed: which of Lambda's own lines are in the log
    #[arg(long, value_enum, default_value_t = PlatformLog::All, requires = "deployed")]
    platform_log: PlatformLog,
    /// With --deployed: the API's line per request
    #[arg(long, value_enum, default_value_t = AccessLog::All, requires = "deployed")]
    access_log: AccessLog,
    /// With --deployed: X-Ray's sample of one request per second and a twentieth of the others
    #[arg(long, value_enum, default_value_t = Tracing::Off, requires = "deployed")]
    tracing: Tracing,
}

impl BillOptions {
    pub(super) fn is_asked(&self) -> bool {
        self.deployed
    }

    /// The bill at so many requests a second, as Markdown.
    pub(super) fn run(&self, rate: f64, out: &mut impl Write) -> Result<()> {
        let settings = settings(self.emf, self.platform_log, self.access_log, self.tracing);
        let items = bill(rate, PRICES.deployed(), settings);
        let month = rate * 3600.0 * HOURS / 1e6;
        writeln!(
            out,
            "| {rate} requests per second, {month:.2} million per month | $ per million | $ per month |"
        )?;
        writeln!(out, "|---|--:|--:|")?;
        let mut row = |name: &str, million: f64| {
            writeln!(out, "| {name} | {million:.3} | {:.2} |", million * month)
        };
        for item in &items {
            row(&item.name, item.million)?;
        }
        let sum = |is_own: bool| {
            let counted = items.iter().filter(|item| !is_own || !item.is_fee);
            counted.map(|item| item.million).sum::<f64>()
        };
        row("**together**", sum(false))?;
        row("**beside AWS's fees for requests**", sum(true))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::typed;
    use crate::bill::{EmfMode, Settings, bill};
    use crate::price::{PRICES, RequestPrices};

    fn page(path: &str) -> String {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        std::fs::read_to_string(format!("{root}/{path}")).expect("the page is in the repository")
    }

    /// Cost of a million requests beside AWS's fees for requests, at a rate.
    fn own(rate: f64, settings: Settings) -> f64 {
        let items = bill(rate, PRICES.deployed(), settings);
        let own = items.iter().filter(|item| !item.is_fee);
        own.map(|item| item.million).sum()
    }

    #[test]
    fn the_documentation_shows_this_bill() {
        let (out, error) = typed("emf cost -r 10 --deployed", "");
        assert_eq!(error, None);
        let text = page("docs/deploy.md");
        assert!(text.contains(&out), "docs/deploy.md lacks:\n{out}");
        assert!(text.contains(&PRICES.date), "docs/deploy.md lacks the date");
    }

    #[test]
    fn the_documentation_shows_what_each_setting_changes() {
        let base = Settings::DEFAULT;
        let quiet = Settings {
            has_platform_lines: false,
            has_access_log: false,
            ..base
        };
        let rows = [
            ("as deployed", base),
            (
                "`emf: 'request'`",
                Settings {
                    emf: EmfMode::Request,
                    ..base
                },
            ),
            (
                "`tracing: 'sampled'`",
                Settings {
                    is_traced: true,
                    ..base
                },
            ),
            (
                "`platformLog: 'warnings'`",
                Settings {
                    has_platform_lines: false,
                    ..base
                },
            ),
            (
                "`accessLog: 'off'`",
                Settings {
                    has_access_log: false,
                    ..base
                },
            ),
            ("both", quiet),
            (
                "both, and `emf: 'off'`",
                Settings {
                    emf: EmfMode::Off,
                    ..quiet
                },
            ),
        ];
        let text = page("docs/deploy.md");
        for (name, settings) in rows {
            let costs = [10.0, 100.0].map(|rate| format!("{:.3}", own(rate, settings)));
            let row = format!("| {name} | {} |", costs.join(" | "));
            assert!(text.contains(&row), "docs/deploy.md lacks:\n{row}");
        }
    }

    #[test]
    fn the_benchmarks_have_the_price_that_bench_would_print() {
        let deployed = PRICES.deployed();
        let bytes = deployed.emf_window_bytes + deployed.platform_bytes + deployed.access_log_bytes;
        let prices = RequestPrices::listed();
        let million = prices.million(deployed.memory_mb, deployed.billed_ms(), bytes);
        let items = bill(10.0, deployed, Settings::DEFAULT);
        let by_request: f64 = items[..6].iter().map(|item| item.million).sum();
        assert!((million - by_request).abs() < 1e-9);
        let row = page("docs/benchmarks.md");
        let row = row
            .lines()
            .find(|line| line.starts_with("| **hearth**, example model | "))
            .expect("docs/benchmarks.md has the table of make bench")
            .to_owned();
        assert!(
            row.ends_with(&format!(" | {million:.2} |")),
            "{million} {row}"
        );
    }
}
