//! A captured row as one of a model.

use model::Model;
use model::format::ColumnKind;
use model::row::{Row, RowError};
use monitor::capture::REDACTED;
use serde_json::{Map, Value};

/// Shows `look` a captured row as the model reads it, and which of the model's columns were redacted:
/// these stand without a value.
///
/// # Errors
/// When it is no row of the model.
pub fn with<T>(
    model: &Model<'_>,
    input: &str,
    look: impl FnOnce(&Row<'_>, &[usize]) -> T,
) -> Result<T, RowError> {
    if !input.contains(REDACTED) {
        return Row::from_json(&model.columns, input.as_bytes()).map(|row| look(&row, &[]));
    }
    let Ok(mut members) = serde_json::from_str::<Map<String, Value>>(input) else {
        // What is wrong with it is said in the words that other rows get.
        return Row::from_json(&model.columns, input.as_bytes()).map(|row| look(&row, &[]));
    };
    let mut redacted = Vec::new();
    for (index, column) in model.columns.iter().enumerate() {
        if let Some(value) = members.get_mut(column.name)
            && value == REDACTED
        {
            *value = match column.kind {
                ColumnKind::Text => Value::from(""),
                _ => Value::Null,
            };
            redacted.push(index);
        }
    }
    let json = Value::Object(members).to_string();
    Row::from_json(&model.columns, json.as_bytes()).map(|row| look(&row, &redacted))
}
