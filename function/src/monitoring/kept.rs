//! Rows and answers that outlive their request: what the worker captures, and asks shadows with.

use crate::scoring::Answered;
use model::answer::Answer;
use model::row::{Cell, Row};
use std::borrow::Cow;

/// Why rows are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// To write them to the log.
    pub capture: bool,
    /// To ask the shadows, too.
    pub shadow: bool,
}

/// Rows of a request, with their answers.
#[derive(Debug)]
pub struct Kept {
    /// What for.
    pub wanted: Wanted,
    /// A cell a column, a row.
    pub rows: Vec<Row<'static>>,
    /// Row for row.
    pub answers: Vec<Said>,
}

/// An answer without its model.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// The code of the label, and the probability of each.
    Label {
        /// Code of the label answered.
        code: usize,
        /// One a label, in the model's order.
        probabilities: Vec<f64>,
    },
    /// Of regression.
    Value(f64),
}

impl Said {
    /// What an answer says.
    pub fn of(answer: &Answer<'_>) -> Said {
        match answer {
            Answer::Value(value) => Said::Value(*value),
            Answer::Label(labelled) => Said::Label {
                code: labelled.code(),
                probabilities: labelled.probabilities.clone(),
            },
        }
    }
}

impl Kept {
    /// Copies of rows and their answers.
    pub fn of(wanted: Wanted, rows: &[Row<'_>], answers: &[Answered<'_>]) -> Kept {
        let said = answers.iter().map(|answered| Said::of(&answered.answer));
        Kept {
            wanted,
            rows: rows.iter().map(owned).collect(),
            answers: said.collect(),
        }
    }

    /// About how many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        let answers = self.answers.iter().map(|said| match said {
            Said::Label { probabilities, .. } => size_of_val(&probabilities[..]),
            Said::Value(_) => 0,
        });
        let rows = self.rows.iter().map(bytes_of);
        rows.chain(answers).sum::<usize>() + size_of_val(&self.answers[..])
    }
}

/// About how many bytes a row takes in memory.
pub fn bytes_of(row: &Row<'_>) -> usize {
    let cells = row.cells().iter().map(|cell| match cell {
        Cell::Text(text) | Cell::Category(text) => text.len(),
        Cell::Number(_) | Cell::Time(_) => 0,
    });
    size_of_val(row.cells()) + cells.sum::<usize>()
}

fn owned(row: &Row<'_>) -> Row<'static> {
    let cells = row.cells().iter().map(|cell| match cell {
        Cell::Text(text) => Cell::Text(Cow::Owned(text.to_string())),
        Cell::Category(text) => Cell::Category(Cow::Owned(text.to_string())),
        Cell::Number(number) => Cell::Number(*number),
        Cell::Time(time) => Cell::Time(*time),
    });
    Row::from_cells(cells.collect())
}

#[cfg(test)]
mod tests {
    use super::{Kept, Said, Wanted};
    use model::row::{Cell, Row};

    #[test]
    fn copies_that_wait_are_counted_with_their_answers() {
        let text = |text: &'static str| Row::from_cells(vec![Cell::Text(text.into())]);
        let label = Said::Label {
            code: 0,
            probabilities: vec![0.001; 1_000],
        };
        let kept = |answers: Vec<Said>| Kept {
            wanted: Wanted::default(),
            rows: answers.iter().map(|_| text("ab")).collect(),
            answers,
        };
        let one = kept(vec![label.clone()]).bytes();
        assert!((8_000..8_200).contains(&one), "{one}");
        assert_eq!(kept(vec![label.clone(), label]).bytes(), 2 * one);
        assert!(kept(vec![Said::Value(1.0)]).bytes() < 200);
    }
}
