//! Times of day, and what stands behind them.

use crate::timestamp::digits::{digits, number};

/// Seconds since midnight of `0:13`, `00:13:00,5`, `12:13 AM`, `12AM`, `0013` behind a T, and `00`
/// alone, each with or without a zone.
pub fn seconds(time: &str, behind_t: bool) -> Option<f64> {
    let (first, mut rest) = number(time)?;
    let mut seconds = 0.0;
    let is_compact = behind_t && matches!(first.len(), 4 | 6);
    let mut hour = match is_compact {
        true => {
            seconds = f64::from(compact_clock(first)?);
            0
        }
        false => digits(first, 1..=2)?,
    };
    let mut has_minutes = false;
    if !is_compact && let Some(after) = rest.strip_prefix(':') {
        let (minute, after) = number(after)?;
        let minute = digits(minute, 2..=2).filter(|minute| *minute < 60)?;
        (seconds, rest, has_minutes) = (f64::from(minute * 60), after, true);
        if let Some(after) = rest.strip_prefix(':') {
            let (second, after) = number(after)?;
            let (fraction, after) = fraction(after)?;
            let second = f64::from(digits(second, 2..=2)?) + fraction;
            // A leap second is the minute's last.
            seconds += (second < 61.0).then(|| second.min(59.999_999_999))?;
            rest = after;
        }
    }
    let half = half_of_day(rest.trim_start()).filter(|_| !is_compact);
    if let Some((is_afternoon, after)) = half {
        (1..=12).contains(&hour).then_some(())?;
        hour = hour % 12 + if is_afternoon { 12 } else { 0 };
        rest = after;
    } else if !is_compact && !has_minutes && first.len() != 2 {
        return None;
    }
    zone(rest)?;
    (hour < 24).then(|| f64::from(hour * 3600) + seconds)
}

/// Seconds of `0013` or `001300`.
pub fn compact_clock(clock: &str) -> Option<u32> {
    let part = |at: usize| {
        clock
            .get(at..at + 2)
            .and_then(|part| part.parse::<u32>().ok())
    };
    let (hour, minute, second) = (part(0)?, part(2)?, part(4).unwrap_or(0));
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// The part of a second behind a point or comma.
fn fraction(text: &str) -> Option<(f64, &str)> {
    let Some(after) = text.strip_prefix(['.', ',']) else {
        return Some((0.0, text));
    };
    let (part, after) = number(after)?;
    let value = (part.len() <= 9).then(|| format!("0.{part}").parse().ok())??;
    Some((value, after))
}

/// Reads `AM` or `PM`, also as `a.m.`, and gives the text behind it.
fn half_of_day(text: &str) -> Option<(bool, &str)> {
    for (word, is_afternoon) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        let found = text
            .get(..word.len())
            .filter(|start| start.eq_ignore_ascii_case(word));
        if found.is_some() {
            return Some((is_afternoon, &text[word.len()..]));
        }
    }
    None
}

/// Reads the text behind a time: nothing, an offset, a zone's name, or one behind the other. The
/// clock on the wall counts, so none of it is used.
pub fn zone(text: &str) -> Option<()> {
    let mut rest = text.trim_start();
    if let Some(after) = rest.strip_prefix(['Z', 'z']) {
        rest = after;
    } else {
        let is_of_name = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_');
        let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let is_abbreviation =
            (2..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
        if !word.is_empty() {
            (is_abbreviation || word.contains('/')).then_some(())?;
            rest = after;
        }
        if let Some(after) = rest.strip_prefix(['+', '-', '\u{2212}']) {
            let end = after
                .find(|c: char| !c.is_ascii_digit() && c != ':')
                .unwrap_or(after.len());
            let (offset, after) = after.split_at(end);
            let count = offset.bytes().filter(u8::is_ascii_digit).count();
            (matches!(count, 2 | 4) || count == 1 && !word.is_empty()).then_some(())?;
            rest = after;
        }
    }
    let rest = rest.trim_start();
    let is_enclosed = |open, close| {
        let inner = rest
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner: &str| {
            inner
                .chars()
                .all(|c| c.is_alphanumeric() || "/_ +-:".contains(c))
        })
    };
    (rest.is_empty() || is_enclosed('[', ']') || is_enclosed('(', ')')).then_some(())
}
