//! `hearth cost`.

use super::durations::positive;
use super::endpoint_settings::{AccessLog, PlatformLog, Tracing, settings};
use crate::bill::{Allowance, EmfMode};
use crate::free_tier::{Charge, EntryDoor, Way, Workload};
use crate::price::{HOURS, PRICES};
use crate::terminal;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::Text;
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Prints the bill of a month, and how much of it the free tier of AWS covers
///
/// The bill is that of an endpoint as cdk/config.ts deploys it. The free tier is
/// one for the whole account. Memory and milliseconds are those of the example
/// model; `hearth tune` measures yours. Examples:
///
///   hearth cost --requests 1e6
///   hearth cost --requests 1e6 --door function-url --emf off
///   hearth cost --requests 2e7 --memory 1769 --milliseconds 12 --endpoints 3
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct MonthCost {
    /// Requests per month, of all endpoints together
    #[arg(long, short, value_name = "NUMBER", value_parser = positive)]
    requests: f64,
    /// Memory of the function, MB [default: that of the example]
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u32).range(128..=10_240))]
    memory: Option<u32>,
    /// Milliseconds billed of a warm request [default: those of the example]
    #[arg(long, value_name = "MS", value_parser = positive)]
    milliseconds: Option<f64>,
    /// Endpoints of the account: each environment has its own
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    endpoints: u32,
    /// Entry point in front of the function
    #[arg(long, value_enum, default_value_t = EntryDoor::HttpApi)]
    door: EntryDoor,
    /// Mode of the metrics
    #[arg(long, value_enum, default_value_t = EmfMode::Window)]
    emf: EmfMode,
    /// Lambda's own lines in the log
    #[arg(long, value_enum, default_value_t = PlatformLog::All)]
    platform_log: PlatformLog,
    /// The API's line per request
    #[arg(long, value_enum, default_value_t = AccessLog::All)]
    access_log: AccessLog,
    /// X-Ray's sample of one request per second and a twentieth of the others
    #[arg(long, value_enum, default_value_t = Tracing::Off)]
    tracing: Tracing,
    /// The account is in its first year and was opened before 15 July 2025: API Gateway's free million counts
    #[arg(long)]
    first_year: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl MonthCost {
    pub(super) fn run(self) -> Result<()> {
        if self.json {
            return terminal::json(&mut terminal::out(), &self.as_json());
        }
        Ok(self.show(&mut terminal::page())?)
    }

    fn workload(&self) -> Workload {
        Workload {
            memory: self.memory,
            milliseconds: self.milliseconds,
            endpoints: self.endpoints,
            in_first_year: self.first_year,
        }
    }

    fn way(&self) -> Way {
        Way {
            door: self.door,
            settings: settings(self.emf, self.platform_log, self.access_log, self.tracing),
        }
    }

    fn show(&self, page: &mut Page<impl Write>) -> io::Result<()> {
        let (workload, way) = (self.workload(), self.way());
        let bill = workload.bill(way, self.requests);
        let rate = self.requests / (3600.0 * HOURS);
        let endpoints = match self.endpoints {
            1 => "1 endpoint".to_string(),
            count => format!("{count} endpoints"),
        };
        let about = format!(
            "{} requests per month, {rate:.3} per second, {endpoints}",
            self.requests
        );
        page.head("Cost", about)?;
        let mut table = Table::indented(2)
            .text("", Fit::Wrap)
            .figure("$ per month", Fit::Whole);
        for Charge { name, usd, .. } in &bill.charges {
            table.row([name.clone(), format!("{usd:.2}")].map(Text::from));
        }
        let (all, to_pay) = (bill.total(), bill.to_pay());
        for (name, usd) in [
            ("together", all),
            ("covered by the free tier", to_pay - all),
            ("to pay", to_pay),
        ] {
            table.row([name.to_string(), format!("{usd:.2}")].map(Text::from));
        }
        page.table(&table)?;
        page.head(
            "Free tier",
            "one for all endpoints of the account, each month",
        )?;
        page.checks(bill.paid.iter().map(|(part, usd)| {
            let worth = part.worth(self.first_year);
            let name = name(*part);
            match *usd {
                0.0 => (
                    Mark::Holds,
                    format!("{name}: covered; it is worth {worth:.2} $"),
                ),
                usd if worth == 0.0 => (
                    Mark::Fails,
                    format!("{name}: not in the free tier, {usd:.2} $"),
                ),
                usd => (
                    Mark::Fails,
                    format!("{name}: {usd:.2} $ above the {worth:.2} $ that it is worth"),
                ),
            }
        }))?;
        page.head("Settings", "members of an endpoint in cdk/config.ts")?;
        let mut table = Table::indented(2)
            .text("", Fit::Whole)
            .figure("$ to pay", Fit::Whole)
            .figure("free up to, requests per month", Fit::Whole);
        for (name, way) in way.cheaper() {
            let to_pay = workload.bill(way, self.requests).to_pay();
            let most = match workload.most_for_free(way) {
                0 => "-".to_string(),
                most => most.to_string(),
            };
            table.row([name.to_string(), format!("{to_pay:.2}"), most].map(Text::from));
        }
        page.table(&table)?;
        page.gap()?;
        page.line(format!(
            "Prices and free tier: {}, looked up on {}, in cdk/prices.json. Not counted: storage of models, images and \
             logs (cents), capture and batch; data that leaves AWS. Metrics are counted as if each had a value in every hour.",
            PRICES.region, PRICES.date
        ))
    }

    fn as_json(&self) -> Value {
        let (workload, way) = (self.workload(), self.way());
        let bill = workload.bill(way, self.requests);
        let charges = bill
            .charges
            .iter()
            .map(|charge| json!({"name": charge.name, "usd": charge.usd}));
        let parts = bill.paid.iter().map(|(part, usd)| {
            json!({"name": name(*part), "free_usd": part.worth(self.first_year), "to_pay_usd": usd})
        });
        let ways = way.cheaper().into_iter().map(|(name, way)| {
            json!({
                "settings": name,
                "to_pay_usd": workload.bill(way, self.requests).to_pay(),
                "free_up_to_requests": workload.most_for_free(way),
            })
        });
        json!({
            "requests_per_month": self.requests,
            "charges": charges.collect::<Vec<_>>(),
            "usd": bill.total(),
            "to_pay_usd": bill.to_pay(),
            "free_tier": parts.collect::<Vec<_>>(),
            "settings": ways.collect::<Vec<_>>(),
            "prices": {"region": PRICES.region, "date": PRICES.date},
        })
    }
}

