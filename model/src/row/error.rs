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
    Json(JsonError),
}

/// A parser's message about a text that is no JSON, and the place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    message: String,
    /// From 1; 0 where the parser names no place.
    line: usize,
    /// From 0.
    column: usize,
}

impl From<&serde_json::Error> for JsonError {
    fn from(error: &serde_json::Error) -> JsonError {
        let (line, column) = (error.line(), error.column());
        // serde_json shows its message with the place only: here, and nowhere else, they are parted.
        let whole = error.to_string();
        let place = format!(" at line {line} column {column}");
        JsonError {
            message: whole.strip_suffix(&place).unwrap_or(&whole).to_string(),
            line,
            column,
        }
    }
}

impl fmt::Display for JsonError {
    /// Names the line only where it is not the first: a text of one line often stands on a line of its
    /// own, whose number is another.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.line {
            0 => Ok(()),
            1 => write!(f, " at column {}", self.column),
            line => write!(f, " at line {line} column {}", self.column),
        }
    }
}

impl std::error::Error for JsonError {}

impl RowError {
    /// The field that is wrong, where it is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            RowError::Missing { field, .. }
            | RowError::Type { field, .. }
            | RowError::Duplicate { field } => Some(field),
            RowError::NotAnObject { .. } | RowError::Json(_) => None,
        }
    }

    /// Expected value.
    pub fn expected(&self) -> &'static str {
        match self {
            RowError::Missing { expected, .. } | RowError::Type { expected, .. } => expected,
            RowError::Duplicate { .. } => "one value",
            RowError::NotAnObject { .. } | RowError::Json(_) => "a JSON object",
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
            RowError::Json(error) => write!(f, "this is not valid JSON: {error}"),
        }
    }
}

impl std::error::Error for RowError {}

#[cfg(test)]
mod tests {
    use super::JsonError;
    use serde_json::Value;

    fn error(text: &str) -> String {
        let error = serde_json::from_str::<Value>(text).unwrap_err();
        JsonError::from(&error).to_string()
    }

    #[test]
    fn the_first_line_is_not_named() {
        assert_eq!(error("{} x"), "trailing characters at column 4");
        assert_eq!(error("{\n x"), "key must be a string at line 2 column 2");
        assert_eq!(error(""), "EOF while parsing a value at column 0");
        let without_place = <serde_json::Error as serde::de::Error>::custom("at line 1 column 9");
        assert_eq!(
            JsonError::from(&without_place).to_string(),
            "at line 1 column 9"
        );
    }
}
