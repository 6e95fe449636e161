//! Answers as CSV, by RFC 4180.

use crate::id::Id;
use crate::settings::Settings;
use model::Model;
use model::answer::Answer;
use model::format::Task;
use model::rows::quoted;
use std::io::Write;

/// The first line of answers as CSV.
pub fn csv_header(model: &Model<'_>, settings: &Settings) -> Vec<u8> {
    let mut line = Vec::new();
    let id = settings.id.is_some().then_some("id");
    let labels = model
        .labels
        .iter()
        .map(|label| format!("probability_{label}"));
    let answer = match model.task {
        Task::Classification => "label",
        Task::Regression => "value",
    };
    let names = id
        .into_iter()
        .map(String::from)
        .chain([answer.into()])
        .chain(labels);
    for name in names {
        if !line.is_empty() {
            line.push(b',');
        }
        line.extend_from_slice(quoted(&name).as_bytes());
    }
    line.push(b'\n');
    line
}

/// A line of answers, without its end.
pub fn write_csv(answer: &Answer<'_>, id: Option<Id<'_>>, out: &mut Vec<u8>) {
    if let Some(id) = id {
        match id {
            Id::Text(text) => out.extend_from_slice(quoted(text).as_bytes()),
            Id::Json(json) => {
                // A JSON string's text, or the JSON itself: 7 is 7 in both.
                let text = serde_json::from_str::<String>(json.get());
                let text = text.as_deref().unwrap_or(json.get());
                out.extend_from_slice(quoted(text).as_bytes());
            }
        }
        out.push(b',');
    }
    // Into memory, which does not fail; the same digits as in JSON.
    match answer {
        Answer::Label(labelled) => {
            out.extend_from_slice(quoted(labelled.label()).as_bytes());
            for probability in &labelled.probabilities {
                let _ = write!(out, ",{}", serde_json::json!(probability));
            }
        }
        Answer::Value(value) => {
            let _ = write!(out, "{}", serde_json::json!(value));
        }
    }
}
