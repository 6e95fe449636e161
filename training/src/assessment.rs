//! Answers to held-out rows, and their metrics.

pub mod previous;

use crate::evaluation::{self, Classes, Predictions, Values};
use crate::notes::{Note, NoteKind};
use crate::table::{Table, Targets};
use crate::target::{Answers, Target};
use anyhow::{Context, Result, bail};
use model::Model;
use model::answer::Answer;
use model::calibration::{Calibration, probabilities};
use model::card::Metrics;
use model::head::Head;
use model::row::Row;
use model::score::Scorer;
use rayon::prelude::*;
use std::collections::HashMap;

/// Mistakes that a report shows.
const MISTAKES: usize = 20;

/// A test row that was answered wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    /// Number of the row in its file, counted from 1 below the header.
    pub number: usize,
    /// The row, as a JSON object.
    pub row: String,
    /// Its true label or number.
    pub truth: String,
    /// Predicted label or value.
    pub answer: String,
    /// Size of the mistake: the probability given to a wrong label, or the number answered less the
    /// true one.
    pub size: f64,
}

/// A model to compare with, measured on the same rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its figures on the rows of this report.
    pub metrics: Metrics,
    /// Its answers to them.
    pub predictions: Predictions,
}

/// Answers to rows, with the truth.
///
/// # Errors
/// When it gives no finite score.
pub fn ask(model: &Model<'_>, table: &Table, rows: &[usize]) -> Result<Predictions> {
    ask_with(model, table, rows, |row| Ok(table.row(row)))
}

fn ask_with<'t>(
    model: &Model<'_>,
    table: &Table,
    rows: &[usize],
    cells: impl Fn(usize) -> Result<Row<'t>> + Sync,
) -> Result<Predictions> {
    let answers: Vec<(Answer<'_>, Vec<f64>)> = rows
        .par_iter()
        .map_init(Scorer::default, |scorer, row| {
            let cells = cells(*row)?;
            let scores = scorer.scores(model, &cells)?;
            let before = match &model.head {
                Head::Classes(classes) if classes.calibration != Calibration::None => {
                    probabilities(classes.link, &Calibration::None, scores.clone())
                }
                _ => Vec::new(),
            };
            Ok((Scorer::answer_of(model, scores)?, before))
        })
        .collect::<Result<_>>()?;
    let truth = |row: &usize| match &table.targets {
        Targets::Labels(labels) => labels[*row].as_str(),
        Targets::Values(_) => "",
    };
    Ok(match &model.head {
        Head::Classes(of) => {
            let codes: HashMap<&str, u32> = of.labels.iter().copied().zip(0..).collect();
            let uncalibrated: Vec<f64> = answers
                .iter()
                .flat_map(|(_, before)| before.iter().copied())
                .collect();
            Predictions::Classes(Classes {
                truth: rows
                    .iter()
                    .map(|row| codes.get(truth(row)).copied())
                    .collect(),
                answer: answers
                    .iter()
                    .map(|(answer, _)| answer.labelled().map_or(0, |l| l.code() as u32))
                    .collect(),
                probabilities: answers
                    .iter()
                    .flat_map(|(answer, _)| answer.probabilities().iter().copied())
                    .collect(),
                uncalibrated: (!uncalibrated.is_empty()).then_some(uncalibrated),
            })
        }
        Head::Value(_) => Predictions::Values(Values {
            truth: match &table.targets {
                Targets::Values(values) => rows.iter().map(|row| values[*row]).collect(),
                Targets::Labels(_) => Vec::new(),
            },
            answer: answers
                .iter()
                .map(|(answer, _)| match answer {
                    Answer::Value(value) => *value,
                    Answer::Label(_) => f64::NAN,
                })
                .collect(),
        }),
    })
}

/// Labels and targets that predictions are measured by, besides the rows.
pub struct Truth<'a> {
    /// Answers of the model: labels, or numbers.
    pub answers: &'a Answers,
    /// The code of the positive label, if there is one.
    pub positive: Option<usize>,
    /// The targets of the rows learnt from.
    pub training: &'a Target,
    /// Draws the rows of bootstraps.
    pub seed: u64,
}

