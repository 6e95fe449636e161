//! Capture: rows and their answers in the log, a line each, in the shape that SageMaker captures.

use crate::environment::Reader;
use crate::monitoring::retained::{OwnedAnswer, RetainedRequest};
use crate::output;
use crate::problem::Code;
use crate::served::ServedModel;
use monitor::capture::{Record, push_record, push_row, rfc3339};
use std::borrow::Cow;

/// Settings of capture.
#[derive(Clone, Debug, Default)]
pub struct CaptureSettings {
    /// Share of the requests, 0 to 1.
    pub share: f64,
    /// Names of columns whose values are kept out.
    pub redacted: Vec<String>,
}

impl CaptureSettings {
    /// The settings by `HEARTH_CAPTURE` and `HEARTH_CAPTURE_REDACT`.
    pub fn read(reader: &Reader<'_>) -> CaptureSettings {
        CaptureSettings {
            share: reader.share("HEARTH_CAPTURE", 0.0),
            redacted: reader.list(REDACT),
        }
    }
}

/// The variable that names the columns to keep out.
const REDACT: &str = "HEARTH_CAPTURE_REDACT";

/// Writes captured rows.
pub struct Capture {
    settings: CaptureSettings,
    record: Vec<u8>,
}

impl Capture {
    /// For these settings; `None` where nothing is captured. A name that no model has is a reason
    /// to answer nothing: it would leave in the log what was to be kept out of it.
    pub fn new<'m>(
        settings: CaptureSettings,
        models: impl Iterator<Item = &'m ServedModel> + Clone,
        reader: &Reader<'_>,
    ) -> Option<Capture> {
        if settings.share == 0.0 || models.clone().next().is_none() {
            return None;
        }
        let is_column = |name: &str| {
            let mut columns = models.clone().flat_map(|served| &served.model().columns);
            columns.any(|column| column.name == name)
        };
        if !settings.redacted.iter().all(|name| is_column(name)) {
            reader.refuse(
                Code::SettingsRefused,
                format!("{REDACT} names what is not a column of the model"),
            );
            return None;
        }
        Some(Capture {
            settings,
            record: Vec::new(),
        })
    }

    /// Share of the requests, 0 to 1.
    pub fn share(&self) -> f64 {
        self.settings.share
    }

    /// Writes the rows of a request; returns the number of those that could not be written.
    pub fn write(&mut self, request: &RetainedRequest, is_over: &dyn Fn() -> bool) -> u64 {
        let (served, retained) = (&request.served, &request.retained);
        let columns = &served.model().columns;
        let is_redacted = |index: usize| {
            let name = columns.get(index).map_or("", |column| column.name);
            self.settings.redacted.iter().any(|other| other == name)
        };
        let time = rfc3339(request.time);
        let rows = retained.rows.iter().zip(&retained.answers);
        for (index, (row, owned)) in rows.enumerate() {
            let of_row = |id: &'_ str| match retained.rows.len() {
                1 => Cow::Owned(id.to_owned()),
                _ => Cow::Owned(format!("{id}/{index}")),
            };
            let mut input = Vec::with_capacity(256);
            push_row(&mut input, columns, row, &is_redacted);
            self.record.clear();
            push_record(
                &mut self.record,
                &Record {
                    // Both were just made of text.
                    input: String::from_utf8(input).unwrap_or_default().into(),
                    output: answer_json(served, owned).into(),
                    event_id: of_row(&request.id),
                    inference_id: request.client_id.as_deref().map(of_row),
                    inference_time: Cow::Borrowed(&time),
                    model_name: Cow::Borrowed(&served.identity().name),
                    model_version: Cow::Borrowed(&served.identity().version),
                    variant: served.variant().map(Cow::Borrowed),
                },
            );
            if !output::STDOUT.write_patiently(&self.record, is_over) {
                return (retained.rows.len() - index) as u64;
            }
        }
        0
    }
}

/// An answer as JSON: the label and the probability of each in the model's order, or the value.
fn answer_json(served: &ServedModel, answer: &OwnedAnswer) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let number = |number: f64| serde_json::Value::from(number).to_string();
    let labels = served.model().head.labels();
    match answer {
        OwnedAnswer::Value(value) => format!("{{\"value\":{}}}", number(*value)),
        OwnedAnswer::Label {
            code,
            probabilities,
        } => {
            let mut json = format!(
                "{{\"label\":{},\"probabilities\":{{",
                text(labels.get(*code).unwrap_or(&""))
            );
            for (index, (label, probability)) in labels.iter().zip(probabilities).enumerate() {
                if index > 0 {
                    json.push(',');
                }
                json += &text(label);
                json.push(':');
                json += &number(*probability);
            }
            json + "}}"
        }
    }
}
