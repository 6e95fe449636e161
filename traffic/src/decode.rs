//! Captured requests to records with a row and an answer in JSON: what SageMaker captures is text in the
//! form that the client sent and the container answered, CSV, JSON or base64 of either.
//!
//! A request of several rows becomes as many records. An error names the form and never a value, since
//! rows are shown only where that was asked for.

mod answers;
mod rows;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::Model;
use monitor::capture::{Captured, DataForm, Record};
use std::borrow::Cow;

/// Syntax of captured text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Csv,
    Json,
    JsonLines,
}

/// Shows `visit` each row of a captured request, with its answer; returns their number. Without a model
/// only the answers are read.
///
/// # Errors
/// When rows or answers are in no form that is read, or not as many: one sentence.
pub(crate) fn each(
    model: Option<&Model<'_>>,
    captured: &Captured<'_>,
    visit: &mut dyn FnMut(&Record<'_>),
) -> Result<u64, String> {
    let record = &captured.record;
    let output = text("answer", &record.output, &captured.output)?;
    let input = match model {
        Some(_) => text("row", &record.input, &captured.input)?,
        None => (Cow::Borrowed(""), Syntax::Json),
    };
    let answers = answers::read(model, &output.0, output.1)?;
    let rows = match model {
        Some(model) => rows::read(model, &input.0, input.1)?,
        None => vec![Cow::Borrowed(""); answers.len()],
    };
    if rows.len() != answers.len() {
        return Err(format!(
            "a request of {} rows has {} answers; one a row was expected",
            rows.len(),
            answers.len()
        ));
    }
    let is_one = rows.len() == 1;
    for (index, (row, answer)) in rows.iter().zip(&answers).enumerate() {
        let numbered = |id: &str| match is_one {
            true => id.to_string(),
            false => format!("{id}/{index}"),
        };
        visit(&Record {
            input: Cow::Borrowed(row),
            output: Cow::Borrowed(answer),
            event_id: numbered(&record.event_id).into(),
            inference_id: record.inference_id.as_deref().map(|id| numbered(id).into()),
            ..record.clone()
        });
    }
    Ok(rows.len() as u64)
}

/// The text of captured data, and its syntax: by its encoding, then by the media type, then by its first
/// character.
fn text<'a>(
    what: &str,
    data: &'a str,
    form: &DataForm<'_>,
) -> Result<(Cow<'a, str>, Syntax), String> {
    let media_type = form.content_type.split(';').next().unwrap_or_default();
    let of_media_type = match media_type.trim().to_ascii_lowercase().as_str() {
        "text/csv" => Some(Syntax::Csv),
        "application/json" => Some(Syntax::Json),
        "application/jsonlines"
        | "application/jsonl"
        | "application/x-jsonlines"
        | "application/x-ndjson" => Some(Syntax::JsonLines),
        _ => None,
    };
    let guess = |text: &str| match text.trim_start().starts_with(['{', '[']) {
        true => Syntax::Json,
        false => Syntax::Csv,
    };
    match form.encoding.as_deref() {
        None | Some("JSON") => {
            let syntax = of_media_type.filter(|syntax| *syntax != Syntax::Csv);
            Ok((Cow::Borrowed(data), syntax.unwrap_or(Syntax::Json)))
        }
        Some("CSV") => Ok((Cow::Borrowed(data), Syntax::Csv)),
        Some("BASE64") => {
            let bytes = STANDARD.decode(data.trim());
            let bytes = bytes.map_err(|_| format!("its {what} is not valid base64"))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| format!("its {what} in base64 is binary data, not CSV or JSON"))?;
            let syntax = of_media_type.unwrap_or_else(|| guess(&text));
            Ok((Cow::Owned(text), syntax))
        }
        Some(_) => Err(format!(
            "its {what} is in an encoding other than JSON, CSV and BASE64"
        )),
    }
}

#[cfg(test)]
mod tests;
