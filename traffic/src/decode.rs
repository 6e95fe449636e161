//! Captured requests to records with a row and an answer in JSON: what SageMaker captures is text in the
//! form that the client sent and the container answered, CSV, JSON or base64 of either.
//!
//! A request of several rows becomes as many records. An error names the form and never a value, since
//! rows are shown only where that was asked for.

mod answers;
mod rows;
mod syntax;

use model::Model;
use monitor::capture::{Captured, Record};
use std::borrow::Cow;
use syntax::{Syntax, text};

/// Shows `visit` each row of a captured request, with its answer; returns their number. Without a model
/// the rows are those that the function captured itself, and empty of other records.
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
        None if answers.len() == 1 && is_own(captured) => vec![Cow::Borrowed(&*record.input)],
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
            inference_time: Cow::Borrowed(&record.inference_time),
            model_name: Cow::Borrowed(&record.model_name),
            model_version: Cow::Borrowed(&record.model_version),
            variant: record.variant.as_deref().map(Cow::Borrowed),
        });
    }
    Ok(rows.len() as u64)
}

/// True if the function wrote the record: it names its model, and the row is an object by column names.
fn is_own(captured: &Captured<'_>) -> bool {
    let is_json = matches!(captured.input.encoding.as_deref(), None | Some("JSON"));
    is_json && !captured.record.model_name.is_empty()
}

#[cfg(test)]
mod tests;
