//! Kinds of columns, and of parameters, that candidates depend on.

use crate::table::{Column, Table};
use model::format::ColumnKind;

/// Kinds of columns in a table.
#[derive(Clone, Copy, Debug)]
pub struct Kinds {
    /// There is text.
    pub text: bool,
    /// There is something else.
    pub other: bool,
}

impl Kinds {
    /// Those of a table's columns.
    pub fn of(table: &Table) -> Kinds {
        let is_text = |column: &Column| column.input.kind == ColumnKind::Text;
        Kinds {
            text: table.columns.iter().any(is_text),
            other: !table.columns.iter().all(is_text),
        }
    }
}

/// Parameters of text that a candidate may name without `text.`: no estimator has one of the name.
const OF_TEXT: [&str; 5] = ["ngram_range", "min_df", "max_df", "sublinear_tf", "use_idf"];

/// The section of a candidate's parameter, and its name there.
pub(super) fn place<'n>(estimator: &'n str, name: &'n str) -> (&'n str, &'n str) {
    match name.strip_prefix("text.") {
        Some(name) => ("text", name),
        None if OF_TEXT.contains(&name) => ("text", name),
        None => (estimator, name),
    }
}
