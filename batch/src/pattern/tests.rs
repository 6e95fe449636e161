use super::{fields, filled, latest, natural};
use jiff::{Timestamp, ZonedDateTime};
use proptest::prelude::*;

fn time(text: &str, zone: &str) -> ZonedDateTime {
    text.parse::<Timestamp>().unwrap().in_tz(zone).unwrap()
}

#[test]
fn fields_are_those_of_the_time_in_its_zone() {
    let pattern = "input/year={yyyy}/month={MM}/day={dd}/{HH}{mm}/";
    for (zone, expected) in [
        ("UTC", "input/year=2026/month=12/day=31/1730/"),
        ("Pacific/Auckland", "input/year=2027/month=01/day=01/0630/"),
    ] {
        let time = time("2026-12-31T17:30:00Z", zone);
        assert_eq!(fields(pattern, &time).unwrap(), expected);
    }
}

#[test]
fn a_shift_moves_the_whole_time() {
    for (at, pattern, expected) in [
        (
            "2027-01-01T06:00:00Z",
            "{yyyy-1d}/{MM-1d}/{dd-1d}",
            "2026/12/31",
        ),
        ("2028-02-28T06:00:00Z", "{MM+1d}-{dd+1d}", "02-29"),
        // The day that a month does not have is its last one.
        ("2026-03-31T06:00:00Z", "{MM-1M}-{dd-1M}", "02-28"),
        ("2026-03-05T06:00:00Z", "{dd-1w}", "26"),
        ("2026-03-05T06:00:00Z", "{yyyy-2y}", "2024"),
        ("2026-03-05T06:00:00Z", "{HH-7h}", "23"),
    ] {
        assert_eq!(fields(pattern, &time(at, "UTC")).unwrap(), expected);
    }
    // The clock went forward that night: a day before at the same time is 23 hours ago.
    let berlin = time("2026-03-29T04:30:00Z", "Europe/Berlin");
    assert_eq!(fields("{dd-1d}T{HH-1d}", &berlin).unwrap(), "28T06");
    assert_eq!(fields("{dd-24h}T{HH-24h}", &berlin).unwrap(), "28T05");
}

#[test]
fn what_is_no_placeholder_is_refused() {
    let time = time("2026-03-29T04:30:00Z", "UTC");
    for pattern in [
        "{YYYY}",
        "{dd-1}",
        "{dd-d}",
        "{dd--1d}",
        "{dd-1s}",
        "{}",
        "{yyyy-3000y}",
        "{dd-99999999999999999999d}",
    ] {
        let error = fields(pattern, &time).unwrap_err().to_string();
        assert!(error.contains("is no placeholder"), "{pattern}: {error}");
    }
    let error = fields("input/{yyyy", &time).unwrap_err().to_string();
    assert_eq!(error, "input/{yyyy: {yyyy has no closing brace");
}

#[test]
fn fields_of_different_times_are_refused() {
    let time = time("2027-01-01T06:00:00Z", "UTC");
    for (pattern, expected) in [
        (
            "{yyyy}/{MM}/{dd-1d}",
            "{dd-1d} and {yyyy} are of different times; {yyyy-1d} was expected",
        ),
        (
            "{yyyy-1d}/{MM}/{dd-1d}",
            "{dd-1d} and {MM} are of different times; {MM-1d} was expected",
        ),
        (
            "{dd}/{HH-1h}",
            "{HH-1h} and {dd} are of different times; {dd-1h} was expected",
        ),
    ] {
        let error = fields(pattern, &time).unwrap_err().to_string();
        assert_eq!(error, format!("{pattern}: {expected}"));
    }
    // From one day to another, each whole.
    let both = "{yyyy-7d}{MM-7d}{dd-7d}-{yyyy}{MM}{dd}";
    assert_eq!(fields(both, &time).unwrap(), "20261225-20270101");
    assert_eq!(fields("day-{dd-1d}", &time).unwrap(), "day-31");
}

#[test]
fn the_latest_folder_is_the_greatest_number_at_each_level() {
    let folders = |above: &str| {
        Ok::<_, anyhow::Error>(match above {
            "input/" => ["other", "year=2024", "year=2026", "year="]
                .map(String::from)
                .to_vec(),
            "input/year=2026/" => ["day=9-a", "day=10-a", "day=11"].map(String::from).to_vec(),
            _ => Vec::new(),
        })
    };
    let found = latest("input/year={latest}/day={latest}-a/", folders).unwrap();
    let (path, values) = found.unwrap();
    assert_eq!(path, "input/year=2026/day=10-a/");
    assert_eq!(
        filled("output/{latest}-{latest}/", &values).unwrap(),
        "output/2026-10/"
    );
    assert_eq!(filled("output/{latest}/", &values).unwrap(), "output/2026/");
    assert!(filled("{latest}{latest}{latest}", &values).is_err());
    assert_eq!(latest("nothing/{latest}/", folders).unwrap(), None);
    assert!(
        latest("input/{latest}", folders)
            .unwrap_err()
            .to_string()
            .contains("no slash follows it")
    );
    assert!(
        latest("{latest}{latest}/", folders)
            .unwrap_err()
            .to_string()
            .contains("has one {latest}")
    );
}

proptest! {
    #[test]
    fn any_text_is_a_path_or_a_sentence(text in "[a-z{}+\\-0-9yMdh/=]{0,24}") {
        let time = time("2026-03-29T04:30:00Z", "UTC");
        if let Ok(path) = fields(&text, &time) {
            let has_more = path.replace("{latest}", "").contains('{');
            prop_assert!(!has_more, "{}", path);
        }
    }

    #[test]
    fn the_order_of_names_is_total(a in "[a0-9]{0,6}", b in "[a0-9]{0,6}", c in "[a0-9]{0,6}") {
        prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
        prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
        if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
            prop_assert!(natural(&a, &c).is_le());
        }
    }

    #[test]
    fn numbers_are_in_their_order(a in 0u32.., b in 0u32..) {
        prop_assume!(a != b);
        prop_assert_eq!(natural(&format!("day={a}"), &format!("day={b}")), a.cmp(&b));
    }
}
