//! Days of the Gregorian calendar and seconds of a day.

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
    /// A day of the calendar, from the year 1 on, at so many seconds since midnight.
    pub(super) fn of(year: u32, month: u32, day: u32, seconds: f64) -> Option<Timestamp> {
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
    pub(super) fn of_epoch(seconds: f64) -> Option<Timestamp> {
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
    pub(super) fn of_day_number(number: i32) -> Option<Timestamp> {
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
    pub(super) fn day_number(self) -> i32 {
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
