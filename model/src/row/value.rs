//! Values, as JSON and tables have them.

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// One value, as a request or a table gives it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value: JSON `null`.
    Missing,
    /// A string.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
    /// A whole number beyond 2^53, where an `f64` does not keep every digit.
    Integer(Integer),
    /// `true` or `false`.
    Boolean(bool),
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Value<'_> {
    /// Its JSON type, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Missing => "null",
            Value::Text(_) => "a string",
            Value::Number(_) | Value::Integer(_) => "a number",
            Value::Boolean(_) => "a boolean",
            Value::Array => "an array",
            Value::Object => "an object",
        }
    }

    /// The same value, owning its text.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Missing => Value::Missing,
            Value::Number(number) => Value::Number(number),
            Value::Integer(number) => Value::Integer(number),
            Value::Boolean(boolean) => Value::Boolean(boolean),
            Value::Array => Value::Array,
            Value::Object => Value::Object,
        }
    }
}

/// A whole number of 64 bits, with all its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    magnitude: u64,
    is_negative: bool,
}

impl Integer {
    /// The nearest `f64`.
    pub fn to_f64(self) -> f64 {
        let magnitude = self.magnitude as f64;
        if self.is_negative {
            -magnitude
        } else {
            magnitude
        }
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative { "-" } else { "" };
        write!(f, "{sign}{}", self.magnitude)
    }
}

/// Greatest whole number up to which an `f64` has all.
const EXACT: u64 = 1 << 53;

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        match number <= EXACT {
            true => Value::Number(number as f64),
            false => Value::Integer(Integer {
                magnitude: number,
                is_negative: false,
            }),
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        match number.unsigned_abs() <= EXACT {
            true => Value::Number(number as f64),
            false => Value::Integer(Integer {
                magnitude: number.unsigned_abs(),
                is_negative: number < 0,
            }),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Value<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Missing)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_string())))
    }

    fn visit_bool<E>(self, boolean: bool) -> Result<Self::Value, E> {
        Ok(Value::Boolean(boolean))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::from(number))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object)
    }
}
