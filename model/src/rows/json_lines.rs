//! A line of JSON Lines to the members of its object.

use crate::row::{JsonError, MemberName, Value};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// An object's members in their order, which may be there twice.
pub(super) struct ObjectMembers<'a>(pub Vec<(Cow<'a, str>, Value<'a>)>);

impl ObjectMembers<'_> {
    /// The members of the object that `json` is.
    ///
    /// # Errors
    /// When it is none: one sentence without file and line.
    pub fn read(json: &[u8]) -> Result<ObjectMembers<'_>, String> {
        serde_json::from_slice(json).map_err(|error| match std::str::from_utf8(json) {
            Err(_) => "this is not UTF-8 text; save the file as UTF-8".to_string(),
            Ok(_) => format!("a JSON object was expected: {}", JsonError::from(&error)),
        })
    }
}

impl<'de> Deserialize<'de> for ObjectMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = ObjectMembers<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((MemberName(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(ObjectMembers(members))
    }
}
