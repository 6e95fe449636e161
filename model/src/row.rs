//! A row: one cell a column, checked against the model's columns where it enters.

mod cell;
mod error;
mod value;

pub use crate::notation::MISSING;
pub use cell::{Cell, boolean};
pub use error::RowError;
pub use value::{Integer, Value};

use crate::column::Column;
use crate::format::ColumnKind;
use crate::timestamp;
use serde::de::DeserializeSeed;
use value::Object;

/// A row that fits the model: one cell per column, in the model's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    cells: Vec<Cell<'a>>,
}

/// Values that a column of this kind accepts, for errors.
pub fn expected(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "a string",
        ColumnKind::Number => "a number",
        ColumnKind::Category => "a string",
        ColumnKind::Boolean => "true or false",
        ColumnKind::Timestamp => timestamp::EXPECTED,
    }
}

impl<'a> Row<'a> {
    /// A row from one value a column, in the model's order.
    ///
    /// # Errors
    /// When a value is of the wrong kind for its column, or a column without a value is not one that
    /// rows may leave out.
    pub fn new(
        columns: &[Column<'_>],
        values: impl IntoIterator<Item = Option<Value<'a>>>,
    ) -> Result<Row<'a>, RowError> {
        let mut values = values.into_iter();
        let cells = columns.iter().map(|column| {
            let field = || column.name.to_string();
            let expected = expected(column.kind);
            match values.next().flatten() {
                Some(value) => {
                    Cell::new(column.kind, &column.notation, value).map_err(|got| RowError::Type {
                        field: field(),
                        got,
                        expected,
                    })
                }
                None if column.optional => Ok(Cell::missing(column.kind)),
                None => Err(RowError::Missing {
                    field: field(),
                    expected,
                }),
            }
        });
        Ok(Row {
            cells: cells.collect::<Result<_, _>>()?,
        })
    }

    /// A row of these cells, one a column, in the model's order; a cell of another kind than its
    /// column has no features, nor has one too many.
    pub fn from_cells(cells: Vec<Cell<'a>>) -> Row<'a> {
        Row { cells }
    }

    /// A row of a model with these `columns` from a JSON object with a member for each; other members are ignored. Text
    /// without escapes is borrowed from `json`.
    ///
    /// # Errors
    /// When it is no JSON object, or does not fit the model's columns.
    pub fn from_json(columns: &[Column<'_>], json: &'a [u8]) -> Result<Row<'a>, RowError> {
        let seed = Object { columns };
        let mut parser = serde_json::Deserializer::from_slice(json);
        let values = seed
            .deserialize(&mut parser)
            .and_then(|values| parser.end().map(|()| values))
            .map_err(|error| RowError::Json {
                detail: error.to_string(),
            })??;
        Row::new(columns, values)
    }

    /// The cell of each column, in the model's order.
    pub fn cells(&self) -> &[Cell<'a>] {
        &self.cells
    }
}
