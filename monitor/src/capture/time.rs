//! Times as RFC 3339 has them.

/// A time in seconds since 1970, as RFC 3339, section 5.6, has it: `2026-01-02T03:04:05Z`.
///
/// The calendar is worked out from March on, so that the leap day comes last (Richards, "Explanatory
/// supplement to the Astronomical Almanac", 2013, section 15.11).
pub fn rfc3339(unix_seconds: u64) -> String {
    // The last second of 9999, behind which a year has five digits.
    let seconds = unix_seconds.min(253_402_300_799);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days since 1 March of the year 0, of which 400 years have 146,097.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // 153 days in the five months from March, and again from August.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = 400 * era + year + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::rfc3339;
    use model::timestamp::Timestamp;
    use proptest::prelude::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        // Python: datetime.fromtimestamp(seconds, timezone.utc)
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_767_323_045), "2026-01-02T03:04:05Z");
        assert_eq!(rfc3339(u64::MAX), "9999-12-31T23:59:59Z");
    }

    proptest! {
        #[test]
        fn any_time_is_read_as_what_it_is(seconds in 0u64..253_402_300_800) {
            let time = Timestamp::parse(&rfc3339(seconds), false).unwrap();
            prop_assert_eq!((time.days() * 86_400.0).round() as u64, seconds);
        }
    }
}
