//! Documentation begins with what a thing is, not with a question.

use crate::{files, read};

/// Words that a description of contents does not begin with.
const OPENINGS: [&str; 5] = ["What", "Whether", "Of", "How", "That"];

/// Most of a hundred doc comments that may begin so.
const PERCENT: usize = 5;

/// The first words of the doc comments of `text`.
fn openings(text: &str) -> Vec<&str> {
    let mut openings = Vec::new();
    let mut before = None;
    for line in text.lines().map(str::trim_start) {
        let mark = ["///", "//!"]
            .into_iter()
            .find(|mark| line.starts_with(mark));
        if let (Some(mark), true) = (mark, mark != before) {
            let word = line[mark.len()..].split_whitespace().next();
            openings.push(word.unwrap_or_default());
        }
        before = mark;
    }
    openings
}

#[test]
fn documentation_does_not_begin_with_a_question() {
    let (mut all, mut asking) = (0, Vec::new());
    for path in files(".rs") {
        let text = read(&path);
        let openings = openings(&text);
        all += openings.len();
        let count = openings
            .iter()
            .filter(|word| OPENINGS.contains(word))
            .count();
        asking.push((count, path));
    }
    asking.sort();
    let count: usize = asking.iter().map(|(count, _)| count).sum();
    let worst: Vec<String> = asking
        .iter()
        .rev()
        .take(10)
        .map(|(count, path)| format!("{count} in {}", path.display()))
        .collect();
    assert!(
        count * 100 < all * PERCENT,
        "{count} of {all} doc comments begin with one of {OPENINGS:?}; the most: {worst:#?}"
    );
}

#[test]
fn a_comment_of_several_lines_begins_once() {
    let text = "//! Whole.\n//! Two.\n\n/// What it is.\n/// More.\nstruct A; // not this\n/// B\n";
    assert_eq!(openings(text), ["Whole.", "What", "B"]);
}
