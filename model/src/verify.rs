//! Golden cases: rows with the answers that the model must give, kept in its file.
//!
//! Scoring gives the same bits on every machine (its `exp` and `log` are the `libm` crate's, sums
//! have one order), so a golden case is compared to the last bit.

use crate::answer::Answer;
use crate::open::Model;
use crate::row::Row;
use crate::score::Scorer;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// A row with its answer.
#[derive(Serialize, Deserialize)]
struct Case {
    /// The row, as a request gives it.
    row: Box<RawValue>,
    /// Expected answer.
    #[serde(flatten)]
    answer: Expected,
}

/// The answer of a case. Numbers are the bits of an `f64` in hexadecimal: no JSON reader rounds
/// these.
#[derive(PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Expected {
    /// For classification.
    Label {
        /// The label.
        label: String,
        /// The probability of each label.
        probability_bits: BTreeMap<String, String>,
    },
    /// For regression.
    Value {
        /// The value.
        value_bits: String,
    },
}

/// Faults of a model file that could be opened.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// The content is not what was written.
    Digest {
        /// Digest in the header.
        expected: String,
        /// Digest of the content.
        actual: String,
    },
    /// A golden case cannot be read or answered.
    Unreadable {
        /// Its number, from 1.
        case: usize,
        /// Why.
        why: String,
    },
    /// A golden case got another answer.
    Answer {
        /// Its number, from 1.
        case: usize,
        /// Expected and actual answer.
        difference: String,
    },
    /// There is no golden case.
    NoCases,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Digest { expected, actual } => write!(
                f,
                "the content has SHA-256 {actual}, and {expected} was written: fetch or train it again"
            ),
            Fault::Unreadable { case, why } => {
                write!(f, "golden case {case} cannot be answered: {why}")
            }
            Fault::Answer { case, difference } => {
                write!(f, "golden case {case} got another answer: {difference}")
            }
            Fault::NoCases => f.write_str("the file holds no golden case to be checked"),
        }
    }
}

impl std::error::Error for Fault {}

/// The golden cases of these rows, given as JSON objects: JSON Lines, answered by `model`.
///
/// # Errors
/// When a row is not one that the model can answer.
pub fn golden_cases(model: &Model<'_>, rows: &[String]) -> Result<String, Fault> {
    let mut lines = String::new();
    for (case, row) in (1..).zip(rows) {
        let unreadable = |why: String| Fault::Unreadable { case, why };
        let answer = answer(model, row).map_err(unreadable)?;
        let case = Case {
            // In JSON a line feed stands between tokens only; here it would end the case.
            row: RawValue::from_string(row.replace('\n', " "))
                .map_err(|e| unreadable(e.to_string()))?,
            answer,
        };
        let line = serde_json::to_string(&case).map_err(|e| unreadable(e.to_string()))?;
        lines.push_str(&line);
        lines.push('\n');
    }
    Ok(lines)
}

fn answer(model: &Model<'_>, row: &str) -> Result<Expected, String> {
    let row = Row::from_json(&model.columns, row.as_bytes()).map_err(|e| e.to_string())?;
    let answer = Scorer::default()
        .answer(model, &row)
        .map_err(|e| e.to_string())?;
    let bits = |number: f64| format!("{:016x}", number.to_bits());
    Ok(match &answer {
        Answer::Value(value) => Expected::Value {
            value_bits: bits(*value),
        },
        Answer::Label(labelled) => {
            let labels = model.head.labels().iter();
            let labels = labels.map(|label| label.to_string());
            let bits = labelled.probabilities.iter().map(|p| bits(*p));
            Expected::Label {
                label: labelled.label().to_string(),
                probability_bits: labels.zip(bits).collect(),
            }
        }
    })
}

/// Checks the content's digest and every golden case; returns how many cases there were.
///
/// # Errors
/// The first fault.
pub fn verify(model: &Model<'_>) -> Result<usize, Fault> {
    let actual = crate::digest::hex(&crate::digest::of_file(model.bytes));
    if actual != model.digest_hex() {
        return Err(Fault::Digest {
            expected: model.digest_hex(),
            actual,
        });
    }
    let mut cases = 0;
    for line in model
        .golden
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
    {
        cases += 1;
        check(model, cases, line)?;
    }
    match cases {
        0 => Err(Fault::NoCases),
        _ => Ok(cases),
    }
}

fn check(model: &Model<'_>, case: usize, line: &[u8]) -> Result<(), Fault> {
    let unreadable = |why: String| Fault::Unreadable { case, why };
    let expected: Case = serde_json::from_slice(line).map_err(|e| unreadable(e.to_string()))?;
    let answer = answer(model, expected.row.get()).map_err(unreadable)?;
    let differs = |difference: String| Err(Fault::Answer { case, difference });
    match (&answer, &expected.answer) {
        (answer, expected) if answer == expected => Ok(()),
        (
            Expected::Label {
                label,
                probability_bits: bits,
            },
            Expected::Label {
                label: expected_label,
                probability_bits,
            },
        ) => {
            if label != expected_label {
                return differs(format!("{label:?} instead of {expected_label:?}"));
            }
            let wrong = bits
                .iter()
                .find(|(label, p)| probability_bits.get(*label) != Some(p));
            // Equal but for a label that the model does not have.
            let Some((label, p)) = wrong else {
                return differs("the case names a label that the model does not have".into());
            };
            differs(format!(
                "the probability of {label:?} has the bits {p} instead of {:?}",
                probability_bits.get(label)
            ))
        }
        (Expected::Value { value_bits }, Expected::Value { value_bits: bits }) => {
            differs(format!("the bits {value_bits} instead of {bits}"))
        }
        _ => differs("a label where a value is expected, or the other way round".into()),
    }
}
