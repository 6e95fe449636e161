//! Latencies of a load test, and what went wrong in it.

use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::time::Duration;

/// The greatest latency that the histogram records, in microseconds: an hour.
const MOST: u64 = 3_600_000_000;

/// Percentiles that are shown.
pub const PERCENTILES: [f64; 5] = [50.0, 90.0, 99.0, 99.9, 100.0];

/// Name of a percentile.
pub fn name(percent: f64) -> String {
    match percent {
        50.0 => "median".into(),
        100.0 => "slowest".into(),
        _ => format!("{percent} %"),
    }
}

/// Durations, to three digits.
pub struct Latencies(Histogram<u64>);

/// The end of a load test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadEnd {
    /// Every request was sent.
    Done,
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// Too many requests failed.
    Failing,
    /// So many requests were open at once that the endpoint cannot keep up.
    Overloaded,
}

/// Requests that were due in the same second.
pub struct Second {
    /// Their latencies.
    pub latencies: Latencies,
    /// Number of those that failed.
    pub failed: u64,
}

/// Result of a load test.
pub struct LoadResult {
    /// Reason for its end.
    pub end: LoadEnd,
    /// Requests that were sent.
    pub sent: u64,
    /// Requests without a response when it ended; their latencies are their ages.
    pub unfinished: u64,
    /// Time from the first request to the last response.
    pub elapsed: Duration,
    /// Latencies of all requests, failed ones included.
    pub latencies: Latencies,
    /// Delays between the time at which a request was due and the time at which it was sent.
    pub delays: Latencies,
    /// Failed requests, by reason; wrong answers are among them.
    pub failures: BTreeMap<String, u64>,
    /// Answers that were compared with those of the model file.
    pub compared: u64,
    /// Answers that differ from it, with the first as a sentence.
    pub wrong: (u64, Option<String>),
    /// Answers by other versions, which are not compared.
    pub other_versions: BTreeMap<String, u64>,
    /// The seconds of the test.
    pub seconds: Vec<Second>,
}

impl Default for Latencies {
    fn default() -> Latencies {
        Latencies::of_digits(3)
    }
}

impl Latencies {
    fn of_digits(digits: u8) -> Latencies {
        let histogram = Histogram::new_with_bounds(1, MOST, digits);
        Latencies(histogram.expect("the bounds are those that the crate documents"))
    }

    /// Adds one.
    pub fn record(&mut self, latency: Duration) {
        let micros = latency.as_micros().try_into().unwrap_or(u64::MAX);
        self.0.saturating_record(micros);
    }

    /// Number of latencies.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The least latency that so many percent do not exceed, in milliseconds; 0 without any.
    pub fn percentile(&self, percent: f64) -> f64 {
        match self.0.is_empty() {
            true => 0.0,
            false => self.0.value_at_percentile(percent) as f64 / 1e3,
        }
    }

    /// The greatest, in milliseconds.
    pub fn max(&self) -> f64 {
        self.0.max() as f64 / 1e3
    }

    /// The mean, in milliseconds.
    pub fn mean(&self) -> f64 {
        self.0.mean() / 1e3
    }

    /// Counts between the bounds 0.01, 0.02, 0.05, 0.1, … ms that enclose all latencies: the upper bound of
    /// each in milliseconds, and its count.
    pub fn bars(&self) -> Vec<(f64, u64)> {
        let bounds = (1..10).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)));
        let bounds: Vec<u64> = bounds.collect();
        let mut counts = vec![0; bounds.len()];
        for step in self.0.iter_recorded() {
            let micros = self.0.lowest_equivalent(step.value_iterated_to());
            let place = bounds.partition_point(|bound| *bound < micros);
            counts[place.min(bounds.len() - 1)] += step.count_at_value();
        }
        let is_some = |count: &u64| *count > 0;
        let first = counts.iter().position(is_some).unwrap_or(0);
        let end = counts.iter().rposition(is_some).map_or(0, |last| last + 1);
        let bars = bounds.into_iter().zip(counts).take(end).skip(first);
        bars.map(|(bound, count)| (bound as f64 / 1e3, count))
            .collect()
    }
}

impl Default for Second {
    fn default() -> Second {
        Second {
            // Two digits: a test of an hour has 3,600 of them.
            latencies: Latencies::of_digits(2),
            failed: 0,
        }
    }
}

impl LoadResult {
    /// Requests that failed.
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }

    /// Share of the finished requests that failed.
    pub fn failed_share(&self) -> f64 {
        let finished = self.sent - self.unfinished;
        self.failed() as f64 / finished.max(1) as f64
    }

    /// The reason of most failures.
    pub fn most_frequent_failure(&self) -> Option<(&str, u64)> {
        let most = self.failures.iter().max_by_key(|(_, count)| **count);
        most.map(|(reason, count)| (reason.as_str(), *count))
    }

    /// Requests that were sent per second.
    pub fn rate(&self) -> f64 {
        self.sent as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::Latencies;
    use proptest::prelude::*;
    use std::time::Duration;

    #[test]
    fn percentiles_are_those_of_the_definition() {
        let mut latencies = Latencies::default();
        assert_eq!(
            (latencies.percentile(99.0), latencies.bars().len()),
            (0.0, 0)
        );
        for millis in 1..=100 {
            latencies.record(Duration::from_millis(millis));
        }
        for (percent, expected) in [(50.0, 50.0), (99.0, 99.0), (100.0, 100.0)] {
            let found = latencies.percentile(percent);
            assert!((found / expected - 1.0).abs() < 2e-3, "{percent}: {found}");
        }
    }

    proptest! {
        #[test]
        fn every_latency_is_in_one_bar(micros in prop::collection::vec(0_u64..5_000_000_000, 1..50)) {
            let mut latencies = Latencies::default();
            for micros in &micros {
                latencies.record(Duration::from_micros(*micros));
            }
            let counted: u64 = latencies.bars().iter().map(|(_, count)| count).sum();
            prop_assert_eq!(counted, micros.len() as u64);
        }
    }
}
