//! Labels that may be mistakes: spellings of one label, and labels with one row.

use std::collections::BTreeMap;

/// Labels that differ by case or blanks only, each with its rows; groups of two or more.
pub fn spellings(labels: &[String], codes: &[u32]) -> Vec<Vec<(String, usize)>> {
    let mut groups: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    for (label, rows) in labels.iter().zip(counts(labels.len(), codes)) {
        let folded: String = label.chars().filter(|c| !c.is_whitespace()).collect();
        let group = groups.entry(folded.to_lowercase()).or_default();
        group.push((label.clone(), rows));
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect()
}

/// Labels that one row has, each with that row.
pub fn lone(labels: &[String], codes: &[u32]) -> Vec<(String, usize)> {
    let counts = counts(labels.len(), codes);
    let is_lone = |code: &usize| counts[*code] == 1;
    let row = |code: usize| codes.iter().position(|other| *other as usize == code);
    (0..labels.len())
        .filter(is_lone)
        .filter_map(|code| Some((labels[code].clone(), row(code)?)))
        .collect()
}

fn counts(labels: usize, codes: &[u32]) -> Vec<usize> {
    let mut counts = vec![0; labels];
    if labels > 0 {
        codes.iter().for_each(|code| counts[*code as usize] += 1);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_label_and_labels_of_one_row() {
        let labels =
            ["Ship", "cancel", "refund", "return it", "returnit", "ship"].map(String::from);
        let codes = [0, 1, 1, 2, 3, 4, 5, 5, 3];
        let group =
            |of: [(&str, usize); 2]| of.map(|(label, rows)| (label.to_string(), rows)).to_vec();
        assert_eq!(
            spellings(&labels, &codes),
            [
                group([("return it", 2), ("returnit", 1)]),
                group([("Ship", 1), ("ship", 2)])
            ]
        );
        let named = |label: &str, row| (label.to_string(), row);
        assert_eq!(
            lone(&labels, &codes),
            [named("Ship", 0), named("refund", 3), named("returnit", 5)]
        );
        assert_eq!(lone(&[], &[]), []);
    }
}
