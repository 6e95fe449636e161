//! Names, dimensions and windows, whatever they are given.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use std::collections::{HashMap, HashSet};

use emf::window::Size;
use emf::{Guard, Line, Metric, Record, Settings, Window, guard, legal, limits, lint, metrics};
use proptest::prelude::*;
use serde_json::Value;

fn settings() -> Settings {
    Settings::new("Hearth", vec![("service".into(), "mail".into())]).unwrap()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,12}",
        "[:\\s]{0,3}[a-zé😀\\x00-\\x1f]{0,1100}",
        Just("é".repeat(600)),
    ]
}

/// The values of every metric of the lines, each of which is legal.
fn values(output: Vec<u8>) -> HashMap<String, Vec<f64>> {
    let mut values: HashMap<String, Vec<f64>> = HashMap::new();
    for line in String::from_utf8(output).unwrap().lines() {
        assert_eq!(lint(line), Ok(()), "{line}");
        let line: Value = serde_json::from_str(line).unwrap();
        let definitions = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array();
        for definition in definitions.unwrap() {
            let name = definition["Name"].as_str().unwrap();
            let one = std::slice::from_ref(&line[name]);
            let all = line[name].as_array().map_or(one, Vec::as_slice);
            let all = all.iter().map(|value| value.as_f64().unwrap());
            values.entry(name.to_owned()).or_default().extend(all);
        }
    }
    values
}

/// Reads back what `legal` has written in another way.
fn unquoted(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        match (first, behind) {
            (b'%', [high, low, behind @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                rest = behind;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #[test]
    fn what_is_made_legal_passes_the_lint_and_can_be_read_back(text in text()) {
        let value = legal::dimension_value(&text).into_owned();
        let settings = settings();
        let mut line = Line::new(&settings, 0);
        line.by(&text, &text);
        line.metric(&metrics::DRIFT_PSI, 1.0);
        let refused = line.refused();
        let dimension = legal::dimension_name(&text).into_owned();
        prop_assert_eq!(refused, usize::from(metrics::find(&dimension).is_some() || dimension == "service"));
        let line = String::from_utf8(line.finish()).unwrap();
        prop_assert_eq!(lint(&line), Ok(()));
        prop_assert_eq!(legal::dimension_value(&value), value.as_str(), "twice is once");
        if value != legal::BLANK && !text.contains('%') {
            prop_assert!(text.starts_with(&unquoted(&value)));
            prop_assert!(unquoted(&value) == text || value.len() > limits::DIMENSION_VALUE - 12);
        }
    }

    #[test]
    fn a_guard_lets_few_values_pass_and_always_the_same(
        most in 0_usize..30,
        values in prop::collection::vec("[a-e]{0,3}", 0..200),
    ) {
        let mut guard = Guard::new(most);
        let mut fate: HashMap<&str, &str> = HashMap::new();
        for value in &values {
            let told = guard.admit(value);
            prop_assert!(told == value || told == guard::OTHER);
            prop_assert_eq!(*fate.entry(value).or_insert(told), told);
        }
        let passed = fate.values().filter(|value| **value != guard::OTHER).count();
        prop_assert_eq!(passed, fate.len().min(most));
    }

    #[test]
    fn a_window_tells_what_the_lines_of_its_requests_would_have_told(
        requests in prop::collection::vec(prop::collection::vec((0_usize..8, prop_oneof![Just(0.0), Just(f64::NAN), -1e3..1e3]), 0..6), 0..250),
    ) {
        let settings = settings();
        let of = |index: usize| &metrics::TABLE[index];
        let mut window = Window::new(Size::default());
        let mut in_windows: HashMap<String, Vec<f64>> = HashMap::new();
        let mut one_by_one: HashMap<String, Vec<f64>> = HashMap::new();
        let add = |all: &mut HashMap<String, Vec<f64>>, output| {
            for (name, values) in values(output) {
                all.entry(name).or_default().extend(values);
            }
        };
        for (n, request) in requests.iter().enumerate() {
            let mut line = Line::new(&settings, n as u64);
            window.begin(n as u64);
            for &(index, value) in request {
                line.metric(of(index), value);
                window.metric(of(index), value);
            }
            add(&mut one_by_one, line.finish());
            if window.is_due(n as u64) {
                let lines = window.finish(&settings, |_| {});
                // More than a hundred values only where one request brought several.
                prop_assert!(lines.iter().filter(|&&byte| byte == b'\n').count() <= 2);
                add(&mut in_windows, lines);
            }
        }
        add(&mut in_windows, window.finish(&settings, |_| {}));
        // What was dropped is a sum on a line.
        let name = metrics::EMF_DROPPED_VALUES.name;
        let dropped = |all: &mut HashMap<String, Vec<f64>>| all.remove(name).map(|counts| counts.iter().sum::<f64>());
        prop_assert_eq!(dropped(&mut in_windows), dropped(&mut one_by_one));
        prop_assert_eq!(in_windows, one_by_one);
    }
}

#[test]
fn thirty_dimensions_are_the_most_that_a_line_may_have() {
    let settings = settings();
    let names: HashSet<String> = (0..40).map(|n| format!("d{n}")).collect();
    let mut line = Line::new(&settings, 0);
    for name in &names {
        line.by(name, "v");
    }
    assert_eq!(line.refused(), 40 - (limits::DIMENSIONS - 1));
    line.metric(&metrics::ERROR, 1.0);
    assert_eq!(values(line.finish())["error"], [1.0]);
}

#[test]
fn a_name_and_its_repair_are_one_metric() {
    const GIVEN: [Metric; 2] = [
        Metric::new("a\nb", emf::Unit::Count, ""),
        Metric::new("a%0Ab", emf::Unit::Count, ""),
    ];
    for order in [[0, 1, 0], [1, 0, 1]] {
        let settings = settings();
        let mut line = Line::new(&settings, 0);
        for (value, index) in order.into_iter().enumerate() {
            line.metric(&GIVEN[index], value as f64);
        }
        assert_eq!(values(line.finish())["a%0Ab"], [0.0, 1.0, 2.0]);
    }
}
