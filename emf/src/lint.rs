//! The lint: checks that CloudWatch can read a log line as embedded metrics.
//!
//! CloudWatch says little about a bad line: it shows up in the metrics `EMFParsingErrors` and
//! `EMFValidationErrors` of the namespace `AWS/Logs`, or in nothing at all. So the rules are checked
//! here, on any line of any writer, by parsing it; nothing of Hearth's own writer is trusted.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::{Unit, duplicates, limits};

/// Checks one log line (a newline at its end is allowed) against "Specification: Embedded metric
/// format".
///
/// Stricter than CloudWatch where a line would be taken but surely not mean what it says: a target
/// that is missing or is a histogram object (`Values` and `Counts`, not in the specification), a
/// metric twice in a directive, a member twice in an object, a namespace over 255 characters, names
/// and dimension values that the CloudWatch API refuses (see [`legal`](mod@crate::legal)).
///
/// # Errors
///
/// Every violation that was found, one sentence each; it begins with the place.
pub fn lint(line: &str) -> Result<(), Vec<String>> {
    check(line, None)
}

/// As [`lint()`], for a line that CloudWatch receives at `received`, in milliseconds since 1970: its
/// time may lie up to two weeks before that and two hours after it.
///
/// # Errors
///
/// As [`lint()`].
pub fn lint_received(line: &str, received: u64) -> Result<(), Vec<String>> {
    check(line, Some(received))
}

fn check(line: &str, received: Option<u64>) -> Result<(), Vec<String>> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let mut found = Violations::default();
    if line.len() > limits::LINE_BYTES {
        let problem = format!(
            "has {} bytes, expected at most {}",
            line.len(),
            limits::LINE_BYTES
        );
        found.add("the line", &problem);
    }
    if line.contains('\n') {
        found.add(
            "the line",
            "is broken by a line break, which makes it several log events",
        );
    }
    match serde_json::from_str(line) {
        Ok(Value::Object(root)) => {
            found
                .sentences
                .extend(duplicates::members_given_twice(line));
            check_root(&root, received, &mut found);
        }
        Ok(_) => found.add("the line", "is JSON but no object, expected {\"_aws\":…}"),
        Err(error) => found.add("the line", &format!("is not one JSON object: {error}")),
    }
    if found.sentences.is_empty() {
        Ok(())
    } else {
        Err(found.sentences)
    }
}

#[derive(Default)]
struct Violations {
    sentences: Vec<String>,
}

impl Violations {
    fn add(&mut self, place: &str, problem: &str) {
        self.sentences.push(format!("{place} {problem}"));
    }

    /// The array at `object[name]`, or a violation.
    fn array<'a>(&mut self, object: &'a Value, name: &str, place: &str) -> Option<&'a Vec<Value>> {
        let array = object.get(name).and_then(Value::as_array);
        if array.is_none() {
            self.add(&format!("{place}.{name}"), "is not an array");
        }
        array
    }

    /// The text at `value` if it has 1 to `longest` characters, or a violation.
    fn text<'a>(
        &mut self,
        value: Option<&'a Value>,
        longest: usize,
        place: &str,
    ) -> Option<&'a str> {
        let text = value.and_then(Value::as_str);
        let text = text.filter(|text| limits::fits(text, longest));
        if text.is_none() {
            self.add(
                place,
                &format!("is not a string of 1 to {longest} characters"),
            );
        }
        text
    }
}

fn check_root(root: &Map<String, Value>, received: Option<u64>, found: &mut Violations) {
    let Some(aws) = root.get(limits::RESERVED).filter(|aws| aws.is_object()) else {
        if let Some(member) = wrapper(root) {
            let place = format!("the member {member:?}");
            let problem =
                "holds the embedded metrics; CloudWatch reads them only as the whole line";
            return found.add(&place, problem);
        }
        return found.add(
            "_aws",
            "is not an object, expected Timestamp and CloudWatchMetrics in it",
        );
    };
    match (aws.get("Timestamp").and_then(Value::as_u64), received) {
        (None, _) => found.add(
            "_aws.Timestamp",
            "is not a whole number of milliseconds since 1970",
        ),
        (Some(time), Some(received)) => check_time(time, received, found),
        (Some(_), None) => {}
    }
    let Some(directives) = found.array(aws, "CloudWatchMetrics", "_aws") else {
        return;
    };
    if directives.is_empty() {
        found.add(
            "_aws.CloudWatchMetrics",
            "is empty, expected at least one directive",
        );
    }
    for (index, directive) in directives.iter().enumerate() {
        let place = format!("_aws.CloudWatchMetrics[{index}]");
        check_directive(root, directive, &place, found);
    }
}

/// The member of `root` that holds embedded metrics, as an object or as JSON in a string: what a
/// logger makes of a line that it is given as a message.
pub fn wrapper(root: &Map<String, Value>) -> Option<&str> {
    let has_metrics = |value: &Value| value.pointer("/_aws/CloudWatchMetrics").is_some();
    let holds = |value: &Value| match value {
        Value::String(text) => {
            text.contains(limits::RESERVED)
                && serde_json::from_str(text).is_ok_and(|inner| has_metrics(&inner))
        }
        _ => has_metrics(value),
    };
    let member = root.iter().find(|(_, value)| holds(value));
    member.map(|(name, _)| name.as_str())
}

