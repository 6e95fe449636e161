//! Requests and rejections, from the EMF lines that stand among the captured records of a log.

use emf::metrics::{ERROR, LATENCY_HANDLER, REFUSAL_COUNT};
use monitor::capture::rfc3339;
use monitor::log::{Objects, messages};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Counts of requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Requests with a line, or in the line of a window.
    pub total: u64,
    /// Those that were rejected.
    pub rejected: u64,
    /// Rejected requests by reason, from the counts of codes.
    counts: BTreeMap<Reason, u64>,
    /// The same from the lines of single requests.
    counts_of_lines: BTreeMap<Reason, u64>,
}

/// Reason for a rejection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reason {
    /// Stable name, as responses have it.
    pub code: String,
    /// Column of the model that was wrong, the first of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        match &self.column {
            Some(column) => write!(f, " ({column})"),
            None => Ok(()),
        }
    }
}

/// A reason with its number of requests, for JSON.
#[derive(Serialize)]
struct ReasonCount<'a> {
    #[serde(flatten)]
    reason: &'a Reason,
    requests: u64,
}

impl Serialize for Requests {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut codes = BTreeMap::<&str, u64>::new();
        let reasons = self.by_reason();
        for (reason, requests) in &reasons {
            *codes.entry(&reason.code).or_default() += requests;
        }
        let reasons = reasons.iter().map(|(reason, requests)| ReasonCount {
            reason,
            requests: *requests,
        });
        let reasons: Vec<ReasonCount<'_>> = reasons.collect();
        let mut members = serializer.serialize_struct("Requests", 4)?;
        members.serialize_field("total", &self.total)?;
        members.serialize_field("rejected", &self.rejected)?;
        members.serialize_field("codes", &codes)?;
        members.serialize_field("reasons", &reasons)?;
        members.end()
    }
}

/// Reasons that are kept apart; a log may hold anything.
const REASONS: usize = 1_000;

impl Requests {
    /// Adds those of another part.
    pub fn merge(&mut self, other: &Requests) {
        self.total += other.total;
        self.rejected += other.rejected;
        for (reason, count) in &other.counts {
            add(&mut self.counts, reason, *count);
        }
        for (reason, count) in &other.counts_of_lines {
            add(&mut self.counts_of_lines, reason, *count);
        }
    }

    /// The share of requests that were rejected; `None` without requests.
    pub fn share(&self) -> Option<f64> {
        (self.total > 0).then(|| self.rejected as f64 / self.total as f64)
    }

    /// Reasons with their requests, the most frequent first. In the mode `request` a rejected request has a
    /// line of its own, and counts of codes come later; in the mode `window` there are only counts.
    pub fn by_reason(&self) -> Vec<(&Reason, u64)> {
        let sum = |counts: &BTreeMap<Reason, u64>| counts.values().sum::<u64>();
        let counts = match sum(&self.counts_of_lines) >= sum(&self.counts) {
            true => &self.counts_of_lines,
            false => &self.counts,
        };
        let mut reasons: Vec<(&Reason, u64)> =
            counts.iter().map(|(of, &count)| (of, count)).collect();
        // A stable sort: equal ones stay by name.
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons
    }

    fn add(&mut self, line: &Map<String, Value>) {
        let text = |name: &str| line.get(name).and_then(Value::as_str).map(String::from);
        let reason = text("code").map(|code| Reason {
            code,
            column: text("column"),
        });
        if let Some(count) = line.get(REFUSAL_COUNT.name) {
            if let Some(reason) = &reason {
                add(&mut self.counts, reason, numbers(count).1 as u64);
            }
            return;
        }
        let of = |name: &str| line.get(name).map_or((0, 0.0), numbers);
        self.total += of(LATENCY_HANDLER.name).0;
        let rejected = of(ERROR.name).1 as u64;
        self.rejected += rejected;
        if let (Some(reason), 1..) = (&reason, rejected) {
            add(&mut self.counts_of_lines, reason, rejected);
        }
    }
}

fn add(counts: &mut BTreeMap<Reason, u64>, reason: &Reason, count: u64) {
    let is_known = counts.len() < REASONS || counts.contains_key(reason);
    let reason = match is_known {
        true => reason.clone(),
        false => Reason {
            code: "others".into(),
            column: None,
        },
    };
    *counts.entry(reason).or_default() += count;
}

/// Number of values of a metric on a line, and their sum.
fn numbers(value: &Value) -> (u64, f64) {
    match value {
        Value::Number(number) => (1, number.as_f64().unwrap_or_default()),
        Value::Array(all) => {
            let numbers = all.iter().filter_map(Value::as_f64);
            (all.len() as u64, numbers.sum())
        }
        _ => (0, 0.0),
    }
}

/// Time and model of a line.
pub struct LineOrigin<'a> {
    /// Time of the line, by RFC 3339.
    pub time: String,
    /// Version of the model; empty where the line has none.
    pub version: Cow<'a, str>,
}

