//! Strings and numbers as JSON text, appended to a buffer without an allocation of their own.

/// Appends `text` as a JSON string with its quotes.
pub(crate) fn push_string(buffer: &mut Vec<u8>, text: &str) {
    push(buffer, &text);
}

/// Appends `,"name":`, the start of every member but the first.
pub(crate) fn push_key(buffer: &mut Vec<u8>, name: &str) {
    buffer.push(b',');
    push_string(buffer, name);
    buffer.push(b':');
}

/// Appends `,"name":` of a name that needs no escape.
pub(crate) fn push_plain_key(buffer: &mut Vec<u8>, name: &str) {
    buffer.reserve(name.len() + 4);
    buffer.extend_from_slice(b",\"");
    buffer.extend_from_slice(name.as_bytes());
    buffer.extend_from_slice(b"\":");
}

/// Appends a whole number.
pub(crate) fn push_integer(buffer: &mut Vec<u8>, value: u64) {
    push(buffer, &value);
}

/// Appends a finite number with the fewest digits that read back as the same number: `42`, `0.1`,
/// `1e+300`. JSON has no NaN and no infinity; the callers keep them away.
pub(crate) fn push_number(buffer: &mut Vec<u8>, value: f64) {
    debug_assert!(value.is_finite());
    // Below 2^53 every whole f64 is exactly an i64, which needs no `.0` at its end. The cast also
    // turns -0 into 0.
    let whole = value as i64;
    if whole as f64 == value && value.abs() < 9_007_199_254_740_992.0 {
        push(buffer, &whole);
    } else {
        push(buffer, &value);
        // As in `1234567890123456800.0`.
        if buffer.ends_with(b".0") {
            buffer.truncate(buffer.len() - 2);
        }
    }
}

fn push(buffer: &mut Vec<u8>, value: &impl serde::Serialize) {
    let written = serde_json::to_writer(buffer, value);
    debug_assert!(
        written.is_ok(),
        "numbers and strings always fit into memory"
    );
}

#[cfg(test)]
mod tests {
    use super::{push_number, push_string};

    fn number(value: f64) -> String {
        let mut buffer = Vec::new();
        push_number(&mut buffer, value);
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn numbers_are_written_as_short_as_they_can_be() {
        assert_eq!(number(42.0), "42");
        assert_eq!(number(-7.0), "-7");
        assert_eq!(number(-0.0), "0");
        assert_eq!(number(0.1), "0.1");
        assert_eq!(number(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(number(0.000012), "0.000012");
        assert_eq!(number(2.5e-7), "2.5e-7");
        assert_eq!(number(1e300), "1e+300");
        assert_eq!(number(9_007_199_254_740_993.0), "9007199254740992");
        assert_eq!(number(f64::MAX), "1.7976931348623157e+308");
        assert_eq!(number(f64::MIN_POSITIVE / 4.0), "5.562684646268003e-309");
    }

    #[test]
    fn strings_are_escaped_as_json_asks() {
        let mut buffer = Vec::new();
        push_string(&mut buffer, "a\"b\\c\nd\u{1}é\u{2028}😀");
        let expected = "\"a\\\"b\\\\c\\nd\\u0001é\u{2028}😀\"";
        assert_eq!(String::from_utf8(buffer).unwrap(), expected);
    }
}
