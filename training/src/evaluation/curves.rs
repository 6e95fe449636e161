//! ROC, precision and recall over all thresholds, for `dvc plots` and the report.

use super::Classes;
use super::ranking::{self, Ranking};

/// Most points of a curve: a picture shows no more, and git keeps every version of the file.
pub const POINTS: usize = 500;

/// Rates at a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The least score that is a yes.
    pub threshold: f64,
    /// Share of the negatives that are called positive.
    pub false_positive_rate: f64,
    /// Share of the positives that are found: the true positive rate.
    pub recall: f64,
    /// Share of yes that is right.
    pub precision: f64,
}

/// Every yes-or-no question that was answered, by score. With a positive label that is yes; without
/// one, each label is a question of its own, all taken together (scikit-learn's micro-average of one
/// against the rest).
pub fn decisions(labels: usize, positive: Option<usize>, classes: &Classes) -> Ranking {
    if let Some(positive) = positive {
        return ranking::of_label(labels, positive, classes);
    }
    let rows = classes
        .probabilities
        .chunks_exact(labels.max(1))
        .zip(&classes.truth);
    let of_row = |(row, truth): (&[f64], &Option<u32>)| {
        let questions = row.iter().enumerate();
        questions
            .map(|(code, p)| (*p, *truth == Some(code as u32)))
            .collect::<Vec<_>>()
    };
    ranking::sorted(rows.flat_map(of_row).collect())
}

/// The curve of a ranking: the start at (0, 0) with precision 1, then at most [`POINTS`], of more
/// those nearest to equal steps of what grows along the curve, recall and false positive rate.
/// Equal steps of rank would leave the corner, where everything happens, with a handful.
pub fn curve(ranking: &[(f64, bool)]) -> Vec<Point> {
    let positives = ranking.iter().filter(|(_, yes)| *yes).count();
    let negatives = ranking.len() - positives;
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let steps = ranking::steps(ranking);
    let all = steps.map(|(threshold, right, wrong)| Point {
        threshold,
        false_positive_rate: share(wrong, negatives),
        recall: share(right, positives),
        precision: share(right, right + wrong),
    });
    let start = Point {
        threshold: 1.0,
        false_positive_rate: 0.0,
        recall: 0.0,
        precision: 1.0,
    };
    let all: Vec<Point> = all.collect();
    std::iter::once(start).chain(along(all)).collect()
}

/// At most [`POINTS`] of these, the last among them.
fn along(all: Vec<Point>) -> Vec<Point> {
    if all.len() <= POINTS {
        return all;
    }
    let way = |point: &Point| point.recall + point.false_positive_rate;
    let whole = all.last().map_or(0.0, way);
    let mut kept: Vec<Point> = Vec::with_capacity(POINTS);
    for point in &all[..all.len() - 1] {
        // The last place is kept for the last point.
        if way(point) >= whole * kept.len() as f64 / (POINTS - 1) as f64 {
            kept.push(*point);
        }
    }
    kept.truncate(POINTS - 1);
    kept.extend(all.last());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_those_of_scikit_learn() {
        // scikit-learn's own example of roc_curve: y = 0 0 1 1, scores 0.1 0.4 0.35 0.8.
        let classes = Classes {
            truth: vec![Some(0), Some(0), Some(1), Some(1)],
            answer: vec![0, 0, 0, 1],
            probabilities: vec![0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8],
            uncalibrated: None,
        };
        let points = curve(&decisions(2, Some(1), &classes));
        let of = |figure: fn(&Point) -> f64| points.iter().map(figure).collect::<Vec<_>>();
        assert_eq!(
            of(|point| point.false_positive_rate),
            [0.0, 0.0, 0.5, 0.5, 1.0]
        );
        assert_eq!(of(|point| point.recall), [0.0, 0.5, 0.5, 1.0, 1.0]);
        assert_eq!(of(|point| point.precision), [1.0, 1.0, 0.5, 2.0 / 3.0, 0.5]);
    }

    #[test]
    fn long_curves_keep_their_corner_and_their_ends() {
        // One in a thousand is a yes, and those come first.
        let ranking: Vec<(f64, bool)> = (0..100_000)
            .map(|rank| (1.0 - rank as f64 / 1e5, rank < 100))
            .collect();
        let points = curve(&ranking);
        assert!((POINTS / 2..=POINTS + 1).contains(&points.len()));
        assert!(points.iter().filter(|at| at.recall < 1.0).count() > 90);
        let last = points[points.len() - 1];
        assert_eq!((last.recall, last.false_positive_rate), (1.0, 1.0));
    }
}
