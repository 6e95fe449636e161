//! Durations and shares as they are typed.

use std::time::Duration;

/// A time such as `60s`, `250ms`, `5m` or `1h`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let expected = || format!("{text:?} is no time; one such as 60s, 250ms or 5m was expected");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 1e-3,
        "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(expected()),
    };
    let number = digits.parse::<f64>().map_err(|_| expected())?;
    let seconds = number * unit;
    match seconds > 0.0 && seconds <= 86_400.0 {
        true => Ok(Duration::from_secs_f64(seconds)),
        false => Err(format!("{text} is not above 0 and at most 24h")),
    }
}

/// A share such as `1%` or `0.01`.
pub fn share(text: &str) -> Result<f64, String> {
    let expected = || format!("{text:?} is no share; one from 0% to 100% was expected");
    let (number, unit) = match text.strip_suffix('%') {
        Some(number) => (number, 0.01),
        None => (text, 1.0),
    };
    let share = number.trim().parse::<f64>().map_err(|_| expected())? * unit;
    match (0.0..=1.0).contains(&share) {
        true => Ok(share),
        false => Err(expected()),
    }
}

/// A number above 0, such as `200` or `1e6`.
pub fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    let number = number.filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("{text:?} is not a number above 0"))
}

#[cfg(test)]
mod tests {
    use super::{duration, positive, share};

    #[test]
    fn times_and_shares_are_read_with_their_units() {
        for (text, millis) in [
            ("60s", 60_000),
            ("250ms", 250),
            ("0.5s", 500),
            ("2m", 120_000),
        ] {
            assert_eq!(duration(text).unwrap().as_millis(), millis, "{text}");
        }
        for text in ["60", "s", "0s", "-1s", "25h", "1 day", "1e99h", "nans", ""] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(
            [share("1%"), share("0.25"), share("0")],
            [Ok(0.01), Ok(0.25), Ok(0.0)]
        );
        for text in ["2", "101%", "-1%", "nan", "half"] {
            assert!(share(text).is_err(), "{text}");
        }
        assert_eq!(positive("1e6"), Ok(1e6));
        for text in ["0", "-1", "inf", "nan", "x"] {
            assert!(positive(text).is_err(), "{text}");
        }
    }
}
