//! The forms of dates and times that people and programs write, besides the two that nearly every
//! column has: `2025/07/06`, `6-Jul-25 12:13 AM`, `Sun, 06 Jul 2025 00:13:00 GMT`, `20250706T0013`.
//!
//! One pass over the text, piece by piece. A form that can be read in one way only is always read;
//! `06.07.2025` is read where the order of its day and month is known.

mod clock;

use super::calendar::Timestamp;
use super::digits::{digits, number};
use clock::{compact_clock, seconds, zone};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Reads a timestamp; `day_first` is the order of dates of numbers whose year stands last, which
/// are refused without it.
pub(super) fn parse(text: &str, day_first: Option<bool>) -> Option<Timestamp> {
    let mut rest = text.trim();
    // No form is longer, and a text column must not cost much.
    if rest.len() > 80 {
        return None;
    }
    let after_weekday = name(rest, &WEEKDAYS);
    if let Some((_, after)) = after_weekday {
        rest = after.strip_prefix(['.', ',']).unwrap_or(after).trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    if let Some((month, after)) = name(rest, &MONTHS) {
        return month_first(month, after);
    }
    let (first, after) = number(rest)?;
    match first.len() {
        8 | 12 | 14 => compact(first, after),
        4 => year_first(first, after),
        1 | 2 => year_last(first, after, day_first),
        _ => None,
    }
}

/// The number of the name of a month or weekday, in full or by its first three letters, and what
/// follows it.
fn name<'t>(text: &'t str, names: &[&str]) -> Option<(u32, &'t str)> {
    let end = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let is = |name: &&str| {
        name.eq_ignore_ascii_case(word)
            || word.len() == 3 && name[..3].eq_ignore_ascii_case(word)
            || word.eq_ignore_ascii_case("sept") && *name == "september"
    };
    let index = names.iter().position(is)?;
    // `3` of `Sept. 3`.
    let behind_point = rest.strip_prefix('.').filter(|rest| rest.starts_with(' '));
    Some((index as u32 + 1, behind_point.unwrap_or(rest)))
}

/// The mark between two parts of a date, and what follows it; blanks are a mark, too.
fn separator(text: &str) -> Option<(char, &str)> {
    let mark = text.chars().next()?;
    match mark {
        '-' | '/' | '.' => Some((mark, text[1..].trim_start())),
        ',' => Some((' ', text[1..].trim_start())),
        mark if mark.is_whitespace() => {
            let rest = text.trim_start();
            Some((' ', rest.strip_prefix(',').unwrap_or(rest).trim_start()))
        }
        _ => None,
    }
}

/// A year of four digits, or of two: from 1969 to 2068, as POSIX has it.
fn year(text: &str) -> Option<u32> {
    match text.len() {
        2 => digits(text, 2..=2).map(|year| year + if year < 69 { 2000 } else { 1900 }),
        _ => digits(text, 4..=4),
    }
}

/// `20250706`, `202507060013`, `20250706001300`, `20250706T001300Z`.
fn compact(first: &str, after: &str) -> Option<Timestamp> {
    let (date, clock) = first.split_at(8);
    let part = |range: std::ops::Range<usize>| date[range].parse().ok();
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    if clock.is_empty() {
        return with_time(year, month, day, after);
    }
    let seconds = compact_clock(clock)?;
    zone(after)?;
    Timestamp::of(year, month, day, f64::from(seconds))
}

