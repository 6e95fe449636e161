//! What `dvc plots` draws of a model: confusion, ROC, precision and recall, reliability, from the
//! rows that training did not see.

use crate::evaluate::Predictions;
use crate::output;
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::json;
use std::path::Path;

/// Most points of a curve: a picture shows no more, and git keeps every version of the file.
const POINTS: usize = 500;
/// Equal steps of confidence, as `sklearn.calibration.calibration_curve` has with `n_bins=10`.
const BINS: usize = 10;

/// Writes `confusion.csv`, `roc.json`, `pr.json` and `reliability.json` into `folder`.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(folder: &Path, labels: &[String], predictions: &Predictions) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{}: it cannot be made", folder.display()))?;
    output::write(
        &folder.join("confusion.csv"),
        confusion(labels, predictions).as_bytes(),
    )?;
    let curves = Curves::of(&decisions(labels.len(), predictions));
    json_lines(&folder.join("roc.json"), &curves.roc)?;
    json_lines(&folder.join("pr.json"), &curves.pr)?;
    json_lines(
        &folder.join("reliability.json"),
        &reliability(labels.len(), predictions),
    )
}

/// A list of objects with one a line, so that git shows which points changed.
fn json_lines<T: Serialize>(path: &Path, points: &[T]) -> Result<()> {
    let lines: Vec<String> = points
        .iter()
        .map(serde_json::to_string)
        .collect::<Result<_, _>>()?;
    output::write(path, format!("[\n{}\n]\n", lines.join(",\n")).as_bytes())
}

/// One line a test row: DVC's `confusion` template counts them.
fn confusion(labels: &[String], predictions: &Predictions) -> String {
    let name = |code: Option<u32>| match code {
        Some(code) => quoted(&labels[code as usize]),
        None => "(not seen in training)".to_string(),
    };
    let mut text = "actual,predicted\n".to_string();
    for (truth, answer) in predictions.truth.iter().zip(&predictions.answer) {
        text.push_str(&format!("{},{}\n", name(*truth), name(Some(*answer))));
    }
    text
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

/// Every yes-or-no question that was answered, as the score given to yes and whether it is yes. Of
/// two labels the second is yes; of more, each label is a question of its own, all taken together
/// (scikit-learn's micro-average of one against the rest).
fn decisions(classes: usize, predictions: &Predictions) -> Vec<(f64, bool)> {
    let first = if classes == 2 { 1 } else { 0 };
    let rows = predictions
        .probabilities
        .chunks_exact(classes.max(1))
        .zip(&predictions.truth);
    let of_row = |(row, truth): (&[f64], &Option<u32>)| {
        let questions = row.iter().enumerate().skip(first);
        questions
            .map(|(code, p)| (*p, *truth == Some(code as u32)))
            .collect::<Vec<_>>()
    };
    rows.flat_map(of_row).collect()
}

struct Curves {
    roc: Vec<serde_json::Value>,
    pr: Vec<serde_json::Value>,
}

impl Curves {
    fn of(decisions: &[(f64, bool)]) -> Curves {
        let mut sorted = decisions.to_vec();
        sorted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let positives = sorted.iter().filter(|(_, yes)| *yes).count() as f64;
        let negatives = sorted.len() as f64 - positives;
        // Counts after each distinct threshold: true and false positives.
        let mut counts: Vec<(f64, f64, f64)> = Vec::new();
        let (mut right, mut wrong) = (0.0, 0.0);
        for (index, (score, yes)) in sorted.iter().enumerate() {
            if *yes {
                right += 1.0;
            } else {
                wrong += 1.0;
            }
            if sorted.get(index + 1).is_none_or(|next| next.0 != *score) {
                counts.push((*score, right, wrong));
            }
        }
        let counts = thinned(counts);
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let mut roc = vec![json!({"fpr": 0.0, "tpr": 0.0, "threshold": 1.0})];
        let mut pr = vec![json!({"recall": 0.0, "precision": 1.0, "threshold": 1.0})];
        for (threshold, right, wrong) in counts {
            let tpr = share(right, positives);
            roc.push(json!({"fpr": share(wrong, negatives), "tpr": tpr, "threshold": threshold}));
            pr.push(json!({"recall": tpr, "precision": share(right, right + wrong), "threshold": threshold}));
        }
        Curves { roc, pr }
    }
}

/// At most [`POINTS`], evenly; the first and the last stay.
fn thinned<T: Copy>(points: Vec<T>) -> Vec<T> {
    let last = points.len().saturating_sub(1);
    if points.len() <= POINTS {
        return points;
    }
    (0..POINTS)
        .map(|index| points[index * last / (POINTS - 1)])
        .collect()
}

/// In each bin of confidence: how sure the answers were, and how many were right.
fn reliability(classes: usize, predictions: &Predictions) -> Vec<serde_json::Value> {
    let mut bins = [(0.0, 0usize, 0usize); BINS];
    let rows = predictions.probabilities.chunks_exact(classes.max(1));
    for ((row, answer), truth) in rows.zip(&predictions.answer).zip(&predictions.truth) {
        let confidence = row[*answer as usize];
        let bin = &mut bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += confidence;
        bin.1 += usize::from(*truth == Some(*answer));
        bin.2 += 1;
    }
    let filled = bins.into_iter().filter(|(_, _, rows)| *rows > 0);
    let points = filled.map(|(confidence, right, rows)| {
        let of_rows = rows as f64;
        json!({"confidence": confidence / of_rows, "accuracy": right as f64 / of_rows, "rows": rows})
    });
    points.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binary() -> Predictions {
        // scikit-learn's own example of roc_curve: y = 0 0 1 1, scores 0.1 0.4 0.35 0.8.
        let scores = [0.1, 0.4, 0.35, 0.8];
        Predictions {
            truth: vec![Some(0), Some(0), Some(1), Some(1)],
            answer: vec![0, 0, 0, 1],
            probability_of_truth: vec![0.9, 0.6, 0.35, 0.8],
            probabilities: scores.iter().flat_map(|p| [1.0 - p, *p]).collect(),
        }
    }

    #[test]
    fn curves_are_those_of_scikit_learn() {
        let curves = Curves::of(&decisions(2, &binary()));
        let of = |points: &[serde_json::Value], key: &str| -> Vec<f64> {
            points
                .iter()
                .filter_map(|point| point[key].as_f64())
                .collect()
        };
        assert_eq!(of(&curves.roc, "fpr"), [0.0, 0.0, 0.5, 0.5, 1.0]);
        assert_eq!(of(&curves.roc, "tpr"), [0.0, 0.5, 0.5, 1.0, 1.0]);
        assert_eq!(of(&curves.pr, "precision"), [1.0, 1.0, 0.5, 2.0 / 3.0, 0.5]);
    }

    #[test]
    fn reliability_and_confusion_count_rows() {
        let labels = ["a,b", "c"].map(String::from);
        assert_eq!(
            confusion(&labels, &binary()).lines().nth(1),
            Some("\"a,b\",\"a,b\"")
        );
        let rows: u64 = reliability(2, &binary())
            .iter()
            .filter_map(|bin| bin["rows"].as_u64())
            .sum();
        assert_eq!(rows, 4);
    }

    #[test]
    fn long_curves_keep_their_ends() {
        let points = thinned((0..100_000).collect());
        assert_eq!(
            (points.len(), points[0], points[POINTS - 1]),
            (POINTS, 0, 99_999)
        );
    }
}
