//! A body that is one row, or many in one object, read in one pass and without a tree: what nearly
//! every request is.

use crate::context::Context;
use crate::faults::Names;
use crate::json::{Budget, Json};
use model::row::{OtherMembers, Value, read_object};
use serde::de::{IgnoredAny, MapAccess};
use std::cell::Cell;

/// Names of an object that are wrong.
#[derive(Debug, Default)]
pub struct NameFaults {
    /// Names of columns that are given twice.
    pub duplicate: Names,
    /// Names that the model does not have; empty where these are not refused.
    pub unknown: Names,
}

/// Content of a body.
#[derive(Debug)]
pub enum BodyContent<'a> {
    /// A row: one value a column of the model.
    Row(Vec<Option<Value<'a>>>, NameFaults),
    /// The list of `{"instances": [...]}`.
    Many(Json<'a>),
    /// An object with `instances` twice.
    Twice,
    /// No object but a value of this type.
    NoObject(&'static str),
}

/// Reads a body that should be a row, or many.
///
/// # Errors
/// When it is no JSON.
pub fn read<'a>(
    context: &Context<'_>,
    text: &'a [u8],
) -> Result<BodyContent<'a>, serde_json::Error> {
    let mut others = BodyMembers {
        context,
        faults: NameFaults::default(),
        many: None,
        is_twice: false,
    };
    let read = read_object(&context.served.model().columns, text, &mut others)?;
    Ok(match (read, others.many) {
        (Err(got), _) => BodyContent::NoObject(got),
        _ if others.is_twice => BodyContent::Twice,
        (_, Some(many)) => BodyContent::Many(many),
        (Ok(values), None) => BodyContent::Row(values, others.faults),
    })
}

/// The members of a body that are no value of a column.
struct BodyMembers<'s, 'c, 'a> {
    context: &'s Context<'c>,
    faults: NameFaults,
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
        if self.context.rules.refuses_unknown_fields {
            self.faults.unknown.push(name);
        }
    }

    fn duplicate(&mut self, name: &str) {
        self.faults.duplicate.push(name);
    }
}
