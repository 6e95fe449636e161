//! Capture: rows and their answers in the log, a line each, in the shape that SageMaker captures.

use crate::monitoring::kept::Said;
use crate::monitoring::worker::Job;
use crate::output;
use crate::served::Served;
use crate::settings::{Variables, filled};
use monitor::capture::{Record, push_record, push_row, rfc3339};
use std::borrow::Cow;

/// What is captured, and how.
pub struct Capture {
    /// Share of the requests, 0 to 1.
    pub share: f64,
    /// Names of columns whose values are kept out.
    redacted: Vec<String>,
    record: Vec<u8>,
}

impl Capture {
    /// What `HEARTH_CAPTURE` and `HEARTH_CAPTURE_REDACT` say; `None` where nothing is captured.
    /// What they say wrongly is in the log, and nothing is captured: a name that no model has would
    /// leave in the log what was to be kept out of it.
    pub fn from_environment<'m>(
        get: Variables<'_>,
        models: impl Iterator<Item = &'m Served> + Clone,
    ) -> Option<Capture> {
        let share = share(get, "HEARTH_CAPTURE", 0.0);
        if share == 0.0 {
            return None;
        }
        let list = filled(get, "HEARTH_CAPTURE_REDACT").unwrap_or_default();
        let names = list.split(',').map(str::trim);
        let redacted: Vec<String> = names
            .filter(|name| !name.is_empty())
            .map(String::from)
            .collect();
        let is_column = |name: &str| {
            let mut columns = models.clone().flat_map(|served| &served.model.columns);
            columns.any(|column| column.name == name)
        };
        if let Some(name) = redacted.iter().find(|name| !is_column(name)) {
            tracing::error!(
                "HEARTH_CAPTURE_REDACT names {name:?}, which is no column of the model: \
                 nothing is captured"
            );
            return None;
        }
        Some(Capture {
            share,
            redacted,
            record: Vec::new(),
        })
    }

    /// Writes the rows of a request; how many could not be.
    pub fn write(&mut self, job: &Job, is_over: &dyn Fn() -> bool) -> u64 {
        let (served, kept) = (&job.served, &job.kept);
        let columns = &served.model.columns;
        let is_redacted = |index: usize| {
            let name = columns.get(index).map_or("", |column| column.name);
            self.redacted.iter().any(|other| other == name)
        };
        let time = rfc3339(job.time);
        let rows = kept.rows.iter().zip(&kept.answers);
        for (index, (row, said)) in rows.enumerate() {
            let mut input = Vec::with_capacity(256);
            push_row(&mut input, columns, row, &is_redacted);
            self.record.clear();
            push_record(
                &mut self.record,
                &Record {
                    // Both were just made of text.
                    input: String::from_utf8(input).unwrap_or_default().into(),
                    output: answer(served, said).into(),
                    event_id: match kept.rows.len() {
                        1 => Cow::Borrowed(&job.id),
                        _ => format!("{}/{index}", job.id).into(),
                    },
                    inference_time: Cow::Borrowed(&time),
                    model_name: Cow::Borrowed(&served.identity.name),
                    model_version: Cow::Borrowed(&served.identity.version),
                    variant: served.variant.as_deref().map(Cow::Borrowed),
                },
            );
            if !output::write_patiently(&self.record, is_over) {
                return (kept.rows.len() - index) as u64;
            }
        }
        0
    }
}

/// An answer as JSON: the label and the probability of each in the model's order, or the value.
fn answer(served: &Served, said: &Said) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let number = |number: f64| serde_json::Value::from(number).to_string();
    let labels = &served.model.labels;
    match said {
        Said::Value(value) => format!("{{\"value\":{}}}", number(*value)),
        Said::Label {
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

/// A share from 0 to 1. One that is none is in the log, and counts as 0: of what is asked for
/// wrongly, less is better than more.
pub fn share(get: Variables<'_>, variable: &str, default: f64) -> f64 {
    let Some(text) = filled(get, variable) else {
        return default;
    };
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => share,
        _ => {
            tracing::error!("{variable} is no share from 0 to 1: 0 is used");
            0.0
        }
    }
}