/// Checks that a line of `time` may arrive at `received`, both in milliseconds since 1970.
fn check_time(time: u64, received: u64, found: &mut Violations) {
    const HOUR: u64 = 3_600_000;
    const DAY: u64 = 24 * HOUR;
    let place = "_aws.Timestamp";
    let (age, lead) = (received.saturating_sub(time), time.saturating_sub(received));
    if age > limits::PAST_MILLISECONDS {
        let (days, most) = (age / DAY, limits::PAST_MILLISECONDS / DAY);
        let unit = match received.abs_diff(time.saturating_mul(1_000)) < 365 * DAY {
            true => "; it seems to be in seconds, expected milliseconds since 1970",
            false => "",
        };
        let problem = format!("is {days} days old, expected at most {most}{unit}");
        found.add(place, &problem);
    }
    if lead > limits::FUTURE_MILLISECONDS {
        let (hours, most) = (lead / HOUR, limits::FUTURE_MILLISECONDS / HOUR);
        let problem = format!("lies {hours} hours in the future, expected at most {most}");
        found.add(place, &problem);
    }
}

fn check_directive(
    root: &Map<String, Value>,
    directive: &Value,
    place: &str,
    found: &mut Violations,
) {
    let namespace_place = format!("{place}.Namespace");
    let namespace = directive.get("Namespace");
    if let Some(namespace) = found.text(namespace, limits::NAMESPACE, &namespace_place)
        && !namespace.chars().all(limits::is_namespace_character)
    {
        let problem = "has characters other than letters, digits, spaces and . - _ / # :";
        found.add(&namespace_place, problem);
    }

    if let Some(sets) = found.array(directive, "Dimensions", place) {
        let place = format!("{place}.Dimensions");
        if sets.is_empty() {
            found.add(
                &place,
                "is empty, expected at least one set, for example [[]]",
            );
        }
        for (index, set) in sets.iter().enumerate() {
            check_dimension_set(root, set, &format!("{place}[{index}]"), found);
        }
    }

    if let Some(metrics) = found.array(directive, "Metrics", place) {
        let place = format!("{place}.Metrics");
        if metrics.len() > limits::METRICS {
            let problem = format!("has {} metrics, expected at most 100", metrics.len());
            found.add(&place, &problem);
        }
        let mut names = HashSet::new();
        for (index, metric) in metrics.iter().enumerate() {
            let place = format!("{place}[{index}]");
            if let Some(name) = check_metric(root, metric, &place, found)
                && !names.insert(name)
            {
                let problem = format!("repeats the metric {name:?} of the same directive");
                found.add(&place, &problem);
            }
        }
    }
}

fn check_dimension_set(
    root: &Map<String, Value>,
    set: &Value,
    place: &str,
    found: &mut Violations,
) {
    let Some(set) = set.as_array() else {
        return found.add(place, "is not an array of dimension names");
    };
    if set.len() > limits::DIMENSIONS {
        let problem = format!("has {} dimensions, expected at most 30", set.len());
        found.add(place, &problem);
    }
    for (index, name) in set.iter().enumerate() {
        let place = format!("{place}[{index}]");
        if let Some(name) = found.text(Some(name), limits::DIMENSION_NAME, &place) {
            check_printable(name, &place, found);
            if name.starts_with(':') {
                found.add(&place, "starts with a colon");
            }
            let place = format!("the dimension target {name:?}");
            if let Some(value) = found.text(root.get(name), limits::DIMENSION_VALUE, &place) {
                check_printable(value, &place, found);
            }
        }
    }
}

/// Checks what the CloudWatch API takes in a dimension (API reference, `Dimension`).
fn check_printable(text: &str, place: &str, found: &mut Violations) {
    if text.trim().is_empty() {
        found.add(place, "is blank");
    }
    if !text.chars().all(|c| matches!(c, ' '..='~')) {
        found.add(place, "has characters that are not printable ASCII");
    }
}

/// Checks a metric definition and its target; the answer is its name.
fn check_metric<'a>(
    root: &Map<String, Value>,
    metric: &'a Value,
    place: &str,
    found: &mut Violations,
) -> Option<&'a str> {
    if let Some(unit) = metric.get("Unit")
        && unit.as_str().and_then(Unit::from_name).is_none()
    {
        let place = format!("{place}.Unit");
        found.add(
            &place,
            "is not a unit of CloudWatch, expected for example Count or Milliseconds",
        );
    }
    if let Some(resolution) = metric.get("StorageResolution")
        && !matches!(resolution.as_u64(), Some(1 | 60))
    {
        let place = format!("{place}.StorageResolution");
        found.add(&place, "is neither 1 nor 60 seconds");
    }
    let name = metric.get("Name");
    let place = format!("{place}.Name");
    let name = found.text(name, limits::METRIC_NAME, &place)?;
    if name.trim().is_empty() {
        found.add(&place, "is blank");
    }
    if name.chars().any(char::is_control) {
        found.add(&place, "has control characters");
    }
    let values = match root.get(name) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let place = format!("the metric target {name:?}");
    if !(1..=limits::VALUES).contains(&values.len()) || !values.iter().all(Value::is_number) {
        found.add(
            &place,
            "is neither a number nor an array of 1 to 100 numbers",
        );
    }
    let is_outside = |value: &Value| value.as_f64().is_some_and(|value| !limits::is_value(value));
    if values.iter().any(is_outside) {
        found.add(
            &place,
            "has a value beyond 2^360 (2.3e108), which CloudWatch refuses",
        );
    }
    Some(name)
}
