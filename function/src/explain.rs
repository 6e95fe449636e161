//! Explanations of answers for requests: [`model::explain`] makes them, and here is what a request may
//! not have.

use crate::problem::{Code, Problem};
use model::Model;
use model::explain::{ExplainError, Explainer};

/// Explains answers of a model by the `count` heaviest features.
///
/// # Errors
/// When the model's file lacks what it takes, or its features are nobody's business.
pub fn explainer<'m>(
    model: &'m Model<'m>,
    count: usize,
    hides_schema: bool,
) -> Result<Explainer<'m>, Problem> {
    if hides_schema {
        let detail = "answers are not explained here: HEARTH_HIDE_SCHEMA is set";
        return Err(Problem::new(Code::ExplainUnavailable, detail));
    }
    Explainer::new(model, count).map_err(problem)
}

/// The problem of an answer that cannot be explained.
pub fn problem(error: ExplainError) -> Problem {
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
