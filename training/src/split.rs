//! Targets to codes, and rows to those that train and those that test.

use crate::source::Source;
use anyhow::{Result, bail};
use model::MAX_NAME;
use model::random::Random;
use std::collections::BTreeMap;

/// The labels in their order, and the code of each target.
///
/// # Errors
/// When there is one label only, or nearly one a row.
pub fn encode(at: &dyn Source, targets: &[String]) -> Result<(Vec<String>, Vec<u32>)> {
    let mut codes: BTreeMap<&str, u32> = targets.iter().map(|label| (label.as_str(), 0)).collect();
    if let [only] = codes.keys().collect::<Vec<_>>()[..] {
        bail!(
            "{at}: every row has the target {only:?}; at least two labels are needed to tell apart"
        );
    }
    if codes.len() * 2 > targets.len() && targets.len() > 20 {
        bail!(
            "{at}: {} rows have {} different targets; labels that return, or numbers and \
             --task regression, were expected",
            targets.len(),
            codes.len()
        );
    }
    if let Some(long) = codes.keys().find(|label| label.len() > MAX_NAME) {
        let start: String = long.chars().take(40).collect();
        bail!(
            "{at}: the target {start:?}… has {} bytes; labels of at most {MAX_NAME} were expected",
            long.len()
        );
    }
    for (code, slot) in (0u32..).zip(codes.values_mut()) {
        *slot = code;
    }
    let encoded = targets.iter().map(|label| codes[label.as_str()]).collect();
    Ok((
        codes.keys().map(|label| label.to_string()).collect(),
        encoded,
    ))
}

/// Rows of a table, by what they are for; each in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSplit {
    /// The rows to train on.
    pub training: Vec<usize>,
    /// The held-out rows, to measure on.
    pub testing: Vec<usize>,
}

impl RowSplit {
    fn by(rows: usize, is_training: impl Fn(&usize) -> bool) -> RowSplit {
        let (training, testing) = (0..rows).partition(is_training);
        RowSplit { training, testing }
    }
}

/// Holds out the same share of the rows of each class, drawn by `seed`. A class's last row always
/// trains.
pub fn split(codes: &[u32], classes: usize, holdout: f64, seed: u64) -> RowSplit {
    let mut random = Random::new(seed);
    let mut is_test = vec![false; codes.len()];
    for rows in &mut by_class(codes, classes) {
        let count = (rows.len() as f64 * holdout).round() as usize;
        random.shuffle(rows);
        for row in rows.iter().take(count.min(rows.len().saturating_sub(1))) {
            is_test[*row] = true;
        }
    }
    RowSplit::by(codes.len(), |row| !is_test[*row])
}

/// Holds out the newest rows by `times`, one per row: a share of `holdout` of those that have a time. Rows
/// of one time stay together; those without a time train.
pub fn split_by_time(times: &[f64], holdout: f64) -> RowSplit {
    let mut sorted: Vec<f64> = times
        .iter()
        .copied()
        .filter(|time| !time.is_nan())
        .collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = (sorted.len() as f64 * holdout).round() as usize;
    let first = sorted.len().saturating_sub(count);
    // The first time held out; of rows that share it with training, the next one.
    let is_shared = |first: usize| first > 0 && sorted[first - 1] == sorted[first];
    let later = (first..sorted.len()).find(|at| !is_shared(*at));
    let earlier = (1..first).rev().find(|at| !is_shared(*at));
    let bound = later.or(earlier).map_or(f64::INFINITY, |at| sorted[at]);
    RowSplit::by(times.len(), |row| {
        times[*row].is_nan() || times[*row] < bound
    })
}

/// The fold of each row, below `folds`: of each class as many rows in every fold as can be, drawn
/// by `seed` (stratified k-fold). Without classes, give every row the code 0.
pub fn folds(codes: &[u32], classes: usize, folds: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let mut fold_of = vec![0; codes.len()];
    // On from where the class before ended, so that rare classes do not all meet in fold 0.
    let mut next = 0;
    for rows in &mut by_class(codes, classes) {
        random.shuffle(rows);
        for row in rows {
            fold_of[*row] = next;
            next = (next + 1) % folds;
        }
    }
    fold_of
}

fn by_class(codes: &[u32], classes: usize) -> Vec<Vec<usize>> {
    let mut of_class = vec![Vec::new(); classes];
    for (row, code) in codes.iter().enumerate() {
        of_class[*code as usize].push(row);
    }
    of_class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_rows_are_held_out() {
        let times = [5.0, 1.0, f64::NAN, 4.0, 3.0, 2.0, 6.0, 7.0, 8.0, 9.0];
        assert_eq!(split_by_time(&times, 0.2).testing, [8, 9]);
        // Of captured rows behind a table without times, the newest are held out, and others train.
        let mut behind = [f64::NAN; 100];
        behind[90..].copy_from_slice(&times.map(|time| if time.is_nan() { 10.0 } else { time }));
        assert_eq!(split_by_time(&behind, 0.2).testing, [92, 99]);
        // Rows of one time stay together, on the side that leaves some to measure on.
        assert_eq!(split_by_time(&[1.0, 2.0, 2.0, 2.0, 3.0], 0.5).testing, [4]);
        assert_eq!(split_by_time(&[1.0, 1.0, 2.0, 2.0], 0.25).testing, [2, 3]);
        assert_eq!(split_by_time(&[1.0; 4], 0.5).testing, [0; 0]);
        assert_eq!(split_by_time(&[f64::NAN; 3], 0.5).testing, [0; 0]);
    }

    #[test]
    fn folds_have_of_each_class_the_same_share() {
        let codes: Vec<u32> = (0..103).map(|row| u32::from(row % 10 == 0)).collect();
        let fold_of = folds(&codes, 2, 5, 0);
        for class in 0..2 {
            let mut counts = [0usize; 5];
            for (fold, code) in fold_of.iter().zip(&codes) {
                counts[*fold] += usize::from(*code == class);
            }
            let (least, most) = (counts.iter().min(), counts.iter().max());
            assert!(most.unwrap() - least.unwrap() <= 1, "{counts:?}");
        }
        assert_eq!(fold_of, folds(&codes, 2, 5, 0));
        assert_ne!(fold_of, folds(&codes, 2, 5, 1));
    }
}
