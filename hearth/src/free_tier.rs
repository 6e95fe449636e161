//! The bill of a month, and what the free tier of AWS leaves of it, by [`crate::bill`].

use crate::bill::{Allowance, EmfMode, Settings, bill};
use crate::price::{Deployed, HOURS, PRICES};
use clap::ValueEnum;
use std::collections::BTreeMap;

/// Entry point in front of the function, as `door` in `cdk/config.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EntryDoor {
    /// API Gateway's HTTP API.
    HttpApi,
    /// The function's own URL, which costs nothing and writes no access log.
    FunctionUrl,
}

/// A way to deploy an endpoint.
#[derive(Clone, Copy)]
pub struct Way {
    /// Entry point in front of the function.
    pub door: EntryDoor,
    /// Settings that cost something.
    pub settings: Settings,
}

/// The deployed function, the number of endpoints and the kind of account.
#[derive(Clone, Copy)]
pub struct Workload {
    /// Memory of the function, MB; `None` for that of the example.
    pub memory: Option<u32>,
    /// Milliseconds billed of a warm request; `None` for those of the example.
    pub milliseconds: Option<f64>,
    /// Endpoints of the account.
    pub endpoints: u32,
    /// The account has the free tier of its first year.
    pub in_first_year: bool,
}

/// A part of the bill.
pub struct Charge {
    /// Name of the cost.
    pub name: String,
    /// The part of the free tier that covers it.
    pub allowance: Allowance,
    /// USD a month.
    pub usd: f64,
}

/// Charges of a month, and what is left to pay by part of the free tier, in USD.
pub struct MonthlyBill {
    /// Charges before the free tier.
    pub charges: Vec<Charge>,
    /// USD beyond each part of the free tier.
    pub paid: BTreeMap<Allowance, f64>,
}

impl Workload {
    /// The figures of all endpoints together.
    fn deployed(&self) -> Deployed {
        let one = PRICES.deployed();
        let count = u64::from(self.endpoints);
        let warm_ms = self.milliseconds.map_or(one.warm_ms, f64::ceil);
        Deployed {
            memory_mb: self.memory.map_or(one.memory_mb, f64::from),
            warm_ms,
            // The start comes on top of the request.
            cold_ms: one.cold_ms - one.warm_ms + warm_ms,
            series: count * one.series,
            alarm_metrics: count * one.alarm_metrics,
            alarm_metrics_without_emf: count * one.alarm_metrics_without_emf,
            ..one
        }
    }

    /// The bill of so many requests a month.
    pub fn bill(&self, way: Way, requests: f64) -> MonthlyBill {
        let is_url = way.door == EntryDoor::FunctionUrl;
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
        let mut paid = BTreeMap::new();
        for charge in &charges {
            *paid.entry(charge.allowance).or_insert(0.0) += charge.usd;
        }
        for (part, usd) in &mut paid {
            *usd = (*usd - part.worth(self.in_first_year)).max(0.0);
            // A sum of shares of a month is not exact.
            if *usd < 1e-9 {
                *usd = 0.0;
            }
        }
        MonthlyBill { charges, paid }
    }

    /// The most requests a month for which there is nothing to pay; 0 where there always is.
    pub fn most_for_free(&self, way: Way) -> u64 {
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
}

impl Way {
    /// This way, and those that cost less, by the members of `cdk/config.ts`.
    pub fn cheaper(self) -> Vec<(&'static str, Way)> {
        let url = |way: Way| Way {
            door: EntryDoor::FunctionUrl,
            ..way
        };
        let quiet = |way: Way| Way {
            settings: Settings {
                emf: EmfMode::Off,
                ..way.settings
            },
            ..way
        };
        let has_api = self.door == EntryDoor::HttpApi;
        let has_metrics = self.settings.emf != EmfMode::Off;
        let mut ways = vec![("as asked", self)];
        if has_metrics {
            ways.push(("emf: 'off'", quiet(self)));
        }
        if has_api {
            ways.push(("door: 'function-url'", url(self)));
        }
        if has_api && has_metrics {
            ways.push(("both", quiet(url(self))));
        }
        ways
    }
}

impl MonthlyBill {
    /// USD a month before the free tier.
    pub fn total(&self) -> f64 {
        self.charges.iter().map(|charge| charge.usd).sum()
    }

    /// USD a month that are left.
    pub fn to_pay(&self) -> f64 {
        self.paid.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{EntryDoor, Way, Workload};
    use crate::bill::{EmfMode, Settings};

    const EXAMPLE: Workload = Workload {
        memory: None,
        milliseconds: None,
        endpoints: 1,
        in_first_year: false,
    };
    const LISTED: Way = Way {
        door: EntryDoor::HttpApi,
        settings: Settings::DEFAULT,
    };

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    }

    /// The way that costs least.
    fn least() -> Way {
        let settings = Settings {
            emf: EmfMode::Off,
            ..Settings::DEFAULT
        };
        Way {
            door: EntryDoor::FunctionUrl,
            settings,
        }
    }

    #[test]
    fn a_bill_can_be_worked_out_by_hand() {
        // 32 metrics of which 10 are free, and a million requests of the API.
        near(EXAMPLE.bill(LISTED, 1e6).to_pay(), 22.0 * 0.30 + 1.00);
        assert_eq!(EXAMPLE.most_for_free(LISTED), 0);
        // A million requests of Lambda are free, and so are 4 alarms and the log.
        near(EXAMPLE.bill(least(), 1e6).to_pay(), 0.0);
        assert_eq!(EXAMPLE.most_for_free(least()), 1_000_000);
        let ways = LISTED.cheaper();
        assert_eq!(ways.len(), 4);
        assert_eq!(EXAMPLE.most_for_free(ways[3].1), 1_000_000);
    }

    #[test]
    fn more_than_the_free_tier_is_paid() {
        near(EXAMPLE.bill(least(), 3e6).to_pay(), 2.0 * 0.20);
        // 100 ms of 2 GB: 200,000 GB-seconds a million, and the starts.
        let large = Workload {
            memory: Some(2048),
            milliseconds: Some(99.5),
            ..EXAMPLE
        };
        let gb_seconds = 3e6 * 2.0 * (100.0 + 0.01 * 34.0) / 1e3;
        let expected = 0.40 + (gb_seconds - 400_000.0) * 0.0000133334;
        near(large.bill(least(), 3e6).to_pay(), expected);
        // Three endpoints have 12 alarms, of which 10 are free.
        let three = Workload {
            endpoints: 3,
            ..EXAMPLE
        };
        near(three.bill(least(), 1e5).to_pay(), 2.0 * 0.10);
        let first = Workload {
            in_first_year: true,
            ..EXAMPLE
        };
        let quiet = Way {
            door: EntryDoor::HttpApi,
            ..least()
        };
        near(first.bill(quiet, 1e6).to_pay(), 0.0);
        near(EXAMPLE.bill(quiet, 1e6).to_pay(), 1.0);
    }
}
