//! `hearth cost`.

use super::durations::positive;
use super::endpoint_settings::{AccessLog, PlatformLog, Tracing, settings};
use crate::bill::{Allowance, EmfMode, Settings, bill};
use crate::price::{Deployed, HOURS, PRICES};
use crate::terminal;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::Text;
use anyhow::Result;
use clap::{Args, ValueEnum};
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
pub struct Cost {
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
    /// What stands before the function
    #[arg(long, value_enum, default_value_t = Entry::HttpApi)]
    door: Entry,
    /// When metrics are written
    #[arg(long, value_enum, default_value_t = EmfMode::Window)]
    emf: EmfMode,
    /// Which of Lambda's own lines are in the log
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

/// What stands before the function, as `door` in `cdk/config.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Entry {
    /// API Gateway's HTTP API.
    HttpApi,
    /// The function's own URL, which costs nothing and writes no access log.
    FunctionUrl,
}

/// A way to deploy.
#[derive(Clone, Copy)]
struct Way {
    door: Entry,
    settings: Settings,
}

/// A part of the bill.
struct Charge {
    name: String,
    allowance: Allowance,
    usd: f64,
}

/// Charges by part of the free tier: USD a month, and what is left to pay.
struct MonthlyBill {
    charges: Vec<Charge>,
    paid: Vec<(Allowance, f64)>,
}

impl Cost {
    pub(super) fn run(self) -> Result<()> {
        let way = Way {
            door: self.door,
            settings: settings(self.emf, self.platform_log, self.access_log, self.tracing),
        };
        let bill = self.bill(way, self.requests);
        if self.json {
            return terminal::json(&mut terminal::out(), &self.as_json(way, &bill));
        }
        Ok(self.show(&mut terminal::page(), way, &bill)?)
    }

    fn deployed(&self) -> Deployed {
        let one = PRICES.deployed();
        let count = u64::from(self.endpoints);
        Deployed {
            memory_mb: self.memory.map_or(one.memory_mb, f64::from),
            warm_ms: self.milliseconds.map_or(one.warm_ms, f64::ceil),
            // The start comes on top of the request.
            cold_ms: one.cold_ms - one.warm_ms + self.milliseconds.map_or(one.warm_ms, f64::ceil),
            series: count * one.series,
            alarm_metrics: count * one.alarm_metrics,
            alarm_metrics_without_emf: count * one.alarm_metrics_without_emf,
            ..one
        }
    }

    /// The bill of so many requests a month.
    fn bill(&self, way: Way, requests: f64) -> MonthlyBill {
        let is_url = way.door == Entry::FunctionUrl;
        let settings = Settings {
            has_access_log: way.settings.has_access_log && !is_url,
            ..way.settings
        };
        let rate = requests / (3600.0 * HOURS);
        let items = bill(rate, self.deployed(), settings).into_iter();
        let charges: Vec<Charge> = items
            .filter(|item| !(is_url && item.allowance == Allowance::HttpApi))
            .map(|item| Charge {
                usd: item.million * requests / 1e6,
                name: item.name,
                allowance: item.allowance,
            })
            .filter(|charge| charge.usd > 0.0)
            .collect();
        let mut paid: Vec<(Allowance, f64)> = Vec::new();
        for charge in &charges {
            match paid.iter_mut().find(|(part, _)| *part == charge.allowance) {
                Some((_, usd)) => *usd += charge.usd,
                None => paid.push((charge.allowance, charge.usd)),
            }
        }
        for (part, usd) in &mut paid {
            *usd = (*usd - part.worth(self.first_year)).max(0.0);
            // A sum of shares of a month is not exact.
            if *usd < 1e-9 {
                *usd = 0.0;
            }
        }
        MonthlyBill { charges, paid }
    }

    /// The most requests a month for which there is nothing to pay; 0 where there always is.
    fn most_for_free(&self, way: Way) -> u64 {
        let is_free = |requests: u64| self.bill(way, requests as f64).to_pay() == 0.0;
        if !is_free(1) {
            return 0;
        }
        let (mut free, mut paid) = (1, 1 << 40);
        while paid - free > 1 {
            let middle = free + (paid - free) / 2;
            match is_free(middle) {
                true => free = middle,
                false => paid = middle,
            }
        }
        free
    }

    /// This way, and those that cost less, by the members of `cdk/config.ts`.
    fn ways(&self, way: Way) -> Vec<(String, Way)> {
        let mut ways = vec![("as asked".to_string(), way)];
        let url = Way {
            door: Entry::FunctionUrl,
            ..way
        };
        let quiet = |way: Way| Way {
            settings: Settings {
                emf: EmfMode::Off,
                ..way.settings
            },
            ..way
        };
        let (has_api, has_metrics) = (way.door == Entry::HttpApi, way.settings.emf != EmfMode::Off);
        if has_metrics {
            ways.push(("emf: 'off'".into(), quiet(way)));
        }
        if has_api {
            ways.push(("door: 'function-url'".into(), url));
        }
        if has_api && has_metrics {
            ways.push(("both".into(), quiet(url)));
        }
        ways
    }

