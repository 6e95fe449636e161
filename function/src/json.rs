//! JSON as a tree, for bodies that are more than one row; text without escapes stays where it is.

use crate::budgets::Work;
use crate::problem::{Code, Problem};
use model::row::{Integer, MemberName, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

/// Most values of a body, whatever memory there is.
const VALUES: usize = 1_000_000;

/// Bytes that the heap adds to an allocation, at most.
pub(crate) const ALLOCATION: usize = 32;

/// Most bytes that a set takes for each of its names.
const NAME_BYTES: usize = 40;

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
    /// When it is no JSON, has more than a million values, or its tree takes more memory than the
    /// request may: some thirty times that of `[0,0,0,…`.
    pub fn parse(text: &'a [u8], work: &Work<'_>) -> Result<Json<'a>, Problem> {
        Json::read(text, work).map_err(|error| invalid(error, work))
    }

    /// As [`Json::parse`], with the parser's error; a refusal of `work` is the greater one.
    ///
    /// # Errors
    /// As [`Json::parse`].
    pub fn read(text: &'a [u8], work: &Work<'_>) -> Result<Json<'a>, serde_json::Error> {
        let budget = Budget {
            values: &Cell::new(VALUES),
            work,
        };
        let mut parser = serde_json::Deserializer::from_slice(text);
        budget
            .deserialize(&mut parser)
            .and_then(|tree| parser.end().map(|()| tree))
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

    /// Its JSON type, for messages.
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
    ///
    /// # Errors
    /// When looking for it takes more memory than the request may.
    pub fn twin(&self, work: &Work<'_>) -> Result<Option<&str>, Problem> {
        let Json::Object(members) = self else {
            return Ok(None);
        };
        let bytes = members.len() * NAME_BYTES;
        work.take(bytes)?;
        let mut seen = HashSet::with_capacity(members.len());
        let mut names = members.iter().map(|(name, _)| name.as_ref());
        let twin = names.find(|name| !seen.insert(*name));
        work.give(bytes);
        Ok(twin)
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

/// The parser's error as a problem; if a budget stopped the parser, the budget's problem.
pub fn invalid(error: serde_json::Error, work: &Work<'_>) -> Problem {
    if let Some(refusal) = work.refusal() {
        return refusal;
    }
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

/// Number of values that may still come, and the account that pays for them.
#[derive(Clone, Copy)]
pub(crate) struct Budget<'c> {
    pub values: &'c Cell<usize>,
    pub work: &'c Work<'c>,
}

impl Budget<'_> {
    /// Values of one body.
    pub const START: usize = VALUES;

    /// Appends to a list that grows as `Vec` does, and pays for the growth first.
    fn push<T, E: Error>(self, list: &mut Vec<T>, item: T) -> Result<(), E> {
        self.work
            .reserve(list, 1)
            .map_err(|problem| E::custom(problem.detail()))?;
        list.push(item);
        Ok(())
    }

    fn pay<E: Error>(self, bytes: usize) -> Result<(), E> {
        let paid = self.work.take(bytes);
        paid.map_err(|problem| E::custom(problem.detail()))
    }

    fn spend<E: Error>(self) -> Result<(), E> {
        let left = self.values.get();
        self.values.set(left.saturating_sub(1));
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

    fn visit_str<E: Error>(self, text: &str) -> Result<Json<'de>, E> {
        self.pay(text.len() + ALLOCATION)?;
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            self.push(&mut array, item)?;
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(MemberName(name)) = map.next_key()? {
            if let Cow::Owned(name) = &name {
                self.pay(name.len() + ALLOCATION)?;
            }
            let value = map.next_value_seed(self)?;
            self.push(&mut members, (name, value))?;
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::Json;
    use crate::budgets::Budgets;
    use crate::memory::MIB;
    use crate::problem::Problem;

    fn parse(text: &[u8]) -> Result<Json<'_>, Problem> {
        Json::parse(text, &Budgets::of_memory(2048 * MIB).work())
    }

    #[test]
    fn a_tree_keeps_order_and_twins() {
        let mut tree = parse(br#"{"a": [1, null, true], "b": "\u0041", "a": {}}"#).unwrap();
        let budgets = Budgets::of_memory(2048 * MIB);
        assert_eq!(tree.twin(&budgets.work()).unwrap(), Some("a"));
        assert_eq!(tree.member("b").unwrap().text(), Some("A"));
        assert_eq!(tree.take("a").unwrap().kind(), "an array");
        assert_eq!(tree.take("a").unwrap().kind(), "an object");
        assert_eq!(tree.take("a"), None);
    }

    #[test]
    fn a_body_of_too_many_values_or_levels_is_refused_before_it_fills_the_memory() {
        let many = format!("[{}0]", "0,".repeat(1_000_001));
        let problem = parse(many.as_bytes()).unwrap_err();
        assert!(problem.detail().contains("1000000 values"), "{problem:?}");
        assert!(parse("[".repeat(1_000).as_bytes()).is_err());
        assert!(parse(b"{} {}").is_err());
    }

    #[test]
    fn a_tree_takes_no_more_memory_than_a_request_may() {
        let budgets = Budgets::of_memory(128 * MIB);
        for piece in ["[[1]],", "{\"a\":{\"b\":1}},", "\"\\n\",", "0,"] {
            let many = format!("[{}0]", piece.repeat(999_999 / 3));
            let work = budgets.work();
            match Json::parse(many.as_bytes(), &work) {
                Ok(tree) => assert!(matches!(tree, Json::Array(_))),
                Err(problem) => assert_eq!(problem.code().as_str(), "request_too_large"),
            }
            assert!(work.bytes() <= budgets.request);
        }
    }
}