/// The figures of predictions.
///
/// # Errors
/// When predictions and targets are of two tasks.
pub fn metrics(truth: &Truth<'_>, predictions: &Predictions) -> Result<Metrics> {
    match (truth.training, predictions) {
        (Target::Classes { codes, .. }, Predictions::Classes(classes)) => {
            let metrics =
                evaluation::classification(truth.answers.labels(), truth.positive, codes, classes);
            Ok(Metrics::Classification(metrics))
        }
        (Target::Values(training), Predictions::Values(values)) => Ok(Metrics::Regression(
            evaluation::regression(training, values, truth.seed),
        )),
        _ => bail!("the model answers another task than it was trained for"),
    }
}

/// The figure of test rows that no training row repeats, where others are `seen` in training.
pub fn of_new_rows(predictions: &Predictions, seen: &[bool]) -> Option<Note> {
    let new: Vec<usize> = (0..seen.len()).filter(|row| !seen[*row]).collect();
    let (title, figure) = match predictions {
        Predictions::Classes(classes) => {
            let is_right = |row: &&usize| classes.truth[**row] == Some(classes.answer[**row]);
            let right = new.iter().filter(is_right).count();
            ("accuracy", right as f64 / new.len() as f64)
        }
        Predictions::Values(values) => {
            let errors = new
                .iter()
                .map(|row| (values.truth[*row] - values.answer[*row]).abs());
            (
                "mean absolute error",
                errors.sum::<f64>() / new.len() as f64,
            )
        }
    };
    let text = match new.len() {
        0 => "no test row is new, so that no figure says how new rows are answered".to_string(),
        count => format!(
            "{title} {} on the {count} test rows that do not repeat a training row",
            evaluation::figures::text(figure)
        ),
    };
    Some(Note::new(NoteKind::Fit, text)).filter(|_| !seen.is_empty())
}

/// The test rows that were answered worst: of labels, the wrong ones that were surest.
pub fn mistakes(
    labels: &[String],
    predictions: &Predictions,
    table: &Table,
    rows: &[usize],
) -> Vec<Mistake> {
    let mut worst: Vec<(f64, usize)> = match predictions {
        Predictions::Classes(classes) => {
            let wrong =
                (0..rows.len()).filter(|at| classes.truth[*at] != Some(classes.answer[*at]));
            wrong
                .map(|at| {
                    let code = classes.answer[at] as usize;
                    (classes.probabilities[at * labels.len() + code], at)
                })
                .collect()
        }
        Predictions::Values(values) => {
            let errors = values.truth.iter().zip(&values.answer);
            errors
                .map(|(truth, answer)| answer - truth)
                .zip(0..)
                .collect()
        }
    };
    worst.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.1.cmp(&b.1)));
    worst
        .into_iter()
        .take(MISTAKES)
        .map(|(size, at)| {
            let (truth, answer) = match (predictions, &table.targets) {
                (Predictions::Classes(classes), Targets::Labels(truth)) => (
                    truth[rows[at]].clone(),
                    labels[classes.answer[at] as usize].clone(),
                ),
                (Predictions::Values(values), _) => (
                    evaluation::figures::text(values.truth[at]),
                    evaluation::figures::text(values.answer[at]),
                ),
                _ => Default::default(),
            };
            Mistake {
                number: table.source_row(rows[at]),
                row: table.row_json(rows[at]),
                truth,
                answer,
                size,
            }
        })
        .collect()
}

/// Metrics of another model on the same rows.
///
/// # Errors
/// When it has other labels, or cannot answer these rows.
pub fn against(
    previous: &Model<'_>,
    truth: &Truth<'_>,
    table: &Table,
    rows: &[usize],
) -> Result<Against> {
    if !previous.head.labels().iter().eq(truth.answers.labels()) {
        bail!("it has other labels: {}", previous.head.labels().join(", "));
    }
    let json: Vec<String> = rows.iter().map(|row| table.row_json(*row)).collect();
    let of_row: HashMap<usize, &String> = rows.iter().copied().zip(&json).collect();
    let predictions = ask_with(previous, table, rows, |row| {
        let json = of_row[&row].as_bytes();
        Row::from_json(&previous.columns, json)
            .with_context(|| format!("the previous model cannot answer row {}", row + 1))
    })?;
    Ok(Against {
        name: previous.name.to_string(),
        version: previous.version(),
        metrics: metrics(truth, &predictions)?,
        predictions,
    })
}

#[cfg(test)]
mod tests;
