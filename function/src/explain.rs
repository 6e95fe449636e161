//! Explanations of answers for requests: [`model::explain`] makes them, and here is what a request may
//! not have.

use crate::problem::{Code, Problem};
use model::Model;
use model::answer::Answer;
use model::explain::ExplainError;
pub use model::explain::{Contribution, Explanation, Scratch};
use model::row::Row;

/// Explains answers of one model.
#[derive(Debug)]
pub struct Explainer<'m>(model::explain::Explainer<'m>);

impl<'m> Explainer<'m> {
    /// Explains by the `count` heaviest features.
    ///
    /// # Errors
    /// When the model's file lacks what it takes, or its features are nobody's business.
    pub fn new(
        model: &'m Model<'m>,
        count: usize,
        hides_schema: bool,
    ) -> Result<Explainer<'m>, Problem> {
        if hides_schema {
            let detail = "answers are not explained here: HEARTH_HIDE_SCHEMA is set";
            return Err(Problem::new(Code::ExplainUnavailable, detail));
        }
        let explainer = model::explain::Explainer::new(model, count);
        explainer.map(Explainer).map_err(problem)
    }

    /// Explains `answer`, the model's answer to `row`.
    ///
    /// # Errors
    /// When the model file is damaged.
    pub fn explain(
        &self,
        row: &Row<'_>,
        answer: &Answer<'_>,
        scratch: &mut Scratch,
    ) -> Result<Explanation, Problem> {
        self.0.explain(row, answer, scratch).map_err(problem)
    }
}

fn problem(error: ExplainError) -> Problem {
    let code = match error {
        ExplainError::WithoutMeans => Code::ExplainUnavailable,
        ExplainError::WithoutParts | ExplainError::WithoutName => Code::ModelNotFinite,
    };
    Problem::new(code, error.to_string())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tree_tests;
