//! Figures of EMF lines: the time, and values in as few digits as a graph needs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970. A clock before that is wrong anyway; CloudWatch ignores a line that is
/// too old.
pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_millis() as u64
}

/// To three digits: a phase may take less than a microsecond, and more digits are noise.
pub(crate) fn milliseconds(time: Duration) -> f64 {
    let nanoseconds = time.as_nanos() as u64;
    let mut unit = 1;
    while nanoseconds / unit >= 1000 {
        unit *= 10;
    }
    ((nanoseconds + unit / 2) / unit * unit) as f64 / 1e6
}

/// To so many digits behind the point: no graph shows more, and each byte of a log is paid for.
pub(crate) fn rounded(value: f64, digits: i32) -> f64 {
    let tens = 10f64.powi(digits);
    (value * tens).round() / tens
}

/// To so many digits from the first that is not 0, whatever the size of the value.
pub(crate) fn significant(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = digits - 1 - value.abs().log10().floor() as i32;
    match digits {
        // Where the power would overflow, the value stays as it is.
        -300..=300 => {
            let result = rounded(value, digits);
            if result.is_finite() { result } else { value }
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::{milliseconds, significant};
    use std::time::Duration;

    #[test]
    fn a_time_has_three_digits() {
        for (nanoseconds, expected) in [
            (0, 0.0),
            (7, 0.000_007),
            (999, 0.000_999),
            (1_234, 0.001_23),
            (1_235_000, 1.24),
            (99_950_000, 100.0),
            (60_000_000_000, 60_000.0),
        ] {
            assert_eq!(milliseconds(Duration::from_nanos(nanoseconds)), expected);
        }
    }

    #[test]
    fn six_digits_are_enough_of_any_value() {
        for (value, expected) in [
            (0.0, 0.0),
            (1_234_567.8, 1_234_570.0),
            (0.000_123_456_78, 0.000_123_457),
            (-3.0, -3.0),
            (99.999_999_9, 100.0),
        ] {
            assert!((significant(value, 6) - expected).abs() <= expected.abs() * 1e-12);
        }
        for value in [f64::MAX, f64::MIN_POSITIVE, -1e-308, 1e300] {
            let ratio = significant(value, 6) / value;
            assert!((ratio - 1.0).abs() < 1e-5, "{value}");
        }
    }
}
