//! Figures of a model on rows of a table.

use super::rows::Rows;
use crate::comparison::by_chance;
use crate::paired::LEVEL;
use crate::terminal::page::Mark;
use anyhow::{Result, bail};
use model::card::{Card, Metrics};
use model::labels::{code, did_you_mean, list};
use std::collections::BTreeMap;
use traffic::report::p_text;
use training::columns::target_notation;
use training::evaluation::figures::text;
use training::evaluation::{Classes, Predictions, Values, classification, regression};

/// Labels that a sentence names.
const NAMED: usize = 5;

/// Answers to rows that have a truth, with their figures.
pub(super) struct Measured {
    pub predictions: Predictions,
    pub metrics: Metrics,
    pub labels: Vec<String>,
    /// For each answered row of the table, its place among those that were measured.
    pub place: Vec<Option<usize>>,
    pub without_target: u64,
    pub refused: u64,
    refusal: Option<String>,
    /// True labels that are none of the model's, with their rows.
    unknown: BTreeMap<String, u64>,
}

impl Measured {
    /// Measures answers; the column `target` has the truths.
    ///
    /// # Errors
    /// When no row has a truth, or none is a label of the model or a number.
    pub fn of(card: &Card, labels: &[&str], target: &str, rows: Rows) -> Result<Measured> {
        let mut unknown = BTreeMap::new();
        let mut place = Vec::new();
        let mut count = 0;
        // Numbers as training would read them: with a decimal comma, a unit, words for missing values.
        let texts = rows.truths.iter().map(String::as_str);
        let texts = texts.filter(|text| !text.is_empty());
        let notation = match labels.is_empty() {
            true => Some(target_notation(target, texts, rows.decimal_comma)),
            false => None,
        };
        for truth in &rows.truths {
            let is_missing = notation.as_ref().is_some_and(|of| of.is_missing(truth));
            let is_there = !truth.is_empty() && !is_missing;
            place.push(is_there.then_some(count));
            count += usize::from(is_there);
        }
        let kept: Vec<usize> = (0..place.len())
            .filter(|row| place[*row].is_some())
            .collect();
        if kept.is_empty() {
            bail!("no row has a value in the column {target:?}, the truth");
        }
        let labels: Vec<String> = labels.iter().map(|label| label.to_string()).collect();
        let then = &card.metrics;
        let (predictions, metrics) = match labels.is_empty() {
            false => {
                let truth = kept.iter().map(|row| {
                    let code = code(&labels, &rows.truths[*row]);
                    if code.is_none() {
                        *unknown.entry(rows.truths[*row].clone()).or_default() += 1;
                    }
                    code
                });
                let truth: Vec<Option<u32>> = truth.collect();
                if truth.iter().all(Option::is_none) {
                    let known: Vec<&str> = labels.iter().map(String::as_str).collect();
                    let found = unknown.keys().next().map_or("", String::as_str);
                    bail!(
                        "no row has a label that the model knows: {found:?}, say; {}{}",
                        list(&known),
                        did_you_mean(found, &known)
                    );
                }
                let width = labels.len();
                let probabilities = kept
                    .iter()
                    .flat_map(|row| &rows.probabilities[row * width..][..width]);
                let classes = Classes {
                    truth,
                    answer: kept.iter().map(|row| rows.codes[*row]).collect(),
                    probabilities: probabilities.copied().collect(),
                    uncalibrated: None,
                };
                let metrics = match then {
                    Metrics::Classification(of) => {
                        // The baseline of training: its most frequent label.
                        let majority = code(&labels, &of.baseline.label).unwrap_or_default();
                        let mut metrics =
                            classification(&labels, of.positive_code(), &[majority], &classes);
                        metrics.baseline.log_loss = None;
                        metrics.training_rows = of.training_rows;
                        metrics.threshold = of.threshold;
                        metrics.label_weights = of.label_weights.clone();
                        metrics.calibration = of.calibration.clone();
                        metrics
                    }
                    // Of an imported model: the most frequent label of these rows.
                    _ => {
                        let positive = (labels.len() == 2).then_some(1);
                        let truths: Vec<u32> = classes.truth.iter().copied().flatten().collect();
                        let mut metrics = classification(&labels, positive, &truths, &classes);
                        metrics.training_rows = 0;
                        metrics
                    }
                };
                (
                    Predictions::Classes(classes),
                    Metrics::Classification(metrics),
                )
            }
            true => {
                let mut truth = Vec::new();
                for row in &kept {
                    let given = &rows.truths[*row];
                    let number = notation.as_ref().and_then(|of| of.number.parse(given));
                    let number = number.filter(|number| number.is_finite());
                    let Some(number) = number else {
                        bail!("the true value {given:?} is no number; one like 12.5 was expected");
                    };
                    truth.push(number);
                }
                let values = Values {
                    truth,
                    answer: kept.iter().map(|row| rows.values[*row]).collect(),
                };
                let (training, rows) = match then {
                    Metrics::Regression(of) => (vec![of.baseline.value], of.training_rows),
                    _ => (values.truth.clone(), 0),
                };
                let mut metrics = regression(&training, &values, 0);
                metrics.training_rows = rows;
                (Predictions::Values(values), Metrics::Regression(metrics))
            }
        };
        Ok(Measured {
            predictions,
            metrics,
            labels,
            without_target: (place.len() - kept.len()) as u64,
            place,
            refused: rows.refused,
            refusal: rows.refusal,
            unknown,
        })
    }

