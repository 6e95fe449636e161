//! Names and dimension values made legal.
//!
//! A column, a label or a variant is named by people, in any script. CloudWatch drops the whole line
//! over one character that it does not take, so what it does not take is written in another way,
//! and the metric is there. What is legal already is not touched, and not copied.
//!
//! Source of the rules: CloudWatch API reference, `Dimension` ("must contain only ASCII characters,
//! must include at least one non-whitespace character, and can't start with a colon", no control
//! characters); of metric names, "Specification: Embedded metric format".

use crate::limits;
use std::borrow::Cow;
use std::fmt::Write;

/// Stands for a value that is empty or blank.
pub const BLANK: &str = "(blank)";

/// Stands for a name that is empty or blank.
pub const UNNAMED: &str = "unnamed";

/// A metric's name: not blank, no control characters, at most 1024 characters. Any script is legal.
pub fn metric_name(name: &str) -> Cow<'_, str> {
    repaired(name, limits::METRIC_NAME, UNNAMED, |c| !c.is_control())
}

/// A dimension's name: printable ASCII, not blank, no colon at its start, at most 250 characters.
pub fn dimension_name(name: &str) -> Cow<'_, str> {
    let Some(rest) = name.strip_prefix(':') else {
        return repaired(name, limits::DIMENSION_NAME, UNNAMED, is_printable);
    };
    let rest = repaired(rest, limits::DIMENSION_NAME - 1, UNNAMED, is_printable);
    Cow::Owned(format!("_{rest}"))
}

/// A dimension's value: printable ASCII, not blank, at most 1024 characters.
pub fn dimension_value(value: &str) -> Cow<'_, str> {
    repaired(value, limits::DIMENSION_VALUE, BLANK, is_printable)
}

fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~')
}

/// `text` cut to `longest` characters. One that is not legal becomes the bytes of its UTF-8 as in an
/// address, `%C3%A9`: an underscore would make one series of all labels of a script, and this way
/// every tool can read it back.
fn repaired<'a>(
    text: &'a str,
    longest: usize,
    instead: &'static str,
    is_legal: impl Fn(char) -> bool,
) -> Cow<'a, str> {
    // Nearly every name: the loop is short, and it runs for each metric of a request.
    if (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    if text.trim().is_empty() {
        return Cow::Borrowed(instead);
    }
    if limits::fits(text, longest) && text.chars().all(&is_legal) {
        return Cow::Borrowed(text);
    }
    let mut legal = String::with_capacity(text.len().min(longest));
    let mut left = longest;
    for character in text.chars() {
        let is_kept = is_legal(character);
        let needed = if is_kept { 1 } else { 3 * character.len_utf8() };
        // Half of a character's bytes could not be read back.
        if needed > left {
            break;
        }
        left -= needed;
        if is_kept {
            legal.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            let written = write!(legal, "%{byte:02X}");
            debug_assert!(written.is_ok(), "a string takes what it is given");
        }
    }
    if legal.trim().is_empty() {
        return Cow::Borrowed(instead);
    }
    Cow::Owned(legal)
}

#[cfg(test)]
mod tests {
    use super::{BLANK, UNNAMED, dimension_name, dimension_value, metric_name};

    #[test]
    fn what_is_legal_stays() {
        assert_eq!(metric_name("größe.日本"), "größe.日本");
        assert_eq!(dimension_name("stage"), "stage");
        assert_eq!(dimension_value(" a:b%~"), " a:b%~");
    }

    #[test]
    fn what_is_not_can_be_read_back() {
        assert_eq!(metric_name("a\nb"), "a%0Ab");
        assert_eq!(dimension_name(":stage"), "_stage");
        assert_eq!(dimension_value("é😀"), "%C3%A9%F0%9F%98%80");
    }

    #[test]
    fn nothing_is_blank() {
        for blank in ["", " ", "\t\n", "\u{2003}"] {
            assert_eq!(metric_name(blank), UNNAMED);
            assert_eq!(dimension_name(blank), UNNAMED);
            assert_eq!(dimension_value(blank), BLANK);
        }
        assert_eq!(dimension_name(":"), "_unnamed");
        assert_eq!(dimension_value(&format!("{}a", " ".repeat(1024))), BLANK);
    }

    #[test]
    fn a_long_one_is_cut_between_characters() {
        assert_eq!(metric_name(&"日".repeat(1025)), "日".repeat(1024));
        let cut = dimension_value(&"é".repeat(1000)).into_owned();
        assert_eq!(cut, "%C3%A9".repeat(170));
        assert_eq!(dimension_name(&format!(":{}", "n".repeat(300))).len(), 250);
    }
}
