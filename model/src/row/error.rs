//! Errors of rows.

use std::fmt;

/// Reason for rejecting a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowError {
    /// A column is not there.
    Missing {
        /// Its name.
        field: String,
        /// Expected value.
        expected: &'static str,
    },
    /// A value is of the wrong kind.
    Type {
        /// The column's name.
        field: String,
        /// Kind of value that came; not the value itself, which must not get into a log.
        got: &'static str,
        /// Expected value.
        expected: &'static str,
    },
    /// A field is given twice.
    Duplicate {
        /// Its name.
        field: String,
    },
    /// The row is no JSON object.
    NotAnObject {
        /// Kind of value that came.
        got: &'static str,
    },
    /// The text is no JSON.
    Json {
        /// The parser's message, with the column.
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

    /// Expected value.
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

/// The message of a JSON parser about a text of one line, which stands on a line of its own number.
pub fn in_one_line(message: impl fmt::Display) -> String {
    let message = message.to_string();
    message.replace(" at line 1 column ", " at column ")
}
