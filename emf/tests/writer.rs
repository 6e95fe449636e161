//! Whatever is put in, legal lines come out, and every value is in them once.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use std::collections::HashMap;

use emf::{Line, Metric, Resolution, Settings, Unit, legal, limits, lint};
use proptest::prelude::*;
use serde_json::Value;

/// Names that want to break a line, and that meet each other.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "_aws",
            "service",
            "stage",
            "cold_start",
            "a.b",
            "",
            "\"",
            "\\",
            "a\nb",
            "requestId",
            "}]}]}",
            "Values",
            "\u{0}",
            "é",
            "A.a",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
        "[a-c]{1,2}",
    ]
}

/// All 64-bit patterns: whole, tiny, huge, NaN, infinite.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        (-1000i32..1000).prop_map(f64::from),
        prop::sample::select(vec![
            f64::NAN,
            f64::INFINITY,
            -0.0,
            0.1,
            1e16,
            1e-5,
            f64::MAX
        ]),
    ]
}

/// A dimension of the line that nothing else is called.
const BY: &str = "column of the line";

#[derive(Clone, Debug)]
enum Content {
    Text(String),
    Number(f64),
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        any::<String>().prop_map(Content::Text),
        number().prop_map(Content::Number),
    ]
}

fn settings() -> impl Strategy<Value = Settings> {
    prop::collection::vec(("[!-9;-~][ -~]{0,8}", "[ -~]{0,8}[!-~]"), 0..4).prop_map(|mut pairs| {
        pairs.push(("service".into(), "mail".into()));
        pairs.sort();
        pairs.dedup_by(|a, b| a.0 == b.0);
        Settings::new("Hearth/test", pairs).unwrap()
    })
}

/// A metric that lives as long as the test process, as the constants of a program do.
fn metric(name: &str, unit: Unit) -> &'static Metric {
    Box::leak(Box::new(Metric::new(name.to_owned().leak(), unit, "")))
}

/// The lines, each checked: ends in one newline, holds no other, and is legal.
fn checked_lines(output: Vec<u8>) -> Vec<Value> {
    let output = String::from_utf8(output).unwrap();
    assert!(output.is_empty() || output.ends_with('\n'));
    let lines = output.split_terminator('\n');
    lines
        .map(|line| {
            assert_eq!(lint(line), Ok(()), "{line}");
            serde_json::from_str(line).unwrap()
        })
        .collect()
}

/// The values of each metric over all lines, in order, as the bits of the number.
fn values(lines: &[Value]) -> HashMap<String, Vec<u64>> {
    let mut values: HashMap<String, Vec<u64>> = HashMap::new();
    for line in lines {
        let definitions = &line["_aws"]["CloudWatchMetrics"][0]["Metrics"];
        for definition in definitions.as_array().unwrap() {
            let name = definition["Name"].as_str().unwrap();
            let target = &line[name];
            let single = std::slice::from_ref(target);
            for value in target.as_array().map_or(single, Vec::as_slice) {
                let bits = value.as_f64().unwrap().to_bits();
                values.entry(name.to_owned()).or_default().push(bits);
            }
        }
    }
    values
}

/// Values of these inputs that the writer promises to keep, and the number that it may drop.
fn expected(settings: &Settings, inputs: &[(&str, f64)]) -> (HashMap<String, Vec<u64>>, usize) {
    let mut kept: HashMap<String, Vec<u64>> = HashMap::new();
    let mut dropped = 0;
    for &(name, value) in inputs {
        let name = legal::metric_name(name).into_owned();
        let is_dimension = settings
            .dimensions()
            .iter()
            .any(|(other, _)| *other == name);
        if !limits::is_value(value) || is_dimension || name == "_aws" {
            dropped += 1;
        } else {
            // -0 is written as 0, which is the same number.
            kept.entry(name).or_default().push((value + 0.0).to_bits());
        }
    }
    if dropped > 0 {
        let counted = (dropped as f64).to_bits();
        kept.insert("emf.dropped_values".to_owned(), vec![counted]);
    }
    (kept, dropped)
}

/// The properties that must be on each line: the first of each name that nothing else has taken.
fn expected_properties(
    settings: &Settings,
    metrics: &[(String, f64)],
    properties: &[(String, Content)],
) -> HashMap<String, Value> {
    let mut kept = HashMap::new();
    for (name, content) in properties {
        let value = match content {
            Content::Text(text) => Value::from(text.as_str()),
            Content::Number(number) if number.is_finite() => as_read(*number),
            Content::Number(_) => continue,
        };
        let is_dimension = settings.dimensions().iter().any(|(other, _)| other == name);
        let is_metric = metrics
            .iter()
            .any(|(other, value)| legal::metric_name(other) == *name && limits::is_value(*value));
        if !is_dimension && !is_metric && name != "_aws" && !name.is_empty() {
            kept.entry(name.clone()).or_insert(value);
        }
    }
    kept
}

