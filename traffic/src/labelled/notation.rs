//! Notation of a column: how the table writes numbers and booleans, so that captured ones look the same.

use crate::members::text_of;
use model::row::boolean;
use serde_json::Value;

/// A cell of the joined table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct JoinedCell {
    /// Its text; empty if it has no value.
    pub text: String,
    /// True for a number or boolean, which JSON has without quotes.
    pub is_bare: bool,
}

impl JoinedCell {
    /// A text.
    pub(super) fn text(text: String) -> JoinedCell {
        JoinedCell {
            text,
            is_bare: false,
        }
    }

    /// A number or boolean.
    pub(super) fn bare(value: impl ToString) -> JoinedCell {
        JoinedCell {
            text: value.to_string(),
            is_bare: true,
        }
    }
}

/// Notation of the cells of a column, counted.
#[derive(Debug, Default)]
pub(super) struct ColumnNotation {
    /// Cells with a decimal comma, less those with a decimal point.
    commas: i64,
    /// Words for false and true.
    words: [Option<JoinedCell>; 2],
    /// A cell was a number or boolean of JSON.
    has_bare: bool,
}

impl ColumnNotation {
    /// Looks at a cell of the table.
    pub(super) fn look(&mut self, joined: &JoinedCell) {
        let cell = joined.text.trim();
        self.has_bare |= joined.is_bare;
        let is_decimal = |mark: char| {
            let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
            let is_digits =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let parts = digits.split_once(mark);
            parts.is_some_and(|(whole, part)| is_digits(whole) && is_digits(part))
        };
        self.commas += i64::from(is_decimal(',')) - i64::from(is_decimal('.'));
        if let Some(is_true) = boolean(cell) {
            let word = &mut self.words[usize::from(is_true)];
            word.get_or_insert_with(|| joined.clone());
        }
    }

    /// A captured value in this notation.
    pub(super) fn cell(&self, value: &Value) -> JoinedCell {
        match value {
            Value::Bool(is_true) => match &self.words[usize::from(*is_true)] {
                Some(word) => word.clone(),
                None => JoinedCell::bare(is_true),
            },
            Value::Number(number) if self.commas > 0 => {
                JoinedCell::text(number.to_string().replace('.', ","))
            }
            Value::Number(number) => JoinedCell::bare(number),
            other => JoinedCell::text(text_of(other)),
        }
    }

    /// A true label, or number, in this notation.
    pub(super) fn truth(&self, truth: &str) -> JoinedCell {
        let is_number = || matches!(serde_json::from_str(truth), Ok(Value::Number(_)));
        match self.has_bare && is_number() {
            true => JoinedCell::bare(truth),
            false => JoinedCell::text(truth.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ColumnNotation, JoinedCell};
    use serde_json::json;

    fn text(cells: &[&str], value: &serde_json::Value) -> String {
        let mut notation = ColumnNotation::default();
        for cell in cells {
            notation.look(&JoinedCell::text(cell.to_string()));
        }
        notation.cell(value).text
    }

    #[test]
    fn captured_values_are_written_as_the_table_writes_them() {
        assert_eq!(text(&["1,5", "2"], &json!(2.25)), "2,25");
        assert_eq!(text(&["1.5", "2"], &json!(2.25)), "2.25");
        assert_eq!(text(&["Yes", "No"], &json!(true)), "Yes");
        assert_eq!(text(&["Yes"], &json!(false)), "false");
        assert_eq!(text(&["0", "1"], &json!(true)), "1");
        assert_eq!(text(&[], &json!("x, y")), "x, y");
    }
}
