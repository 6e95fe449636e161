//! Labels that one row has: there is nothing to measure them by, and they may be mistakes.

use crate::codes::frequencies;

/// Labels that one row has, each with that row.
pub fn lone(labels: &[String], codes: &[u32]) -> Vec<(String, usize)> {
    // Numbers have no labels, and their codes mean nothing.
    if labels.is_empty() {
        return Vec::new();
    }
    let counts = frequencies(codes, labels.len());
    let is_lone = |code: &usize| counts[*code] == 1;
    let row = |code: usize| codes.iter().position(|other| *other as usize == code);
    (0..labels.len())
        .filter(is_lone)
        .filter_map(|code| Some((labels[code].clone(), row(code)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_one_row_have_that_row() {
        let labels = ["cancel", "refund", "ship"].map(String::from);
        assert_eq!(lone(&labels, &[0, 2, 1, 2, 0]), [("refund".to_string(), 2)]);
        assert_eq!(lone(&labels[..2], &[1, 0]).len(), 2);
        assert_eq!(lone(&[], &[0, 0]), []);
    }
}
