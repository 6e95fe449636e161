//! Predictions for the rows of a table, each with the value of one more column.
//!
//! They are those of `hearth predict`, by the same code, so that what is measured is what would be
//! answered.

use anyhow::{Context, Result, bail};
use batch::pipeline::{self, BadRows};
use batch::{Form, Settings, task};
use model::Model;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use storage::{Location, Store};

/// Answers with the true values beside them.
pub(super) struct Rows {
    /// The true label or number of each answered row, as the table has it; empty where it has none.
    pub truths: Vec<String>,
    /// The answered label's code, for labels.
    pub codes: Vec<u32>,
    /// Probabilities, row-major `[rows, labels]`.
    pub probabilities: Vec<f64>,
    /// Values, for numbers.
    pub values: Vec<f64>,
    /// The decimal mark of the model's numbers is a comma; `None` where no column shows it.
    pub decimal_comma: Option<bool>,
    /// Rows that the model refuses, and why it refuses the first.
    pub refused: u64,
    /// Line and reason of the first.
    pub refusal: Option<String>,
}

/// One answer of `hearth predict --id`.
#[derive(Deserialize)]
struct AnswerLine<'a> {
    #[serde(default)]
    id: Value,
    #[serde(borrow)]
    label: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    probabilities: HashMap<Cow<'a, str>, f64>,
    value: Option<f64>,
}

/// A line of the bad rows.
#[derive(Deserialize)]
struct BadLine {
    line: u64,
    reason: String,
}

impl Rows {
    /// Answers every row; the column `target` has the truths.
    ///
    /// # Errors
    /// When the table cannot be read, has no such column, or the model refuses all of its rows.
    pub fn answer(
        model: &Model<'static>,
        store: &Store,
        data: &Location,
        target: &str,
    ) -> Result<Rows> {
        let (answers, bad) = predicted(model, store, data, target)?;
        let code_of: HashMap<&str, usize> = model.head.labels().iter().copied().zip(0..).collect();
        let width = model.head.labels().len();
        let mut columns = model.columns.iter();
        let has_comma = columns.any(|column| column.notation.number.decimal_comma);
        let mut rows = Rows {
            truths: Vec::new(),
            codes: Vec::new(),
            probabilities: Vec::new(),
            values: Vec::new(),
            decimal_comma: has_comma.then_some(true),
            refused: 0,
            refusal: None,
        };
        for line in lines(&answers) {
            let answer: AnswerLine<'_> = serde_json::from_slice(line).context("an answer")?;
            rows.truths.push(text(&answer.id));
            rows.values.extend(answer.value);
            if let Some(label) = &answer.label {
                let code = code_of.get(label.as_ref()).copied().unwrap_or_default();
                rows.codes.push(code as u32);
                let at = rows.probabilities.len();
                rows.probabilities.resize(at + width, 0.0);
                for (label, probability) in &answer.probabilities {
                    if let Some(code) = code_of.get(label.as_ref()) {
                        rows.probabilities[at + code] = *probability;
                    }
                }
            }
        }
        for line in lines(&bad) {
            let bad: BadLine = serde_json::from_slice(line).context("a bad row")?;
            rows.refused += 1;
            rows.refusal
                .get_or_insert_with(|| format!("line {}: {}", bad.line, bad.reason));
        }
        if rows.truths.is_empty() {
            match &rows.refusal {
                Some(first) => bail!("{data}: the model answers none of its rows; {first}"),
                None => bail!("{data}: there are no rows under the header"),
            }
        }
        Ok(rows)
    }
}

/// The value of a column in each row that is answered.
///
/// # Errors
/// When the table cannot be read, or has no such column.
pub(super) fn column(
    model: &Model<'static>,
    store: &Store,
    data: &Location,
    name: &str,
) -> Result<Vec<String>> {
    let (answers, _) = predicted(model, store, data, name)?;
    let id = |line| -> Result<String> {
        let answer: AnswerLine<'_> = serde_json::from_slice(line).context("an answer")?;
        Ok(text(&answer.id))
    };
    lines(&answers).map(id).collect()
}

/// Answers as lines of JSON with the value of `column` in front, and the rows that are refused.
fn predicted(
    model: &Model<'static>,
    store: &Store,
    data: &Location,
    column: &str,
) -> Result<(Vec<u8>, Vec<u8>)> {
    let settings = Settings {
        id: Some(column.to_string()),
        top: None,
        explain: None,
        form: Form::Jsonl,
        keeps_formulas: true,
    };
    let table = task::open(store, data)?;
    let (mut answers, mut bad) = (Vec::new(), Vec::new());
    let mut keep = |lines: &[u8]| -> Result<()> {
        bad.extend_from_slice(lines);
        Ok(())
    };
    let keep: BadRows<'_> = &mut keep;
    pipeline::run(
        model,
        &settings,
        table,
        ("memory", &mut answers),
        Some(keep),
    )?;
    Ok((answers, bad))
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
}

/// A cell as text.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_string(),
        other => other.to_string(),
    }
}
