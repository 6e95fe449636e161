//! A request and its answer as one line of JSON, in the shape that Amazon SageMaker captures data.
//!
//! The members are those of `DataCaptureConfig`'s files ("Monitor data and model quality", the
//! SageMaker developer guide): data is text, here that of a JSON object, and so stands in quotes.
//! [`push_record`] writes one, [`records`] finds those of a line, [`push_row`] writes a row's columns,
//! [`rfc3339`] a time.

mod read;
mod row;
mod time;

pub use read::{Captured, DataForm, Found, records};
pub use row::{REDACTED, push_row};
pub use time::rfc3339;

use std::borrow::Cow;

/// A row that was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record<'a> {
    /// The row: a JSON object by the model's column names.
    pub input: Cow<'a, str>,
    /// The answer: a JSON object with `label` and `probabilities`, or `value`.
    pub output: Cow<'a, str>,
    /// By what the row is known, and no other is: an id that the function gave the request, with `/`
    /// and the row's number where a request has several.
    pub event_id: Cow<'a, str>,
    /// By what the client knows it: the id that it sent, which may come again, with the same end.
    pub inference_id: Option<Cow<'a, str>>,
    /// When it was answered, by RFC 3339.
    pub inference_time: Cow<'a, str>,
    /// The model's name; empty where the record has none.
    pub model_name: Cow<'a, str>,
    /// Its version; empty where the record has none.
    pub model_version: Cow<'a, str>,
    /// Which of several models answered.
    pub variant: Option<Cow<'a, str>>,
}

impl Record<'_> {
    /// The id by which labels that come later name the row: the client's, where it sent one.
    pub fn label_id(&self) -> &str {
        self.inference_id.as_deref().unwrap_or(&self.event_id)
    }
}

/// Appends a record and a line end: the shortest JSON, without a tree in between.
pub fn push_record(out: &mut Vec<u8>, record: &Record<'_>) {
    let json = r#""observedContentType":"application/json","mode":"#;
    out.extend_from_slice(br#"{"captureData":{"endpointInput":{"#);
    out.extend_from_slice(json.as_bytes());
    out.extend_from_slice(br#""INPUT","data":"#);
    push_text(out, &record.input);
    out.extend_from_slice(br#","encoding":"JSON"},"endpointOutput":{"#);
    out.extend_from_slice(json.as_bytes());
    out.extend_from_slice(br#""OUTPUT","data":"#);
    push_text(out, &record.output);
    out.extend_from_slice(br#","encoding":"JSON"}},"eventMetadata":{"eventId":"#);
    push_text(out, &record.event_id);
    if let Some(id) = &record.inference_id {
        out.extend_from_slice(br#","inferenceId":"#);
        push_text(out, id);
    }
    out.extend_from_slice(br#","inferenceTime":"#);
    push_text(out, &record.inference_time);
    out.extend_from_slice(br#","modelName":"#);
    push_text(out, &record.model_name);
    out.extend_from_slice(br#","modelVersion":"#);
    push_text(out, &record.model_version);
    if let Some(variant) = &record.variant {
        out.extend_from_slice(br#","variant":"#);
        push_text(out, variant);
    }
    out.extend_from_slice(b"},\"eventVersion\":\"0\"}\n");
}

/// Text as JSON has it, in quotes.
fn push_text(out: &mut Vec<u8>, text: &str) {
    // Into memory, which does not fail.
    let _ = serde_json::to_writer(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(line: &[u8]) -> Vec<Record<'static>> {
        let mut found = Vec::new();
        // What is borrowed from a batch would not live on.
        let counts = records(line, &mut |captured| {
            found.push(owned(captured.record.clone()));
        });
        assert_eq!(counts.records, found.len() as u64);
        found
    }

    fn owned(record: Record<'_>) -> Record<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Record {
            input: own(record.input),
            output: own(record.output),
            event_id: own(record.event_id),
            inference_id: record.inference_id.map(own),
            inference_time: own(record.inference_time),
            model_name: own(record.model_name),
            model_version: own(record.model_version),
            variant: record.variant.map(own),
        }
    }

    #[test]
    fn a_record_is_this_line() {
        let record = Record {
            input: r#"{"text":"a \"b\""}"#.into(),
            output: r#"{"label":"x","probabilities":{"x":1.0}}"#.into(),
            event_id: "r-1/0".into(),
            inference_id: None,
            inference_time: rfc3339(1_767_323_045).into(),
            model_name: "mails".into(),
            model_version: "1.2".into(),
            variant: None,
        };
        let mut out = Vec::new();
        push_record(&mut out, &record);
        let expected = concat!(
            r#"{"captureData":{"endpointInput":{"observedContentType":"application/json","#,
            r#""mode":"INPUT","data":"{\"text\":\"a \\\"b\\\"\"}","encoding":"JSON"},"#,
            r#""endpointOutput":{"observedContentType":"application/json","mode":"OUTPUT","#,
            r#""data":"{\"label\":\"x\",\"probabilities\":{\"x\":1.0}}","encoding":"JSON"}},"#,
            r#""eventMetadata":{"eventId":"r-1/0","inferenceTime":"2026-01-02T03:04:05Z","#,
            r#""modelName":"mails","modelVersion":"1.2"},"eventVersion":"0"}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            texts in prop::collection::vec(".{0,40}", 6),
            variant in prop::option::of(".{0,9}"),
            inference_id in prop::option::of(".{0,9}"),
        ) {
            let text = |at: usize| Cow::Borrowed(texts[at].as_str());
            let record = Record {
                input: text(0),
                output: text(1),
                event_id: text(2),
                inference_id: inference_id.as_deref().map(Cow::Borrowed),
                inference_time: text(3),
                model_name: text(4),
                model_version: text(5),
                variant: variant.as_deref().map(Cow::Borrowed),
            };
            let mut line = Vec::new();
            push_record(&mut line, &record);
            prop_assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
            prop_assert_eq!(read(&line), vec![owned(record)]);
        }

        #[test]
        fn no_line_makes_the_reader_panic(line in prop::collection::vec(any::<u8>(), 0..200)) {
            records(&line, &mut |_| ());
            let mut framed = b"x {\"captureData\":".to_vec();
            framed.extend_from_slice(&line);
            records(&framed, &mut |_| ());
        }
    }
}
