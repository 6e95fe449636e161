//! A body that is one row, or many in one object, read in one pass and without a tree: what nearly
//! every request is.

use crate::context::Context;
use crate::faults::Names;
use crate::json::{Budget, Json};
use model::row::{OtherMembers, Value, read_object};
use serde::de::{IgnoredAny, MapAccess};
use std::cell::Cell;

/// Names of an object that are no column's, or come twice.
#[derive(Debug, Default)]
pub struct OddNames<'a> {
    /// Names of columns that are given twice.
    pub duplicate: Names<'a>,
    /// Names that the model does not have.
    pub unknown: Names<'a>,
}

/// Content of a body.
#[derive(Debug)]
pub enum BodyContent<'a> {
    /// A row: one value a column of the model.
    Row(Vec<Option<Value<'a>>>, OddNames<'a>),
    /// The list of `{"instances": [...]}`.
    Many(Json<'a>),
    /// An object with `instances` twice.
    Twice,
    /// A list of rows, without an object around it: its first item is an object.
    List(Vec<Json<'a>>),
    /// No rows but a value of this type.
    NoRows(&'static str),
}

/// Reads a body that should be a row, or many.
///
/// # Errors
/// When it is no JSON.
pub fn read<'a>(
    context: &Context<'_>,
    text: &'a [u8],
) -> Result<BodyContent<'a>, serde_json::Error> {
    if is_list_of_objects(text) {
        return Ok(match Json::read(text, &context.work)? {
            Json::Array(list) => BodyContent::List(list),
            other => BodyContent::NoRows(other.kind()),
        });
    }
    let mut others = BodyMembers {
        context,
        names: OddNames::default(),
        many: None,
        is_twice: false,
    };
    let read = read_object(&context.served.model().columns, text, &mut others)?;
    Ok(match (read, others.many) {
        (Err(got), _) => BodyContent::NoRows(got),
        _ if others.is_twice => BodyContent::Twice,
        (_, Some(many)) => BodyContent::Many(many),
        (Ok(values), None) => BodyContent::Row(values, others.names),
    })
}

/// True if a text begins as a list of objects does. Other lists are not read into memory.
fn is_list_of_objects(text: &[u8]) -> bool {
    let list = text.trim_ascii_start().strip_prefix(b"[");
    list.is_some_and(|items| items.trim_ascii_start().starts_with(b"{"))
}

/// The members of a body that are no value of a column.
struct BodyMembers<'s, 'c, 'a> {
    context: &'s Context<'c>,
    names: OddNames<'a>,
    many: Option<Json<'a>>,
    is_twice: bool,
}

impl<'de> OtherMembers<'de> for BodyMembers<'_, '_, 'de> {
    fn unknown<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        if name == "instances" {
            self.is_twice |= self.many.is_some();
            self.many = Some(map.next_value_seed(Budget {
                values: &Cell::new(Budget::START),
                work: &self.context.work,
            })?);
            return Ok(());
        }
        self.unused_alias(name);
        map.next_value::<IgnoredAny>().map(|_| ())
    }

    fn unused_alias(&mut self, name: &str) {
        self.names.unknown.push_shown(name);
    }

    fn duplicate(&mut self, name: &str) {
        self.names.duplicate.push_shown(name);
    }
}
