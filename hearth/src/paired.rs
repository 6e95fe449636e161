//! Two models on the same rows, in one sentence: which is better, and whether it may be chance.

use crate::terminal::page::Mark;
use crate::terminal::text::{Text, Tone};
use monitor::moments::Moments;
use monitor::paired::{PairedCounts, mean_p_value};
use serde::Serialize;
use traffic::report::p_text;
use training::evaluation::figures::text;
use training::evaluation::{Classes, Predictions};

/// Level below which a difference is not taken for chance.
pub const LEVEL: f64 = 0.05;

/// A difference of two models on the same rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paired {
    /// Rows that both answered.
    pub rows: u64,
    /// Accuracy of the second less that of the first; for numbers, the mean absolute error of the first
    /// less that of the second: above 0 the second is better.
    pub gain: f64,
    /// For labels: rows that only one of them answered right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<PairedCounts>,
    /// Probability of such a difference by chance; `None` with too few rows.
    pub p_value: Option<f64>,
}

impl Paired {
    /// Compares the answers of two models to the same rows; `None` where they are of two tasks.
    pub fn of(first: &Predictions, second: &Predictions) -> Option<Paired> {
        match (first, second) {
            (Predictions::Classes(a), Predictions::Classes(b)) => {
                let mut counts = PairedCounts::default();
                // Each has codes of its own for the labels.
                let is_right = |of: &Classes, row: usize| of.truth[row] == Some(of.answer[row]);
                for row in 0..a.truth.len().min(b.truth.len()) {
                    counts.add(is_right(a, row), is_right(b, row));
                }
                Paired::of_counts(counts)
            }
            (Predictions::Values(a), Predictions::Values(b)) => {
                let mut gains = Moments::default();
                let answers = a.truth.iter().zip(a.answer.iter().zip(&b.answer));
                for (truth, (a, b)) in answers {
                    gains.add((truth - a).abs() - (truth - b).abs());
                }
                Some(Paired {
                    rows: gains.rows(),
                    gain: gains.mean()?,
                    counts: None,
                    p_value: mean_p_value(&gains),
                })
            }
            _ => None,
        }
    }

    /// The difference of counted rows; `None` without any.
    pub fn of_counts(counts: PairedCounts) -> Option<Paired> {
        Some(Paired {
            rows: counts.rows,
            gain: counts.difference()?,
            counts: Some(counts),
            p_value: Some(counts.p_value()),
        })
    }

    /// True if chance does not explain the difference.
    pub fn is_sure(&self) -> bool {
        self.gain != 0.0 && self.p_value.is_some_and(|p| p < LEVEL)
    }

    /// The sentence, in colour only where the difference is not chance; `first` and `second` are their
    /// names.
    pub fn checked(&self, first: &str, second: &str) -> (Mark, Text) {
        let (mark, tone) = match (self.is_sure(), self.gain > 0.0) {
            (false, _) => (Mark::Fact, Tone::Plain),
            (true, true) => (Mark::Holds, Tone::Good),
            (true, false) => (Mark::Doubt, Tone::Bad),
        };
        let word = if self.gain > 0.0 { "better" } else { "worse" };
        let (size, p) = (self.gain.abs(), self.p_value.map(p_text));
        let figure = match self.counts {
            Some(of) if of.only_first + of.only_second == 0 => {
                format!("both are right on the same rows, of {}", self.rows)
            }
            Some(of) => format!(
                "accuracy {:+.4} on the same {} rows: {} rows right by {second} alone, {} by {first} alone",
                self.gain, self.rows, of.only_second, of.only_first
            ),
            None => format!(
                "the mean absolute error is {} {} on the same {} rows",
                text(size),
                match self.gain > 0.0 {
                    true => "less",
                    false => "more",
                },
                self.rows
            ),
        };
        let verdict = match (self.is_sure(), p) {
            (true, Some(p)) => format!("{second} is {word}, and not by chance (p {p})"),
            (_, Some(p)) => format!("it may be chance (p {p})"),
            (_, None) => "too few rows to tell it from chance".to_string(),
        };
        (mark, Text::from(format!("{figure}; ")).and(tone, verdict))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use training::evaluation::Values;

    fn classes(answer: Vec<u32>) -> Predictions {
        Predictions::Classes(Classes {
            truth: (0..40).map(|row| Some(row % 2)).collect(),
            answer,
            probabilities: Vec::new(),
            uncalibrated: None,
        })
    }

    #[test]
    fn a_verdict_is_in_colour_only_where_it_is_sure() {
        let right: Vec<u32> = (0..40).map(|row| row % 2).collect();
        let wrong = |count: usize| {
            let mut answer = right.clone();
            answer
                .iter_mut()
                .take(count)
                .for_each(|code| *code = 1 - *code);
            classes(answer)
        };
        let sure = Paired::of(&wrong(12), &wrong(0)).unwrap();
        let (mark, text) = sure.checked("old", "new");
        assert!(mark == Mark::Holds && text.render(true).contains("\u{1b}[32m"));
        assert!(
            text.render(false)
                .contains("12 rows right by new alone, 0 by old alone; new is better")
        );
        let unsure = Paired::of(&wrong(3), &wrong(0)).unwrap();
        let (mark, text) = unsure.checked("old", "new");
        assert!(mark == Mark::Fact && !text.render(true).contains('\u{1b}'));
        assert!(
            text.render(false).ends_with("it may be chance (p 0.250)"),
            "{text:?}"
        );
        let (mark, _) = Paired::of(&wrong(0), &wrong(12)).unwrap().checked("a", "b");
        assert_eq!(mark, Mark::Doubt);
    }

    #[test]
    fn numbers_are_compared_by_their_errors() {
        let values = |off: f64| {
            Predictions::Values(Values {
                truth: (0..50).map(f64::from).collect(),
                answer: (0..50).map(|row| f64::from(row) + off).collect(),
            })
        };
        let better = Paired::of(&values(2.0), &values(0.5)).unwrap();
        assert!(better.is_sure() && better.gain == 1.5);
        let same = Paired::of(&values(1.0), &values(-1.0)).unwrap();
        assert!(!same.is_sure() && same.gain == 0.0);
        assert_eq!(Paired::of(&values(1.0), &classes(vec![0; 40])), None);
    }
}
