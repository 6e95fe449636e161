//! Notes on the data and the training: what was read by a rule, left out, ambiguous or not understood.
//!
//! A note is data, so that a terminal, a report, the card and JSON can each show it in their way.

use anyhow::{Result, bail};
use model::card::NoteCard;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that a person should know before relying on the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Column that it is about; the table or the training as a whole where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// First line of the table that shows it, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Stable name, for programs.
    pub kind: NoteKind,
    /// One sentence without the column's name and the line, and the option that decides otherwise.
    pub text: String,
}

/// Subject of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Words such as `N/A` that were read as missing values, counted.
    Missing,
    /// Rule by which all values of a column are read, such as a decimal comma.
    Format,
    /// Columns or rows that are not learnt from.
    LeftOut,
    /// A few values of another type than their column.
    Stray,
    /// Values that can be read in more than one way, such as day and month.
    Ambiguous,
    /// Values that look like numbers or times and cannot be read as such.
    Unread,
    /// Names that differ by case or blanks only.
    Spelling,
    /// A column that gives the target away, or rows on both sides of the split.
    Leak,
    /// A column that seems to number the rows and has no name that says so.
    Key,
    /// Rows in the order of time, of which some are drawn at random to be measured on.
    Order,
    /// Rows that are alike but for the target.
    Conflict,
    /// Figures of cross-validation and of the test rows that chance does not explain.
    Disagree,
    /// The fit and its figures.
    Fit,
}

impl NoteKind {
    /// True if the table may have been misunderstood: `--strict` fails on such a note.
    pub fn is_doubt(self) -> bool {
        match self {
            NoteKind::Missing | NoteKind::Format | NoteKind::LeftOut | NoteKind::Fit => false,
            NoteKind::Stray
            | NoteKind::Ambiguous
            | NoteKind::Unread
            | NoteKind::Spelling
            | NoteKind::Leak
            | NoteKind::Key
            | NoteKind::Order
            | NoteKind::Conflict
            | NoteKind::Disagree => true,
        }
    }
}

impl Note {
    /// A note about a column.
    pub fn of_column(
        column: &str,
        kind: NoteKind,
        line: Option<u64>,
        text: impl Into<String>,
    ) -> Note {
        Note {
            column: Some(column.to_string()),
            line,
            kind,
            text: text.into(),
        }
    }

    /// A note about the table or the training as a whole.
    pub fn new(kind: NoteKind, text: impl Into<String>) -> Note {
        Note {
            column: None,
            line: None,
            kind,
            text: text.into(),
        }
    }
}

/// Refuses notes that are doubts, where `strict` says so.
///
/// # Errors
/// All doubts, in one sentence.
pub fn check(strict: bool, notes: &[Note]) -> Result<()> {
    let doubts: Vec<String> = notes
        .iter()
        .filter(|note| note.kind.is_doubt())
        .map(Note::to_string)
        .collect();
    if strict && !doubts.is_empty() {
        bail!(
            "with --strict no model is written where there is a doubt: {}",
            doubts.join("; ")
        );
    }
    Ok(())
}

/// A column's name as it is typed behind an option, on one line whatever the name holds.
pub fn option(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if !name.is_empty() && name.chars().all(is_plain) {
        return name.to_string();
    }
    let mut quoted = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            _ if c.is_control() => quoted.extend(c.escape_default()),
            _ => quoted.push(c),
        }
    }
    quoted + "\""
}

impl From<&Note> for NoteCard {
    fn from(note: &Note) -> NoteCard {
        let kind = serde_json::to_value(note.kind).unwrap_or_default();
        NoteCard {
            column: note.column.clone(),
            line: note.line,
            kind: kind.as_str().unwrap_or_default().to_string(),
            doubt: note.kind.is_doubt(),
            text: note.text.clone(),
        }
    }
}

impl fmt::Display for Note {
    /// As one line: `age: 1 value … (line 502)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        NoteCard::from(self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_typed_on_one_line() {
        let typed = [
            ("depot_id", "depot_id"),
            ("größe", "größe"),
            ("product code", "\"product code\""),
            ("two\nlines", "\"two\\nlines\""),
            ("say \"x\"", "\"say \\\"x\\\"\""),
            ("", "\"\""),
        ];
        for (name, expected) in typed {
            assert_eq!(option(name), expected);
        }
    }

    #[test]
    fn a_note_is_a_line_and_json() {
        let text = "1 value \"N/A\" is read as missing";
        let note = Note::of_column("age", NoteKind::Missing, Some(502), text);
        assert_eq!(
            note.to_string(),
            "age: 1 value \"N/A\" is read as missing (line 502)"
        );
        let json = serde_json::to_string(&note).unwrap();
        assert!(json.contains(r#""kind":"missing""#), "{json}");
        assert_eq!(serde_json::from_str::<Note>(&json).unwrap(), note);
        let note = Note::new(NoteKind::Fit, "the fit did not converge");
        assert_eq!(note.to_string(), "the fit did not converge");
    }
}
