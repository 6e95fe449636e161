//! Rows made from what columns know: golden cases and the example that errors show.
//!
//! They are made up, so that no customer's row ends up in a model file (its terms and categories
//! do).

use crate::estimators::Kernel;
use model::assemble::{CategoryColumn, ColumnPart, NumberColumn, TextColumn};
use model::features::Scaling;
use model::random::Random;
use model::timestamp::date_of_day;
use serde_json::{Map, Value};
use std::collections::VecDeque;

/// Made-up rows; a few edge cases come on top.
const MADE_UP: usize = 12;

/// Terms in a made-up text.
const TERMS: usize = 12;

/// Words of the example's text.
const WORDS: usize = 7;

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
        ColumnPart::Number(column) => number(column, drawn(&column.settings.scaling, random)),
        ColumnPart::Boolean(column) => boolean(drawn(&column.settings.scaling, random)),
        ColumnPart::Timestamp(column) => timestamp(drawn(&column.scaling, random)),
    }
}

/// A number of the training rows' range or a little beyond, in steps that people would write.
fn drawn(scaling: &Scaling, random: &mut Random) -> f64 {
    let share = random.below(121) as f64 / 100.0 - 0.1;
    scaling.least + share * (scaling.greatest - scaling.least)
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

/// A whole number where the ends of the training rows' range are whole.
fn number(column: &NumberColumn, value: f64) -> Value {
    let Scaling {
        least, greatest, ..
    } = column.settings.scaling;
    match least.fract() == 0.0 && greatest.fract() == 0.0 {
        true => (value.round() as i64).into(),
        false => ((value * 1e4).round() / 1e4).into(),
    }
}

fn boolean(value: f64) -> Value {
    (value >= 0.5).into()
}

/// The day of so many days since 1970, at the hour that the fraction gives.
fn timestamp(days: f64) -> Value {
    let (year, month, day) = date_of_day(days.floor() as i64);
    let hour = ((days - days.floor()) * 24.0) as u32;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:00:00").into()
}

/// Value of an edge case: text as it is given; for other columns a missing or an unseen value.
fn edge_case(column: &ColumnPart, text: &str) -> Value {
    match column {
        ColumnPart::Text(_) => text.into(),
        ColumnPart::Category(_) => text.into(),
        _ if text.is_empty() => Value::Null,
        ColumnPart::Number(column) => number(
            column,
            column.settings.scaling.greatest * 1000.0 + text.len() as f64,
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
        ColumnPart::Number(column) => number(column, column.settings.scaling.fill),
        ColumnPart::Boolean(column) => boolean(column.settings.scaling.fill),
        ColumnPart::Timestamp(column) => timestamp(column.scaling.fill),
    }
}

/// A row that the model can answer: as text, a phrase or the terms with the greatest weights of the first
/// output, or the first terms where the kernel has trees.
pub fn example(columns: &[ColumnPart], kernel: &Kernel) -> String {
    let weight = |feature: usize| match kernel {
        Kernel::Linear(fit) => fit.weights[feature * fit.intercepts.len()],
        Kernel::Trees(_) => 0.0,
    };
    let mut next = 0;
    object(columns, |column| {
        let first = next;
        next += column.feature_count() as usize;
        let ColumnPart::Text(text) = column else {
            return middle(column);
        };
        let mut order: Vec<usize> = (0..text.terms.len()).collect();
        order.sort_by(|a, b| weight(first + *b).total_cmp(&weight(first + *a)));
        let terms: Vec<&str> = order
            .iter()
            .map(|index| text.terms[*index].0.as_str())
            .collect();
        match phrase(&terms) {
            Some(phrase) => phrase.into(),
            None => words(terms.into_iter()),
        }
    })
}

/// The first n-gram of several words, with the words that further n-grams add at its ends: a text that
/// reads like one, as `where is my parcel` does of `my parcel`, `is my` and `where is`. `None` where all
/// terms are single words.
fn phrase(terms: &[&str]) -> Option<String> {
    let grams: Vec<Vec<&str>> = terms
        .iter()
        .map(|term| term.split(' ').collect())
        .filter(|gram: &Vec<&str>| gram.len() > 1 && gram.iter().all(|word| !word.is_empty()))
        .collect();
    let is_plain = |gram: &&Vec<&str>| gram.windows(2).all(|pair| pair[0] != pair[1]);
    let mut words = VecDeque::from(grams.iter().find(is_plain)?.clone());
    while words.len() < WORDS {
        let is_new = |word: &str, words: &VecDeque<&str>| !words.contains(&word);
        let behind = grams.iter().find_map(|gram| {
            let (last, overlap) = gram.split_last()?;
            let end = words.iter().skip(words.len().saturating_sub(overlap.len()));
            (is_new(last, &words) && end.eq(overlap)).then_some(*last)
        });
        if let Some(word) = behind {
            words.push_back(word);
            continue;
        }
        let before = grams.iter().find_map(|gram| {
            let (first, overlap) = gram.split_first()?;
            let start = words.iter().take(overlap.len());
            (is_new(first, &words) && start.eq(overlap)).then_some(*first)
        });
        let Some(word) = before else {
            break;
        };
        words.push_front(word);
    }
    let words: Vec<&str> = words.into();
    Some(words.join(" "))
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

#[cfg(test)]
mod tests {
    use super::phrase;

    #[test]
    fn n_grams_make_a_phrase() {
        let terms = [
            "parcel",
            "my parcel",
            "is my",
            "where is",
            "parcel now",
            "now now",
            "lamp",
        ];
        assert_eq!(phrase(&terms).unwrap(), "where is my parcel now");
        let longer = ["is my parcel", "my parcel now", "so where", "where is my"];
        assert_eq!(phrase(&longer).unwrap(), "so where is my parcel now");
        assert_eq!(phrase(&["parcel", "lamp"]), None);
        assert_eq!(phrase(&["a a", "b c"]).unwrap(), "b c");
        assert_eq!(phrase(&["a b", "b a"]).unwrap(), "a b");
    }
}
