//! A row: one cell a column, checked against the model's columns where it enters.

mod cell;
mod error;
mod members;
mod value;

pub use crate::notation::MISSING;
pub use cell::{Cell, boolean};
pub use error::{JsonError, RowError};
pub use members::{MemberName, Members, OtherMembers, read_object};
pub use value::{Integer, Value};

use crate::column::Column;
use crate::columns::Columns;
use crate::format::ColumnKind;
use crate::timestamp;
use members::FirstDuplicate;

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

/// The cell of a column's value; `None` is a value that does not come.
///
/// # Errors
/// When the value is of the wrong kind, or a column that rows may not leave out has none.
pub fn cell<'a>(column: &Column<'_>, value: Option<Value<'a>>) -> Result<Cell<'a>, RowError> {
    let field = || column.name.to_string();
    let expected = expected(column.kind);
    match value {
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
        let cells = columns
            .iter()
            .map(|column| cell(column, values.next().flatten()));
        Ok(Row {
            cells: cells.collect::<Result<_, _>>()?,
        })
    }

    /// A row of these cells, one a column, in the model's order; a cell of another kind than its
    /// column has no features, nor has one too many.
    pub fn from_cells(cells: Vec<Cell<'a>>) -> Row<'a> {
        Row { cells }
    }

    /// A row of a model with these `columns` from one line of JSON, an object with a member for each;
    /// other members are ignored. Text without escapes is borrowed from `json`.
    ///
    /// # Errors
    /// When it is no JSON object, or does not fit the model's columns.
    pub fn from_json(columns: &Columns<'_>, json: &'a [u8]) -> Result<Row<'a>, RowError> {
        let mut others = FirstDuplicate::default();
        let values = read_object(columns, json, &mut others)
            .map_err(|error| RowError::Json(JsonError::from(&error)))?
            .map_err(|got| RowError::NotAnObject { got })?;
        Row::new(columns, others.check(values)?)
    }

    /// The cell of each column, in the model's order.
    pub fn cells(&self) -> &[Cell<'a>] {
        &self.cells
    }
}
