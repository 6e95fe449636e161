//! Parts of a whole pipeline besides its trees: the columns of rows, weights, and answers of the library.

use model::assemble::ColumnPart;

/// The parts of a pipeline before and beside its trees.
#[derive(Clone, Debug, Default)]
pub struct Pipeline {
    /// Columns of rows. The features of the trees are these columns.
    pub columns: Vec<ColumnPart>,
    /// Labels, in the order of their codes; empty for regression.
    pub labels: Vec<String>,
    /// Weights of a linear model, `[features, outputs]`, row-major; `None` for trees.
    pub weights: Option<Vec<f64>>,
    /// Rows with the answers of the library.
    pub cases: Vec<Case>,
}

/// A row with the answer that the library gave.
#[derive(Clone, Debug)]
pub struct Case {
    /// The row, a JSON object.
    pub row: String,
    /// The answer.
    pub answer: LibraryAnswer,
}

/// An answer of a library.
#[derive(Clone, Debug)]
pub enum LibraryAnswer {
    /// A label, with the probability of each if the library has probabilities.
    Label(String, Option<Vec<f64>>),
    /// A number.
    Value(f64),
}
