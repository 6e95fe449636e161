//! JSON as a tree, for bodies that are more than one row; text without escapes stays where it is.

use crate::problem::{Code, Problem};
use model::row::{Integer, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

/// Most values of a body: a tree takes ten times the memory of `[0,0,0,…`, and 6 MB of that would
/// be more than the smallest function has.
const VALUES: usize = 1_000_000;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A whole number beyond 2^53, with all its digits.
    Integer(Integer),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object, its members in their order, which may be there twice.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// The tree of a text.
    ///
    /// # Errors
    /// When it is no JSON, or has more than a million values.
    pub fn parse(text: &'a [u8]) -> Result<Json<'a>, Problem> {
        let budget = Budget(&Cell::new(VALUES));
        let mut parser = serde_json::Deserializer::from_slice(text);
        budget
            .deserialize(&mut parser)
            .and_then(|tree| parser.end().map(|()| tree))
            .map_err(invalid)
    }

    /// As a value of a row.
    pub fn into_value(self) -> Value<'a> {
        match self {
            Json::Null => Value::Missing,
            Json::Boolean(yes) => Value::Boolean(yes),
            Json::Number(number) => Value::Number(number),
            Json::Integer(number) => Value::Integer(number),
            Json::Text(text) => Value::Text(text),
            Json::Array(_) => Value::Array,
            Json::Object(_) => Value::Object,
        }
    }

    /// What it is, in JSON's words.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Boolean(_) => "a boolean",
            Json::Number(_) | Json::Integer(_) => "a number",
            Json::Text(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }

    /// The member of this name, of an object.
    pub fn member(&self, name: &str) -> Option<&Json<'a>> {
        let Json::Object(members) = self else {
            return None;
        };
        let found = members.iter().find(|(member, _)| member == name);
        found.map(|(_, value)| value)
    }

    /// The first name that an object has twice: whoever reads one of the two guesses.
    pub fn twin(&self) -> Option<&str> {
        let Json::Object(members) = self else {
            return None;
        };
        let mut seen = HashSet::new();
        let mut names = members.iter().map(|(name, _)| name.as_ref());
        names.find(|name| !seen.insert(*name))
    }

    /// Takes the member of this name out of an object.
    pub fn take(&mut self, name: &str) -> Option<Json<'a>> {
        let Json::Object(members) = self else {
            return None;
        };
        let at = members.iter().position(|(member, _)| member == name)?;
        Some(members.remove(at).1)
    }

    /// The text, of a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// What the parser says, as a problem.
pub fn invalid(error: serde_json::Error) -> Problem {
    let detail = format!("this is not valid JSON: {error}");
    Problem::new(Code::InvalidJson, detail).expected("a JSON object")
}

/// A whole number, which a value has in two forms.
fn whole<'a>(number: Value<'static>) -> Json<'a> {
    match number {
        Value::Integer(number) => Json::Integer(number),
        Value::Number(number) => Json::Number(number),
        _ => Json::Null,
    }
}

/// How many values may still come.
#[derive(Clone, Copy)]
pub(crate) struct Budget<'c>(pub &'c Cell<usize>);

impl Budget<'_> {
    /// A budget for one body.
    pub const START: usize = VALUES;

    fn spend<E: Error>(self) -> Result<(), E> {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        match left {
            0 => Err(E::custom(format_args!(
                "the body has more than {VALUES} values, which is the limit"
            ))),
            _ => Ok(()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Budget<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        self.spend()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Budget<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Json<'de>, E> {
        Ok(Json::Boolean(yes))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(whole(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(whole(number.into()))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            members.push((name, map.next_value_seed(self)?));
        }
        Ok(Json::Object(members))
    }
}

/// A string, borrowed where it has no escapes (a bare `Cow` would always own).
#[derive(serde::Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn a_tree_keeps_order_and_twins() {
        let mut tree = Json::parse(br#"{"a": [1, null, true], "b": "\u0041", "a": {}}"#).unwrap();
        assert_eq!(tree.twin(), Some("a"));
        assert_eq!(tree.member("b").unwrap().text(), Some("A"));
        assert_eq!(tree.take("a").unwrap().kind(), "an array");
        assert_eq!(tree.take("a").unwrap().kind(), "an object");
        assert_eq!(tree.take("a"), None);
    }

    #[test]
    fn a_body_of_too_many_values_or_levels_is_refused_before_it_fills_the_memory() {
        let many = format!("[{}0]", "0,".repeat(1_000_001));
        let problem = Json::parse(many.as_bytes()).unwrap_err();
        assert!(problem.detail().contains("1000000 values"), "{problem:?}");
        assert!(Json::parse("[".repeat(1_000).as_bytes()).is_err());
        assert!(Json::parse(b"{} {}").is_err());
    }
}
