//! The values of a row, read as their columns hold them, or the sentence that refuses one.

use crate::columns::{ColumnChoices, Input, shortened};
use crate::notes::option;
use model::format::{ColumnKind, Task};
use model::row::{Cell, Value, expected};
use model::rows::Record;

/// The target of a row.
pub enum Answer {
    /// A label without blanks around it.
    Label(String),
    /// A finite number.
    Value(f64),
    /// None, with the word that stands for it.
    None(Option<String>),
}

/// Reads the target of a row.
///
/// # Errors
/// When it is no label or number: one sentence without file and line.
pub fn answer(
    target: &str,
    value: Option<Value<'_>>,
    chosen: &ColumnChoices,
) -> Result<Answer, String> {
    let Some(value) = value else {
        return Ok(Answer::None(None));
    };
    let shown = shown(&value);
    let (kind, expected) = match (chosen.task, &shown) {
        (Task::Classification, _) => (ColumnKind::Category, "a label was expected"),
        (Task::Regression, None) => (ColumnKind::Number, "a number was expected"),
        (Task::Regression, Some(_)) => (
            ColumnKind::Number,
            "a number was expected, since the task is regression",
        ),
    };
    match Cell::new(kind, &chosen.target, value) {
        Ok(Cell::Category(label)) if !label.is_empty() => Ok(Answer::Label(label.into_owned())),
        Ok(Cell::Number(number)) if !number.is_nan() => Ok(Answer::Value(number)),
        Ok(_) => Ok(Answer::None(shown.filter(|word| !word.trim().is_empty()))),
        Err(got) => {
            let got = quoted(&shown).unwrap_or(got.to_string());
            Err(format!("the target {target:?} is {got}; {expected}"))
        }
    }
}

/// Error for a row without a target, whose word may be a label.
pub fn empty_target(target: &str, word: Option<&str>, task: Task) -> String {
    match word {
        Some(word) if task == Task::Classification => format!(
            "the target {target:?} is {word:?}, which stands for a missing value; say --not-missing {word:?} \
             if it is a label"
        ),
        _ => format!("the target {target:?} is empty; fill it in"),
    }
}

/// Reason why a row is refused.
pub struct Refused {
    /// One sentence without file and line.
    pub what: String,
    /// No column of numbers has a number, and two or more have words: a row of units or headings.
    pub is_heading: bool,
}

/// Reads the values of a row's inputs, which stand at `indices`.
///
/// # Errors
/// When a value is not of its column's type.
pub fn cells(
    record: &mut Record,
    inputs: &[(String, Input)],
    indices: &[usize],
) -> Result<Vec<Cell<'static>>, Refused> {
    let mut cells = Vec::with_capacity(inputs.len());
    let (mut refused, mut strays, mut measured) = (None, 0, 0);
    for (index, (name, input)) in indices.iter().zip(inputs) {
        let value = match record.values.get_mut(*index).and_then(Option::take) {
            // Of text, an empty one is a text.
            None | Some(Value::Missing) => {
                cells.push(Cell::missing(input.kind));
                continue;
            }
            Some(value) => value,
        };
        let shown = shown(&value);
        match Cell::new(input.kind, &input.notation, value) {
            Ok(cell) => {
                let is_measured = matches!(cell, Cell::Number(_) | Cell::Time(_));
                measured += usize::from(is_measured && !cell.is_missing());
                cells.push(cell);
            }
            Err(got) => {
                strays += usize::from(shown.is_some() && !input.given);
                refused.get_or_insert_with(|| refusal(name, input, got, &shown));
            }
        }
    }
    match refused {
        None => Ok(cells),
        Some(what) => Err(Refused {
            what,
            is_heading: strays > 1 && measured == 0,
        }),
    }
}

/// Error for a value that is refused, with advice.
fn refusal(name: &str, input: &Input, got: &str, shown: &Option<String>) -> String {
    let order = match input.kind {
        ColumnKind::Timestamp => "say --day-first if the day stands before the month, ",
        _ => "",
    };
    let (word, typed) = (quoted(shown), option(name));
    let missing = word.as_ref().map(|word| format!("--missing {word}, "));
    let advice = match input.given {
        true => String::new(),
        false => format!(
            "; {order}empty it where there is no value, or say {}--kind {typed}=category or --drop {typed}",
            missing.unwrap_or_default()
        ),
    };
    let got = word.unwrap_or(got.to_string());
    let expected = expected(input.kind);
    format!("the column {name:?} is {got}; {expected} was expected{advice}")
}

/// As much of a text as an error shows.
fn shown(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(shortened(text)),
        _ => None,
    }
}

/// A text in quotes.
fn quoted(text: &Option<String>) -> Option<String> {
    text.as_ref().map(|text| format!("{text:?}"))
}
