//! Report of a finished batch.

use crate::pipeline::Counts;
use crate::plan::Task;
use model::answer::Identity;
use serde::Serialize;

/// Result of one table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Done {
    /// The table.
    pub input: String,
    /// Its answers.
    pub output: String,
    /// Its bad rows, where it has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad: Option<String>,
    /// Rows that were answered.
    pub rows: u64,
    /// Rows that were not.
    pub bad_rows: u64,
    /// Bytes of its rows, decompressed.
    pub bytes: u64,
    /// Duration.
    pub seconds: f64,
    /// Its answers were there already, or it was replaced since the event, and another event is for
    /// its new content: nothing was written, and the counts are 0.
    pub skipped: bool,
}

impl Done {
    /// Makes the report of a task.
    pub fn new(task: &Task, counts: Counts, seconds: f64, skipped: bool) -> Done {
        Done {
            input: task.input.to_string(),
            output: task.output.to_string(),
            bad: (counts.bad_rows > 0).then(|| task.bad.to_string()),
            rows: counts.rows,
            bad_rows: counts.bad_rows,
            bytes: counts.bytes,
            // Whole milliseconds: the digits behind them are noise.
            seconds: (seconds * 1e3).round() / 1e3,
            skipped,
        }
    }
}

/// Response of the Lambda function.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manifest {
    /// Which model answered.
    pub model: Identity,
    /// Rows that were answered, over all objects.
    pub rows: u64,
    /// Rows that were not.
    pub bad_rows: u64,
    /// Each table, in the order of the event.
    pub objects: Vec<Done>,
    /// Objects that are no tables, which nothing was done with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
}

impl Manifest {
    /// Makes the manifest of these tables and other objects.
    pub fn new(model: Identity, objects: Vec<Done>, others: Vec<String>) -> Manifest {
        Manifest {
            model,
            rows: objects.iter().map(|done| done.rows).sum(),
            bad_rows: objects.iter().map(|done| done.bad_rows).sum(),
            objects,
            others,
        }
    }
}
