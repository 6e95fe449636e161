//! JSON Schema of the values of the model's columns, as exact as a schema can be.

use super::build::any;
use crate::docs::card::{Field, fields};
use crate::rules::Rules;
use crate::served::ServedModel;
use model::column::Column;
use model::format::ColumnKind;
use model::notation::MISSING;
use utoipa::openapi::schema::{Object, SchemaType, Type};

/// Blanks, as `str::trim` defines them.
const BLANKS: &str = r"[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*";

/// Numbers as text. More digits of the exponent are taken, too, but not all of them.
const NUMBER: &str = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?";

/// Booleans as text.
const BOOLEAN: &str = "[tT]([rR][uU][eE])?|[yY]([eE][sS])?|1|[fF]([aA][lL][sS][eE])?|[nN][oO]?|0";

/// Timestamps by ISO 8601; days from the 29th on depend on the month, which no pattern says.
const ISO: &str = r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?";

/// The rest of a date with slashes.
const SLASHES: &str = r"/[12][0-9]{3}( ([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?";

/// The words of [`MISSING`] in any case, as alternatives of a pattern.
fn missing() -> String {
    let letter = |letter: char| match letter.is_ascii_alphabetic() {
        true => format!("[{letter}{}]", letter.to_ascii_uppercase()),
        false if matches!(letter, '?' | '.') => format!("[{letter}]"),
        false => letter.to_string(),
    };
    MISSING
        .map(|word| word.chars().map(letter).collect::<String>())
        .join("|")
}

/// A whole text that is one of these, or stands for a missing value; none where the column has a
/// notation of its own, which its description shows.
fn pattern(column: &Column<'_>, of: &str) -> Option<String> {
    let is_usual = !column.notation.is_stored();
    is_usual.then(|| format!("^{BLANKS}({of}|{})?{BLANKS}$", missing()))
}

/// Values of a column.
fn cell(column: &Column<'_>, field: &Field<'_>, rules: &Rules) -> Object {
    let mut cell = any(&describe(column, field));
    cell.examples = field.example().cloned().into_iter().collect();
    let most = (rules.field_chars < usize::MAX).then_some(rules.field_chars);
    let types = match column.kind {
        ColumnKind::Text => {
            cell.max_length = most;
            vec![Type::String]
        }
        ColumnKind::Category => {
            cell.max_length = most;
            vec![Type::String, Type::Number, Type::Boolean, Type::Null]
        }
        ColumnKind::Number => {
            cell.pattern = pattern(column, NUMBER);
            vec![Type::Number, Type::String, Type::Null]
        }
        ColumnKind::Boolean => {
            cell.minimum = Some(0.into());
            cell.maximum = Some(1.into());
            cell.pattern = pattern(column, BOOLEAN);
            vec![Type::Boolean, Type::Integer, Type::String, Type::Null]
        }
        ColumnKind::Timestamp => {
            let (month, day) = ("(0?[1-9]|1[0-2])", "(0?[1-9]|1[0-9]|2[0-8])");
            let slashes = match column.notation.day_first {
                true => format!("{day}/{month}{SLASHES}"),
                false => format!("{month}/{day}{SLASHES}"),
            };
            cell.pattern = pattern(column, &format!("{ISO}|{slashes}"));
            vec![Type::String, Type::Null]
        }
    };
    cell.schema_type = SchemaType::from_iter(types);
    cell
}

fn describe(column: &Column<'_>, field: &Field<'_>) -> String {
    let what = match column.kind {
        ColumnKind::Text => "Text.".to_owned(),
        ColumnKind::Number => match field.range() {
            Some([least, greatest]) => {
                format!("A number; {least} to {greatest} in the training rows.")
            }
            None => "A number.".to_owned(),
        },
        ColumnKind::Boolean => "True or false.".to_owned(),
        ColumnKind::Timestamp => format!("{}.", model::timestamp::EXPECTED.replacen('a', "A", 1)),
        ColumnKind::Category => {
            let known: Vec<String> = field
                .categories()
                .iter()
                .map(|name| format!("{name:?}"))
                .collect();
            let all = match known.len() < column.term_count() {
                true => ", and others",
                false => "",
            };
            let known = known.join(", ");
            format!(
                "A category. The model knows {known}{all}. Whole numbers of more than 64 bits go as text."
            )
        }
    };
    match column.kind {
        ColumnKind::Number if column.notation.number.decimal_comma => {
            format!("{what} Also as text with a decimal comma; null or \"\" is a missing value.")
        }
        ColumnKind::Number | ColumnKind::Boolean => {
            format!("{what} Also as text, as tables have it; null or \"\" is a missing value.")
        }
        ColumnKind::Timestamp => format!("{what} null or \"\" is a missing value."),
        ColumnKind::Text | ColumnKind::Category => what,
    }
}

/// Values of each column, in the model's order.
pub fn cells(served: &ServedModel, rules: &Rules) -> Vec<Object> {
    let columns = served.model().columns.iter().zip(fields(served.model()));
    columns
        .map(|(column, field)| cell(column, &field, rules))
        .collect()
}
