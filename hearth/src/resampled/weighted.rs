//! Figures of rows that count several times each, or not at all.

use model::card::Metrics;
use training::evaluation::{Classes, Predictions, Values, calibration};

/// The answers of a model, and its figures on these rows.
pub type Answered<'a> = (&'a Predictions, &'a Metrics);

/// Figures of labels; precision, recall, F1 and average precision are those of the positive label.
const OF_LABELS: [&str; 9] = [
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

/// Figures of numbers.
const OF_VALUES: [&str; 4] = ["r2", "mae", "rmse", "median_absolute_error"];

/// A row's place, and two facts about it: it has the label, and the next row has another score.
type Ranked = (u32, bool, bool);

/// A model's answers, prepared for figures of any weights.
pub enum Weighted<'a> {
    Classes {
        of: &'a Classes,
        labels: usize,
        positive: Option<usize>,
        /// For each label that the area is a mean over, the rows by its probability.
        rankings: Vec<Vec<Ranked>>,
        of_positive: Vec<Ranked>,
        losses: Vec<f64>,
        squares: Vec<f64>,
    },
    Values {
        of: &'a Values,
        /// Rows by their absolute error.
        order: Vec<u32>,
    },
}

impl<'a> Weighted<'a> {
    /// Prepares the answers; `None` without rows.
    pub fn new((predictions, metrics): Answered<'a>) -> Option<Weighted<'a>> {
        match predictions {
            Predictions::Classes(of) => {
                let rows = of.truth.len();
                let labels = of.probabilities.len().checked_div(rows)?;
                let positive = match metrics {
                    Metrics::Classification(of) => of.positive_code(),
                    Metrics::Regression(_) => None,
                };
                let first = if labels == 2 { 1 } else { 0 };
                Some(Weighted::Classes {
                    of,
                    labels,
                    positive,
                    rankings: (first..labels)
                        .map(|code| ranked(of, labels, code))
                        .collect(),
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
            Predictions::Values(of) => {
                let mut order: Vec<u32> = (0..of.truth.len() as u32).collect();
                order.sort_by(|a, b| error(of, *a as usize).total_cmp(&error(of, *b as usize)));
                (!order.is_empty()).then_some(Weighted::Values { of, order })
            }
        }
    }

    /// Names of the figures.
    pub fn names(&self) -> &'static [&'static str] {
        match self {
            Weighted::Classes { .. } => &OF_LABELS,
            Weighted::Values { .. } => &OF_VALUES,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Weighted::Classes { of, .. } => of.truth.len(),
            Weighted::Values { of, .. } => of.truth.len(),
        }
    }

    /// Steps for the figures of one draw.
    pub fn steps(&self) -> usize {
        match self {
            Weighted::Classes { rankings, .. } => self.rows() * (rankings.len() + 4),
            Weighted::Values { .. } => self.rows() * 4,
        }
    }

    /// The figures, in the order of their names; `None` where these rows have none.
    pub fn figures(&self, weights: &[u32]) -> Vec<Option<f64>> {
        match self {
            Weighted::Classes {
                of,
                labels,
                positive,
                rankings,
                of_positive,
                losses,
                squares,
            } => {
                let counts = LabelCounts::of(of, *labels, weights);
                let at = |of: &[f64]| positive.map(|code| of[code]);
                let f1: Vec<f64> = (0..*labels).map(|code| counts.f1(code)).collect();
                let occurring = (0..*labels).filter(|code| counts.occurs(*code));
                let (sum, count) =
                    occurring.fold((0.0, 0), |(sum, count), code| (sum + f1[code], count + 1));
                let areas = rankings.iter().filter_map(|one| area(one, weights));
                let (area, known) =
                    areas.fold((0.0, 0), |(sum, count), area| (sum + area, count + 1));
                let right: f64 = counts.right.iter().sum();
                let rows = weights.len() as f64;
                vec![
                    Some(right / rows),
                    Some(sum / f64::from(count.max(1))),
                    positive.map(|code| ratio(counts.right[code], counts.answered[code])),
                    positive.map(|code| ratio(counts.right[code], counts.support[code])),
                    at(&f1),
                    (known > 0).then(|| area / f64::from(known)),
                    average_precision(of_positive, weights),
                    Some(mean(losses, weights)),
                    Some(mean(squares, weights)),
                ]
            }
            Weighted::Values { of, order } => {
                let each = |value: &dyn Fn(usize) -> f64| {
                    let of_rows = weights.iter().enumerate();
                    let sum: f64 = of_rows
                        .map(|(row, weight)| f64::from(*weight) * value(row))
                        .sum();
                    sum / weights.len() as f64
                };
                let centre = each(&|row| of.truth[row]);
                let spread = each(&|row| (of.truth[row] - centre).powi(2));
                let square = each(&|row| error(of, row).powi(2));
                vec![
                    (spread > 0.0).then(|| 1.0 - square / spread),
                    Some(each(&|row| error(of, row))),
                    Some(square.sqrt()),
                    median(of, order, weights),
                ]
            }
        }
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

fn error(of: &Values, row: usize) -> f64 {
    (of.truth[row] - of.answer[row]).abs()
}

/// A value for each row, from its probabilities and that of its true label; of an unseen label it is 0.
fn of_rows(of: &Classes, labels: usize, value: impl Fn(&[f64], f64) -> f64) -> Vec<f64> {
    let rows = of.probabilities.chunks_exact(labels).zip(&of.truth);
    rows.map(|(row, truth)| value(row, truth.map_or(0.0, |code| row[code as usize])))
        .collect()
}

fn mean(values: &[f64], weights: &[u32]) -> f64 {
    let weighted = values.iter().zip(weights);
    let sum: f64 = weighted
        .map(|(value, weight)| value * f64::from(*weight))
        .sum();
    sum / weights.len() as f64
}

/// The error in the middle; of two, their mean.
fn median(of: &Values, order: &[u32], weights: &[u32]) -> Option<f64> {
    let whole: u64 = weights.iter().copied().map(u64::from).sum();
    let at = |place: u64| {
        let mut before = 0;
        let row = order.iter().find(|row| {
            before += u64::from(weights[**row as usize]);
            before > place
        })?;
        Some(error(of, *row as usize))
    };
    Some((at(whole.checked_sub(1)? / 2)? + at(whole / 2)?) / 2.0)
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