/// A number as a parser gives it back: whole ones were written without a fraction.
fn as_read(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e16 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

proptest! {
    #[test]
    fn any_request_gives_legal_lines_with_every_value_once(
        settings in settings(),
        timestamp: u64,
        unit in prop::sample::select(Unit::ALL),
        metrics in prop::collection::vec((name(), number()), 0..40),
        properties in prop::collection::vec((name(), content()), 0..20),
        resolution in prop::sample::select(vec![Resolution::Standard, Resolution::High]),
        by in prop::option::of(any::<String>()),
        properties_first: bool,
    ) {
        let mut line = Line::new(&settings, timestamp);
        if let Some(value) = &by {
            line.by(BY, value);
            prop_assert_eq!(line.refused(), 0);
        }
        for before in [true, false] {
            if before == properties_first {
                for (name, content) in &properties {
                    match content {
                        Content::Text(text) => line.property(name, text),
                        Content::Number(number) => line.property_number(name, *number),
                    }
                }
            } else {
                for (name, value) in &metrics {
                    let metric = match resolution {
                        Resolution::Standard => *metric(name, unit),
                        Resolution::High => metric(name, unit).high_resolution(),
                    };
                    line.metric(Box::leak(Box::new(metric)), *value);
                }
            }
        }
        let inputs: Vec<_> = metrics.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let (kept, dropped) = expected(&settings, &inputs);
        prop_assert_eq!(line.dropped(), dropped);
        let refused = line.refused();

        let lines = checked_lines(line.finish());
        prop_assert_eq!(values(&lines), kept);
        let kept = expected_properties(&settings, &metrics, &properties);
        prop_assert_eq!(refused, properties.len() - kept.len());
        for line in &lines {
            prop_assert_eq!(line["_aws"]["Timestamp"].as_u64(), Some(timestamp));
            for (name, value) in settings.dimensions() {
                prop_assert_eq!(line[name].as_str(), Some(value.as_str()));
            }
            let definitions = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
            for definition in definitions {
                prop_assert_eq!(definition["StorageResolution"].as_u64(),
                    (resolution == Resolution::High && definition["Name"] != "emf.dropped_values").then_some(1));
            }
            let mut rest = line.as_object().unwrap().clone();
            rest.remove("_aws");
            let value = rest.remove(BY);
            prop_assert_eq!(value, by.as_ref().map(|value| legal::dimension_value(value).into()));
            let set = line["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0].as_array().unwrap();
            prop_assert_eq!(set.len(), settings.dimensions().len() + usize::from(by.is_some()));
            settings.dimensions().iter().for_each(|(name, _)| drop(rest.remove(name)));
            definitions.iter().for_each(|one| drop(rest.remove(one["Name"].as_str().unwrap())));
            prop_assert_eq!(&rest.into_iter().collect::<HashMap<_, _>>(), &kept);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn up_to_250_metrics_of_up_to_1000_values_are_split_and_nothing_is_lost(
        counts in prop::collection::vec(prop_oneof![8 => 0usize..3, 1 => 99usize..102, 1 => 0usize..1000], 1..250),
        start in number().prop_filter("taken", |value| limits::is_value(*value)),
    ) {
        let settings = Settings::new("Hearth", vec![("service".into(), "mail".into())]).unwrap();
        let names: Vec<_> = (0..counts.len()).map(|n| format!("metric \"{n}\"")).collect();
        let mut inputs = Vec::new();
        for round in 0..1000 {
            for (name, &count) in names.iter().zip(&counts) {
                if round < count {
                    inputs.push((name.as_str(), start + round as f64));
                }
            }
        }
        let by_name: HashMap<_, _> = names.iter().map(|name| (name.as_str(), metric(name, Unit::Count))).collect();
        let mut line = Line::new(&settings, 1);
        line.property("requestId", "8476a536");
        for (name, value) in &inputs {
            line.metric(by_name[name], *value);
        }
        let (kept, dropped) = expected(&settings, &inputs);
        prop_assert_eq!(line.dropped(), dropped);
        let lines = checked_lines(line.finish());
        prop_assert_eq!(values(&lines), kept);
        for line in &lines {
            prop_assert_eq!(line["requestId"].as_str(), Some("8476a536"));
        }
    }
}
