//! A JSON object to one value a column, in one pass and without a tree: what nearly every request
//! is made of.

use crate::context::Context;
use crate::faults::Names;
use crate::json::{Budget, Json, Text};
use crate::served::ServedModel;
use model::row::Value;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

/// The members of an object, sorted into columns.
#[derive(Debug)]
pub struct Members<'a> {
    /// One a column of the model.
    pub values: Vec<Option<Value<'a>>>,
    /// Names that are given twice.
    pub twins: Names,
    /// Names that the model does not have; empty where nobody asks for them.
    pub unknown: Names,
}

/// Kind of the body.
#[derive(Debug)]
pub enum Whole<'a> {
    /// A row.
    Row(Members<'a>),
    /// `{"instances": [...]}`, with the other members' names.
    Many(Json<'a>),
    /// An object with `instances` twice.
    Twice,
    /// Something else.
    Not(&'static str),
}

impl<'a> Members<'a> {
    /// No values yet.
    pub fn new(served: &ServedModel) -> Members<'a> {
        Members {
            values: vec![None; served.model().columns.len()],
            twins: Names::default(),
            unknown: Names::default(),
        }
    }

    /// Sorts the members of an object.
    pub fn of(
        served: &ServedModel,
        keeps_unknown: bool,
        object: Vec<(Cow<'a, str>, Json<'a>)>,
    ) -> Members<'a> {
        let mut members = Members::new(served);
        for (index, (name, value)) in object.into_iter().enumerate() {
            match served.column(&name, index) {
                Some(column) => members.put(column, &name, value.into_value()),
                None if keeps_unknown => members.unknown.push(&name),
                None => {}
            }
        }
        members
    }

    fn put(&mut self, column: usize, name: &str, value: Value<'a>) {
        if self.values[column].replace(value).is_some() {
            self.twins.push(name);
        }
    }
}

/// Reads a body that should be a row, or many.
pub struct Reading<'s> {
    /// The model whose columns are looked for, and the rules.
    pub context: &'s Context<'s>,
}

impl<'s> Reading<'s> {
    /// Reads `text`.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn read<'a>(self, text: &'a [u8]) -> Result<Whole<'a>, serde_json::Error> {
        let mut parser = serde_json::Deserializer::from_slice(text);
        let whole = parser.deserialize_any(self)?;
        parser.end().map(|()| whole)
    }
}

/// The visitor's answer to everything that is no object.
macro_rules! not_an_object {
    ($($method:ident($type:ty) => $got:literal;)+) => {
        $(fn $method<E>(self, _: $type) -> Result<Whole<'de>, E> {
            Ok(Whole::Not($got))
        })+
    };
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Whole<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Whole<'de>, A::Error> {
        let served = self.context.served;
        let keeps_unknown = self.context.rules.refuses_unknown_fields;
        let mut members = Members::new(served);
        let (mut many, mut is_twice) = (None, false);
        let mut index = 0;
        while let Some(Text(name)) = map.next_key()? {
            if let Some(column) = served.column(&name, index) {
                let value = map.next_value::<Value<'de>>()?;
                members.put(column, &name, value);
            } else if name == "instances" {
                is_twice |= many.is_some();
                many = Some(map.next_value_seed(Budget {
                    values: &Cell::new(Budget::START),
                    work: &self.context.work,
                })?);
            } else {
                map.next_value::<IgnoredAny>()?;
                if keeps_unknown {
                    members.unknown.push(&name);
                }
            }
            index += 1;
        }
        Ok(match many {
            _ if is_twice => Whole::Twice,
            Some(many) => Whole::Many(many),
            None => Whole::Row(members),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Whole<'de>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Whole::Not("an array"))
    }

    fn visit_unit<E>(self) -> Result<Whole<'de>, E> {
        Ok(Whole::Not("null"))
    }

    not_an_object! {
        visit_bool(bool) => "a boolean";
        visit_i64(i64) => "a number";
        visit_u64(u64) => "a number";
        visit_f64(f64) => "a number";
        visit_str(&str) => "a string";
    }
}
