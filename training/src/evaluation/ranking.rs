//! Ranking metrics: the order of rows by score, for all thresholds.

use super::Classes;
use rayon::prelude::*;

/// Scores of one label, and whether it is the true one, from the greatest score down.
pub type Ranking = Vec<(f64, bool)>;

/// Area under the ROC curve: of two labels that of the second, of more the mean over labels of
/// each against the rest, as `roc_auc_score(multi_class="ovr")` has it. A label that every test
/// row has, or none, has no area and is left out; `None` when none is left.
pub fn roc_auc(labels: usize, classes: &Classes) -> Option<f64> {
    let first = if labels == 2 { 1 } else { 0 };
    let areas: Vec<Option<f64>> = (first..labels)
        .into_par_iter()
        .map(|code| area(&of_label(labels, code, classes)))
        .collect();
    let known: Vec<f64> = areas.into_iter().flatten().collect();
    let sum: f64 = known.iter().sum();
    (!known.is_empty()).then(|| sum / known.len() as f64)
}

/// The mean of precision over the steps of recall of one label against all others
/// (`sklearn.metrics.average_precision_score`). `None` when no row has the label.
pub fn average_precision(labels: usize, positive: usize, classes: &Classes) -> Option<f64> {
    let ranking = of_label(labels, positive, classes);
    let positives = ranking.iter().filter(|(_, yes)| *yes).count();
    let (mut sum, mut right_before) = (0.0, 0);
    for (_, right, wrong) in steps(&ranking) {
        sum += (right - right_before) as f64 * right as f64 / (right + wrong) as f64;
        right_before = right;
    }
    (positives > 0).then(|| sum / positives as f64)
}

/// The rows by the probability of one label.
pub fn of_label(labels: usize, code: usize, classes: &Classes) -> Ranking {
    let rows = classes.probabilities.chunks_exact(labels.max(1));
    let scores = rows
        .zip(&classes.truth)
        .map(|(row, truth)| (row[code], *truth == Some(code as u32)));
    sorted(scores.collect())
}

/// From the greatest score down.
pub fn sorted(mut ranking: Ranking) -> Ranking {
    // Equal scores may come in any order: only counts at the last of them are used.
    ranking.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    ranking
}

/// After each distinct score: it, and how many rows down to it are positive and negative.
pub fn steps(ranking: &[(f64, bool)]) -> impl Iterator<Item = (f64, usize, usize)> {
    let (mut right, mut wrong) = (0, 0);
    ranking
        .iter()
        .enumerate()
        .filter_map(move |(at, (score, yes))| {
            right += usize::from(*yes);
            wrong += usize::from(!*yes);
            let is_last = ranking.get(at + 1).is_none_or(|next| next.0 != *score);
            is_last.then_some((*score, right, wrong))
        })
}

/// The share of pairs, a positive and a negative, that are in order, equals counting half: the
/// area (Hanley and McNeil, "The meaning and use of the area under a ROC curve", 1982).
fn area(ranking: &[(f64, bool)]) -> Option<f64> {
    let (mut doubled, mut right_before, mut wrong_before) = (0u128, 0, 0);
    for (_, right, wrong) in steps(ranking) {
        doubled += (wrong - wrong_before) as u128 * (right + right_before) as u128;
        (right_before, wrong_before) = (right, wrong);
    }
    let pairs = right_before as f64 * wrong_before as f64;
    (pairs > 0.0).then(|| doubled as f64 / (2.0 * pairs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn binary(truth: &[u32], scores: &[f64]) -> Classes {
        Classes {
            truth: truth.iter().map(|code| Some(*code)).collect(),
            answer: scores.iter().map(|p| u32::from(*p > 0.5)).collect(),
            probabilities: scores.iter().flat_map(|p| [1.0 - p, *p]).collect(),
            uncalibrated: None,
        }
    }

    #[test]
    fn areas_are_those_of_scikit_learn() {
        // The examples of roc_auc_score (0.75) and average_precision_score (0.83).
        let classes = binary(&[0, 0, 1, 1], &[0.1, 0.4, 0.35, 0.8]);
        assert_eq!(roc_auc(2, &classes), Some(0.75));
        let precision = average_precision(2, 1, &classes).unwrap();
        assert!((precision - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-12);
    }

    #[test]
    fn equal_scores_count_half() {
        assert_eq!(roc_auc(2, &binary(&[0, 1, 0, 1], &[0.3; 4])), Some(0.5));
        assert_eq!(roc_auc(2, &binary(&[1, 1], &[0.3, 0.4])), None);
    }

    #[test]
    fn of_more_labels_it_is_the_mean_of_each_against_the_rest() {
        // Label 0 is in order (1), label 1 half (0.5), label 2 does not occur.
        let classes = Classes {
            truth: vec![Some(0), Some(1), Some(0)],
            answer: vec![0, 1, 0],
            probabilities: vec![0.9, 0.1, 0.0, 0.3, 0.2, 0.5, 0.7, 0.3, 0.0],
            uncalibrated: None,
        };
        assert_eq!(roc_auc(3, &classes), Some(0.75));
    }

    proptest! {
        #[test]
        fn the_area_is_the_share_of_pairs_in_order(rows in vec((0u32..2, 0u8..6), 1..40)) {
            let truth: Vec<u32> = rows.iter().map(|row| row.0).collect();
            let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.1) / 8.0).collect();
            let (mut pairs, mut in_order) = (0.0, 0.0);
            for (yes, high) in rows.iter().filter(|row| row.0 == 1) {
                for (_, low) in rows.iter().filter(|row| row.0 != *yes) {
                    pairs += 1.0;
                    in_order += if high > low { 1.0 } else if high == low { 0.5 } else { 0.0 };
                }
            }
            let expected = (pairs > 0.0).then(|| in_order / pairs);
            prop_assert_eq!(roc_auc(2, &binary(&truth, &scores)), expected);
        }
    }
}
