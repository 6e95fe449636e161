//! Figures of labels.

use training::evaluation::{Classes, calibration};

/// Names of the figures; precision, recall, F1 and average precision are those of the positive label.
pub const NAMES: [&str; 9] = [
    "accuracy",
    "macro_f1",
    "precision",
    "recall",
    "f1",
    "roc_auc",
    "average_precision",
    "log_loss",
    "brier",
];

/// A row's place, and two facts about it: it has the label, and the next row has another score.
type Ranked = (u32, bool, bool);

/// Answered labels, prepared for figures of any weights.
pub struct LabelSample<'a> {
    of: &'a Classes,
    labels: usize,
    positive: Option<usize>,
    /// For each label that the area is a mean over, the rows by its probability.
    rankings: Vec<Vec<Ranked>>,
    of_positive: Vec<Ranked>,
    losses: Vec<f64>,
    squares: Vec<f64>,
}

impl<'a> LabelSample<'a> {
    /// Prepares the answers; `None` without rows.
    pub fn new(of: &'a Classes, positive: Option<usize>) -> Option<LabelSample<'a>> {
        let labels = of.probabilities.len().checked_div(of.truth.len())?;
        let first = if labels == 2 { 1 } else { 0 };
        let rankings = (first..labels).map(|code| ranked(of, labels, code));
        Some(LabelSample {
            of,
            labels,
            positive,
            rankings: rankings.collect(),
            of_positive: positive.map_or(Vec::new(), |code| ranked(of, labels, code)),
            losses: of_rows(of, labels, |_, truth| calibration::loss(truth)),
            squares: of_rows(of, labels, |row, truth| {
                let squares: f64 = row.iter().map(|p| p * p).sum();
                let scale = if labels == 2 { 0.5 } else { 1.0 };
                // The square of the truth's 1 - p in place of p.
                scale * (squares + 1.0 - 2.0 * truth)
            }),
        })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.of.truth.len()
    }

    /// Passes over the rows for the figures of one draw.
    pub fn passes(&self) -> usize {
        self.rankings.len() + 4
    }

    /// The figures, in the order of [`NAMES`]; `None` where these rows have none.
    pub fn figures(&self, weights: &[u32]) -> Vec<Option<f64>> {
        let counts = LabelCounts::of(self.of, self.labels, weights);
        let f1: Vec<f64> = (0..self.labels).map(|code| counts.f1(code)).collect();
        let occurring = (0..self.labels).filter(|code| counts.occurs(*code));
        let of_occurring: Vec<f64> = occurring.map(|code| f1[code]).collect();
        let areas = self.rankings.iter();
        let areas: Vec<f64> = areas.filter_map(|one| area(one, weights)).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let right: f64 = counts.right.iter().sum();
        let positive = self.positive;
        vec![
            Some(right / weights.iter().copied().map(f64::from).sum::<f64>()),
            Some(mean(&of_occurring)),
            positive.map(|code| ratio(counts.right[code], counts.answered[code])),
            positive.map(|code| ratio(counts.right[code], counts.support[code])),
            positive.map(|code| f1[code]),
            (!areas.is_empty()).then(|| mean(&areas)),
            average_precision(&self.of_positive, weights),
            Some(weighted_mean(&self.losses, weights)),
            Some(weighted_mean(&self.squares, weights)),
        ]
    }
}

/// Rows that have a label, were answered with it, and both.
struct LabelCounts {
    support: Vec<f64>,
    answered: Vec<f64>,
    right: Vec<f64>,
}

impl LabelCounts {
    fn of(of: &Classes, labels: usize, weights: &[u32]) -> LabelCounts {
        let none = || vec![0.0; labels];
        let (mut support, mut answered, mut right) = (none(), none(), none());
        for ((truth, answer), weight) in of.truth.iter().zip(&of.answer).zip(weights) {
            let weight = f64::from(*weight);
            answered[*answer as usize] += weight;
            if let Some(truth) = truth {
                support[*truth as usize] += weight;
                if truth == answer {
                    right[*answer as usize] += weight;
                }
            }
        }
        LabelCounts {
            support,
            answered,
            right,
        }
    }

    fn occurs(&self, code: usize) -> bool {
        self.support[code] + self.answered[code] > 0.0
    }

    fn f1(&self, code: usize) -> f64 {
        ratio(
            2.0 * self.right[code],
            self.answered[code] + self.support[code],
        )
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// A value for each row, from its probabilities and that of its true label; of an unseen label it is 0.
fn of_rows(of: &Classes, labels: usize, value: impl Fn(&[f64], f64) -> f64) -> Vec<f64> {
    let rows = of.probabilities.chunks_exact(labels).zip(&of.truth);
    rows.map(|(row, truth)| value(row, truth.map_or(0.0, |code| row[code as usize])))
        .collect()
}

fn weighted_mean(values: &[f64], weights: &[u32]) -> f64 {
    let (mut sum, mut whole) = (0.0, 0.0);
    for (value, weight) in values.iter().zip(weights) {
        sum += value * f64::from(*weight);
        whole += f64::from(*weight);
    }
    sum / whole
}

/// The rows by the probability of a label, from the greatest down.
fn ranked(of: &Classes, labels: usize, code: usize) -> Vec<Ranked> {
    let score = |row: u32| of.probabilities[row as usize * labels + code];
    let mut order: Vec<u32> = (0..of.truth.len() as u32).collect();
    order.sort_by(|a, b| score(*b).total_cmp(&score(*a)));
    let is_last = |at: usize| {
        order
            .get(at + 1)
            .is_none_or(|next| score(*next) != score(order[at]))
    };
    let has = |row: u32| of.truth[row as usize] == Some(code as u32);
    let ranked = order.iter().enumerate();
    ranked
        .map(|(at, row)| (*row, has(*row), is_last(at)))
        .collect()
}

/// After each distinct score: the weights of rows down to it with the label, and without.
fn steps(ranking: &[Ranked], weights: &[u32]) -> impl Iterator<Item = (f64, f64)> {
    let (mut right, mut wrong) = (0.0, 0.0);
    ranking.iter().filter_map(move |(row, has, is_last)| {
        let weight = f64::from(weights[*row as usize]);
        *(if *has { &mut right } else { &mut wrong }) += weight;
        is_last.then_some((right, wrong))
    })
}

/// As [`training::evaluation::ranking::roc_auc`] has it for one label.
fn area(ranking: &[Ranked], weights: &[u32]) -> Option<f64> {
    let (mut doubled, mut right_before, mut wrong_before) = (0.0, 0.0, 0.0);
    for (right, wrong) in steps(ranking, weights) {
        doubled += (wrong - wrong_before) * (right + right_before);
        (right_before, wrong_before) = (right, wrong);
    }
    let pairs = right_before * wrong_before;
    (pairs > 0.0).then(|| doubled / (2.0 * pairs))
}

/// As [`training::evaluation::ranking::average_precision`] has it.
fn average_precision(ranking: &[Ranked], weights: &[u32]) -> Option<f64> {
    let (mut sum, mut right_before) = (0.0, 0.0);
    for (right, wrong) in steps(ranking, weights) {
        sum += (right - right_before) * ratio(right, right + wrong);
        right_before = right;
    }
    (right_before > 0.0).then(|| sum / right_before)
}
