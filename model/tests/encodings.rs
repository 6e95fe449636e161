//! Numbers, booleans, categories and timestamps to features, against values worked out by hand.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::{Mixed, SCALING, STANDARD, category, number, raw, raw_time, time};
use model::Model;
use model::assemble::ColumnPart;
use model::features::{EncoderKind, Features, NumberSettings};
use model::format::{CategoryEncoding, ColumnKind};
use model::row::Row;

/// The features of a value, given as JSON, of a column "x" that stands behind one of a number.
fn features(column: ColumnPart, value: &str) -> Vec<(u32, f64)> {
    let mut draft = Mixed::boosting();
    draft.columns = vec![ColumnPart::Number(raw("n")), column];
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let json = format!(r#"{{"n": 7, "x": {value}}}"#);
    let row = Row::from_json(&model.columns, json.as_bytes()).unwrap();
    let mut features = Features::default();
    features.fill(&model.encoders, &row);
    assert_eq!(features.entries[0], (0, 7.0));
    // Only text columns have statistics.
    assert_eq!(features.by_column, []);
    features.entries.split_off(1)
}

/// The names of the features of a column "x".
fn names(column: ColumnPart) -> Vec<String> {
    let mut draft = Mixed::boosting();
    draft.columns = vec![column];
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let column = &model.columns[0];
    assert_eq!(column.feature_name(column.feature_count), None);
    let names = (0..column.feature_count).map(|index| column.feature_name(index).unwrap());
    names.map(|name| name.into_owned()).collect()
}

/// A scaled column of this kind; `option` marks missing numbers, or puts the day first.
fn standard(kind: ColumnKind, option: bool) -> ColumnPart {
    let settings = NumberSettings {
        marks_missing: option,
        ..STANDARD
    };
    match kind {
        ColumnKind::Timestamp => ColumnPart::Timestamp(time("x", SCALING, option)),
        ColumnKind::Boolean => ColumnPart::Boolean(number("x", settings)),
        _ => ColumnPart::Number(number("x", settings)),
    }
}

/// A column of this kind as it is.
fn plain(kind: ColumnKind) -> ColumnPart {
    match kind {
        ColumnKind::Timestamp => ColumnPart::Timestamp(raw_time("x")),
        ColumnKind::Boolean => ColumnPart::Boolean(raw("x")),
        _ => ColumnPart::Number(raw("x")),
    }
}

fn colours(encoding: CategoryEncoding) -> ColumnPart {
    let colours = [("red", 0.5), ("blue", -2.25), ("", 8.0)];
    ColumnPart::Category(category("x", encoding, &colours))
}

#[test]
fn a_standard_number_is_scaled() {
    let column = || standard(ColumnKind::Number, false);
    // Mean 2, scale 4, fill 3.
    assert_eq!(features(column(), "12"), [(1, 2.5)]);
    assert_eq!(features(column(), "\"2\""), [(1, 0.0)]);
    assert_eq!(features(column(), "null"), [(1, 0.25)]);
    assert_eq!(names(column()), ["x"]);
}

#[test]
fn a_missing_number_may_have_a_feature_of_its_own() {
    let column = || standard(ColumnKind::Number, true);
    assert_eq!(features(column(), "12"), [(1, 2.5)]);
    assert_eq!(features(column(), "null"), [(1, 0.25), (2, 1.0)]);
    assert_eq!(names(column()), ["x", "x is missing"]);
}

#[test]
fn a_raw_number_is_as_it_is() {
    let column = || plain(ColumnKind::Number);
    assert_eq!(features(column(), "-12.5"), [(1, -12.5)]);
    let missing = features(column(), "\"NA\"");
    assert!(matches!(missing[..], [(1, value)] if value.is_nan()));
    assert_eq!(names(column()), ["x"]);
}

#[test]
fn a_boolean_is_a_number() {
    let column = || standard(ColumnKind::Boolean, false);
    assert_eq!(features(column(), "true"), [(1, -0.25)]);
    assert_eq!(features(column(), "\"no\""), [(1, -0.5)]);
    assert_eq!(features(plain(ColumnKind::Boolean), "1"), [(1, 1.0)]);
}

#[test]
fn a_category_has_a_feature_each() {
    let column = || colours(CategoryEncoding::OneHot);
    assert_eq!(features(column(), "\" red\""), [(1, 1.0)]);
    assert_eq!(features(column(), "\"blue\""), [(2, 1.0)]);
    assert_eq!(features(column(), "null"), [(3, 1.0)]);
    assert_eq!(features(column(), "\"Red\""), []);
    assert_eq!(names(column()), ["x=red", "x=blue", "x="]);
}

#[test]
fn an_ordered_category_is_its_number() {
    let column = || colours(CategoryEncoding::Ordered);
    assert_eq!(features(column(), "\"blue\""), [(1, -2.25)]);
    assert_eq!(features(column(), "\"\""), [(1, 8.0)]);
    let unknown = features(column(), "\"green\"");
    assert!(matches!(unknown[..], [(1, value)] if value.is_nan()));
    assert_eq!(names(column()), ["x"]);
}

#[test]
fn a_missing_category_without_a_name_is_unknown() {
    let column = |encoding| ColumnPart::Category(category("x", encoding, &[("red", 1.0)]));
    assert_eq!(features(column(CategoryEncoding::OneHot), "null"), []);
    let missing = features(column(CategoryEncoding::Ordered), "null");
    assert!(missing[0].1.is_nan());
}

#[test]
fn a_model_knows_the_categories_that_it_was_trained_on() {
    let bytes = Mixed::boosting().bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let EncoderKind::Category(kinds) = &model.encoders[1].kind else {
        panic!("the second column is one of categories");
    };
    assert!(kinds.knows("house"));
    assert!(!kinds.knows("castle"));
}

#[test]
fn a_standard_timestamp_has_its_month_weekday_hour_and_days() {
    let column = || standard(ColumnKind::Timestamp, false);
    // Saturday 1 February 2025, day 20,120 since 1970; (20120.25 - 2) / 4.
    let expected = [
        (1 + 1, 1.0),
        (1 + 12 + 5, 1.0),
        (1 + 19 + 6, 1.0),
        (1 + 43, 5029.5625),
    ];
    assert_eq!(features(column(), "\"2025-02-01T06:00+09:00\""), expected);
    assert_eq!(features(column(), "\"2/1/2025 6:00\""), expected);
    let day_first = standard(ColumnKind::Timestamp, true);
    assert_eq!(features(day_first, "\"1/2/2025 6:00\""), expected);
    // Monday, the last hour of the last month; a day before 1970 is negative.
    let expected = [
        (1 + 11, 1.0),
        (1 + 12, 1.0),
        (1 + 42, 1.0),
        (1 + 43, (-2.0 - 2.0 + 0.96875) / 4.0),
    ];
    assert_eq!(
        features(column(), "\"1969-12-30T23:15\"")[2..],
        expected[2..]
    );
    assert_eq!(
        features(column(), "\"1969-12-29T23:15\"")[..2],
        expected[..2]
    );
    assert_eq!(features(column(), "null"), [(44, 0.25)]);
}

#[test]
fn a_raw_timestamp_has_seven_parts() {
    let column = || plain(ColumnKind::Timestamp);
    let parts = features(column(), "\"2024-12-31 18:45:00\"");
    let days = 20_088.0 + 18.75 / 24.0; // 55 years, 14 of them leap years, less a day
    let expected = [2024.0, 12.0, 31.0, 1.0, 18.75, 366.0, days];
    assert_eq!(parts, (1..).zip(expected).collect::<Vec<_>>());
    let missing = features(column(), "null");
    assert_eq!(missing.len(), 7);
    assert!(missing.iter().all(|(_, value)| value.is_nan()));
}

#[test]
fn features_of_a_timestamp_have_names() {
    let raw = names(plain(ColumnKind::Timestamp));
    assert_eq!(
        raw,
        [
            "x.year",
            "x.month",
            "x.day",
            "x.weekday",
            "x.hour",
            "x.day_of_year",
            "x.days"
        ]
    );
    let standard = names(standard(ColumnKind::Timestamp, true));
    assert_eq!(standard.len(), 44);
    for (index, name) in [
        (0, "x.month=1"),
        (11, "x.month=12"),
        (12, "x.weekday=0"),
        (18, "x.weekday=6"),
        (19, "x.hour=0"),
        (42, "x.hour=23"),
        (43, "x.days"),
    ] {
        assert_eq!(standard[index], name);
    }
}

#[test]
fn columns_follow_each_other_without_a_gap() {
    let bytes = Mixed::linear().bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let firsts: Vec<u32> = model.encoders.iter().map(|e| e.first_feature).collect();
    assert_eq!(firsts, [0, 2, 4, 8, 9]);
    assert_eq!(model.features, 9 + 44);
    assert_eq!(model.columns[0].feature_name(1).unwrap(), "thanks");
}
