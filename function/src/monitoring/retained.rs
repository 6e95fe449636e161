//! Rows and answers that outlive their request, for the captures and the shadows.

use crate::scoring::ScoredRow;
use crate::served::ServedModel;
use model::answer::Answer;
use model::row::{Cell, Row};
use std::borrow::Cow;
use std::sync::Arc;

/// Purposes for which the rows of a request are retained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purposes {
    /// To write them to the log.
    pub capture: bool,
    /// To score them with the shadows.
    pub shadow: bool,
}

/// Copies of a request's rows and answers.
#[derive(Debug)]
pub struct RetainedRows {
    /// Purposes that they are retained for.
    pub purposes: Purposes,
    /// The rows, with one cell per column.
    pub rows: Vec<Row<'static>>,
    /// The answers, one per row.
    pub answers: Vec<OwnedAnswer>,
}

/// A request whose rows are retained.
#[derive(Debug)]
pub struct RetainedRequest {
    /// The model that answered.
    pub served: Arc<ServedModel>,
    /// The rows with their answers.
    pub retained: RetainedRows,
    /// An id that no other request has.
    pub id: String,
    /// The client's own id of the request.
    pub client_id: Option<String>,
    /// Time of the answer, in seconds since 1970.
    pub time: u64,
}

/// An answer without its model.
#[derive(Clone, Debug, PartialEq)]
pub enum OwnedAnswer {
    /// For classification.
    Label {
        /// Code of the label answered.
        code: usize,
        /// One per label, in the model's order.
        probabilities: Vec<f64>,
    },
    /// For regression.
    Value(f64),
}

impl OwnedAnswer {
    /// A copy of an answer.
    pub fn of(answer: &Answer<'_>) -> OwnedAnswer {
        match answer {
            Answer::Value(value) => OwnedAnswer::Value(*value),
            Answer::Label(labelled) => OwnedAnswer::Label {
                code: labelled.code(),
                probabilities: labelled.probabilities.clone(),
            },
        }
    }
}

impl RetainedRows {
    /// Copies of rows and their answers.
    pub fn of(purposes: Purposes, rows: &[Row<'_>], scored: &[ScoredRow<'_>]) -> RetainedRows {
        let answers = scored.iter().map(|one| OwnedAnswer::of(&one.answer));
        RetainedRows {
            purposes,
            rows: rows.iter().map(owned).collect(),
            answers: answers.collect(),
        }
    }

    /// About how many bytes they take in memory.
    pub fn bytes(&self) -> usize {
        let answers = self.answers.iter().map(|answer| match answer {
            OwnedAnswer::Label { probabilities, .. } => size_of_val(&probabilities[..]),
            OwnedAnswer::Value(_) => 0,
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
    use super::{OwnedAnswer, Purposes, RetainedRows};
    use model::row::{Cell, Row};

    #[test]
    fn copies_that_wait_are_counted_with_their_answers() {
        let text = |text: &'static str| Row::from_cells(vec![Cell::Text(text.into())]);
        let label = OwnedAnswer::Label {
            code: 0,
            probabilities: vec![0.001; 1_000],
        };
        let retained = |answers: Vec<OwnedAnswer>| RetainedRows {
            purposes: Purposes::default(),
            rows: answers.iter().map(|_| text("ab")).collect(),
            answers,
        };
        let one = retained(vec![label.clone()]).bytes();
        assert!((8_000..8_200).contains(&one), "{one}");
        assert_eq!(retained(vec![label.clone(), label]).bytes(), 2 * one);
        assert!(retained(vec![OwnedAnswer::Value(1.0)]).bytes() < 200);
    }
}
