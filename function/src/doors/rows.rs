//! The rows of a request, with the form of the response.

use crate::options::ScoreOptions;
use model::row::Row;

/// Rows of a request, with the form `F` in which a door answers them.
#[derive(Debug)]
pub struct RowsRequest<'a, F> {
    /// The rows.
    pub rows: Vec<Row<'a>>,
    /// Options of the answers.
    pub options: ScoreOptions,
    /// The form of the response.
    pub form: F,
}

impl<'a, F> RowsRequest<'a, F> {
    /// The same rows with another form.
    pub fn map<G>(self, form: impl FnOnce(F) -> G) -> RowsRequest<'a, G> {
        RowsRequest {
            rows: self.rows,
            options: self.options,
            form: form(self.form),
        }
    }
}