/// `2025-7-6`, `2025/07/06`, `2025 Jul 6`, `2025-07`, `2025-187`, `2025-W27-7`.
fn year_first(first: &str, after: &str) -> Option<Timestamp> {
    let of_year = digits(first, 4..=4)?;
    let (mark, rest) = separator(after)?;
    if let Some(week) = rest.strip_prefix('W').filter(|_| mark == '-') {
        let (week, after) = number(week)?;
        let (day, after) = match after.strip_prefix('-') {
            Some(rest) => number(rest)?,
            None => ("1", after),
        };
        return of_week(of_year, digits(week, 2..=2)?, digits(day, 1..=1)?, after);
    }
    let (month, after) = match name(rest, &MONTHS) {
        Some(named) => named,
        None => {
            let (month, after) = number(rest)?;
            if month.len() == 3 && mark == '-' {
                return of_ordinal(of_year, month.parse().ok()?, after);
            }
            let has_day = separator(after).is_some_and(|(next, _)| next == mark);
            if !has_day && month.len() == 2 && matches!(mark, '-' | '/') {
                return after
                    .is_empty()
                    .then(|| Timestamp::of(of_year, month.parse().ok()?, 1, 0.0))?;
            }
            (digits(month, 1..=2)?, after)
        }
    };
    let (next, rest) = separator(after)?;
    let (day, after) = number(rest)?;
    (next == mark).then_some(())?;
    with_time(of_year, month, digits(day, 1..=2)?, after)
}

/// `06-JUL-25`, `6 July 2025`, `06.07.2025`, `7/6/25`.
fn year_last(first: &str, after: &str, day_first: Option<bool>) -> Option<Timestamp> {
    let first = digits(first, 1..=2)?;
    let (mark, rest) = separator(after)?;
    if let Some((month, after)) = name(rest, &MONTHS) {
        let (_, rest) = separator(after)?;
        let (of_year, after) = number(rest)?;
        return with_time(year(of_year)?, month, first, after);
    }
    let day_first = day_first?;
    let (second, after) = number(rest)?;
    let second = digits(second, 1..=2)?;
    let (next, rest) = separator(after)?;
    let (of_year, after) = number(rest)?;
    (next == mark && mark != ' ').then_some(())?;
    let (day, month) = match day_first {
        true => (first, second),
        false => (second, first),
    };
    with_time(year(of_year)?, month, day, after)
}

/// Behind the name of the month: `6, 2025`, and `6 00:13:00 2025` as C's `ctime` writes it.
fn month_first(month: u32, after: &str) -> Option<Timestamp> {
    let (_, rest) = separator(after)?;
    let (day, after) = number(rest)?;
    let day = digits(day, 1..=2)?;
    let (_, rest) = separator(after)?;
    if rest.find(':').is_some_and(|at| at <= 2) {
        let (clock, of_year) = rest.rsplit_once(' ')?;
        return with_time(year(of_year)?, month, day, &format!(" {clock}"));
    }
    let (of_year, after) = number(rest)?;
    with_time(year(of_year)?, month, day, after)
}

fn of_ordinal(year: u32, day_of_year: u32, after: &str) -> Option<Timestamp> {
    let first = Timestamp::of(year, 1, 1, 0.0)?;
    let date = Timestamp::of_day_number(first.day_number() + day_of_year as i32 - 1)?;
    let is_in_year = day_of_year > 0 && date.year == first.year;
    is_in_year.then(|| with_time(year, date.month, date.day, after))?
}

fn of_week(year: u32, week: u32, day: u32, after: &str) -> Option<Timestamp> {
    // The week of 4 January is the first.
    let fourth = Timestamp::of(year, 1, 4, 0.0)?;
    let monday = fourth.day_number() - fourth.weekday() as i32;
    let is_day = (1..=53).contains(&week) && (1..=7).contains(&day);
    let days = 7 * (week as i32 - 1) + day as i32 - 1;
    let date = is_day.then(|| Timestamp::of_day_number(monday + days))??;
    with_time(date.year as u32, date.month, date.day, after)
}

/// A date with what follows it: nothing, or a time of day.
fn with_time(year: u32, month: u32, day: u32, after: &str) -> Option<Timestamp> {
    if after.is_empty() {
        return Timestamp::of(year, month, day, 0.0);
    }
    let behind_t = after.strip_prefix(['T', 't']);
    let time = match behind_t {
        Some(time) => time,
        None => after.strip_prefix([',', ':']).or_else(|| {
            let is_blank = after.starts_with(char::is_whitespace);
            is_blank.then_some(after)
        })?,
    };
    Timestamp::of(
        year,
        month,
        day,
        seconds(time.trim_start(), behind_t.is_some())?,
    )
}

#[cfg(test)]
mod tests;