/// Shows `visit` the counts of each EMF line in a line of a log, wherever in the line it stands.
pub fn read(line: &[u8], visit: &mut dyn FnMut(&LineOrigin<'_>, &Requests)) {
    messages(line, &mut |message| {
        let mut lines = Objects::new(message, br#"{"_aws""#);
        while let Some(line) = lines.read_next::<Map<String, Value>>() {
            let Some(line) = line else { continue };
            let mut requests = Requests::default();
            requests.add(&line);
            if requests == Requests::default() {
                continue;
            }
            let time = line.get("_aws").and_then(|of| of.get("Timestamp"));
            let time = time.and_then(Value::as_u64).map(|ms| rfc3339(ms / 1_000));
            let version = line.get("modelVersion").and_then(Value::as_str);
            let place = LineOrigin {
                time: time.unwrap_or_default(),
                version: version.unwrap_or_default().into(),
            };
            visit(&place, &requests);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use emf::{Line, Record, Settings, Window, window::Size};

    fn counted(text: &[u8]) -> (Requests, Vec<String>) {
        let (mut all, mut times) = (Requests::default(), Vec::new());
        for line in text.split(|byte| *byte == b'\n') {
            read(line, &mut |place, requests| {
                all.merge(requests);
                times.push(place.time.clone());
            });
        }
        (all, times)
    }

    fn settings() -> Settings {
        Settings::new("Hearth", vec![]).unwrap()
    }

    #[test]
    fn requests_of_both_modes_are_counted() {
        let settings = settings();
        let mut text = Vec::new();
        for request in 0..4u64 {
            let mut line = Line::new(&settings, 1_767_571_200_000 + request);
            line.metric(&LATENCY_HANDLER, 0.5);
            if request == 3 {
                line.metric(&ERROR, 1.0);
                line.property("code", "missing_field");
                line.property("column", "size");
            }
            text.extend_from_slice(b"2026-01-05T00:00:00 stream ");
            text.append(&mut line.finish());
        }
        let (of_lines, times) = counted(&text);
        assert_eq!((of_lines.total, of_lines.rejected), (4, 1));
        let reasons = |of: &Requests| -> Vec<(String, u64)> {
            let all = of.by_reason();
            all.into_iter()
                .map(|(of, count)| (of.to_string(), count))
                .collect()
        };
        assert_eq!(
            reasons(&of_lines),
            [("missing_field (size)".to_string(), 1)]
        );
        let json = serde_json::to_value(&of_lines).unwrap();
        assert_eq!(json["codes"], serde_json::json!({"missing_field": 1}));
        let reason =
            serde_json::json!([{"code": "missing_field", "column": "size", "requests": 1}]);
        assert_eq!(json["reasons"], reason);
        assert_eq!((times.len(), &*times[0]), (4, "2026-01-05T00:00:00Z"));

        let mut window = Window::new(Size::default());
        for request in 0..10 {
            window.begin(1_767_571_200_000);
            window.metric(&LATENCY_HANDLER, 0.25 * f64::from(request));
            if request < 2 {
                window.metric(&ERROR, 1.0);
            }
        }
        let mut text = window.finish(&settings, |line| line.property("modelVersion", "v7"));
        for (code, count) in [("missing_field", 1.0), ("wrong_type", 1.0)] {
            let mut line = Line::new(&settings, 1_767_571_200_000);
            line.by("code", code);
            line.metric(&REFUSAL_COUNT, count);
            text.append(&mut line.finish());
        }
        let (of_window, _) = counted(&text);
        assert_eq!((of_window.total, of_window.rejected), (10, 2));
        let codes = [("missing_field", 1), ("wrong_type", 1)];
        assert_eq!(
            reasons(&of_window),
            codes.map(|(code, count)| (code.to_string(), count))
        );
        assert_eq!(of_window.share(), Some(0.2));
    }

    #[test]
    fn batches_are_opened_and_other_lines_count_nothing() {
        let settings = settings();
        let mut line = Line::new(&settings, 1_000);
        line.metric(&LATENCY_HANDLER, 0.5);
        let message = String::from_utf8(line.finish()).unwrap();
        let events = [message.as_str(), "END"]
            .map(|message| serde_json::json!({"id": "1", "timestamp": 1, "message": message}));
        let events = serde_json::Value::from(events.to_vec());
        let batch = format!(
            r#"{{"messageType":"DATA_MESSAGE","owner":"111122223333","logEvents":{events}}}"#
        );
        assert_eq!(counted(batch.as_bytes()).0.total, 1);
        let none = [
            r#"{"_aws":{}}"#,
            r#"{"_aws":{"Timestamp":1},"drift.psi":0.5}"#,
            r#"{"_aws":"#,
            "START",
            "",
        ];
        for none in none {
            assert_eq!(counted(none.as_bytes()).0, Requests::default(), "{none}");
        }
    }
}