/// Name of a part of the free tier.
fn name(part: Allowance) -> &'static str {
    match part {
        Allowance::HttpApi => "requests of API Gateway",
        Allowance::LambdaRequests => "requests of Lambda",
        Allowance::LambdaDuration => "duration of Lambda",
        Allowance::Log => "log",
        Allowance::Metrics => "metrics",
        Allowance::Alarms => "alarms",
        Allowance::Traces => "traces",
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::{Arguments, Command};
    use crate::terminal::page::Page;
    use clap::Parser;

    #[test]
    fn the_documentation_shows_what_the_free_tier_covers() {
        let line = "hearth cost --requests 1e6";
        let Ok(Command::Cost(cost)) =
            Arguments::try_parse_from(line.split(' ')).map(|of| of.command)
        else {
            panic!("{line} is this command");
        };
        let mut shown = Vec::new();
        cost.show(&mut Page::new(&mut shown, 100, false)).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        assert!(
            shown.contains("to pay") && shown.contains("7.60"),
            "{shown}"
        );
        let told = cost.as_json();
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/deploy.md");
        let page = std::fs::read_to_string(page).expect("the page is in the repository");
        let names = [
            "as deployed",
            "`emf: 'off'`",
            "`door: 'function-url'`",
            "both",
        ];
        for (name, way) in names.into_iter().zip(told["settings"].as_array().unwrap()) {
            let usd = way["to_pay_usd"].as_f64().unwrap();
            let free = match way["free_up_to_requests"].as_u64().unwrap() {
                0 => "-",
                1_000_000 => "1,000,000",
                other => panic!("{other} requests are free"),
            };
            let row = format!("| {name} | {usd:.2} | {free} |");
            assert!(page.contains(&row), "docs/deploy.md lacks {row}");
        }
    }
}
