//! What CloudWatch asks for metrics and logs.

/// Hours of a month, as AWS counts them.
pub(super) const HOURS: f64 = 730.0;

/// Where the defaults come from, said beside every figure that stands on them.
pub(super) const SOURCE: &str =
    "us-east-1, https://aws.amazon.com/cloudwatch/pricing/, February 2026";

/// USD for a gigabyte of log that is taken in.
pub(super) const GIGABYTE: f64 = 0.50;

/// USD a month for each metric up to a number of them: the first ten thousand are the dearest.
const METRICS: [(u64, f64); 4] = [
    (10_000, 0.30),
    (250_000, 0.10),
    (1_000_000, 0.05),
    (u64::MAX, 0.02),
];

/// USD a month for so many metrics, each told in every hour; by one price for all, where it is
/// given.
pub(super) fn metrics(count: u64, price: Option<f64>) -> f64 {
    if let Some(price) = price {
        return count as f64 * price;
    }
    let mut before = 0;
    let mut sum = 0.0;
    for (up_to, price) in METRICS {
        sum += count.min(up_to).saturating_sub(before) as f64 * price;
        before = up_to;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::metrics;

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
            assert!((metrics(count, None) - price).abs() < 1e-6, "{count}");
        }
        assert!((metrics(20_000, Some(0.25)) - 5_000.0).abs() < 1e-6);
    }
}
