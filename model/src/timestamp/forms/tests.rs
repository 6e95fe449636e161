use super::*;
use proptest::prelude::*;

/// 6 July 2025, a Sunday, at 13 minutes past midnight.
fn expected(seconds: f64) -> Option<Timestamp> {
    Timestamp::of(2025, 7, 6, seconds)
}

#[test]
fn dates_that_can_be_read_in_one_way_are_always_read() {
    for text in [
        "2025-7-6",
        "2025/07/06",
        "2025.07.06",
        "2025-Jul-06",
        "20250706",
        "2025-187",
        "2025-W27-7",
        "06-JUL-25",
        "6 July 2025",
        "06/Jul/2025",
        "Jul 6, 2025",
        "July 6 2025",
        "Sunday, July 6, 2025",
        "Sun Jul  6 00:00:00 2025",
        "Sun, 06 Jul 2025 00:00:00 GMT",
    ] {
        assert_eq!(parse(text, None), expected(0.0), "{text}");
    }
    assert_eq!(parse("2025-07", None), Timestamp::of(2025, 7, 1, 0.0));
    assert_eq!(parse("3-Sept-99", None), Timestamp::of(1999, 9, 3, 0.0));
    assert_eq!(parse("Sept. 3, 2025", None), Timestamp::of(2025, 9, 3, 0.0));
}

#[test]
fn times_and_zones_are_read_in_all_forms() {
    for text in [
        "2025-07-06 00:13:00 UTC",
        "2025-07-06 00:13:00 CEST",
        "2025-07-06 00:13:00,000",
        "2025-07-06T00:13:00.000+02:00[Europe/Berlin]",
        "2025-07-06 00:13:00 Europe/Berlin",
        "2025-07-06 00:13 UTC+2",
        "2025-07-06 00:13 GMT+0200",
        "2025-07-06t00:13z",
        "2025-07-06 00:13:00 +0200 (CEST)",
        "2025-07-06 00:13:00-02:00[Etc/GMT+2]",
        "Sun Jul 06 2025 00:13:00 GMT+0200 (Eastern European Summer Time)",
        "2025-07-06 12:13 AM",
        "2025/07/06 12:13:00 a.m.",
        "6-Jul-2025, 12:13am",
        "20250706T0013",
        "20250706T001300Z",
        "20250706001300",
        "202507060013",
        "06/Jul/2025:00:13:00 +0000",
        "Sun, 06 Jul 2025 00:13:00 GMT",
        "Sun Jul  6 00:13:00 2025",
    ] {
        assert_eq!(parse(text, None), expected(780.0), "{text}");
    }
    assert_eq!(parse("2025-07-06 13", None), expected(46_800.0));
    assert_eq!(parse("2025-07-06T13Z", None), expected(46_800.0));
    assert_eq!(parse("2025-7-6 1 PM", None), expected(46_800.0));
    assert_eq!(parse("2025-7-6 12:00 PM", None), expected(43_200.0));
}

#[test]
fn the_order_of_numbers_has_to_be_known() {
    for text in [
        "06.07.2025",
        "6/7/25",
        "06-07-2025",
        "6. 7. 2025",
        "06.07.25 0:00",
    ] {
        assert_eq!(parse(text, None), None, "{text}");
        assert_eq!(parse(text, Some(true)), expected(0.0), "{text}");
        let first_of_two = Timestamp::of(2025, 6, 7, 0.0);
        assert_eq!(parse(text, Some(false)), first_of_two, "{text}");
    }
}

#[test]
fn what_is_no_day_or_time_is_refused() {
    for text in [
        "",
        "today",
        "2025",
        "202507",
        "12",
        "7 6",
        "2025-02-29",
        "2025-13-01",
        "2025-0-1",
        "2025-07-06T",
        "2025-07-06T8",
        "2025-07-06 8",
        "2025-07-06T24:00",
        "2025-07-06 13:00 PM",
        "2025-07-06 0:13 AM",
        "2025-07-06 08:60",
        "2025-07-06 08:30:61",
        "2025-07-06 08:30 noon",
        "2025-07-06 08:30x",
        "2025-07-06/8",
        "2025-07/06",
        "2025-367",
        "2025-W54-1",
        "2025-W01-8",
        "06-Jux-25",
        "06.07-2025",
        "1 2 2025",
        "1.2.3",
        "192.168.0.1",
        "555-0199",
        "2025-07-06 +02",
        "31 June 2025",
        "0000-01-01",
        "99999999",
        "May",
        "2025-07-06T08:30:00.0123456789",
    ] {
        assert_eq!(parse(text, Some(true)), None, "{text}");
    }
}

proptest! {
    #[test]
    fn every_form_of_a_time_gives_that_time(
        (year, month, day) in (1969i32..2069, 1u32..13, 1u32..29),
        (hour, minute, second) in (0u32..24, 0u32..60, 0u32..60),
        day_first in any::<bool>(),
    ) {
        let expected = Timestamp::of(
            year as u32, month, day, f64::from(hour * 3600 + minute * 60 + second),
        );
        let (name, short) = (MONTHS[month as usize - 1], year % 100);
        let (half, twelve) = (["AM", "PM"][(hour / 12) as usize], (hour + 11) % 12 + 1);
        let (first, then) = if day_first { (day, month) } else { (month, day) };
        let clock = format!("{hour}:{minute:02}:{second:02}");
        for text in [
            format!("{year}-{month}-{day} {clock} UTC"),
            format!("{year}/{month:02}/{day:02} {twelve}:{minute:02}:{second:02} {half}"),
            format!("{day:02}-{}-{short:02} {clock}", name[..3].to_uppercase()),
            format!("{day} {name} {year} {clock}"),
            format!("{name} {day}, {year}, {clock}"),
            format!("{year}{month:02}{day:02}T{hour:02}{minute:02}{second:02}"),
            format!("{year}{month:02}{day:02}{hour:02}{minute:02}{second:02}"),
            format!("{first:02}.{then:02}.{year} {clock}"),
            format!("{first}/{then}/{short:02} {clock}"),
            format!("{first}-{then}-{year}T{clock}+01:00"),
        ] {
            prop_assert_eq!(parse(&text, Some(day_first)), expected, "{}", text);
        }
    }

    #[test]
    fn any_text_is_a_timestamp_or_none(text in "[0-9TZWJul/:., +-]{0,24}|\\PC{0,12}") {
        for day_first in [None, Some(false), Some(true)] {
            if let Some(time) = parse(&text, day_first) {
                prop_assert_eq!(Timestamp::of_day_number(time.day_number()).map(|day| (day.year, day.month, day.day)), Some((time.year, time.month, time.day)));
                prop_assert!((0.0..86_400.0).contains(&time.seconds));
            }
        }
    }
}
