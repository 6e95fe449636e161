//! Times as RFC 3339 has them.

use model::timestamp::date_of_day;

/// A time in seconds since 1970, as RFC 3339, section 5.6, has it: `2026-01-02T03:04:05Z`.
pub fn rfc3339(unix_seconds: u64) -> String {
    // The last second of 9999, behind which a year has five digits.
    let seconds = unix_seconds.min(253_402_300_799);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date_of_day(days as i64);
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
