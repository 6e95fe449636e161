//! Timestamps: what a calendar and a clock show, as they are written. A zone is not used: what
//! matters to people, weekday and hour, is that of the clock on the wall.

mod forms;

use crate::format::TimeFormat;

/// A point in time, by the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timestamp {
    /// 1 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// Seconds since midnight, below 86,400.
    pub seconds: f64,
}

/// Expected form of a timestamp, for errors.
pub const EXPECTED: &str = "a timestamp such as 2026-02-01, 2026-02-01T08:30:00Z or 2/1/2026 8:30";

/// Names of [`Timestamp::parts`], in their order.
pub const PARTS: [&str; 7] = [
    "year",
    "month",
    "day",
    "weekday",
    "hour",
    "day_of_year",
    "days",
];

/// Year, month and day of the day that is so many days after 1 January 1970 (Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", 2014).
pub fn date_of_day(days: i64) -> (i64, u32, u32) {
    // Eras of 400 years, and years from March on, so that a leap day ends one.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
    let month = (months_since_march + 2) % 12 + 1;
    let year = 400 * era + year_of_era + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

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

    /// A day of the calendar, from the year 1 on, at so many seconds since midnight.
    fn of(year: u32, month: u32, day: u32, seconds: f64) -> Option<Timestamp> {
        let year = i32::try_from(year).ok()?;
        let is_day = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of(year, month)).contains(&day);
        is_day.then_some(Timestamp {
            year,
            month,
            day,
            seconds,
        })
    }

    /// The time in UTC so many seconds after the beginning of 1970.
    fn of_epoch(seconds: f64) -> Option<Timestamp> {
        let days = (seconds / 86_400.0).floor();
        // The years 1 to 9999, in days.
        if !(-719_162.0..2_932_897.0).contains(&days) {
            return None;
        }
        let date = Timestamp::of_day_number(days as i32)?;
        // A time just before midnight may round to it.
        let seconds = (seconds - days * 86_400.0).min(86_399.999_999_999);
        Some(Timestamp { seconds, ..date })
    }

    /// The day that is so many days after 1 January 1970: the inverse of `day_number`.
    fn of_day_number(number: i32) -> Option<Timestamp> {
        let (year, month, day) = date_of_day(number.into());
        Timestamp::of(u32::try_from(year).ok()?, month, day, 0.0)
    }

    /// Days since 1 January 1970, with the part of the day behind the point.
    pub fn days(self) -> f64 {
        f64::from(self.day_number()) + self.seconds / 86_400.0
    }

    /// 0 for Monday to 6 for Sunday, as Python counts.
    pub fn weekday(self) -> u32 {
        // 1 January 1970 was a Thursday.
        (self.day_number() + 3).rem_euclid(7) as u32
    }

    /// Hour of the day, 0 to 23.
    pub fn hour(self) -> u32 {
        (self.seconds / 3600.0) as u32
    }

    /// Features for trees, as [`PARTS`] names them; the hour with minutes and seconds behind its
    /// point.
    pub fn parts(self) -> [f64; 7] {
        let first = Timestamp {
            month: 1,
            day: 1,
            ..self
        };
        let day_of_year = self.day_number() - first.day_number() + 1;
        [
            f64::from(self.year),
            f64::from(self.month),
            f64::from(self.day),
            f64::from(self.weekday()),
            self.seconds / 3600.0,
            f64::from(day_of_year),
            self.days(),
        ]
    }

    /// Whole days since 1 January 1970: those of whole years, by the Gregorian rule for leap years,
    /// and those of months, counted from March so that February comes last.
    fn day_number(self) -> i32 {
        let year = self.year - i32::from(self.month <= 2);
        let months_since_march = (self.month as i32 + 9) % 12;
        // 153 days in the five months from March, and again from August.
        let day_of_year = (153 * months_since_march + 2) / 5 + self.day as i32 - 1;
        365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
            - 719_468
    }
}

impl std::fmt::Display for Timestamp {
    /// As ISO 8601 has it, to the second.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = (self.year, self.month, self.day);
        let seconds = self.seconds as u32;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )
    }
}

fn days_of(year: i32, month: u32) -> u32 {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A number of so many digits.
fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let fits = count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
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
