//! Warnings in a header, for protocols whose bodies have no place for them.
//!
//! The value is a list of RFC 9651: each warning's code, its field as a parameter, and the number of
//! rows that it concerns, e.g. `unknown_category;field="/color";rows=2, no_known_words;rows=1`.

use crate::scoring::ScoredRow;
use http::HeaderValue;
use std::fmt::Write;

/// Most warnings that the header lists; gateways limit the headers of a response to 10 KB.
const LISTED: usize = 20;

/// Longest part of a field's name that is shown, in characters.
const SHOWN: usize = 100;

/// The header's value; `None` if no row has a warning.
pub fn header(scored: &[ScoredRow<'_>]) -> Option<HeaderValue> {
    let mut listed: Vec<(&str, Option<&str>, usize)> = Vec::new();
    let mut others = 0;
    for warning in scored.iter().flat_map(|row| &row.warnings) {
        let field = warning.field.as_deref();
        let is_same = |(code, other, _): &(&str, Option<&str>, usize)| {
            *code == warning.code && *other == field
        };
        match listed.iter().position(is_same) {
            Some(index) => listed[index].2 += 1,
            None if listed.len() < LISTED => listed.push((warning.code, field, 1)),
            None => others += 1,
        }
    }
    if listed.is_empty() {
        return None;
    }
    let mut value = String::new();
    for (code, field, rows) in listed {
        if !value.is_empty() {
            value.push_str(", ");
        }
        value.push_str(code);
        if let Some(field) = field {
            push_field(&mut value, field);
        }
        // Writing to memory does not fail.
        let _ = write!(value, ";rows={rows}");
    }
    if others > 0 {
        let _ = write!(value, ", others;warnings={others}");
    }
    HeaderValue::try_from(value).ok()
}

/// Appends a field as a string of RFC 9651; what such a string cannot hold is percent-encoded, as in
/// a JSON Pointer in a URI (RFC 6901, section 6).
fn push_field(value: &mut String, field: &str) {
    value.push_str(";field=\"");
    for c in field.chars().take(SHOWN) {
        match c {
            '%' | '"' | '\\' => {
                let _ = write!(value, "%{:02X}", u32::from(c));
            }
            ' '..='~' => value.push(c),
            _ => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(value, "%{byte:02X}");
                }
            }
        }
    }
    value.push('"');
}

#[cfg(test)]
mod tests {
    use super::header;
    use crate::scoring::ScoredRow;
    use model::answer::Answer;
    use model::validate::Warning;

    fn row(warnings: &[(&'static str, Option<&str>)]) -> ScoredRow<'static> {
        let warning = |(code, field): &(&'static str, Option<&str>)| Warning {
            code,
            field: field.map(str::to_owned),
            detail: String::new(),
        };
        ScoredRow {
            answer: Answer::Value(1.0),
            warnings: warnings.iter().map(warning).collect(),
            explanation: None,
        }
    }

    #[test]
    fn each_warning_is_listed_once_with_its_number_of_rows() {
        assert_eq!(header(&[]), None);
        assert_eq!(header(&[row(&[])]), None);
        let unknown = ("unknown_category", Some("/colör \"%"));
        let rows = [row(&[unknown]), row(&[unknown, ("no_known_words", None)])];
        assert_eq!(
            header(&rows).unwrap(),
            "unknown_category;field=\"/col%C3%B6r %22%25\";rows=2, no_known_words;rows=1"
        );
    }

    #[test]
    fn many_warnings_are_counted() {
        let fields: Vec<String> = (0..25).map(|index| format!("/{index}")).collect();
        let warnings: Vec<_> = fields
            .iter()
            .map(|field| ("missing_value", Some(field.as_str())))
            .collect();
        let value = header(&[row(&warnings)]).unwrap();
        let value = value.to_str().unwrap();
        assert!(value.ends_with("rows=1, others;warnings=5"), "{value}");
    }
}
