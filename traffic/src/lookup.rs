//! Records by the id of their request.

use crate::captures::Tally;
use monitor::capture::Record;
use serde::Serialize;
use serde_json::value::RawValue;

/// Records of an id.
pub struct Lookup<'a> {
    id: &'a str,
    found: Vec<FoundRecord>,
    /// The least id of a record, to show what they look like.
    example: Option<String>,
}

/// A record that was looked up.
#[derive(Clone, Debug, Serialize)]
pub struct FoundRecord {
    /// The id by which labels name the row: the client's, or else the function's.
    pub id: String,
    /// The function's id.
    pub event_id: String,
    /// Time of the answer, by RFC 3339.
    pub time: String,
    /// The model's name.
    pub model: String,
    /// The model's version.
    pub version: String,
    /// The variant that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The row, as JSON.
    pub row: Option<Box<RawValue>>,
    /// The answer, as JSON.
    pub answer: Option<Box<RawValue>>,
}

impl<'a> Lookup<'a> {
    /// Nothing yet: of `id`, which the client or the function gave the request. The rows of a request of
    /// several are all found by the id of the request, and one of them with `/` and its number.
    pub fn new(id: &'a str) -> Lookup<'a> {
        Lookup {
            id,
            found: Vec::new(),
            example: None,
        }
    }

    /// The records by their times and the numbers of their rows, each once; and an id of another record.
    pub fn finish(mut self) -> (Vec<FoundRecord>, Option<String>) {
        let number = |of: &FoundRecord| {
            let number = of.event_id.rsplit_once('/');
            number.and_then(|(_, number)| number.parse::<u64>().ok())
        };
        let key = |of: &FoundRecord| (of.time.clone(), number(of), of.event_id.clone());
        self.found.sort_by_cached_key(key);
        // What was delivered twice.
        self.found
            .dedup_by(|a, b| a.event_id == b.event_id && a.time == b.time);
        (self.found, self.example)
    }

    fn is_of(&self, id: &str) -> bool {
        let rest = id.strip_prefix(self.id);
        rest.is_some_and(|rest| rest.is_empty() || is_row_number(rest))
    }
}

fn is_row_number(end: &str) -> bool {
    let number = end.strip_prefix('/').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

impl Tally for Lookup<'_> {
    fn add(&mut self, record: &Record<'_>) {
        if !self.is_of(record.label_id()) && !self.is_of(&record.event_id) {
            let id = record.label_id();
            if self.example.as_deref().is_none_or(|example| id < example) {
                self.example = Some(id.to_string());
            }
            return;
        }
        let json = |text: &str| RawValue::from_string(text.to_string()).ok();
        self.found.push(FoundRecord {
            id: record.label_id().to_string(),
            event_id: record.event_id.to_string(),
            time: record.inference_time.to_string(),
            model: record.model_name.to_string(),
            version: record.model_version.to_string(),
            variant: record.variant.as_deref().map(String::from),
            row: json(&record.input),
            answer: json(&record.output),
        });
    }

    fn merge(&mut self, other: Self) {
        self.found.extend(other.found);
        self.example = self.example.take().into_iter().chain(other.example).min();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(id: &str, records: &[(&str, Option<&str>)]) -> Vec<String> {
        let mut lookup = Lookup::new(id);
        for (event_id, inference_id) in records {
            lookup.add(&Record {
                event_id: (*event_id).into(),
                inference_id: inference_id.map(Into::into),
                input: "{}".into(),
                output: "{}".into(),
                ..Record::default()
            });
        }
        lookup
            .finish()
            .0
            .into_iter()
            .map(|of| of.event_id)
            .collect()
    }

    #[test]
    fn a_request_has_its_rows_and_a_row_is_one() {
        let records = [
            ("e/10", Some("r/10")),
            ("e/2", Some("r/2")),
            ("e/2", Some("r/2")),
            ("ee", None),
            ("x/0/1", Some("r/a")),
        ];
        assert_eq!(ids("r", &records), ["e/2", "e/10"]);
        assert_eq!(ids("e", &records), ["e/2", "e/10"]);
        assert_eq!(ids("r/2", &records), ["e/2"]);
        assert_eq!(ids("none", &records), [""; 0]);
    }
}