    /// Rows that were measured.
    pub fn rows(&self) -> usize {
        self.metrics.testing_rows()
    }

    /// Name of the figure by which slices are compared.
    pub fn figure_title(&self) -> &'static str {
        match self.metrics {
            Metrics::Classification(_) => "accuracy",
            Metrics::Regression(_) | Metrics::Unmeasured(_) => "mean absolute error",
        }
    }

    /// The accuracy beside that of the test rows of training, and whether chance explains the difference.
    pub fn since_training(&self, then: &Metrics) -> Option<(Mark, String)> {
        let p = by_chance(&self.metrics, then);
        let (Metrics::Classification(now), Metrics::Classification(then)) = (&self.metrics, then)
        else {
            return self.errors_since(then);
        };
        let figures = format!(
            "accuracy {} here, {} on the test rows of training",
            text(now.accuracy),
            text(then.accuracy)
        );
        Some(match p {
            Some(p) if p < LEVEL && now.accuracy < then.accuracy => (
                Mark::Doubt,
                format!("{figures}: worse, and not by chance (p {})", p_text(p)),
            ),
            Some(p) if p < LEVEL => (
                Mark::Holds,
                format!("{figures}: better, and not by chance (p {})", p_text(p)),
            ),
            Some(p) => (
                Mark::Holds,
                format!("{figures}: chance explains it (p {})", p_text(p)),
            ),
            None => (Mark::Fact, format!("{figures}: too few rows to compare")),
        })
    }

    fn errors_since(&self, then: &Metrics) -> Option<(Mark, String)> {
        let (Metrics::Regression(now), Metrics::Regression(then)) = (&self.metrics, then) else {
            return None;
        };
        let figures = format!(
            "mean absolute error {} here, {} on the test rows of training",
            text(now.mae),
            text(then.mae)
        );
        Some((Mark::Fact, figures))
    }

    /// Rows that were not measured, and labels that the model does not know.
    pub fn notes(&self) -> Vec<(Mark, String)> {
        let mut notes = Vec::new();
        if self.without_target > 0 {
            let count = self.without_target;
            notes.push((
                Mark::Doubt,
                format!("{count} rows have no true value and were left out"),
            ));
        }
        if let (count @ 1.., Some(first)) = (self.refused, &self.refusal) {
            let text = format!("the model refuses {count} rows, which were left out; {first}");
            notes.push((Mark::Doubt, text));
        }
        if !self.unknown.is_empty() {
            let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
            let rows: u64 = self.unknown.values().sum();
            let named: Vec<String> = self
                .unknown
                .iter()
                .take(NAMED)
                .map(|(label, rows)| format!("{label:?} ({rows}{})", did_you_mean(label, &labels)))
                .collect();
            notes.push((
                Mark::Doubt,
                format!(
                    "{rows} rows have labels that the model does not know, and count as answered wrong: {}",
                    named.join(", ")
                ),
            ));
        }
        notes
    }
}
