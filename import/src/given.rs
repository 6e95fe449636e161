//! Facts about a model that a user gives, since its file lacks them.

use model::assemble::BaselineParts;
use model::card::{ColumnCard, DataFile, Metrics};
use model::format::ColumnKind;

/// Names and kinds for a model.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Name of the model.
    pub name: String,
    /// Its version; empty if the digest is to be the version.
    pub version: String,
    /// Revision of the repository; empty without one.
    pub git_revision: String,
    /// Name of the target; empty if it is not known.
    pub target: String,
    /// An objective in place of that of the file.
    pub objective: Option<String>,
    /// Iterations that answer, of a model that stopped early.
    pub iterations: Option<Iterations>,
    /// Names of the features, in the order of the model.
    pub names: Option<Vec<String>>,
    /// Names of the classes, in the order of their codes.
    pub labels: Option<Vec<String>>,
    /// Kinds of columns, by their names.
    pub kinds: Vec<(String, ColumnKind)>,
    /// Categories of columns in the order of their codes, by the names of the columns.
    pub categories: Vec<(String, Vec<String>)>,
}

/// Iterations of boosting that answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Iterations {
    /// All of the file.
    All,
    /// Those up to the best, where training stopped early.
    Best,
    /// The first ones, so many.
    First(usize),
}

impl Given {
    /// The names of the columns of this kind.
    pub fn of_kind(&self, kind: ColumnKind) -> Vec<&str> {
        let of_kind = self.kinds.iter().filter(|(_, given)| *given == kind);
        of_kind.map(|(name, _)| name.as_str()).collect()
    }
}

/// Additions to a model from the rows of a sample.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The file that has the rows.
    pub data: DataFile,
    /// Figures, if the rows have a target.
    pub metrics: Option<Metrics>,
    /// The columns with their statistics.
    pub columns: Vec<ColumnCard>,
    /// Distributions, for drift.
    pub baseline: BaselineParts,
    /// A row of it that the model answers, as a JSON object.
    pub example: Option<String>,
}
