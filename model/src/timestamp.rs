//! Timestamps: what a calendar and a clock show, as they are written. A zone is not used: what
//! matters to people, weekday and hour, is that of the clock on the wall.

mod calendar;
mod digits;
mod forms;

pub use calendar::{PARTS, Timestamp, date_of_day};

use crate::format::TimeFormat;
use digits::digits;

/// Expected form of a timestamp, for errors.
pub const EXPECTED: &str = "a timestamp such as 2026-02-01, 2026-02-01T08:30:00Z or 2/1/2026 8:30";

impl Timestamp {
    /// Reads ISO 8601 (`2026-02-01`, `2026-02-01T08:30`, `2026-02-01 08:30:00.5+01:00`, `…Z`), a
    /// date with slashes (`2/1/2026 8:30`: month first, or with `day_first` the day), or another
    /// form that can be read in one way only, such as `1-Feb-26 8:30 AM`. `None` when it is none
    /// of these, or no day of the calendar.
    pub fn parse(text: &str, day_first: bool) -> Option<Timestamp> {
        Timestamp::parse_usual(text, day_first).or_else(|| forms::parse(text, None))
    }

    /// Reads text as a column of this format has it; the forms of [`Timestamp::parse`] are read in
    /// each.
    pub fn parse_as(text: &str, format: TimeFormat, day_first: bool) -> Option<Timestamp> {
        let usual = Timestamp::parse_usual(text, day_first);
        usual.or_else(|| match format {
            TimeFormat::Usual => forms::parse(text, None),
            TimeFormat::DayAndMonth => forms::parse(text, Some(day_first)),
            TimeFormat::EpochSeconds | TimeFormat::EpochMilliseconds => {
                let number = text.trim().parse().ok();
                let epoch = number.and_then(|number| Timestamp::of_number(number, format));
                epoch.or_else(|| forms::parse(text, None))
            }
        })
    }

    /// The time that a number means in a column of this format: seconds or milliseconds since the
    /// beginning of 1970, else `20260201`.
    pub fn of_number(number: f64, format: TimeFormat) -> Option<Timestamp> {
        match format {
            TimeFormat::EpochSeconds => Timestamp::of_epoch(number),
            TimeFormat::EpochMilliseconds => Timestamp::of_epoch(number / 1000.0),
            TimeFormat::Usual | TimeFormat::DayAndMonth => {
                let is_date = (1e7..1e8).contains(&number) && number.fract() == 0.0;
                is_date.then(|| forms::parse(&number.to_string(), None))?
            }
        }
    }

    /// ISO 8601 with dashes and colons, and dates with slashes: nearly every column, in the fewest
    /// steps.
    fn parse_usual(text: &str, day_first: bool) -> Option<Timestamp> {
        let text = text.trim();
        let (date, time) = match text.find(['T', ' ']) {
            Some(at) => (&text[..at], Some(text[at + 1..].trim_start())),
            None => (text, None),
        };
        let (year, month, day) = if let Some((first, rest)) = date.split_once('/') {
            let (second, year) = rest.split_once('/')?;
            let (first, second) = (digits(first, 1..=2)?, digits(second, 1..=2)?);
            let year = digits(year, 4..=4)?;
            if day_first {
                (year, second, first)
            } else {
                (year, first, second)
            }
        } else {
            let (year, rest) = date.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            (
                digits(year, 4..=4)?,
                digits(month, 2..=2)?,
                digits(day, 2..=2)?,
            )
        };
        Timestamp::of(year, month, day, time.map_or(Some(0.0), seconds)?)
    }
}

