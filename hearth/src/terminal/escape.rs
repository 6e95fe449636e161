//! Control characters of data: shown as JSON writes them, and never obeyed.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Text without what a terminal obeys: control characters but line ends and tabs, and the marks
/// that turn the direction of writing.
pub fn shown(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_obeyed) else {
        return Cow::Borrowed(text);
    };
    let mut shown = text[..first].to_string();
    for c in text[first..].chars() {
        match is_obeyed(c) {
            // All of them have four digits. Into memory, which does not fail.
            true => drop(write!(shown, "\\u{:04x}", u32::from(c))),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Control characters of ASCII and Latin-1, and Unicode's bidirectional controls.
fn is_obeyed(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control() && c != '\n' && c != '\t'
}

/// Passes text on as [`shown`] gives it.
pub struct Shown<W>(pub W);

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // What is formatted or written as JSON comes in whole characters.
        self.0
            .write_all(shown(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, shown};
    use proptest::prelude::*;
    use std::io::Write;

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        assert_eq!(
            shown("a\u{1b}]0;x\u{7}\r\n\tb"),
            "a\\u001b]0;x\\u0007\\u000d\n\tb"
        );
        assert_eq!(
            shown("\u{9b}2J \u{202e}x\u{7f}"),
            "\\u009b2J \\u202ex\\u007f"
        );
        assert_eq!(shown("größe, 日本, עברית"), "größe, 日本, עברית");
    }

    proptest! {
        #[test]
        fn json_stays_the_same_json(text in "[\\PC\u{0}-\u{a0}\u{202e}]{0,20}") {
            let mut out = Shown(Vec::new());
            serde_json::to_writer(&mut out, &text).unwrap();
            writeln!(out).unwrap();
            let back: String = serde_json::from_slice(&out.0).unwrap();
            prop_assert_eq!(back, text);
            let rest = String::from_utf8(out.0).unwrap();
            prop_assert!(rest.trim_end_matches('\n').chars().all(|c| !c.is_control() || c == '\t'));
        }
    }
}
