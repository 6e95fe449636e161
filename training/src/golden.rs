//! Rows made from what columns know: golden cases and the example that errors show.
//!
//! They are made up, so that no customer's row ends up in a model file (its terms and categories
//! do).

use crate::random::Random;
use model::assemble::{CategoryColumn, ColumnPart, NumberColumn, TextColumn};
use model::format::ColumnKind;
use serde_json::{Map, Value};

/// Made-up rows; a few edge cases come on top.
const MADE_UP: usize = 12;

/// Terms in a made-up text.
const TERMS: usize = 12;

/// Texts that have gone wrong somewhere before: empty, unknown words, other scripts, long.
const EDGE_CASES: [&str; 4] = [
    "",
    "qqxz vvkq",
    "ΟΔΟΣ ÀÇÉ İstanbul 日本語 ½ 🙂 naïve\u{301}",
    "\u{0}\t\r\n\"\\ a b c",
];

/// The rows of the golden cases, as JSON objects.
pub fn rows(columns: &[ColumnPart], seed: u64) -> Vec<String> {
    let mut random = Random::new(seed);
    let mut rows: Vec<String> = (0..MADE_UP)
        .map(|_| object(columns, |column| made_up(column, &mut random)))
        .collect();
    rows.extend(EDGE_CASES.map(|text| object(columns, |column| edge_case(column, text))));
    let long = "late ".repeat(2000);
    rows.push(object(columns, |column| match column {
        ColumnPart::Text(column) => Value::String(long.clone() + &column.terms[0].0),
        other => middle(other),
    }));
    rows
}

fn made_up(column: &ColumnPart, random: &mut Random) -> Value {
    match column {
        ColumnPart::Text(column) => text(column, random).into(),
        ColumnPart::Category(column) => category(column, random.below(column.categories.len())),
        ColumnPart::Number(column) => {
            let (least, greatest) = (column.settings.least, column.settings.greatest);
            // A little beyond both ends, in steps that people would write.
            let share = random.below(121) as f64 / 100.0 - 0.1;
            number(column, least + share * (greatest - least))
        }
    }
}

fn text(column: &TextColumn, random: &mut Random) -> String {
    let mut words = Vec::new();
    for _ in 0..TERMS {
        // Frequent terms stand first: half the words come from the first hundredth.
        let bound = if random.below(2) == 0 {
            column.terms.len().div_ceil(100)
        } else {
            column.terms.len()
        };
        words.push(column.terms[random.below(bound)].0.as_str());
    }
    words.join(" ")
}

fn category(column: &CategoryColumn, index: usize) -> Value {
    match column.categories[index].0.as_str() {
        "" => Value::Null,
        name => name.into(),
    }
}

/// A value of the column's kind.
fn number(column: &NumberColumn, value: f64) -> Value {
    match column.kind {
        ColumnKind::Boolean => (value >= 0.5).into(),
        ColumnKind::Timestamp => {
            // Days of the column's own years, at an hour that its fraction gives.
            let days = value.floor() as i64;
            let hour = ((value - value.floor()) * 24.0) as u32;
            format!("{}T{hour:02}:00:00", date(days)).into()
        }
        _ if column.settings.least.fract() == 0.0 && column.settings.greatest.fract() == 0.0 => {
            (value.round() as i64).into()
        }
        _ => ((value * 1e4).round() / 1e4).into(),
    }
}

/// The date of a day since 1 January 1970, by the Gregorian calendar.
fn date(days: i64) -> String {
    let (mut year, mut left) = (1970, days);
    let length = |year: i64| 365 + i64::from((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
    while left < 0 {
        year -= 1;
        left += length(year);
    }
    while left >= length(year) {
        left -= length(year);
        year += 1;
    }
    let february = length(year) - 337;
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while left >= months[month] {
        left -= months[month];
        month += 1;
    }
    format!("{year:04}-{:02}-{:02}", month + 1, left + 1)
}

/// Value of an edge case: text as it is given; for other columns a missing or an unseen value.
fn edge_case(column: &ColumnPart, text: &str) -> Value {
    match column {
        ColumnPart::Text(_) => text.into(),
        ColumnPart::Category(_) => text.into(),
        ColumnPart::Number(_) if text.is_empty() => Value::Null,
        ColumnPart::Number(column) if column.kind == ColumnKind::Number => number(
            column,
            column.settings.greatest * 1000.0 + text.len() as f64,
        ),
        other => middle(other),
    }
}

fn middle(column: &ColumnPart) -> Value {
    match column {
        ColumnPart::Text(column) => words(column.terms.iter().map(|(term, _)| term.as_str())),
        ColumnPart::Category(column) => {
            let named = column
                .categories
                .iter()
                .position(|(name, _)| !name.is_empty());
            category(column, named.unwrap_or(0))
        }
        ColumnPart::Number(column) => number(column, column.settings.fill),
    }
}

/// A row that the model can answer: of text, the terms that speak most clearly for one label.
/// `weights` are `[features, outputs]`, row-major, none of trees.
pub fn example(columns: &[ColumnPart], weights: &[f64], outputs: usize) -> String {
    let mut next = 0;
    object(columns, |column| {
        let first = next;
        next += column.feature_count() as usize;
        let ColumnPart::Text(text) = column else {
            return middle(column);
        };
        let weight = |index: usize| {
            weights
                .get((first + index) * outputs)
                .copied()
                .unwrap_or(0.0)
        };
        let mut order: Vec<usize> = (0..text.terms.len()).collect();
        order.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
        words(order.iter().map(|index| text.terms[*index].0.as_str()))
    })
}

/// The first single words of some terms.
fn words<'t>(terms: impl Iterator<Item = &'t str>) -> Value {
    let words: Vec<&str> = terms.filter(|term| !term.contains(' ')).take(5).collect();
    words.join(" ").into()
}

fn object(columns: &[ColumnPart], mut value: impl FnMut(&ColumnPart) -> Value) -> String {
    let members = columns
        .iter()
        .map(|column| (column.name().to_string(), value(column)));
    Value::Object(Map::from_iter(members)).to_string()
}
