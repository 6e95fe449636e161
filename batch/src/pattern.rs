//! Paths with placeholders: `input/year={yyyy}/month={MM}/day={dd-1d}/`, `input/day={latest}/`.
//!
//! `{yyyy}`, `{MM}`, `{dd}`, `{HH}` and `{mm}` are fields of one time in one time zone. A shift moves
//! the whole time before the field is taken: on 1 January `{yyyy-1d}` is the year before. Its unit is
//! `y`, `M` (months), `w`, `d` or `h`. `{latest}` stands for the newest folder at its place.

use anyhow::{Result, anyhow, bail};
use jiff::{Span, ZonedDateTime};
use std::cmp::Ordering;

const LATEST: &str = "{latest}";

/// Fields of a time, with their formats.
const FIELDS: [(&str, &str); 5] = [
    ("yyyy", "%Y"),
    ("MM", "%m"),
    ("dd", "%d"),
    ("HH", "%H"),
    ("mm", "%M"),
];

/// Replaces the fields of `time` in `pattern`; `{latest}` stays.
///
/// # Errors
/// One sentence about the first placeholder that is none.
pub fn fields(pattern: &str, time: &ZonedDateTime) -> Result<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut found = Vec::new();
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = behind
            .split_once('}')
            .ok_or_else(|| anyhow!("{pattern}: {{{behind} has no closing brace"))?;
        match name {
            "latest" => out.push_str(LATEST),
            name => {
                out.push_str(&field(name, time).ok_or_else(|| unknown(pattern, name))?);
                found.push(parts(name));
            }
        }
        rest = after;
    }
    out.push_str(rest);
    match mixed(&found) {
        None => Ok(out),
        Some((name, larger, shift)) => bail!(
            "{pattern}: {{{name}{shift}}} and {{{larger}}} are of different times; {{{larger}{shift}}} was expected"
        ),
    }
}

/// Letters and shift of a placeholder.
fn parts(name: &str) -> (&str, &str) {
    name.split_at(name.find(['+', '-']).unwrap_or(name.len()))
}

/// A shifted field beside a larger one that is not shifted so: `{yyyy}/{MM}/{dd-1d}` is 2027/01/31 on
/// 1 January. Gives the field, the larger field, and the shift.
fn mixed<'n>(found: &[(&'n str, &'n str)]) -> Option<(&'n str, &'n str, &'n str)> {
    let shifted = found.iter().filter(|(_, shift)| !shift.is_empty());
    for &(name, shift) in shifted {
        let larger = FIELDS.iter().take_while(|(field, _)| *field != name);
        for (larger, _) in larger {
            let beside = found.iter().find(|(field, _)| field == larger);
            if let Some((larger, _)) = beside.filter(|_| !found.contains(&(larger, shift))) {
                return Some((name, larger, shift));
            }
        }
    }
    None
}

fn unknown(pattern: &str, name: &str) -> anyhow::Error {
    anyhow!(
        "{pattern}: {{{name}}} is no placeholder; {{yyyy}}, {{MM}}, {{dd}}, {{HH}}, {{mm}}, one of \
         these with a shift such as {{dd-1d}} (y, M, w, d or h), or {{latest}} was expected"
    )
}

/// A field such as `yyyy` or `dd-1d`; `None` when it is none, or the shifted time has no year of
/// four digits.
fn field(name: &str, time: &ZonedDateTime) -> Option<String> {
    let (letters, shift) = parts(name);
    let (_, format) = FIELDS.iter().find(|(field, _)| *field == letters)?;
    let time = match shift {
        "" => time.clone(),
        shift => time.checked_add(span(shift)?).ok()?,
    };
    // Before the year 1000 and after 9999 the field has another length.
    (1000..=9999)
        .contains(&time.year())
        .then(|| time.strftime(format).to_string())
}

/// A shift such as `-1d`.
fn span(text: &str) -> Option<Span> {
    let (number, unit) = text.split_at(text.len().checked_sub(1)?);
    let digits = number.strip_prefix(['+', '-'])?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = number.parse::<i64>().ok()?;
    let span = Span::new();
    match unit {
        "y" => span.try_years(number),
        "M" => span.try_months(number),
        "w" => span.try_weeks(number),
        "d" => span.try_days(number),
        "h" => span.try_hours(number),
        _ => return None,
    }
    .ok()
}

/// Replaces each `{latest}` in `pattern`, from the left. `folders` lists the names directly under a
/// prefix. Gives the path and the values that were taken; `None` where no folder fits.
///
/// # Errors
/// Those of `folders`, and one sentence where `{latest}` is not in the name of a folder.
pub fn latest(
    pattern: &str,
    mut folders: impl FnMut(&str) -> Result<Vec<String>>,
) -> Result<Option<(String, Vec<String>)>> {
    let (mut path, mut values) = (pattern.to_string(), Vec::new());
    while let Some((before, behind)) = path.split_once(LATEST) {
        let (above, start) = before.rsplit_once('/').unwrap_or(("", before));
        let Some((end, _)) = behind.split_once('/') else {
            bail!("{pattern}: {LATEST} is for the name of a folder, and no slash follows it");
        };
        if end.contains(LATEST) {
            bail!("{pattern}: a folder has one {LATEST}");
        }
        let above = match above {
            "" => String::new(),
            above => format!("{above}/"),
        };
        let names = folders(&above)?;
        let value = |name: &str| {
            let value = name.strip_prefix(start)?.strip_suffix(end)?;
            Some(value.to_string())
        };
        let found = names.iter().filter_map(|name| value(name));
        let Some(newest) = found.max_by(|a, b| natural(a, b)) else {
            return Ok(None);
        };
        path = path.replacen(LATEST, &newest, 1);
        values.push(newest);
    }
    Ok(Some((path, values)))
}

/// Replaces each `{latest}` in `pattern` by the values that another pattern's stood for, in order.
///
/// # Errors
/// One sentence where there are more of them than values.
pub fn filled(pattern: &str, values: &[String]) -> Result<String> {
    let mut path = pattern.to_string();
    for value in values {
        path = path.replacen(LATEST, value, 1);
    }
    if path.contains(LATEST) {
        bail!("{pattern}: the output has more {LATEST} than the input");
    }
    Ok(path)
}

/// The order of names in which runs of digits count as numbers: `day=9` is before `day=10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    while !left.is_empty() && !right.is_empty() {
        let ((x, x_behind), (y, y_behind)) = (run(left), run(right));
        let is_number = |text: &str| text.as_bytes()[0].is_ascii_digit();
        let order = if is_number(x) && is_number(y) {
            let (x, y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
            x.len().cmp(&y.len()).then_with(|| x.cmp(y))
        } else {
            x.cmp(y)
        };
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (x_behind, y_behind);
    }
    // Equal but for zeros in front: by their bytes, so that the order is total.
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The first run of digits or of other characters, and what is behind it.
fn run(text: &str) -> (&str, &str) {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != is_number);
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests;
