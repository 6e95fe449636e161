//! A row: one cell a column, checked against the model's columns where it enters.

mod value;

pub use value::Value;

use crate::column::Column;
use crate::format::ColumnKind;
use crate::open::Model;
use crate::timestamp::{self, Timestamp};
use serde::de::DeserializeSeed;
use std::borrow::Cow;
use std::fmt;
use value::Object;

/// Words that stand for no value in tables, beside the empty one. Not `n/a`, `-` or `?`: a column
/// of numbers that has these is better looked at by its owner.
pub const MISSING: [&str; 5] = ["NA", "NaN", "nan", "null", "NULL"];

/// A value of the kind that its column has.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Of a text column.
    Text(Cow<'a, str>),
    /// Of a number or boolean column (0 or 1): finite, or NaN where it is missing.
    Number(f64),
    /// Of a category column, without blanks around it; empty where it is missing.
    Category(Cow<'a, str>),
    /// Of a timestamp column; `None` where it is missing.
    Time(Option<Timestamp>),
}

/// A row that fits the model: a cell a column, in the model's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    cells: Vec<Cell<'a>>,
}

/// Why a row does not fit the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowError {
    /// A column is not there.
    Missing {
        /// Its name.
        field: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A value is of the wrong kind.
    Type {
        /// The column's name.
        field: String,
        /// What came; not the value itself, which must not get into a log.
        got: &'static str,
        /// What was expected.
        expected: &'static str,
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

impl RowError {
    /// The field that is wrong, where it is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            RowError::Missing { field, .. }
            | RowError::Type { field, .. }
            | RowError::Duplicate { field } => Some(field),
            RowError::NotAnObject { .. } | RowError::Json { .. } => None,
        }
    }

    /// What was expected.
    pub fn expected(&self) -> &'static str {
        match self {
            RowError::Missing { expected, .. } | RowError::Type { expected, .. } => expected,
            RowError::Duplicate { .. } => "one value",
            RowError::NotAnObject { .. } | RowError::Json { .. } => "a JSON object",
        }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RowError::Missing { field, expected } => {
                write!(f, "the field {field:?} is missing; {expected} was expected")
            }
            RowError::Type {
                field,
                got,
                expected,
            } => write!(f, "the field {field:?} is {got}; {expected} was expected"),
            RowError::Duplicate { field } => write!(f, "the field {field:?} is given twice"),
            RowError::NotAnObject { got } => {
                write!(f, "the row is {got}; a JSON object was expected")
            }
            RowError::Json { detail } => write!(f, "this is not valid JSON: {detail}"),
        }
    }
}

impl std::error::Error for RowError {}

/// What a column of this kind expects.
pub fn expected(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "a string",
        ColumnKind::Number => "a number",
        ColumnKind::Category => "a string",
        ColumnKind::Boolean => "true or false",
        ColumnKind::Timestamp => timestamp::EXPECTED,
    }
}

impl<'a> Cell<'a> {
    /// The cell of a value; the value's kind where it does not fit. Text is read as what the column
    /// holds, since a table has nothing else: `"3.5"` is a number, `"yes"` a boolean.
    ///
    /// # Errors
    /// What came instead, without the value.
    pub fn new(
        kind: ColumnKind,
        day_first: bool,
        value: Value<'a>,
    ) -> Result<Cell<'a>, &'static str> {
        let is_missing =
            |text: &str| text.trim().is_empty() || MISSING.iter().any(|word| *word == text.trim());
        match (kind, value) {
            (ColumnKind::Text, Value::Text(text)) => Ok(Cell::Text(text)),
            (ColumnKind::Number, Value::Number(number)) if number.is_finite() => {
                Ok(Cell::Number(number))
            }
            (ColumnKind::Number | ColumnKind::Boolean, Value::Missing) => {
                Ok(Cell::Number(f64::NAN))
            }
            (ColumnKind::Number | ColumnKind::Boolean, Value::Text(text)) if is_missing(&text) => {
                Ok(Cell::Number(f64::NAN))
            }
            (ColumnKind::Number, Value::Text(text)) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Cell::Number(number)),
                Ok(_) => Err("a number that is not finite"),
                Err(_) => Err("a string that is no number"),
            },
            (ColumnKind::Boolean, Value::Boolean(yes)) => {
                Ok(Cell::Number(f64::from(u8::from(yes))))
            }
            (ColumnKind::Boolean, Value::Number(number)) if number == 0.0 || number == 1.0 => {
                Ok(Cell::Number(number))
            }
            (ColumnKind::Boolean, Value::Number(_)) => Err("a number that is neither 0 nor 1"),
            (ColumnKind::Boolean, Value::Text(text)) => match boolean(text.trim()) {
                Some(yes) => Ok(Cell::Number(f64::from(u8::from(yes)))),
                None => Err("a string that is no boolean"),
            },
            (ColumnKind::Category, value) => category(value).map(Cell::Category),
            (ColumnKind::Timestamp, Value::Missing) => Ok(Cell::Time(None)),
            (ColumnKind::Timestamp, Value::Text(text)) if is_missing(&text) => Ok(Cell::Time(None)),
            (ColumnKind::Timestamp, Value::Text(text)) => {
                match Timestamp::parse(&text, day_first) {
                    Some(time) => Ok(Cell::Time(Some(time))),
                    None => Err("a string that is no timestamp"),
                }
            }
            (_, other) => Err(other.kind()),
        }
    }

    /// The cell of a value that is not there.
    pub fn missing(kind: ColumnKind) -> Cell<'a> {
        match kind {
            ColumnKind::Text => Cell::Text("".into()),
            ColumnKind::Number | ColumnKind::Boolean => Cell::Number(f64::NAN),
            ColumnKind::Category => Cell::Category("".into()),
            ColumnKind::Timestamp => Cell::Time(None),
        }
    }

    /// Whether there is no value.
    pub fn is_missing(&self) -> bool {
        match self {
            Cell::Text(text) | Cell::Category(text) => text.is_empty(),
            Cell::Number(number) => number.is_nan(),
            Cell::Time(time) => time.is_none(),
        }
    }
}

/// A category's name: text without the blanks around it; a number as JSON writes it, without `.0`,
/// so that `1043` in JSON is `1043` in a table; `true` and `false`.
fn category(value: Value<'_>) -> Result<Cow<'_, str>, &'static str> {
    match value {
        Value::Text(Cow::Borrowed(text)) => Ok(Cow::Borrowed(text.trim())),
        Value::Text(Cow::Owned(text)) if text.trim().len() == text.len() => Ok(Cow::Owned(text)),
        Value::Text(Cow::Owned(text)) => Ok(Cow::Owned(text.trim().to_string())),
        Value::Number(number) => Ok(Cow::Owned(number.to_string())),
        Value::Boolean(yes) => Ok(Cow::Borrowed(if yes { "true" } else { "false" })),
        Value::Missing => Ok(Cow::Borrowed("")),
        other => Err(other.kind()),
    }
}

/// A boolean in the words that tables use.
pub fn boolean(text: &str) -> Option<bool> {
    let is = |words: [&str; 5]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match text {
        _ if is(["true", "yes", "t", "y", "1"]) => Some(true),
        _ if is(["false", "no", "f", "n", "0"]) => Some(false),
        _ => None,
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
                    Cell::new(column.kind, column.day_first, value).map_err(|got| RowError::Type {
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

    /// The cell of each column, in the model's order.
    pub fn cells(&self) -> &[Cell<'a>] {
        &self.cells
    }
}
