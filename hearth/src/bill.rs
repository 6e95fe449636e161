//! The bill of an endpoint as the CDK app deploys it, by the prices of [`crate::price`].

use crate::price::{Deployed, HOURS, PRICES, RequestPrices};

/// Frequency of metric lines, as `emf` in `cdk/config.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum EmfMode {
    /// One line per request.
    Request,
    /// A line for many requests.
    Window,
    /// None.
    Off,
}

/// The settings of `cdk/config.ts` that change what requests cost.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Frequency of metric lines.
    pub emf: EmfMode,
    /// Lambda writes START, END and REPORT.
    pub has_platform_lines: bool,
    /// The API writes one line per request.
    pub has_access_log: bool,
    /// X-Ray traces a sample of the requests.
    pub is_traced: bool,
}

impl Settings {
    /// Defaults of `cdk/src/endpoint.ts`, for settings that config.ts leaves out.
    pub const DEFAULT: Settings = Settings {
        emf: EmfMode::Window,
        has_platform_lines: true,
        has_access_log: true,
        is_traced: false,
    };
}

/// A part of the free tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowance {
    /// Requests of HTTP APIs, in an account's first year.
    HttpApi,
    /// Requests of Lambda functions.
    LambdaRequests,
    /// Duration of Lambda functions.
    LambdaDuration,
    /// Log.
    Log,
    /// Metrics.
    Metrics,
    /// Metrics that alarms read.
    Alarms,
    /// Traces.
    Traces,
}

impl Allowance {
    /// Worth of the part, USD a month; an account in its first year has more.
    pub fn worth(self, in_first_year: bool) -> f64 {
        let (prices, free) = (RequestPrices::listed(), PRICES.free_tier);
        match self {
            Allowance::HttpApi if !in_first_year => 0.0,
            Allowance::HttpApi => free.http_api_requests_first_year / 1e6 * prices.entry,
            Allowance::LambdaRequests => free.lambda_requests / 1e6 * prices.function,
            Allowance::LambdaDuration => free.lambda_gb_seconds * prices.gb_second,
            Allowance::Log => free.log_gigabytes * prices.log_gigabyte,
            Allowance::Metrics => PRICES.metrics(free.metrics, None),
            Allowance::Alarms => free.alarm_metrics * PRICES.alarm_metric(),
            Allowance::Traces => free.traces / 1e6 * PRICES.million_traces(),
        }
    }
}

/// One line of a bill.
pub struct Item {
    /// Name of the cost.
    pub name: String,
    /// USD a million requests.
    pub million: f64,
    /// AWS asks for it by the request, whatever one deploys.
    pub is_fee: bool,
    /// The part of the free tier that covers it.
    pub allowance: Allowance,
}

/// The bill of an endpoint at so many requests a second, over a whole month.
pub fn bill(rate: f64, deployed: Deployed, settings: Settings) -> Vec<Item> {
    let prices = RequestPrices::listed();
    let month = rate * 3600.0 * HOURS / 1e6;
    let (emf_bytes, series, alarms) = match settings.emf {
        EmfMode::Request => (
            deployed.emf_request_bytes,
            deployed.series,
            deployed.alarm_metrics,
        ),
        EmfMode::Window => (
            deployed.emf_window_bytes,
            deployed.series,
            deployed.alarm_metrics,
        ),
        EmfMode::Off => (0.0, 0, deployed.alarm_metrics_without_emf),
    };
    let log = |is_on: bool, bytes: f64| prices.log(if is_on { bytes } else { 0.0 });
    let traced = (1.0 + 0.05 * (rate - 1.0).max(0.0)).min(rate) / rate;
    let item = |name: &str, million: f64, allowance: Allowance| Item {
        name: name.to_string(),
        million,
        is_fee: false,
        allowance,
    };
    let fee = |name: &str, million: f64, allowance: Allowance| Item {
        is_fee: true,
        ..item(name, million, allowance)
    };
    vec![
        fee("HTTP API, requests", prices.entry, Allowance::HttpApi),
        fee(
            "Lambda, requests",
            prices.function,
            Allowance::LambdaRequests,
        ),
        item(
            "Lambda, duration",
            prices.duration(deployed.memory_mb, deployed.billed_ms()),
            Allowance::LambdaDuration,
        ),
        item("log: metrics", prices.log(emf_bytes), Allowance::Log),
        item(
            "log: Lambda's START, END and REPORT",
            log(settings.has_platform_lines, deployed.platform_bytes),
            Allowance::Log,
        ),
        item(
            "log: access",
            log(settings.has_access_log, deployed.access_log_bytes),
            Allowance::Log,
        ),
        item(
            &format!("metrics: {series}"),
            PRICES.metrics(series, None) / month,
            Allowance::Metrics,
        ),
        item(
            &format!("alarms: {alarms} metrics"),
            alarms as f64 * PRICES.alarm_metric() / month,
            Allowance::Alarms,
        ),
        item(
            "X-Ray",
            if settings.is_traced {
                traced * PRICES.million_traces()
            } else {
                0.0
            },
            Allowance::Traces,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::{EmfMode, Settings, bill};
    use crate::price::{PRICES, RequestPrices};

    fn own(rate: f64, settings: Settings) -> f64 {
        let items = bill(rate, PRICES.deployed(), settings);
        items
            .iter()
            .filter(|item| !item.is_fee)
            .map(|item| item.million)
            .sum()
    }

    #[test]
    fn traces_are_one_a_second_and_a_twentieth_of_the_others() {
        let traced = Settings {
            is_traced: true,
            ..Settings::DEFAULT
        };
        for (rate, share) in [(0.5, 1.0), (1.0, 1.0), (10.0, 0.145), (100.0, 0.0595)] {
            let more = own(rate, traced) - own(rate, Settings::DEFAULT);
            assert!((more - 5.0 * share).abs() < 1e-9, "{rate}: {more}");
        }
    }

    #[test]
    fn what_is_switched_off_costs_nothing() {
        let least = Settings {
            emf: EmfMode::Off,
            has_platform_lines: false,
            has_access_log: false,
            is_traced: false,
        };
        let deployed = PRICES.deployed();
        let prices = RequestPrices::listed();
        let duration = prices.duration(deployed.memory_mb, deployed.billed_ms());
        let alarms =
            deployed.alarm_metrics_without_emf as f64 * 0.10 / (10.0 * 3600.0 * 730.0 / 1e6);
        assert!((own(10.0, least) - duration - alarms).abs() < 1e-9);
        assert!(
            own(10.0, least) < 0.05,
            "the goal is reached without metrics"
        );
    }
}
