//! Timestamps: what a calendar and a clock show, as they are written. A zone is passed over: what
//! matters to people, weekday and hour, is that of the clock on the wall.

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

/// What is expected of a timestamp, for errors.
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

impl Timestamp {
    /// Reads ISO 8601 (`2026-02-01`, `2026-02-01T08:30`, `2026-02-01 08:30:00.5+01:00`, `…Z`) or a
    /// date with slashes (`2/1/2026 8:30`: month first, or with `day_first` the day). `None` when
    /// it is neither, or no day of the calendar.
    pub fn parse(text: &str, day_first: bool) -> Option<Timestamp> {
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
        let year = year as i32;
        if year < 1 || !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) {
            return None;
        }
        Some(Timestamp {
            year,
            month,
            day,
            seconds: time.map_or(Some(0.0), seconds)?,
        })
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

    /// What trees look at, as [`PARTS`] names it; the hour with minutes and seconds behind its
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
            "2025-2-1",
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
            "2025-02-01T08:30+1",
            "2025-02-0१",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
