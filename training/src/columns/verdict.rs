//! Use of a column: the target, an input of a type, or left out.

use crate::notes::Note;
use model::format::ColumnKind;
use model::notation::Notation;

/// Decision about a column of the training table.
#[derive(Clone, Debug, PartialEq)]
pub enum Use {
    /// It is the target.
    Target,
    /// It is learnt from.
    Input(Input),
    /// It is left out, with the reason.
    LeftOut(String),
}

/// Type and notation of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its type.
    pub kind: ColumnKind,
    /// Notation of its values as text.
    pub notation: Notation<'static>,
    /// It was given, not inferred.
    pub given: bool,
}

/// Result of judging a column: its use, the reason and notes.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Its use.
    pub what: Use,
    /// Reason, in words that follow the column's type; empty if the type says it.
    pub reason: String,
    /// Notes on it.
    pub notes: Vec<Note>,
}

impl Verdict {
    /// A column that is left out.
    pub fn left_out(why: &str) -> Verdict {
        Verdict {
            what: Use::LeftOut(why.to_string()),
            reason: String::new(),
            notes: Vec::new(),
        }
    }
}
