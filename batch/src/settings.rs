//! Options of a batch: the format of the answers and their content.

/// Format of the answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// A JSON object a row, as POST /predict gives it.
    #[default]
    Jsonl,
    /// A header and one line per row: the id, the label, and the probability of each label.
    Csv,
}

impl Form {
    /// Ending of the names of its files, and its name in an event.
    pub fn ending(self) -> &'static str {
        match self {
            Form::Jsonl => "jsonl",
            Form::Csv => "csv",
        }
    }
}

/// Options that hold for every row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The column that is kept, as `id`, in front of each answer.
    pub id: Option<String>,
    /// Only the probabilities of so many most probable labels; JSON Lines only.
    pub top: Option<usize>,
    /// With each answer, the features that contributed most, so many; JSON Lines only.
    pub explain: Option<usize>,
    /// Format of the answers.
    pub form: Form,
    /// Text cells of a CSV are written as they are; else [`crate::csv::cell`] puts a quote in front
    /// of what a spreadsheet would take for a formula.
    pub keeps_formulas: bool,
}
