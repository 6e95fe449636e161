//! Warnings of all rows of a request, counted: for protocols that have one place for them, a header
//! or a parameter.

use http::HeaderValue;
use serde::Serialize;
use std::fmt::Write;

/// Most warnings that are listed; gateways limit the headers of a response to 10 KB.
const LISTED: usize = 20;

/// Longest part of a field's name in the header, in characters.
const SHOWN: usize = 100;

/// A warning, and the number of cells or rows that it concerns.
#[derive(Debug, Serialize)]
struct WarningCount {
    /// Its stable name.
    code: &'static str,
    /// The field, as a JSON Pointer into the row; none where several texts are meant together.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The number.
    count: usize,
}

/// Warnings by code and field.
#[derive(Debug, Default)]
pub struct WarningCounts {
    listed: Vec<WarningCount>,
    /// Number of warnings that are not listed.
    others: usize,
}

impl WarningCounts {
    /// Counts a warning.
    pub fn add(&mut self, code: &'static str, field: Option<String>) {
        self.add_many(code, field, 1);
    }

    fn add_many(&mut self, code: &'static str, field: Option<String>, count: usize) {
        let is_same = |one: &WarningCount| one.code == code && one.field == field;
        match self.listed.iter().position(is_same) {
            Some(index) => self.listed[index].count += count,
            None if self.listed.len() < LISTED => {
                self.listed.push(WarningCount { code, field, count });
            }
            None => self.others += count,
        }
    }

    /// Adds the warnings of other rows.
    pub fn merge(&mut self, other: WarningCounts) {
        for WarningCount { code, field, count } in other.listed {
            self.add_many(code, field, count);
        }
        self.others += other.others;
    }

    /// The warnings as JSON, a list of `{"code", "field", "count"}`; `None` if there are none.
    pub fn json(&self) -> Option<String> {
        let json = || serde_json::to_string(&self.listed).unwrap_or_default();
        (!self.listed.is_empty()).then(json)
    }

    /// The warnings as a list of RFC 9651, e.g.
    /// `unknown_category;field="/color";count=2, no_known_words;count=1`; `None` if there are none.
    pub fn header(&self) -> Option<HeaderValue> {
        if self.listed.is_empty() {
            return None;
        }
        let mut value = String::new();
        for WarningCount { code, field, count } in &self.listed {
            if !value.is_empty() {
                value.push_str(", ");
            }
            value.push_str(code);
            if let Some(field) = field {
                push_field(&mut value, field);
            }
            // Writing to memory does not fail.
            let _ = write!(value, ";count={count}");
        }
        if self.others > 0 {
            let _ = write!(value, ", others;count={}", self.others);
        }
        HeaderValue::try_from(value).ok()
    }
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
    use super::WarningCounts;

    #[test]
    fn each_warning_is_listed_once_with_its_count() {
        assert_eq!(WarningCounts::default().header(), None);
        assert_eq!(WarningCounts::default().json(), None);
        let unknown = |counts: &mut WarningCounts| {
            counts.add("unknown_category", Some("/colör \"%".to_owned()));
        };
        let (mut counts, mut others) = (WarningCounts::default(), WarningCounts::default());
        unknown(&mut counts);
        unknown(&mut others);
        others.add("no_known_words", None);
        counts.merge(others);
        assert_eq!(
            counts.header().unwrap(),
            "unknown_category;field=\"/col%C3%B6r %22%25\";count=2, no_known_words;count=1"
        );
        assert_eq!(
            counts.json().unwrap(),
            r#"[{"code":"unknown_category","field":"/colör \"%","count":2},{"code":"no_known_words","count":1}]"#
        );
    }

    #[test]
    fn many_warnings_are_counted_together() {
        let mut counts = WarningCounts::default();
        for index in 0..25 {
            counts.add("missing_value", Some(format!("/{index}")));
        }
        let value = counts.header().unwrap();
        let value = value.to_str().unwrap();
        assert!(value.ends_with("count=1, others;count=5"), "{value}");
    }
}
