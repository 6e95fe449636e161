//! Prices of AWS, from the dated file `cdk/prices.json`.
//!
//! `hearth emf cost`, `bench` and the tables of docs/benchmarks.md and docs/deploy.md take every price from here,
//! so that they state the same number for the same traffic.

use serde::Deserialize;
use std::sync::LazyLock;

/// Hours of a month, as AWS counts them.
pub const HOURS: f64 = 730.0;

/// Content of `cdk/prices.json`.
#[derive(Deserialize)]
pub struct Prices {
    /// Date of the look-up, as 2026-11-29.
    pub date: String,
    /// The region whose prices they are.
    pub region: String,
    /// Quantities that cost nothing.
    pub free_tier: FreeTier,
    prices: Units,
    metric_tiers: MetricTiers,
    deployed: Deployed,
}

#[derive(Deserialize)]
struct Units {
    lambda_million_requests: Price,
    lambda_gb_second: Price,
    lambda_gb_second_x86: Price,
    http_api_million_requests: Price,
    log_gigabyte: Price,
    alarm_metric: Price,
    million_traces: Price,
}

/// Quantities a month that cost an account nothing.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct FreeTier {
    /// Requests of Lambda functions.
    pub lambda_requests: f64,
    /// GB-seconds of Lambda functions.
    pub lambda_gb_seconds: f64,
    /// Gigabytes of log.
    pub log_gigabytes: f64,
    /// Metrics.
    pub metrics: u64,
    /// Metrics that alarms read.
    pub alarm_metrics: f64,
    /// Traces.
    pub traces: f64,
    /// Requests of HTTP APIs, in the first year of accounts from before 15 July 2025.
    pub http_api_requests_first_year: f64,
}

#[derive(Deserialize)]
struct Price {
    usd: f64,
}

#[derive(Deserialize)]
struct MetricTiers {
    tiers: Vec<Tier>,
}

#[derive(Deserialize)]
struct Tier {
    up_to: u64,
    usd: f64,
}

/// One endpoint of the example model, as `cdk/config.ts` deploys it.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Deployed {
    /// Memory of the function, MB.
    pub memory_mb: f64,
    /// Milliseconds billed of a warm request.
    pub warm_ms: f64,
    /// Milliseconds billed of a request that starts an environment.
    pub cold_ms: f64,
    /// Share of the requests that do.
    pub cold_share: f64,
    /// Bytes of metrics in the log, a request, with `HEARTH_EMF=request`.
    pub emf_request_bytes: f64,
    /// The same with `HEARTH_EMF=window`.
    pub emf_window_bytes: f64,
    /// Bytes of Lambda's START, END and REPORT lines, a request.
    pub platform_bytes: f64,
    /// Bytes of the API's line of a request.
    pub access_log_bytes: f64,
    /// Metrics, each with one value of each dimension.
    pub series: u64,
    /// Metrics that alarms read.
    pub alarm_metrics: u64,
    /// The same where the function writes no metrics.
    pub alarm_metrics_without_emf: u64,
}

/// The prices, parsed once.
pub static PRICES: LazyLock<Prices> = LazyLock::new(|| {
    let text = include_str!("../../cdk/prices.json");
    serde_json::from_str(text).expect("cdk/prices.json is checked by the tests")
});

impl Prices {
    /// Region, page and date, said beside every figure that stands on them.
    pub fn source(&self) -> String {
        format!(
            "{}, https://aws.amazon.com/cloudwatch/pricing/, looked up on {}",
            self.region, self.date
        )
    }

    /// The same for prices of Lambda alone.
    pub fn source_of_lambda(&self) -> String {
        let Prices { region, date, .. } = self;
        format!("{region}, https://aws.amazon.com/lambda/pricing/, looked up on {date}")
    }

    /// The endpoint whose bill the documentation shows.
    pub fn deployed(&self) -> Deployed {
        self.deployed
    }

