//! A row: one value a column, checked against the model's columns where it enters.

use crate::open::{Column, Model};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
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
    /// `true` or `false`.
    Boolean(bool),
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Value<'_> {
    /// What it is, in JSON's words.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Missing => "null",
            Value::Text(_) => "a string",
            Value::Number(_) => "a number",
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
            Value::Boolean(boolean) => Value::Boolean(boolean),
            Value::Array => Value::Array,
            Value::Object => Value::Object,
        }
    }
}

/// A row that fits the model: the text of each column, in the model's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    texts: Vec<Cow<'a, str>>,
}

/// Why a row does not fit the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowError {
    /// A column is not there.
    Missing {
        /// Its name.
        field: String,
    },
    /// A value is of the wrong kind.
    Type {
        /// The column's name.
        field: String,
        /// What came.
        got: &'static str,
    },
    /// A field is given twice.
    Duplicate {
        /// Its name.
        field: String,
    },
    /// The row is no JSON object.
    NotAnObject {
        /// What came.
        got: &'static str,
    },
    /// The text is no JSON.
    Json {
        /// What the parser says, with line and column.
        detail: String,
    },
}

/// What every column expects, while text is the only kind.
pub const EXPECTED: &str = "a string";

impl RowError {
    /// The field that is wrong, where it is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            RowError::Missing { field }
            | RowError::Type { field, .. }
            | RowError::Duplicate { field } => Some(field),
            RowError::NotAnObject { .. } | RowError::Json { .. } => None,
        }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RowError::Missing { field } => {
                write!(f, "the field {field:?} is missing; {EXPECTED} was expected")
            }
            RowError::Type { field, got } => {
                write!(f, "the field {field:?} is {got}; {EXPECTED} was expected")
            }
            RowError::Duplicate { field } => write!(f, "the field {field:?} is given twice"),
            RowError::NotAnObject { got } => {
                write!(f, "the row is {got}; a JSON object was expected")
            }
            RowError::Json { detail } => write!(f, "this is not valid JSON: {detail}"),
        }
    }
}

impl std::error::Error for RowError {}

impl<'a> Row<'a> {
    /// A row from one value a column, in the model's order.
    ///
    /// # Errors
    /// When a value is of the wrong kind for its column; a column without a value is missing.
    pub fn new(
        columns: &[Column<'_>],
        values: impl IntoIterator<Item = Option<Value<'a>>>,
    ) -> Result<Row<'a>, RowError> {
        let mut values = values.into_iter();
        let texts = columns.iter().map(|column| {
            let field = || column.name.to_string();
            match values.next().flatten() {
                Some(Value::Text(text)) => Ok(text),
                Some(other) => Err(RowError::Type {
                    field: field(),
                    got: other.kind(),
                }),
                None => Err(RowError::Missing { field: field() }),
            }
        });
        Ok(Row {
            texts: texts.collect::<Result<_, _>>()?,
        })
    }

    /// A row of one text a text column, in the model's order; a column too many is passed over,
    /// one too few has no features.
    pub fn from_texts(texts: Vec<Cow<'a, str>>) -> Row<'a> {
        Row { texts }
    }

    /// A row from a JSON object with a member for each column; other members are passed over.
    /// Text without escapes is borrowed from `json`.
    ///
    /// # Errors
    /// When it is no JSON object, or does not fit the model's columns.
    pub fn from_json(model: &Model<'_>, json: &'a [u8]) -> Result<Row<'a>, RowError> {
        let seed = Object {
            columns: &model.columns,
        };
        let mut parser = serde_json::Deserializer::from_slice(json);
        let values = seed
            .deserialize(&mut parser)
            .and_then(|values| parser.end().map(|()| values))
            .map_err(|error| RowError::Json {
                detail: error.to_string(),
            })??;
        Row::new(&model.columns, values)
    }

    /// The text of each text column, in the model's order.
    pub fn texts(&self) -> &[Cow<'a, str>] {
        &self.texts
    }
}

/// Reads an object's members into a value a column.
struct Object<'m, 'f> {
    columns: &'m [Column<'f>],
}

type Values<'de> = Result<Vec<Option<Value<'de>>>, RowError>;

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = Values<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// The visitor's answer to everything that is no object.
macro_rules! not_an_object {
    ($($method:ident($type:ty) => $got:literal;)+) => {
        $(fn $method<E>(self, _: $type) -> Result<Self::Value, E> {
            Ok(Err(RowError::NotAnObject { got: $got }))
        })+
    };
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = Values<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values: Vec<Option<Value<'de>>> = vec![None; self.columns.len()];
        let mut duplicate = None;
        while let Some(Text(name)) = map.next_key()? {
            let Some(index) = self.columns.iter().position(|column| column.name == name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value::<Value<'de>>()?;
            if values[index].replace(value).is_some() {
                duplicate.get_or_insert(name.into_owned());
            }
        }
        Ok(match duplicate {
            Some(field) => Err(RowError::Duplicate { field }),
            None => Ok(values),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err(RowError::NotAnObject { got: "an array" }))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Err(RowError::NotAnObject { got: "null" }))
    }

    not_an_object! {
        visit_bool(bool) => "a boolean";
        visit_i64(i64) => "a number";
        visit_u64(u64) => "a number";
        visit_f64(f64) => "a number";
        visit_str(&str) => "a string";
    }
}

/// A string, borrowed where it has no escapes (a bare `Cow` would always own).
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

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
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(number as f64))
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
