//! Captured rows, each to a JSON object by the names of the model's columns.

use super::syntax::{Syntax, of_lines};
use model::Model;
use model::rows::{Content, Format, Table};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The rows of a request.
///
/// # Errors
/// When they are in no form that is read: one sentence without values.
pub(super) fn read<'t>(
    model: &Model<'_>,
    text: &'t str,
    syntax: Syntax,
) -> Result<Vec<Cow<'t, str>>, String> {
    match syntax {
        Syntax::Csv => Ok(of_table(model, text)?.into_iter().map(to_text).collect()),
        Syntax::Json => of_json(model, text),
        Syntax::JsonLines => of_lines(text, |line| of_json(model, line)),
    }
}

fn to_text<'t>(row: Map<String, Value>) -> Cow<'t, str> {
    Cow::Owned(Value::Object(row).to_string())
}

/// The rows of a table: below a header that names columns of the model, or in the model's order.
fn of_table(model: &Model<'_>, text: &str) -> Result<Vec<Map<String, Value>>, String> {
    let most = 2 * model.columns.len() + 64;
    let mut table = Table::new(text.as_bytes(), Format::Csv, true, most);
    let places = match table.header() {
        Some((_, Ok(_))) => header_places(model, table.columns()),
        _ => None,
    };
    if places.is_none() {
        table = Table::new(text.as_bytes(), Format::Csv, false, most);
    }
    let mut rows = Vec::new();
    while let Some(cut) = table.next() {
        let Content::Fields(fields) = cut.content else {
            continue;
        };
        fields.check_closed()?;
        let (count, expected) = (fields.count(), model.columns.len());
        let row: Result<Map<String, Value>, String> = match &places {
            Some(places) => {
                fields.check()?;
                let named = model.columns.iter().zip(places);
                let named = named.filter_map(|(column, place)| Some((column.name, (*place)?)));
                let member = |(name, place): (&str, usize)| {
                    let text = fields.text(place)?.into_owned();
                    Ok((name.to_string(), text.into()))
                };
                named.map(member).collect()
            }
            None if count != expected => Err(format!(
                "a row has {count} values; {expected} were expected, in the model's order"
            )),
            None => {
                let named = model.columns.iter().zip(fields.texts());
                let member = |(column, text): (&model::column::Column<'_>, Result<_, String>)| {
                    let text: Cow<'_, str> = text?;
                    Ok((column.name.to_string(), text.into_owned().into()))
                };
                named.map(member).collect()
            }
        };
        rows.push(row?);
    }
    Ok(rows)
}

/// Places of the model's columns in a header; `None` if it is a row: it names none of them, or
/// lacks one that a row must have.
fn header_places(model: &Model<'_>, names: &[String]) -> Option<Vec<Option<usize>>> {
    let mut is_header = true;
    let names = names.iter().map(String::as_str);
    let places = model.columns.places(names, |fault| {
        is_header &= matches!(fault, model::columns::HeaderFault::Unknown(_));
    });
    let is_named = places.iter().any(Option::is_some);
    (is_header && is_named).then_some(places)
}

/// The rows of a JSON document: an object by column names as it stands, `instances` of objects or
/// `features`, or a list of rows.
fn of_json<'t>(model: &Model<'_>, text: &'t str) -> Result<Vec<Cow<'t, str>>, String> {
    // Most are one object by column names, which need not be looked into here.
    let is_plain = !text.trim_start().starts_with('[')
        && ["\"instances\"", "\"features\""]
            .iter()
            .all(|name| !text.contains(name));
    let Ok(document) = (match is_plain {
        true => return Ok(vec![Cow::Borrowed(text)]),
        false => serde_json::from_str::<Value>(text),
    }) else {
        return Err("its row is not valid JSON".into());
    };
    let is_column = |name: &str| model.columns.iter().any(|column| column.name == name);
    let rows = match document {
        Value::Object(mut members) if !is_column("instances") => {
            match members.remove("instances") {
                Some(Value::Array(rows)) => rows,
                Some(_) => return Err("its \"instances\" are no list".into()),
                None => vec![Value::Object(members)],
            }
        }
        Value::Array(rows) if rows.iter().all(|row| row.is_object() || row.is_array()) => rows,
        row => vec![row],
    };
    let rows = rows.into_iter().map(|row| of_value(model, row));
    rows.map(|row| row.map(to_text)).collect()
}

/// A row: an object by column names, or its values in the model's order, also as `features`.
fn of_value(model: &Model<'_>, row: Value) -> Result<Map<String, Value>, String> {
    let is_column = |name: &str| model.columns.iter().any(|column| column.name == name);
    let values = match row {
        Value::Object(mut members) if !is_column("features") => match members.remove("features") {
            Some(Value::Object(mut inner)) => inner.remove("values").unwrap_or_default(),
            Some(values) => values,
            None => return Ok(members),
        },
        Value::Object(members) => return Ok(members),
        values => values,
    };
    let Value::Array(values) = values else {
        return Err("a row is neither an object nor a list of values".into());
    };
    let (count, expected) = (values.len(), model.columns.len());
    if count != expected {
        return Err(format!(
            "a row has {count} values; {expected} were expected, in the model's order"
        ));
    }
    let names = model.columns.iter().map(|column| column.name.to_string());
    Ok(names.zip(values).collect())
}
