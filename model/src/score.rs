//! Features to an answer: the scoring kernel.

use crate::answer::Answer;
use crate::features::{Features, InputStatistics};
use crate::format::Link;
use crate::open::Model;
use crate::row::Row;

/// What scoring needs besides the model. Keep one and score again: it reuses its memory.
#[derive(Default)]
pub struct Scorer {
    features: Features,
}

/// The model gives no finite score: its weights are damaged.
#[derive(Debug, PartialEq, Eq)]
pub struct NotFinite;

impl std::fmt::Display for NotFinite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "the model gives no finite score: its file is damaged, as `hearth verify` will tell",
        )
    }
}

impl std::error::Error for NotFinite {}

impl Scorer {
    /// Answers a row.
    ///
    /// # Errors
    /// When the model's weights are damaged.
    pub fn answer<'m>(
        &mut self,
        model: &'m Model<'_>,
        row: &Row<'_>,
    ) -> Result<Answer<'m>, NotFinite> {
        self.features.fill(&model.encoders, row);
        let mut scores = vec![0.0; model.outputs()];
        add_linear(model, &self.features.entries, &mut scores);
        if scores.iter().any(|score| !score.is_finite()) {
            return Err(NotFinite);
        }
        Ok(Answer::new(
            &model.labels,
            probabilities(model.link, scores),
        ))
    }

    /// What the row looked like that was answered last, over its text columns.
    pub fn statistics(&self) -> InputStatistics {
        self.features.by_column.iter().copied().sum()
    }
}

/// Adds `features · weights + intercepts` to `scores`, in the order in which smartcore's
/// `LogisticRegression` adds: features ascending, the intercept last.
fn add_linear(model: &Model<'_>, features: &[(u32, f64)], scores: &mut [f64]) {
    let outputs = scores.len();
    // So many outputs at a time that their sums stay in registers.
    for (index, sums) in scores.chunks_mut(8).enumerate() {
        match sums.len() {
            1 => add_products::<1>(model, features, outputs, 8 * index, sums),
            2 => add_products::<2>(model, features, outputs, 8 * index, sums),
            3 => add_products::<3>(model, features, outputs, 8 * index, sums),
            4 => add_products::<4>(model, features, outputs, 8 * index, sums),
            5 => add_products::<5>(model, features, outputs, 8 * index, sums),
            6 => add_products::<6>(model, features, outputs, 8 * index, sums),
            7 => add_products::<7>(model, features, outputs, 8 * index, sums),
            _ => add_products::<8>(model, features, outputs, 8 * index, sums),
        }
    }
    for (score, intercept) in scores.iter_mut().zip(&model.intercepts) {
        *score += intercept;
    }
}

/// The products of `N` outputs, from `first` on, of the model's `outputs`.
fn add_products<const N: usize>(
    model: &Model<'_>,
    features: &[(u32, f64)],
    outputs: usize,
    first: usize,
    scores: &mut [f64],
) {
    let Some(scores) = scores.first_chunk_mut::<N>() else {
        return;
    };
    let mut sums = *scores;
    for (feature, value) in features {
        // `fill` gives no feature out of range, and opening checked the number of weights.
        let row = &model.weights[*feature as usize * outputs + first..][..N];
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += value * f64::from(weight.get());
        }
    }
    *scores = sums;
}

/// Finite scores to the probability of each label.
pub fn probabilities(link: Link, mut scores: Vec<f64>) -> Vec<f64> {
    match link {
        Link::Sigmoid => {
            let positive = 1.0 / (1.0 + libm::exp(-scores[0]));
            vec![1.0 - positive, positive]
        }
        Link::Softmax => {
            let greatest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for score in &mut scores {
                *score = libm::exp(*score - greatest);
            }
            let sum: f64 = scores.iter().sum();
            for score in &mut scores {
                *score /= sum;
            }
            scores
        }
    }
}
