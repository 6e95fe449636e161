//! Answers of the library in a document beside those of the model made of it.

use crate::pipeline::{Case, LibraryAnswer};
use anyhow::{Context, Result, bail};
use model::Model;
use model::answer::Answer;
use model::row::Row;
use model::score::Scorer;

/// Greatest difference, relative to numbers above 1: libraries sum the products of a linear model in an
/// order of their own.
const MOST: f64 = 1e-10;

/// The same for a library that computes its answers in `f32`.
const MOST_NARROW: f64 = 1e-6;

/// Compares the answers, which are `f32` if `is_narrow` says so. Returns the greatest difference of two
/// numbers.
///
/// # Errors
/// The first row that is answered otherwise.
pub fn check(model: &Model<'_>, cases: &[Case], is_narrow: bool) -> Result<f64> {
    let most = if is_narrow { MOST_NARROW } else { MOST };
    let mut scorer = Scorer::default();
    let mut greatest: f64 = 0.0;
    for (index, case) in cases.iter().enumerate() {
        let row = Row::from_json(&model.columns, case.row.as_bytes());
        let row = row.with_context(|| format!("row {} of its cases: {}", index + 1, case.row))?;
        let answer = scorer.answer(model, &row)?;
        let mut differs = |got: f64, expected: f64| {
            let difference = (got - expected).abs() / expected.abs().max(1.0);
            greatest = greatest.max(difference);
            difference.is_nan() || difference > most
        };
        let (is_wrong, got) = match (&answer, &case.answer) {
            (Answer::Value(value), LibraryAnswer::Value(expected)) => {
                (differs(*value, *expected), value.to_string())
            }
            (Answer::Label(labelled), LibraryAnswer::Label(label, probabilities)) => {
                let expected = probabilities.as_deref().unwrap_or_default();
                let pairs = labelled.probabilities.iter().zip(expected);
                let differing = pairs.filter(|(got, expected)| differs(**got, **expected));
                let is_other =
                    labelled.label() != label && !is_tie(expected, label, model, is_narrow);
                let is_wrong = differing.count() > 0 || is_other;
                let lengths = (expected.len(), labelled.probabilities.len());
                if probabilities.is_some() && lengths.0 != lengths.1 {
                    bail!(
                        "row {} of its cases has {} probabilities",
                        index + 1,
                        lengths.0
                    );
                }
                let got = format!("{:?} {:?}", labelled.label(), labelled.probabilities);
                (is_wrong, got)
            }
            _ => bail!(
                "row {} of its cases has an answer of another task",
                index + 1
            ),
        };
        if is_wrong {
            bail!(
                "row {} of its cases is answered with {got}; the library answered {:?}; please report it with \
                 the document: {}",
                index + 1,
                case.answer,
                case.row
            );
        }
    }
    Ok(greatest)
}

/// True if the library's label has the same probability as another one up to the last digits: the order of
/// sums decides between them.
fn is_tie(probabilities: &[f64], label: &str, model: &Model<'_>, is_narrow: bool) -> bool {
    let most = if is_narrow { MOST_NARROW } else { 1e-14 };
    let labels = model.head.labels();
    let Some(of_label) = labels.iter().position(|other| *other == label) else {
        return false;
    };
    let Some(probability) = probabilities.get(of_label) else {
        return false;
    };
    let near = |other: &&f64| (**other - probability).abs() <= most;
    probabilities.iter().filter(near).count() > 1
}
