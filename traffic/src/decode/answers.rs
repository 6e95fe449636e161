//! Captured answers, each to JSON with `label` and `probabilities`, or `value`.

use super::syntax::{Syntax, of_lines};
use model::Model;
use model::rows::{Content, Format, Table};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The answers of a request.
///
/// # Errors
/// When they are in no form that is read: one sentence without values.
pub(super) fn read<'t>(
    model: Option<&Model<'_>>,
    text: &'t str,
    syntax: Syntax,
) -> Result<Vec<Cow<'t, str>>, String> {
    match syntax {
        Syntax::Csv => of_table(model, text),
        Syntax::Json => of_json(model, text),
        Syntax::JsonLines => of_lines(text, |line| of_json(model, line)),
    }
}

fn to_text<'t>(answer: &Value) -> Cow<'t, str> {
    Cow::Owned(answer.to_string())
}

/// Lines of label and probability, of a label, or of a number.
fn of_table<'t>(model: Option<&Model<'_>>, text: &'t str) -> Result<Vec<Cow<'t, str>>, String> {
    let mut table = Table::new(text.as_bytes(), Format::Csv, false, 2);
    let mut answers = Vec::new();
    while let Some(cut) = table.next() {
        let Content::Fields(fields) = cut.content else {
            continue;
        };
        fields.check_closed()?;
        if fields.count() > 2 {
            return Err(format!(
                "an answer in CSV has {} values; a label and its probability, a label, or a number \
                 were expected",
                fields.count()
            ));
        }
        let first = fields.text(0)?;
        let second = match fields.count() {
            2 => Some(fields.text(1)?),
            _ => None,
        };
        answers.push(to_text(&of_values(model, &first, second.as_deref())?));
    }
    Ok(answers)
}

/// An answer of the values of a line.
fn of_values(
    model: Option<&Model<'_>>,
    first: &str,
    second: Option<&str>,
) -> Result<Value, String> {
    let number = |text: &str| {
        text.trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
    };
    let is_of_labels = match model {
        Some(model) => !model.head.labels().is_empty(),
        None => second.is_some() || number(first).is_none(),
    };
    match (is_of_labels, second) {
        (true, Some(second)) => {
            let Some(probability) = number(second) else {
                return Err("the second value of an answer in CSV is no probability".into());
            };
            labelled(model, first.trim(), Some(probability))
        }
        (true, None) => labelled(model, first.trim(), None),
        (false, None) => match number(first) {
            Some(value) => Ok(json!({ "value": value })),
            None => Err("an answer in CSV is no number, and the model answers numbers".into()),
        },
        (false, Some(_)) => {
            Err("an answer in CSV has two values, and the model answers one number".into())
        }
    }
}

/// The answer of a label; with two labels the probability of the other one follows.
fn labelled(
    model: Option<&Model<'_>>,
    label: &str,
    probability: Option<f64>,
) -> Result<Value, String> {
    let labels = model.map_or(&[][..], |model| model.head.labels());
    if model.is_some() && !labels.contains(&label) {
        return Err("an answer is none of the model's labels".into());
    }
    let mut probabilities = Map::new();
    if let Some(probability) = probability {
        probabilities.insert(label.to_string(), probability.into());
        if let [a, b] = labels {
            let other = if *a == label { b } else { a };
            probabilities.insert(other.to_string(), (1.0 - probability).into());
        }
    }
    Ok(json!({ "label": label, "probabilities": probabilities }))
}

/// The answers of a JSON document: one as it stands, or the `predictions` of SageMaker's algorithms and
/// of MLflow.
fn of_json<'t>(model: Option<&Model<'_>>, text: &'t str) -> Result<Vec<Cow<'t, str>>, String> {
    // Most are answers as the function writes them, which are read where they are counted.
    let is_plain = text.trim_start().starts_with('{')
        && ["\"predictions\"", "\"predicted_label\"", "\"score\""]
            .iter()
            .all(|name| !text.contains(name));
    if is_plain {
        return Ok(vec![Cow::Borrowed(text)]);
    }
    let document: Value = serde_json::from_str(text).map_err(|_| "its answer is not valid JSON")?;
    // A label may have the name of such a member.
    let is_ours = ["label", "value"]
        .iter()
        .any(|name| document.get(name).is_some());
    if is_ours {
        return Ok(vec![Cow::Borrowed(text)]);
    }
    let answers = match document {
        Value::Object(mut members) => match members.remove("predictions") {
            Some(Value::Array(answers)) => answers,
            Some(_) => return Err("its \"predictions\" are no list".into()),
            None => vec![Value::Object(members)],
        },
        Value::Array(answers) => answers,
        answer => vec![answer],
    };
    let answers = answers.iter().map(|answer| of_value(model, answer));
    answers
        .map(|answer| answer.map(|answer| to_text(&answer)))
        .collect()
}

/// An answer: our own, `predicted_label` and `score`, a label, or a number.
fn of_value(model: Option<&Model<'_>>, answer: &Value) -> Result<Value, String> {
    let score = answer.get("score").and_then(Value::as_f64);
    match (answer, answer.get("predicted_label")) {
        (Value::String(label), _) => labelled(model, label, None),
        (Value::Number(_), _) => of_values(model, &answer.to_string(), None),
        (_, Some(label)) => {
            // Numbered labels are answered as 1.0.
            let whole = label.as_f64().filter(|number| number.fract() == 0.0);
            let text = match (label.as_str(), whole) {
                (Some(text), _) => text.to_string(),
                (None, Some(number)) => number.to_string(),
                (None, None) => label.to_string(),
            };
            labelled(model, &text, score)
        }
        _ if answer.get("label").is_some() || answer.get("value").is_some() => Ok(answer.clone()),
        _ => match score {
            Some(value) => Ok(json!({ "value": value })),
            None => Err("an answer in JSON has neither a label nor a value".into()),
        },
    }
}
