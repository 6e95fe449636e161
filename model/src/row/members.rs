//! The members of a JSON object, sorted into one value a column while they are parsed.

use super::error::RowError;
use super::value::Value;
use crate::columns::{ALIAS, Columns, NamedColumn};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// One value a column of the model, filled in by name.
#[derive(Debug)]
pub struct Members<'c, 'v> {
    columns: &'c Columns<'c>,
    values: Vec<Option<Value<'v>>>,
    /// The value of [`ALIAS`], which counts where the column's own name does not come.
    alias: Option<(usize, Value<'v>)>,
    /// Where the next name is expected: members come in the model's order, as a rule.
    near: usize,
}

impl<'c, 'v> Members<'c, 'v> {
    /// No values yet.
    pub fn new(columns: &'c Columns<'_>) -> Members<'c, 'v> {
        Members {
            columns,
            values: vec![None; columns.len()],
            alias: None,
            near: 0,
        }
    }

    /// The column that a member belongs to.
    pub fn find(&mut self, name: &str) -> Option<NamedColumn> {
        let found = self.columns.find(name, self.near)?;
        self.near = found.index + 1;
        Some(found)
    }

    /// Sets the value of a column; `false` if it had one.
    pub fn put(&mut self, column: NamedColumn, value: Value<'v>) -> bool {
        match column.is_alias {
            false => self.values[column.index].replace(value).is_none(),
            true => self.alias.replace((column.index, value)).is_none(),
        }
    }

    /// The values, one a column; `unknown` is called where [`ALIAS`] came beside the column's own
    /// name.
    pub fn finish(mut self, unknown: impl FnOnce(&str)) -> Vec<Option<Value<'v>>> {
        if let Some((index, value)) = self.alias {
            match &mut self.values[index] {
                Some(_) => unknown(ALIAS),
                slot => *slot = Some(value),
            }
        }
        self.values
    }
}

/// Interface of what is done with the members of an object that are no value of a column.
pub trait OtherMembers<'de> {
    /// A member that no column has; its value is next in `map`.
    ///
    /// # Errors
    /// When the value is not legal.
    fn unknown<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;

    /// [`ALIAS`], beside the column's own name.
    fn unused_alias(&mut self, name: &str);

    /// A member that came before.
    fn duplicate(&mut self, name: &str);
}

/// Reads a JSON object into one value a column.
///
/// # Errors
/// The parser's when it is not JSON; within, the type that came instead of an object.
#[allow(clippy::type_complexity)] // two kinds of errors, each with one caller who tells them apart
pub fn read_object<'de>(
    columns: &Columns<'_>,
    json: &'de [u8],
    others: &mut impl OtherMembers<'de>,
) -> Result<Result<Vec<Option<Value<'de>>>, &'static str>, serde_json::Error> {
    let mut parser = serde_json::Deserializer::from_slice(json);
    let read = parser.deserialize_any(Object { columns, others })?;
    parser.end().map(|()| read)
}

struct Object<'c, 'o, O> {
    columns: &'c Columns<'c>,
    others: &'o mut O,
}

/// The visitor's answer to everything that is no object.
macro_rules! not_an_object {
    ($($method:ident($type:ty) => $got:literal;)+) => {
        $(fn $method<E>(self, _: $type) -> Result<Self::Value, E> {
            Ok(Err($got))
        })+
    };
}

impl<'de, O: OtherMembers<'de>> Visitor<'de> for Object<'_, '_, O> {
    type Value = Result<Vec<Option<Value<'de>>>, &'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::new(self.columns);
        while let Some(MemberName(name)) = map.next_key()? {
            let Some(column) = members.find(&name) else {
                self.others.unknown(&name, &mut map)?;
                continue;
            };
            if !members.put(column, map.next_value()?) {
                self.others.duplicate(&name);
            }
        }
        Ok(Ok(members.finish(|name| self.others.unused_alias(name))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err("an array"))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Err("null"))
    }

    not_an_object! {
        visit_bool(bool) => "a boolean";
        visit_i64(i64) => "a number";
        visit_u64(u64) => "a number";
        visit_f64(f64) => "a number";
        visit_str(&str) => "a string";
    }
}

/// A member's name, borrowed where it has no escapes (a bare `Cow` would always own).
#[derive(serde::Deserialize)]
pub struct MemberName<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// Ignores unknown members, and keeps the first name that comes twice.
#[derive(Default)]
pub(super) struct FirstDuplicate(Option<String>);

impl FirstDuplicate {
    /// The values, if no name came twice.
    pub fn check<T>(self, values: T) -> Result<T, RowError> {
        match self.0 {
            Some(field) => Err(RowError::Duplicate { field }),
            None => Ok(values),
        }
    }
}

impl<'de> OtherMembers<'de> for FirstDuplicate {
    fn unknown<A: MapAccess<'de>>(&mut self, _: &str, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(|_| ())
    }

    fn unused_alias(&mut self, _: &str) {}

    fn duplicate(&mut self, name: &str) {
        self.0.get_or_insert_with(|| name.to_owned());
    }
}
