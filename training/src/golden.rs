//! Rows made from the vocabulary: golden cases and the example that errors show.
//!
//! They are made up, so that no customer's message ends up in a model file (its terms do).

use crate::random::Random;
use model::assemble::TextColumn;
use serde_json::{Map, Value};

/// Made-up rows of terms; a few edge cases come on top.
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
pub fn rows(columns: &[TextColumn], seed: u64) -> Vec<String> {
    let mut random = Random::new(seed);
    let mut rows: Vec<String> = (0..MADE_UP)
        .map(|_| object(columns, |column| made_up(column, &mut random)))
        .collect();
    rows.extend(EDGE_CASES.map(|text| object(columns, |_| text.to_string())));
    let long = "late ".repeat(2000);
    rows.push(object(columns, |column| long.clone() + &column.terms[0].0));
    rows
}

fn made_up(column: &TextColumn, random: &mut Random) -> String {
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

/// A row that the model can answer: the terms that speak most clearly for one label.
/// `weights` are `[features, outputs]`, row-major.
pub fn example(columns: &[TextColumn], weights: &[f64], outputs: usize) -> String {
    let mut first = 0;
    object(columns, |column| {
        let of_first_output = |index: usize| weights[(first + index) * outputs];
        let mut order: Vec<usize> = (0..column.terms.len()).collect();
        order.sort_by(|a, b| of_first_output(*b).total_cmp(&of_first_output(*a)));
        let words = order.iter().map(|index| column.terms[*index].0.as_str());
        let words: Vec<&str> = words.filter(|term| !term.contains(' ')).take(5).collect();
        first += column.terms.len();
        words.join(" ")
    })
}

fn object(columns: &[TextColumn], mut text: impl FnMut(&TextColumn) -> String) -> String {
    let members = columns
        .iter()
        .map(|column| (column.name.clone(), Value::String(text(column))));
    Value::Object(Map::from_iter(members)).to_string()
}
