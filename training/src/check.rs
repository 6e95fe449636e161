//! The model file against the fit that it was made of.

use crate::data::Rows;
use crate::encode::row;
use crate::evaluate::Predictions;
use crate::logistic::{self, Fit};
use anyhow::{Result, bail};
use model::Model;
use model::features::Features;
use model::score::{Scorer, probabilities};
use rayon::prelude::*;

/// Asks the model file about the test rows, and refuses it where it does not answer as the fit
/// does. Weights are rounded to `f32` in the file, which moves a probability by about 1e-7.
///
/// # Errors
/// When an answer is another one than the fit gives, with the row.
pub fn ask(
    model: &Model<'_>,
    fit: &Fit,
    rows: &Rows,
    code_of: &(dyn Fn(&String) -> Option<u32> + Sync),
) -> Result<Predictions> {
    const TOLERANCE: f64 = 1e-5;
    let answers: Vec<(u32, f64, Vec<f64>)> = (0..rows.targets.len())
        .into_par_iter()
        .map_init(
            || (Scorer::default(), Features::default()),
            |(scorer, features), number| {
                let row = row(rows, number);
                let answer = scorer.answer(model, &row)?;
                features.fill(&model.encoders, &row);
                let mut scores = vec![0.0; fit.intercepts.len()];
                let entries = features.entries.iter();
                let entries = entries.map(|(feature, value)| (*feature as usize, *value));
                logistic::scores(entries, fit, &mut scores);
                let expected = probabilities(model.link, scores);
                let furthest = answer
                    .probabilities
                    .iter()
                    .zip(&expected)
                    .map(|(answered, fitted)| (answered - fitted).abs())
                    .fold(0.0, f64::max);
                if furthest > TOLERANCE {
                    bail!(
                        "the model file disagrees with the fit by {furthest:e} in test row {}; nothing was written",
                        number + 1
                    );
                }
                let truth = code_of(&rows.targets[number]);
                let probability = truth.map_or(0.0, |code| answer.probabilities[code as usize]);
                let probabilities = answer.probabilities.to_vec();
                Ok((answer.code() as u32, probability, probabilities))
            },
        )
        .collect::<Result<_>>()?;
    Ok(Predictions {
        truth: rows.targets.iter().map(code_of).collect(),
        answer: answers.iter().map(|(code, ..)| *code).collect(),
        probability_of_truth: answers
            .iter()
            .map(|(_, probability, _)| *probability)
            .collect(),
        probabilities: answers
            .into_iter()
            .flat_map(|(_, _, probabilities)| probabilities)
            .collect(),
    })
}