    /// USD for a gigabyte of log that is taken in.
    pub fn log_gigabyte(&self) -> f64 {
        self.prices.log_gigabyte.usd
    }

    /// USD for a million requests of the function.
    pub fn lambda_requests(&self) -> f64 {
        self.prices.lambda_million_requests.usd
    }

    /// USD for a million requests of the HTTP API.
    pub fn api_requests(&self) -> f64 {
        self.prices.http_api_million_requests.usd
    }

    /// USD for a GB-second of an arm64 function.
    pub fn gb_second(&self) -> f64 {
        self.prices.lambda_gb_second.usd
    }

    /// USD for a GB-second of a function on arm64 or x86-64.
    pub fn gb_second_of(&self, is_arm: bool) -> f64 {
        match is_arm {
            true => self.gb_second(),
            false => self.prices.lambda_gb_second_x86.usd,
        }
    }

    /// USD a month for each metric that an alarm reads.
    pub fn alarm_metric(&self) -> f64 {
        self.prices.alarm_metric.usd
    }

    /// USD for a million traces.
    pub fn million_traces(&self) -> f64 {
        self.prices.million_traces.usd
    }

    /// USD a month for so many metrics, each with a value in every hour; by one price for all, where
    /// it is given.
    pub fn metrics(&self, count: u64, price: Option<f64>) -> f64 {
        if let Some(price) = price {
            return count as f64 * price;
        }
        let mut before = 0;
        let mut sum = 0.0;
        for tier in &self.metric_tiers.tiers {
            sum += count.min(tier.up_to).saturating_sub(before) as f64 * tier.usd;
            before = tier.up_to;
        }
        sum
    }
}

/// The prices of what each request costs; `bench --help` lets them be given.
pub struct RequestPrices {
    /// USD for a million requests of the function.
    pub function: f64,
    /// USD for a million requests of what stands before it.
    pub entry: f64,
    /// USD for a GB-second.
    pub gb_second: f64,
    /// USD for a gigabyte of log.
    pub log_gigabyte: f64,
}

impl RequestPrices {
    /// Those of `cdk/prices.json`.
    pub fn listed() -> RequestPrices {
        RequestPrices {
            function: PRICES.lambda_requests(),
            entry: PRICES.api_requests(),
            gb_second: PRICES.gb_second(),
            log_gigabyte: PRICES.log_gigabyte(),
        }
    }

    /// USD for a million requests that take so many milliseconds with so much memory.
    pub fn duration(&self, memory_mb: f64, billed_ms: f64) -> f64 {
        1e6 * memory_mb / 1024.0 * self.gb_second * billed_ms / 1e3
    }

    /// USD for a million requests that write so many bytes of log each.
    pub fn log(&self, bytes: f64) -> f64 {
        1e6 * bytes / 1e9 * self.log_gigabyte
    }

    /// USD for a million requests: entry, function, duration, and `bytes` of log each.
    pub fn million(&self, memory_mb: f64, billed_ms: f64, bytes: f64) -> f64 {
        self.function + self.entry + self.duration(memory_mb, billed_ms) + self.log(bytes)
    }
}

impl Deployed {
    /// Milliseconds billed of a request, in the mean.
    pub fn billed_ms(&self) -> f64 {
        (1.0 - self.cold_share) * self.warm_ms + self.cold_share * self.cold_ms
    }
}

#[cfg(test)]
mod tests {
    use super::PRICES;

    #[test]
    fn more_metrics_are_cheaper_metrics() {
        for (count, price) in [
            (0, 0.0),
            (10, 3.0),
            (10_000, 3_000.0),
            (10_010, 3_001.0),
            (250_000, 27_000.0),
            (2_000_000, 27_000.0 + 37_500.0 + 20_000.0),
        ] {
            let sum = PRICES.metrics(count, None);
            assert!((sum - price).abs() < 1e-6, "{count}: {sum}");
        }
        assert!((PRICES.metrics(20_000, Some(0.25)) - 5_000.0).abs() < 1e-6);
    }
}
