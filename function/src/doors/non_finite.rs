//! `NaN`, `Infinity` and `-Infinity` in JSON: Python's `json` writes them, and so do MLflow's and
//! KServe's clients for a missing number, but no JSON has them (RFC 8259, section 6).

use crate::budgets::Work;
use crate::problem::Problem;
use std::ops::Range;

const TOKENS: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];

/// The next such token of a JSON text, from `start` on; strings do not count.
fn next_token(text: &[u8], start: usize) -> Option<Range<usize>> {
    let mut at = start;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = end_of_string(text, at),
            b'N' | b'I' | b'-' => {
                let rest = &text[at..];
                match TOKENS.into_iter().find(|token| rest.starts_with(token)) {
                    Some(token) => return Some(at..at + token.len()),
                    None => at += 1,
                }
            }
            _ => at += 1,
        }
    }
    None
}

/// The index behind the string that begins at `start`.
fn end_of_string(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    text.len()
}

/// True if a JSON text has such a number.
pub fn is_in(text: &[u8]) -> bool {
    // Nearly every text lacks these letters, and a look for them is quick.
    (text.contains(&b'N') || text.contains(&b'I')) && next_token(text, 0).is_some()
}

/// A JSON text with `null` in place of such numbers; `None` if it has none.
///
/// # Errors
/// When the text takes more memory than the request may.
pub fn replaced(text: &[u8], work: &Work<'_>) -> Result<Option<Vec<u8>>, Problem> {
    if !is_in(text) {
        return Ok(None);
    }
    let mut replaced = Vec::new();
    let mut start = 0;
    while let Some(token) = next_token(text, start) {
        work.reserve(&mut replaced, token.start - start + 4)?;
        replaced.extend_from_slice(&text[start..token.start]);
        replaced.extend_from_slice(b"null");
        start = token.end;
    }
    work.reserve(&mut replaced, text.len() - start)?;
    replaced.extend_from_slice(&text[start..]);
    Ok(Some(replaced))
}

#[cfg(test)]
mod tests {
    use super::{is_in, replaced};
    use crate::budgets::Budgets;
    use crate::memory::MIB;

    #[test]
    fn numbers_that_json_has_not_become_null_outside_strings() {
        let budgets = Budgets::of_memory(128 * MIB);
        for (text, expected) in [
            ("[NaN, Infinity,-Infinity]", Some("[null, null,null]")),
            (
                r#"{"a": NaN, "NaN": "\"NaN"}"#,
                Some(r#"{"a": null, "NaN": "\"NaN"}"#),
            ),
            (r#"{"NaN": "Infinity \\"}"#, None),
            (r#"["Infinity"#, None),
            (r#"["a\"#, None),
            ("[-1, null]", None),
            ("", None),
        ] {
            let made = replaced(text.as_bytes(), &budgets.work()).unwrap();
            assert_eq!(made.as_deref(), expected.map(str::as_bytes), "{text}");
            assert_eq!(is_in(text.as_bytes()), expected.is_some(), "{text}");
        }
    }
}
