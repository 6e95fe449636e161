//! Overview of the columns of the training table: type, values, and what
//! becomes of it.

use crate::columns::{ColumnChoice, Use};
use crate::notes::{Note, NoteKind};
use crate::table::Table;
use serde::Serialize;

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnOverview {
    /// Its name in the table.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Its type, e.g. `category`; of one that is learnt from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The type was given, not inferred.
    pub given: bool,
    /// Summary of its values, or the reason why it is left out.
    pub looks: String,
}

/// Role of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It is answered.
    Target,
    /// It is learnt from.
    Input,
    /// It is not.
    LeftOut,
}

/// The columns in the order of the training table: `choices` say what was meant to become of them,
/// `table` holds those that are learnt from, with the values of its training `rows`, and `notes` say why
/// others are not. `target` is what the target looks like.
pub fn overview(
    choices: &[ColumnChoice],
    (table, rows): (&Table, &[usize]),
    notes: &[Note],
    target: &str,
) -> Vec<ColumnOverview> {
    let of = |choice: &ColumnChoice| {
        let (name, verdict) = (&choice.name, &choice.verdict);
        let column = table.columns.iter().find(|column| column.name == *name);
        let (role, looks) = match (&verdict.what, column) {
            (Use::Target, _) => (Role::Target, target.to_string()),
            (_, Some(column)) => {
                let reason = match verdict.reason.as_str() {
                    "" => String::new(),
                    reason => format!(" ({reason})"),
                };
                (Role::Input, column.looks(rows) + &reason)
            }
            (Use::Input(_) | Use::LeftOut(_), None) => {
                let is_why = |note: &&Note| {
                    note.column.as_ref() == Some(name) && note.text.starts_with(LEFT_OUT)
                };
                let why = notes.iter().find(is_why).map(|note| note.text.clone());
                (
                    Role::LeftOut,
                    why.unwrap_or_else(|| format!("{LEFT_OUT}, dropped")),
                )
            }
        };
        ColumnOverview {
            name: name.clone(),
            role,
            kind: column.map(|column| column.input.kind.name()),
            given: column.is_some_and(|column| column.input.given),
            looks,
        }
    };
    choices.iter().map(of).collect()
}

/// Beginning of the text of a note on a column that is left out.
const LEFT_OUT: &str = "left out";

/// The note on a column that is left out, for this reason.
pub fn left_out(name: &str, kind: NoteKind, why: &str) -> Note {
    Note::of_column(name, kind, None, format!("{LEFT_OUT}, {why}"))
}

impl ColumnOverview {
    /// The reason why it is left out.
    pub fn why_left_out(&self) -> &str {
        let why = self.looks.strip_prefix(LEFT_OUT);
        why.map_or(&self.looks, |why| why.trim_start_matches([',', ' ']))
    }
}
