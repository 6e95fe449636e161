//! Members of captured rows: values by column names, in the order of the record.

use monitor::capture::REDACTED;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// Values of a row by column names, in their order.
#[derive(Debug, Default, PartialEq)]
pub struct Members(pub Vec<(String, Value)>);

impl Members {
    /// Reads a row; `None` if it is no JSON object.
    pub fn read(input: &str) -> Option<Members> {
        serde_json::from_str(input).ok()
    }

    /// The value of a column; `None` if the row lacks it, or it is null or redacted.
    pub fn value(&self, name: &str) -> Option<&Value> {
        let (_, value) = self.0.iter().find(|(member, _)| member == name)?;
        (!value.is_null() && !is_redacted(value)).then_some(value)
    }
}

/// True for a value that was kept out of the captures.
pub fn is_redacted(value: &Value) -> bool {
    value == REDACTED
}

/// A value as text; lists and objects as JSON.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of values by column names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::Members;
    use serde_json::json;

    #[test]
    fn members_keep_their_order_and_redacted_ones_have_no_value() {
        let row = Members::read(r#"{"z":1.5,"a":"x","n":null,"r":"[redacted]"}"#).unwrap();
        let names: Vec<&str> = row.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["z", "a", "n", "r"]);
        assert_eq!(row.value("z"), Some(&json!(1.5)));
        for none in ["n", "r", "missing"] {
            assert_eq!(row.value(none), None, "{none}");
        }
        assert_eq!(Members::read("[1]"), None);
    }
}
