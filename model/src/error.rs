//! Errors of opening a model file.

use crate::format::FORMAT;
use std::fmt;
use std::io;

/// Reason for rejecting a file, in one sentence that says what to do.
#[derive(Debug)]
pub enum OpenError {
    /// The file cannot be read from disk.
    Unreadable(io::Error),
    /// The first bytes are not those of a model file.
    NotAModel,
    /// The file has a format that only a newer program reads.
    NewerFormat {
        /// The file's format.
        format: u32,
    },
    /// The format is known, but the file holds a number, such as an estimator's, that is not.
    NewerContent {
        /// The unknown content, e.g. `estimator 99`.
        what: String,
    },
    /// The file is not as it was written, or not whole.
    Damaged {
        /// The fault that was found.
        what: String,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Unreadable(error) => write!(f, "the model file cannot be read: {error}"),
            OpenError::NotAModel => {
                f.write_str("this is not a Hearth model file: its first bytes are not those of one")
            }
            OpenError::NewerFormat { format } => write!(
                f,
                "the model file has format {format}, and this program reads formats up to \
                 {FORMAT}: use a newer Hearth"
            ),
            OpenError::NewerContent { what } => write!(
                f,
                "the model file has {what}, which this program does not know: use a newer Hearth"
            ),
            OpenError::Damaged { what } => write!(
                f,
                "the model file is damaged: {what}; fetch or train it again"
            ),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OpenError::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}
