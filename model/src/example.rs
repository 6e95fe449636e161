//! A request that works as it stands, in the words of each protocol: the row that the model file
//! has as its example, written as a client of that protocol writes it.

use crate::format::ColumnKind;
use crate::open::Model;
use crate::rows::quoted;
use serde_json::{Map, Value, json};

/// A protocol that the function speaks over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Our own.
    Predict,
    /// MLflow's scoring server.
    Mlflow,
    /// Input of SageMaker's built-in algorithms.
    SageMaker,
    /// The Open Inference Protocol V2.
    Inference,
}

impl Door {
    /// Every door once.
    pub const ALL: [Door; 4] = [
        Door::Predict,
        Door::Mlflow,
        Door::SageMaker,
        Door::Inference,
    ];

    /// Its name, as it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Door::Predict => "predict",
            Door::Mlflow => "mlflow",
            Door::SageMaker => "sagemaker",
            Door::Inference => "v2",
        }
    }

    /// The door of this name.
    pub fn of_name(name: &str) -> Option<Door> {
        Door::ALL.into_iter().find(|door| door.name() == name)
    }
}

/// A request; its method is always POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The path to ask at.
    pub path: String,
    /// The header `content-type`.
    pub content_type: &'static str,
    /// The body, byte for byte.
    pub body: String,
}

/// The example of `model` at this door; `None` where the model file holds no JSON object as its
/// example, which training always writes.
pub fn example(model: &Model<'_>, door: Door) -> Option<Example> {
    let row: Map<String, Value> = serde_json::from_str(model.example).ok()?;
    let names = model.columns.iter().map(|column| column.name);
    let values = names
        .clone()
        .map(|name| row.get(name).unwrap_or(&Value::Null));
    let at = |path: &str, content_type, body| Example {
        path: path.to_owned(),
        content_type,
        body,
    };
    Some(match door {
        Door::Predict => at("/predict", "application/json", model.example.to_owned()),
        Door::Mlflow => {
            let columns: Vec<&str> = names.collect();
            // Of text, `null` would be no value.
            let empty = Value::from("");
            let data = model.columns.iter().zip(values).map(|(column, value)| {
                let is_of_text = matches!(column.kind, ColumnKind::Text | ColumnKind::Category);
                match value.is_null() && is_of_text {
                    true => &empty,
                    false => value,
                }
            });
            let data: Vec<&Value> = data.collect();
            let body = json!({"dataframe_split": {"columns": columns, "data": [data]}});
            at("/invocations", "application/json", body.to_string())
        }
        Door::SageMaker => {
            let values: Vec<String> = values.map(as_text).collect();
            let fields: Vec<_> = values.iter().map(|value| quoted(value)).collect();
            // Said in so many words, so that no row is taken for a header.
            at("/invocations", "text/csv; header=absent", fields.join(","))
        }
        Door::Inference => {
            let columns = model.columns.iter().zip(values);
            let tensors = columns.filter(|(_, value)| !value.is_null());
            let tensors: Vec<Value> = tensors
                .map(|(column, value)| {
                    let (datatype, element) = element(column.kind, value);
                    json!({"name": column.name, "shape": [1], "datatype": datatype, "data": [element]})
                })
                .collect();
            let path = format!("/v2/models/{}/infer", step(model.name));
            let body = json!({ "inputs": tensors });
            at(&path, "application/json", body.to_string())
        }
    })
}

/// A value as a table has it.
fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value as an element of its column's tensor.
fn element(kind: ColumnKind, value: &Value) -> (&'static str, Value) {
    match (kind, value) {
        (ColumnKind::Number, Value::Number(_)) => ("FP64", value.clone()),
        (ColumnKind::Boolean, Value::Bool(_)) => ("BOOL", value.clone()),
        // Text, whatever it stands for, is read as it is in tables.
        _ => ("BYTES", as_text(value).into()),
    }
}

/// A step of a path, with percent signs for all that RFC 3986 (section 2.3) does not leave alone.
pub fn step(name: &str) -> String {
    let mut step = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                step.push(char::from(byte));
            }
            _ => step.push_str(&format!("%{byte:02X}")),
        }
    }
    step
}

#[cfg(test)]
mod tests {
    use super::{Door, as_text, element, step};
    use crate::format::ColumnKind;
    use serde_json::json;

    #[test]
    fn a_door_is_found_by_its_name() {
        for door in Door::ALL {
            assert_eq!(Door::of_name(door.name()), Some(door));
        }
        assert_eq!(Door::of_name("V2"), None);
    }

    #[test]
    fn a_name_is_one_step_of_a_path() {
        assert_eq!(step("mail-sorter_1.0~a"), "mail-sorter_1.0~a");
        assert_eq!(step("a/b c?é"), "a%2Fb%20c%3F%C3%A9");
    }

    #[test]
    fn values_are_elements_and_text() {
        assert_eq!(element(ColumnKind::Number, &json!(2)), ("FP64", json!(2)));
        assert_eq!(
            element(ColumnKind::Boolean, &json!(true)),
            ("BOOL", json!(true))
        );
        assert_eq!(
            element(ColumnKind::Category, &json!(1043)),
            ("BYTES", json!("1043"))
        );
        assert_eq!(as_text(&json!(null)), "");
        assert_eq!(as_text(&json!(0.5)), "0.5");
    }
}
