//! Data for `dvc plots`, from held-out rows: for classifications confusion, ROC, precision and
//! recall, and reliability; for regressions predictions and residuals.

use anyhow::{Context, Result};
use batch::csv::cell;
use serde_json::{Value, json};
use std::path::Path;
use storage::output;
use training::evaluation::calibration::{Bin, reliability};
use training::evaluation::confusion::name;
use training::evaluation::curves::{curve, decisions};
use training::evaluation::regression::{histogram, points, residuals};
use training::evaluation::{Classes, Predictions, Values};

/// Writes the plots of a task into `folder`. Of labels: `confusion.csv`, `roc.json`, `pr.json`,
/// `reliability.json`, and `reliability_before.json` where they were calibrated; the curves are those
/// of the label with the code `positive`, without one those of all labels. Of numbers:
/// `residuals.json` and `residual_histogram.json`.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(
    folder: &Path,
    labels: &[String],
    positive: Option<usize>,
    predictions: &Predictions,
) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{}: it cannot be made", folder.display()))?;
    match predictions {
        Predictions::Classes(classes) => of_classes(folder, labels, positive, classes),
        Predictions::Values(values) => of_values(folder, values),
    }
}

fn of_classes(
    folder: &Path,
    labels: &[String],
    positive: Option<usize>,
    classes: &Classes,
) -> Result<()> {
    output::write(
        &folder.join("confusion.csv"),
        confusion(labels, classes).as_bytes(),
    )?;
    let points = curve(&decisions(labels.len(), positive, classes));
    let roc = points.iter().map(
        |at| json!({"fpr": at.false_positive_rate, "tpr": at.recall, "threshold": at.threshold}),
    );
    json_lines(&folder.join("roc.json"), roc)?;
    let pr = points.iter().map(
        |at| json!({"recall": at.recall, "precision": at.precision, "threshold": at.threshold}),
    );
    json_lines(&folder.join("pr.json"), pr)?;
    let bins = |probabilities| {
        let bins = reliability(labels.len(), probabilities, classes).into_iter();
        bins.map(
            |Bin {
                 confidence,
                 accuracy,
                 rows,
             }| {
                json!({"confidence": confidence, "accuracy": accuracy, "rows": rows})
            },
        )
    };
    json_lines(
        &folder.join("reliability.json"),
        bins(&classes.probabilities),
    )?;
    // A file of its own: DVC's templates join the points of one file to one line.
    if let Some(before) = &classes.uncalibrated {
        json_lines(&folder.join("reliability_before.json"), bins(before))?;
    }
    Ok(())
}

fn of_values(folder: &Path, values: &Values) -> Result<()> {
    let points = points(values).into_iter().map(
        |(actual, predicted)| json!({"actual": actual, "predicted": predicted, "residual": actual - predicted}),
    );
    json_lines(&folder.join("residuals.json"), points)?;
    let bars = histogram(&residuals(values)).into_iter();
    let bars = bars.map(|(residual, rows)| json!({"residual": residual, "rows": rows}));
    json_lines(&folder.join("residual_histogram.json"), bars)
}

/// A list of objects with one a line, so that git shows which points changed.
fn json_lines(path: &Path, points: impl Iterator<Item = Value>) -> Result<()> {
    let lines: Vec<String> = points.map(|point| point.to_string()).collect();
    output::write(path, format!("[\n{}\n]\n", lines.join(",\n")).as_bytes())
}

/// One line a test row: DVC's `confusion` template counts them.
fn confusion(labels: &[String], classes: &Classes) -> String {
    let mut text = "actual,predicted\n".to_string();
    for (truth, answer) in classes.truth.iter().zip(&classes.answer) {
        let (truth, answer) = (name(labels, *truth), name(labels, Some(*answer)));
        text.push_str(&format!("{},{}\n", cell(truth, false), cell(answer, false)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(folder: &Path, name: &str) -> Vec<Value> {
        serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    }

    #[test]
    fn labels_have_five_files_where_they_were_calibrated() {
        let folder = tempfile::tempdir().unwrap();
        let classes = Classes {
            truth: vec![Some(0), Some(0), Some(1), None],
            answer: vec![0, 0, 0, 1],
            probabilities: vec![0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8],
            uncalibrated: Some(vec![0.8, 0.2, 0.6, 0.4, 0.65, 0.35, 0.3, 0.7]),
        };
        let labels = ["a,b", "c"].map(String::from);
        let predictions = Predictions::Classes(classes);
        write(folder.path(), &labels, Some(1), &predictions).unwrap();
        let text = std::fs::read_to_string(folder.path().join("confusion.csv")).unwrap();
        assert_eq!(text.lines().nth(1), Some("\"a,b\",\"a,b\""));
        assert_eq!(text.lines().nth(4), Some("(not seen in training),c"));
        for name in ["reliability.json", "reliability_before.json"] {
            let bins = read(folder.path(), name);
            let rows: u64 = bins.iter().filter_map(|bin| bin["rows"].as_u64()).sum();
            assert_eq!(rows, 4, "{name}");
        }
        assert_eq!(read(folder.path(), "roc.json")[0]["fpr"], 0.0);
        assert_eq!(read(folder.path(), "pr.json")[0]["precision"], 1.0);
    }

    #[test]
    fn numbers_have_residuals() {
        let folder = tempfile::tempdir().unwrap();
        let values = Values {
            truth: (0..1000).map(f64::from).collect(),
            answer: vec![500.0; 1000],
        };
        write(folder.path(), &[], None, &Predictions::Values(values)).unwrap();
        let points = read(folder.path(), "residuals.json");
        assert_eq!(
            (points.len(), &points[0]["residual"]),
            (500, &json!(-500.0))
        );
        let bars = read(folder.path(), "residual_histogram.json");
        let rows: u64 = bars.iter().filter_map(|bar| bar["rows"].as_u64()).sum();
        assert_eq!(rows, 1000);
    }
}