    fn show(&self, page: &mut Page<impl Write>, way: Way, bill: &MonthlyBill) -> io::Result<()> {
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
        for (name, way) in self.ways(way) {
            let to_pay = self.bill(way, self.requests).to_pay();
            let most = match self.most_for_free(way) {
                0 => "-".to_string(),
                most => most.to_string(),
            };
            table.row([name, format!("{to_pay:.2}"), most].map(Text::from));
        }
        page.table(&table)?;
        page.gap()?;
        page.line(format!(
            "Prices and free tier: {}, looked up on {}, in cdk/prices.json. Not counted: storage of models, images and \
             logs (cents), capture and batch; data that leaves AWS. Metrics are counted as if each had a value in every hour.",
            PRICES.region, PRICES.date
        ))
    }

    fn as_json(&self, way: Way, bill: &MonthlyBill) -> Value {
        let charges = bill
            .charges
            .iter()
            .map(|charge| json!({"name": charge.name, "usd": charge.usd}));
        let parts = bill.paid.iter().map(|(part, usd)| {
            json!({"name": name(*part), "free_usd": part.worth(self.first_year), "to_pay_usd": usd})
        });
        let ways = self.ways(way).into_iter().map(|(name, way)| {
            json!({
                "settings": name,
                "to_pay_usd": self.bill(way, self.requests).to_pay(),
                "free_up_to_requests": self.most_for_free(way),
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

impl MonthlyBill {
    fn total(&self) -> f64 {
        self.charges.iter().map(|charge| charge.usd).sum()
    }

    fn to_pay(&self) -> f64 {
        self.paid.iter().map(|(_, usd)| usd).sum()
    }
}

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
    use super::Cost;
    use crate::commands::{Arguments, Command};
    use crate::terminal::page::Page;
    use clap::Parser;

    fn cost(line: &str) -> Cost {
        match Arguments::try_parse_from(line.split(' ')).map(|of| of.command) {
            Ok(Command::Cost(cost)) => cost,
            Ok(_) => panic!("{line}"),
            Err(error) => panic!("{error}"),
        }
    }

    fn json(line: &str) -> serde_json::Value {
        let cost = cost(line);
        let way = super::Way {
            door: cost.door,
            settings: super::settings(cost.emf, cost.platform_log, cost.access_log, cost.tracing),
        };
        let bill = cost.bill(way, cost.requests);
        let mut shown = Vec::new();
        cost.show(&mut Page::new(&mut shown, 100, false), way, &bill)
            .unwrap();
        assert!(String::from_utf8(shown).unwrap().contains("to pay"));
        cost.as_json(way, &bill)
    }

    fn near(value: &serde_json::Value, expected: f64) {
        let found = value.as_f64().unwrap();
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    }

    #[test]
    fn a_bill_can_be_worked_out_by_hand() {
        let told = json("hearth cost --requests 1e6");
        // 32 metrics of which 10 are free, and a million requests of the API.
        near(&told["to_pay_usd"], 22.0 * 0.30 + 1.00);
        let settings = told["settings"].as_array().unwrap();
        // A million requests of Lambda are free, and so are 4 alarms and the log.
        let both = settings.last().unwrap();
        near(&both["to_pay_usd"], 0.0);
        assert_eq!(both["free_up_to_requests"], 1_000_000);
        assert_eq!(settings[0]["free_up_to_requests"], 0);
    }

    #[test]
    fn the_documentation_shows_what_the_free_tier_covers() {
        let told = json("hearth cost --requests 1e6");
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/deploy.md");
        let page = std::fs::read_to_string(page).expect("the page is in the repository");
        let names = ["as deployed", "`emf: 'off'`", "`door: 'function-url'`", "both"];
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

    #[test]
    fn more_than_the_free_tier_is_paid() {
        let least = "hearth cost --door function-url --emf off --requests";
        near(&json(&format!("{least} 3e6"))["to_pay_usd"], 2.0 * 0.20);
        // 100 ms of 2 GB: 200,000 GB-seconds a million, and the starts.
        let told = json(&format!("{least} 3e6 --memory 2048 --milliseconds 100"));
        let gb_seconds = 3e6 * 2.0 * (100.0 + 0.01 * 34.0) / 1e3;
        near(
            &told["to_pay_usd"],
            0.40 + (gb_seconds - 400_000.0) * 0.0000133334,
        );
        // Three endpoints have 12 alarms, of which 10 are free.
        near(
            &json(&format!("{least} 1e5 --endpoints 3"))["to_pay_usd"],
            2.0 * 0.10,
        );
        let first = "hearth cost --requests 1e6 --emf off --first-year";
        near(&json(first)["to_pay_usd"], 0.0);
    }
}
