//! The id of a row: whatever the caller knows it by, kept as it is written.

use model::row::MemberName;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The caller's id of a row.
pub enum Id<'a> {
    /// A value of a table with a header.
    Text(Cow<'a, str>),
    /// A member of a JSON object, as it is written there.
    Json(&'a RawValue),
}

/// The member `name` of a JSON object, as it is written there: `7`, `"a-7"`. An id that is an
/// array or an object is one, too.
///
/// # Errors
/// One sentence, when the object has no such member, or is none.
pub fn of_json<'j>(json: &'j [u8], name: &str) -> Result<&'j RawValue, String> {
    let mut parser = serde_json::Deserializer::from_slice(json);
    let found = Member { name }.deserialize(&mut parser);
    match found {
        Ok(Some(id)) => Ok(id),
        Ok(None) => Err(format!("the id {name:?} is missing")),
        Err(error) => Err(format!("this is not valid JSON: {error}")),
    }
}

struct Member<'n> {
    name: &'n str,
}

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Option<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(MemberName(key)) = map.next_key()? {
            if key == self.name {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::of_json;

    #[test]
    fn an_id_stays_as_it_is_written() {
        for (json, expected) in [
            (r#"{"id": 7, "text": "a"}"#, "7"),
            (r#"{"text": "a", "id":"a-\u00e9"}"#, r#""a-\u00e9""#),
            (r#"{"\u0069d": 1.50}"#, "1.50"),
        ] {
            assert_eq!(of_json(json.as_bytes(), "id").unwrap().get(), expected);
        }
    }

    #[test]
    fn a_row_without_an_id_is_told() {
        let error = of_json(br#"{"text": "a"}"#, "id").unwrap_err();
        assert_eq!(error, "the id \"id\" is missing");
        assert!(of_json(b"[1]", "id").is_err());
    }
}