/// Seconds since midnight of `8:30`, `08:30:00`, `08:30:00.25`, with or without a zone behind.
fn seconds(time: &str) -> Option<f64> {
    let clock = match time.find(['Z', '+', '-']) {
        Some(at) => {
            let zone = &time[at..];
            let offset = zone[1..].replace(':', "");
            let is_zone = match &zone[..1] {
                "Z" => zone == "Z",
                _ => digits(&offset, 2..=2).or(digits(&offset, 4..=4)).is_some(),
            };
            is_zone.then_some(time[..at].trim_end())?
        }
        None => time,
    };
    let (hour, rest) = clock.split_once(':')?;
    let (minute, second) = match rest.split_once(':') {
        Some((minute, second)) => (minute, Some(second)),
        None => (rest, None),
    };
    let (hour, minute) = (digits(hour, 1..=2)?, digits(minute, 2..=2)?);
    let second = match second {
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let is_fraction = fraction.len() <= 9 && fraction.bytes().all(|b| b.is_ascii_digit());
            if !is_fraction {
                return None;
            }
            let fraction: f64 = format!("0.{fraction}0").parse().ok()?;
            f64::from(digits(whole, 2..=2)?) + fraction
        }
        None => 0.0,
    };
    // A leap second is the minute's last.
    (hour < 24 && minute < 60 && second < 61.0)
        .then(|| f64::from(hour * 3600 + minute * 60) + second.min(59.999_999_999))
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    fn parsed(text: &str) -> Option<[f64; 7]> {
        Timestamp::parse(text, false).map(Timestamp::parts)
    }

    #[test]
    fn calendars_and_clocks_are_read() {
        // A Saturday; day 32 of its year; Python's date.toordinal less that of 1970-01-01.
        let expected = [2025.0, 2.0, 1.0, 5.0, 8.5, 32.0, 20120.0 + 8.5 / 24.0];
        for text in [
            "2025-02-01T08:30:00Z",
            "2025-02-01 08:30",
            "2025-02-01T08:30:00.000+01:00",
            " 2/1/2025 8:30 ",
            "02/01/2025 08:30:00",
        ] {
            assert_eq!(parsed(text), Some(expected), "{text}");
        }
        assert_eq!(
            Timestamp::parse("1/2/2025", true),
            Timestamp::parse("2025-02-01", false)
        );
        assert_eq!(parsed("1970-01-01").unwrap()[6], 0.0);
        assert_eq!(parsed("2024-12-31").unwrap()[5], 366.0);
        assert_eq!(parsed("1969-12-31T12:00").unwrap()[6], -0.5);
    }

    #[test]
    fn what_is_no_day_or_time_is_refused() {
        for text in [
            "",
            "today",
            "2025",
            "2025-02-29",
            "2025-13-01",
            "0000-01-01",
            "2025-02-01T24:00",
            "2025-02-01T8",
            "2025-02-01T08:60",
            "2025-02-01T08:30:1",
            "2025-02-01T08:30x",
            "13/1/2025",
            "1/1/25",
            "1.1.2025",
            "2025-02-01T08:30+1",
            "2025-02-0१",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_times_where_the_format_says_so() {
        use super::TimeFormat::*;
        let expected = Timestamp::parse("2025-07-06T00:13:00.25Z", false);
        assert_eq!(
            Timestamp::of_number(1_751_760_780.25, EpochSeconds),
            expected
        );
        assert_eq!(
            Timestamp::of_number(1_751_760_780_250.0, EpochMilliseconds),
            expected
        );
        let day = Timestamp::parse("2025-07-06", false);
        assert_eq!(Timestamp::of_number(20_250_706.0, Usual), day);
        assert_eq!(Timestamp::of_number(1_751_760_780.0, Usual), None);
        assert_eq!(Timestamp::of_number(f64::NAN, EpochSeconds), None);
        assert_eq!(Timestamp::of_number(1e300, EpochSeconds), None);
        let before = Timestamp::parse("1969-12-31T23:59:59", false);
        assert_eq!(Timestamp::of_number(-1.0, EpochSeconds), before);
        assert_eq!(
            Timestamp::parse_as("1751760780.25", EpochSeconds, false),
            expected
        );
        assert_eq!(Timestamp::parse_as("06.07.2025", DayAndMonth, true), day);
        assert_eq!(Timestamp::parse_as("06.07.2025", Usual, true), None);
    }

    #[test]
    fn every_day_has_its_number() {
        let mut number = -719_162;
        let mut last = None;
        while let Some(day) = Timestamp::of_day_number(number) {
            assert_eq!(day.day_number(), number);
            (number, last) = (number + 1, Some(day));
        }
        assert_eq!(last.unwrap().to_string(), "9999-12-31T00:00:00");
    }
}
