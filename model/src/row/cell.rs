//! A value of a column's kind, read by the column's notation.

use super::value::Value;
use crate::format::ColumnKind;
use crate::notation::Notation;
use crate::timestamp::Timestamp;
use std::borrow::Cow;

/// A value of the kind that its column has.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Cell of a text column.
    Text(Cow<'a, str>),
    /// Cell of a number or boolean column (0 or 1): finite, or NaN where it is missing.
    Number(f64),
    /// Cell of a category column, without blanks around it; empty where it is missing.
    Category(Cow<'a, str>),
    /// Cell of a timestamp column; `None` where it is missing.
    Time(Option<Timestamp>),
}

impl<'a> Cell<'a> {
    /// The cell of a value, read by the column's notation. Text is read as what the column holds,
    /// since a table has nothing else: `"3.5"` is a number, `"yes"` a boolean.
    ///
    /// # Errors
    /// The type that came instead, without the value.
    pub fn new(
        kind: ColumnKind,
        notation: &Notation<'_>,
        value: Value<'a>,
    ) -> Result<Cell<'a>, &'static str> {
        match (kind, value) {
            (ColumnKind::Text, Value::Text(text)) => Ok(Cell::Text(text)),
            (ColumnKind::Number, value) => number(notation, value).map(Cell::Number),
            (ColumnKind::Boolean, value) => boolean_cell(notation, value).map(Cell::Number),
            (ColumnKind::Category, value) => category(notation, value).map(Cell::Category),
            (ColumnKind::Timestamp, value) => time(notation, value).map(Cell::Time),
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

    /// True if there is no value.
    pub fn is_missing(&self) -> bool {
        match self {
            Cell::Text(text) | Cell::Category(text) => text.is_empty(),
            Cell::Number(number) => number.is_nan(),
            Cell::Time(time) => time.is_none(),
        }
    }
}

/// Parses trimmed text: `Some(None)` for a missing value, `None` for text that is neither. Values are
/// many and missing ones few, so words are looked at first only where they may be values: `-999`.
fn read<T>(
    notation: &Notation<'_>,
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<Option<T>> {
    if notation.missing.is_some() && notation.is_missing(text) {
        return Some(None);
    }
    match parse(text) {
        Some(value) => Some(Some(value)),
        None => notation.is_missing(text).then_some(None),
    }
}

/// A number, NaN where it is missing.
fn number(notation: &Notation<'_>, value: Value<'_>) -> Result<f64, &'static str> {
    let number = match value {
        Value::Number(number) if number.is_finite() => number,
        Value::Integer(number) => number.to_f64(),
        Value::Missing => return Ok(f64::NAN),
        Value::Text(text) => {
            let text = text.trim();
            match read(notation, text, |text| notation.number.parse(text)) {
                Some(number) => number.unwrap_or(f64::NAN),
                None if text.parse::<f64>().is_ok_and(|number| !number.is_finite()) => {
                    return Err("a number that is not finite");
                }
                None if notation.number.decimal_comma => {
                    return Err("a string that is not a number with a decimal comma");
                }
                None => return Err("a string that is not a number"),
            }
        }
        other => return Err(other.kind()),
    };
    Ok(match notation.is_missing_number(number) {
        true => f64::NAN,
        false => number,
    })
}

/// A boolean as 1 or 0, NaN where it is missing.
fn boolean_cell(notation: &Notation<'_>, value: Value<'_>) -> Result<f64, &'static str> {
    match value {
        Value::Boolean(yes) => Ok(f64::from(u8::from(yes))),
        Value::Number(number) if number == 0.0 || number == 1.0 => Ok(number),
        Value::Number(_) | Value::Integer(_) => Err("a number that is neither 0 nor 1"),
        Value::Missing => Ok(f64::NAN),
        Value::Text(text) => match read(notation, text.trim(), boolean) {
            Some(read) => Ok(read.map_or(f64::NAN, |yes| f64::from(u8::from(yes)))),
            None => Err("a string that is not a boolean"),
        },
        other => Err(other.kind()),
    }
}

/// A timestamp, `None` where it is missing.
fn time(notation: &Notation<'_>, value: Value<'_>) -> Result<Option<Timestamp>, &'static str> {
    match value {
        Value::Missing => Ok(None),
        Value::Text(text) => {
            let parse = |text: &str| Timestamp::parse_as(text, notation.time, notation.day_first);
            read(notation, text.trim(), parse).ok_or("a string that is not a timestamp")
        }
        Value::Number(number) => match Timestamp::of_number(number, notation.time) {
            Some(time) => Ok(Some(time)),
            None => Err("a number"),
        },
        other => Err(other.kind()),
    }
}

/// Bounds of 64-bit integers. Whole numbers within them arrive as [`Value::Integer`]; an `f64` on or
/// beyond them may stand for other digits than were written.
const INTEGERS: (f64, f64) = (-9_223_372_036_854_775_808.0, 18_446_744_073_709_551_616.0);

/// A category's name: text without the blanks around it; a number as JSON writes it, without `.0`,
/// so that `1043` in JSON is `1043` in a table; `true` and `false`; empty where it is missing.
fn category<'a>(notation: &Notation<'_>, value: Value<'a>) -> Result<Cow<'a, str>, &'static str> {
    let of_number = |name: String| match notation.category(&name) {
        "" => Cow::Borrowed(""),
        _ => Cow::Owned(name),
    };
    match value {
        Value::Text(Cow::Borrowed(text)) => Ok(Cow::Borrowed(notation.category(text.trim()))),
        Value::Text(Cow::Owned(text)) => {
            let name = notation.category(text.trim());
            match name.len() == text.len() {
                true => Ok(Cow::Owned(text)),
                false => Ok(Cow::Owned(name.to_string())),
            }
        }
        Value::Number(number) if number <= INTEGERS.0 || number >= INTEGERS.1 => {
            Err("a number of more than 64 bits, whose digits JSON's readers do not keep")
        }
        Value::Number(number) => Ok(of_number(number.to_string())),
        Value::Integer(number) => Ok(of_number(number.to_string())),
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
