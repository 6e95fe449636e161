//! Sizes and times for people.

use model::timestamp::date_of_day;
use std::time::Duration;

/// A size in bytes, in the unit that leaves one to three digits before the point.
pub fn size(bytes: u64) -> String {
    let scaled = |unit: f64| bytes as f64 / unit;
    match bytes {
        0..1000 => format!("{bytes} bytes"),
        1000..999_950 => format!("{:.1} KB", scaled(1e3)),
        999_950..999_950_000 => format!("{:.1} MB", scaled(1e6)),
        _ => format!("{:.1} GB", scaled(1e9)),
    }
}

/// A time to the second, from an hour on to the minute: `8 s`, `4 min 12 s`, `1 h 5 min`.
pub fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, _) if seconds.is_multiple_of(60) => format!("{minutes} min"),
        (0, _) => format!("{minutes} min {} s", seconds % 60),
        _ => format!("{hours} h {} min", minutes % 60),
    }
}

/// A time to the second below a minute, then to the minute: of an estimate the seconds are wrong anyway.
pub fn about(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// Milliseconds with three digits: `0.42 ms`, `12.3 ms`, `1234 ms`.
pub fn millis(millis: f64) -> String {
    match millis {
        ..9.995 => format!("{millis:.2} ms"),
        ..99.95 => format!("{millis:.1} ms"),
        _ => format!("{millis:.0} ms"),
    }
}

/// Days since 1970 as a date, with hour and minute where it is not midnight.
pub fn date(days: f64) -> String {
    // To the minute: a day's fraction is rarely a binary one.
    let all = (days * 1440.0).round() as i64;
    let (day, minutes) = (all.div_euclid(1440), all.rem_euclid(1440));
    let (year, month, day) = date_of_day(day);
    let date = format!("{year:04}-{month:02}-{day:02}");
    match minutes {
        0 => date,
        minutes => format!("{date} {:02}:{:02}", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_that_people_use() {
        let sizes = [
            0,
            999,
            1000,
            23_449,
            999_949,
            999_950,
            12_345_678,
            2_500_000_000,
        ]
        .map(size);
        let expected = [
            "0 bytes",
            "999 bytes",
            "1.0 KB",
            "23.4 KB",
            "999.9 KB",
            "1.0 MB",
            "12.3 MB",
            "2.5 GB",
        ];
        assert_eq!(sizes, expected);
        let times = [0, 8, 60, 252, 3600, 3900].map(|of| time(Duration::from_secs(of)));
        let expected = [
            "0 s",
            "8 s",
            "1 min",
            "4 min 12 s",
            "1 h 0 min",
            "1 h 5 min",
        ];
        assert_eq!(times, expected);
        let times = [59, 119, 3900].map(|of| about(Duration::from_secs(of)));
        assert_eq!(times, ["59 s", "1 min", "1 h 5 min"]);
        let short = [0.421, 9.996, 12.34, 99.96, 1234.5].map(millis);
        let expected = ["0.42 ms", "10.0 ms", "12.3 ms", "100 ms", "1234 ms"];
        assert_eq!(short, expected);
        let dates = [0.0, 20454.0 + 6.5 / 24.0, -0.5].map(date);
        assert_eq!(
            dates,
            ["1970-01-01", "2026-01-01 06:30", "1969-12-31 12:00"]
        );
    }
}
