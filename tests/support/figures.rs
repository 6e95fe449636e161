//! Measured figures that stand in several pages: `docs/figures.json`, and the sentences that state them.
//!
//! A command measures each section of the file and writes it with [`write()`], which also puts the new
//! figures into the sentences of [`PLACES`]. `tests/monitoring/figures.rs` fails where a page and the file differ.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use serde_json::Value;

use crate::example::root;

/// Pages with their sentences. A name in braces stands for a figure, in as many decimals as the page has;
/// a blank for any white space.
pub const PLACES: [(&str, &str); 9] = [
    (
        "README.md",
        "A start takes {starts.init_ms} ms and a warm request {starts.warm_ms} ms, for \
         {starts.usd_per_million} dollars per million requests",
    ),
    (
        "docs/benchmarks.md",
        "| **hearth**, example model | {starts.init_ms} | 1.00 | {starts.first_ms} | {starts.warm_ms} / \
         {starts.warm_p99_ms} | {starts.requests_per_second} | {starts.peak_mb} | {starts.size_mb} | \
         {starts.usd_per_million} |",
    ),
    ("docs/metrics.md", "| `request` | {log.request_bytes} |"),
    ("docs/metrics.md", "| `window` | {log.window_bytes} |"),
    (
        "docs/metrics.md",
        "Python writes {log.library_bytes} bytes for the same",
    ),
    (
        "docs/monitoring.md",
        "`traceId`, `status`, `code`, `column` | {log.request_bytes} / {log.columns_request_bytes} |",
    ),
    (
        "docs/monitoring.md",
        "with both ids | {log.window_bytes} / {log.columns_window_bytes} |",
    ),
    (
        "docs/monitoring.md",
        "A captured row of the example's texts is about {log.captured_bytes} bytes",
    ),
    (
        "docs/deploy.md",
        "a captured row of the example's texts is about {log.captured_bytes} bytes",
    ),
];

/// The file.
fn path() -> PathBuf {
    root().join("docs/figures.json")
}

/// Every figure, by section and name.
///
/// # Panics
///
/// If the file is not there, or no JSON.
pub fn read() -> Value {
    let text = fs::read_to_string(path()).expect("docs/figures.json is there");
    serde_json::from_str(&text).expect("docs/figures.json is JSON")
}

/// The figure of a name such as `log.request_bytes`.
///
/// # Panics
///
/// If there is none.
pub fn figure(name: &str) -> f64 {
    let pointer = format!("/{}", name.replace('.', "/"));
    let value = read().pointer(&pointer).and_then(Value::as_f64);
    value.unwrap_or_else(|| panic!("docs/figures.json has no number {name}"))
}

/// Puts figures into a section of the file, beside those that it has, and into the pages.
///
/// # Panics
///
/// If a file cannot be written, or a page lacks a sentence.
pub fn write(section: &str, figures: &[(&str, f64)]) {
    let mut all = read();
    for (name, value) in figures {
        // A whole number stays one.
        all[section][*name] = match value.fract() == 0.0 {
            true => (*value as i64).into(),
            false => (*value).into(),
        };
    }
    let text = serde_json::to_string_pretty(&all).expect("a value is JSON");
    fs::write(path(), text + "\n").expect("docs/figures.json can be written");
    for (page, sentence) in PLACES {
        let path = root().join(page);
        let mut text = fs::read_to_string(&path).expect("the page is there");
        let found = find(&text, sentence).unwrap_or_else(|| panic!("{page} lacks: {sentence}"));
        // From the end, so that the places before stay where they are.
        for (range, name) in found.into_iter().rev() {
            let new = shown(figure(name), &text[range.clone()]);
            text.replace_range(range, &new);
        }
        fs::write(&path, text).expect("the page can be written");
    }
}

/// What differs between the file and the pages, a sentence each.
pub fn differences() -> Vec<String> {
    let mut differences = Vec::new();
    for (page, sentence) in PLACES {
        let text = fs::read_to_string(root().join(page)).expect("the page is there");
        let Some(found) = find(&text, sentence) else {
            differences.push(format!("{page} lacks the sentence: {sentence}"));
            continue;
        };
        for (range, name) in found {
            let in_page = &text[range];
            let expected = shown(figure(name), in_page);
            if in_page != expected {
                differences.push(format!(
                    "{page} has {in_page} for {name}, and the file {expected}"
                ));
            }
        }
    }
    differences
}

/// A figure with as many decimals as another text of it has.
fn shown(figure: f64, like: &str) -> String {
    let decimals = like
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    format!("{figure:.decimals$}")
}

/// Where a sentence stands in a page: the places of its figures, with their names.
pub fn find<'s>(page: &str, sentence: &'s str) -> Option<Vec<(Range<usize>, &'s str)>> {
    let mut starts = page.char_indices().map(|(at, _)| at);
    starts.find_map(|start| read_at(page, start, sentence))
}

fn read_at<'s>(
    page: &str,
    start: usize,
    sentence: &'s str,
) -> Option<Vec<(Range<usize>, &'s str)>> {
    let (mut at, mut rest) = (start, sentence);
    let mut figures = Vec::new();
    while let Some(first) = rest.chars().next() {
        let ahead = &page[at..];
        if let Some(name) = rest.strip_prefix('{') {
            let (name, after) = name.split_once('}')?;
            let is_of_number = |c: char| c.is_ascii_digit() || c == '.';
            let number = ahead
                .split(|c| !is_of_number(c))
                .next()?
                .trim_end_matches('.');
            if number.is_empty() {
                return None;
            }
            figures.push((at..at + number.len(), name));
            (at, rest) = (at + number.len(), after);
        } else if first == ' ' {
            let trimmed = ahead.trim_start();
            if trimmed.len() == ahead.len() {
                return None;
            }
            (at, rest) = (page.len() - trimmed.len(), rest.trim_start());
        } else {
            let after = ahead.strip_prefix(first)?;
            (at, rest) = (page.len() - after.len(), &rest[first.len_utf8()..]);
        }
    }
    Some(figures)
}
