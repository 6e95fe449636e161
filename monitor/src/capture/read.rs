//! Finds records in the lines of a log.

use super::Record;
use crate::log::{Objects, messages};
use serde::Deserialize;
use std::borrow::Cow;

/// Content of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Records.
    pub records: u64,
    /// Things that begin as records and are none: cut short, or without an answer.
    pub broken: u64,
}

/// A record as it was captured: row and answer in whatever form the endpoint had them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured<'a> {
    /// The record; its row and answer are text in their forms.
    pub record: Record<'a>,
    /// Form of the row.
    pub input: DataForm<'a>,
    /// Form of the answer.
    pub output: DataForm<'a>,
}

/// Form of captured data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataForm<'a> {
    /// `JSON`, `CSV` or `BASE64`; JSON if the record says nothing.
    pub encoding: Option<Cow<'a, str>>,
    /// The media type that was observed; empty if the record has none.
    pub content_type: Cow<'a, str>,
}

/// Passes each record of a line of a log to `visit`, wherever in the line it stands.
pub fn records(line: &[u8], visit: &mut dyn FnMut(&Captured<'_>)) -> Found {
    let mut found = Found::default();
    messages(line, &mut |message| {
        let mut lines = Objects::new(message, br#"{"captureData""#);
        while let Some(line) = lines.read_next::<Line<'_>>() {
            match line.and_then(Line::into_captured) {
                Some(captured) => {
                    visit(&captured);
                    found.records += 1;
                }
                None => found.broken += 1,
            }
        }
    });
    found
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    #[serde(borrow)]
    capture_data: CaptureData<'a>,
    #[serde(borrow)]
    event_metadata: EventMetadata<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CaptureData<'a> {
    #[serde(borrow)]
    endpoint_input: Option<Endpoint<'a>>,
    #[serde(borrow)]
    endpoint_output: Option<Endpoint<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint<'a> {
    #[serde(borrow)]
    data: Cow<'a, str>,
    #[serde(borrow)]
    encoding: Option<Cow<'a, str>>,
    #[serde(borrow)]
    observed_content_type: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventMetadata<'a> {
    #[serde(borrow)]
    event_id: Cow<'a, str>,
    #[serde(borrow)]
    inference_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    inference_time: Cow<'a, str>,
    #[serde(borrow, default)]
    model_name: Cow<'a, str>,
    #[serde(borrow, default)]
    model_version: Cow<'a, str>,
    #[serde(borrow)]
    variant: Option<Cow<'a, str>>,
}

impl<'a> Endpoint<'a> {
    /// The data and their form.
    fn into_parts(self) -> (Cow<'a, str>, DataForm<'a>) {
        let form = DataForm {
            encoding: self.encoding,
            content_type: self.observed_content_type.unwrap_or_default(),
        };
        (self.data, form)
    }
}

impl<'a> Line<'a> {
    /// The record; `None` without a row or an answer.
    fn into_captured(self) -> Option<Captured<'a>> {
        let (row, input) = self.capture_data.endpoint_input?.into_parts();
        let (answer, output) = self.capture_data.endpoint_output?.into_parts();
        let EventMetadata {
            event_id,
            inference_id,
            inference_time,
            model_name,
            model_version,
            variant,
        } = self.event_metadata;
        let record = Record {
            input: row,
            output: answer,
            event_id,
            inference_id,
            inference_time,
            model_name,
            model_version,
            variant,
        };
        Some(Captured {
            record,
            input,
            output,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::push_record;
    use super::*;

    fn line(id: &str) -> String {
        let record = Record {
            input: "{}".into(),
            output: "{}".into(),
            event_id: id.into(),
            ..Record::default()
        };
        let mut out = Vec::new();
        push_record(&mut out, &record);
        String::from_utf8(out).unwrap().trim_end().to_string()
    }

    fn ids(text: &str) -> (Vec<String>, u64) {
        let mut ids = Vec::new();
        let found = records(text.as_bytes(), &mut |captured| {
            ids.push(captured.record.event_id.to_string());
        });
        (ids, found.broken)
    }

    #[test]
    fn records_are_found_among_what_is_none() {
        let (a, b) = (line("a"), line("b"));
        assert_eq!(ids(&a), (vec!["a".into()], 0));
        let tailed = format!("2026-01-02T03:04:05 2026/01/02/[1]abc {a}");
        assert_eq!(ids(&tailed), (vec!["a".into()], 0));
        assert_eq!(ids(&format!("{a}{b}")), (vec!["a".into(), "b".into()], 0));
        for none in ["", "{}", r#"{"_aws":{}}"#, "START RequestId: 1"] {
            assert_eq!(ids(none), (vec![], 0));
        }
    }

    #[test]
    fn what_is_cut_short_is_counted_and_what_follows_is_read() {
        let (a, b) = (line("a"), line("b"));
        assert_eq!(ids(&a[..a.len() / 2]), (vec![], 1));
        let broken = format!("{} {b}", &a[..a.len() - 30]);
        assert_eq!(ids(&broken), (vec!["b".into()], 1));
    }

    #[test]
    fn records_keep_the_form_of_their_data() {
        let text = concat!(
            r#"{"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT","#,
            r#""data":"1,2","encoding":"CSV"},"endpointOutput":{"mode":"OUTPUT","data":"0.5"}},"#,
            r#""eventMetadata":{"eventId":"x","inferenceTime":"2026-01-02T03:04:05Z"}}"#,
        );
        let mut found = Vec::new();
        let counts = records(text.as_bytes(), &mut |captured| {
            for form in [&captured.input, &captured.output] {
                let encoding = form.encoding.as_ref().map(|encoding| encoding.to_string());
                found.push((encoding, form.content_type.to_string()));
            }
        });
        assert_eq!((counts.records, counts.broken), (1, 0));
        let csv = (Some("CSV".to_string()), "text/csv".to_string());
        assert_eq!(found, [csv, (None, String::new())]);
    }

    #[test]
    fn a_batch_of_cloudwatch_logs_is_opened() {
        let events: Vec<_> = [line("a"), "END".to_string(), line("b")]
            .into_iter()
            .map(|message| serde_json::json!({"id": "1", "timestamp": 1, "message": message}))
            .collect();
        let batch = format!(
            r#"{{"messageType":"DATA_MESSAGE","owner":"111122223333","logEvents":{}}}"#,
            serde_json::Value::from(events)
        );
        assert_eq!(ids(&batch), (vec!["a".into(), "b".into()], 0));
    }

    #[test]
    fn a_record_without_an_answer_is_broken() {
        let text = r#"{"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT","data":"1,2","encoding":"CSV"}},"eventMetadata":{"eventId":"x","inferenceTime":"2026-01-02T03:04:05Z"},"eventVersion":"0"}"#;
        assert_eq!(ids(text), (vec![], 1));
    }
}
