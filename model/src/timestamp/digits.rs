//! Numbers within the text of a date.

use std::ops::RangeInclusive;

/// A number of so many digits.
pub fn digits(text: &str, count: RangeInclusive<usize>) -> Option<u32> {
    let fits = count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// The digits that text begins with, and what follows them.
pub fn number(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}
