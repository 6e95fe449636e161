//! Which labels are taken for which.

use super::Classes;
use std::collections::BTreeMap;

/// Name for a true label that does not occur in training.
pub const UNSEEN: &str = "(not seen in training)";

/// Test rows by true and answered label; pairs without rows are absent.
pub type Confusion = BTreeMap<(Option<u32>, u32), usize>;

/// Counts the rows.
pub fn confusion(classes: &Classes) -> Confusion {
    let mut counts = Confusion::new();
    for (truth, answer) in classes.truth.iter().zip(&classes.answer) {
        *counts.entry((*truth, *answer)).or_default() += 1;
    }
    counts
}

/// A true label, what was answered instead, and in how many rows.
pub type Pair = (Option<u32>, u32, usize);

/// The `most` pairs that were confused most often, by rows, then by code.
pub fn most_confused(counts: &Confusion, most: usize) -> Vec<Pair> {
    let wrong = counts
        .iter()
        .filter(|((truth, answer), _)| *truth != Some(*answer));
    let mut pairs: Vec<Pair> = wrong
        .map(|((truth, answer), rows)| (*truth, *answer, *rows))
        .collect();
    // The map's order is kept among equals.
    pairs.sort_by_key(|(_, _, rows)| std::cmp::Reverse(*rows));
    pairs.truncate(most);
    pairs
}

/// The label of a code; [`UNSEEN`] for none.
pub fn name(labels: &[String], code: Option<u32>) -> &str {
    let label = code.and_then(|code| labels.get(code as usize));
    label.map_or(UNSEEN, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_confused_pair_comes_first() {
        let classes = Classes {
            truth: vec![Some(0), Some(1), Some(1), None, Some(0)],
            answer: vec![0, 0, 0, 1, 1],
            ..Classes::default()
        };
        let counts = confusion(&classes);
        assert_eq!(counts[&(Some(1), 0)], 2);
        let pairs = most_confused(&counts, 2);
        assert_eq!(pairs, [(Some(1), 0, 2), (None, 1, 1)]);
        assert_eq!(name(&["a".to_string()], pairs[1].0), UNSEEN);
    }
}
