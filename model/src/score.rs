//! A row to its answer: features, then scores by the kernel, then the answer by the head.

use crate::answer::Answer;
use crate::calibration::probabilities;
use crate::features::{Features, InputStatistics};
use crate::format::Link;
use crate::head::{Head, Kernel};
use crate::open::Model;
use crate::row::Row;

/// Memory of scoring. Keep one and score again: it reuses its buffers.
#[derive(Default)]
pub struct Scorer {
    pub(crate) features: Features,
    /// One value per feature, for trees; all are 0 between two rows.
    pub(crate) dense: Vec<f64>,
    steps: usize,
}

/// Steps that a visited node of a tree counts as: it is rarely in a processor's cache, a weight often
/// is.
const NODE_STEPS: usize = 4;

/// The model gives no finite score: its file is damaged.
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
    /// When the model's weights or trees are damaged.
    pub fn answer<'m>(
        &mut self,
        model: &'m Model<'_>,
        row: &Row<'_>,
    ) -> Result<Answer<'m>, NotFinite> {
        self.fill(model, row);
        self.answer_filled(model)
    }

    /// The first half of [`Scorer::answer`]: the row's features.
    pub fn fill(&mut self, model: &Model<'_>, row: &Row<'_>) {
        self.features.fill(&model.encoders, row);
    }

    /// The second half of [`Scorer::answer`]: the answer to the row whose features were made last.
    ///
    /// # Errors
    /// When the model's weights or trees are damaged.
    pub fn answer_filled<'m>(&mut self, model: &'m Model<'_>) -> Result<Answer<'m>, NotFinite> {
        self.scores_filled(model)
            .and_then(|scores| Scorer::answer_of(model, scores))
    }

    /// The answer of a row with these scores, which [`Scorer::scores`] gave.
    ///
    /// # Errors
    /// When the model's weights or trees are damaged.
    pub fn answer_of<'m>(model: &'m Model<'_>, scores: Vec<f64>) -> Result<Answer<'m>, NotFinite> {
        match &model.head {
            Head::Value(link) => {
                let value = link.value(scores[0]);
                value
                    .is_finite()
                    .then_some(Answer::Value(value))
                    .ok_or(NotFinite)
            }
            Head::Classes(classes) => {
                let probabilities = probabilities(classes.link, &classes.calibration, scores);
                if probabilities.iter().any(|p| !p.is_finite()) {
                    return Err(NotFinite);
                }
                Ok(Answer::of_labels(
                    &classes.labels,
                    probabilities,
                    &classes.rule,
                ))
            }
        }
    }

    /// The scores of a row, finite, before calibration and link.
    ///
    /// # Errors
    /// When the model's weights or trees are damaged.
    pub fn scores(&mut self, model: &Model<'_>, row: &Row<'_>) -> Result<Vec<f64>, NotFinite> {
        self.fill(model, row);
        self.scores_filled(model)
    }

    fn scores_filled(&mut self, model: &Model<'_>) -> Result<Vec<f64>, NotFinite> {
        let entries = &self.features.entries;
        let mut scores = vec![0.0; model.outputs()];
        match &model.kernel {
            Kernel::Weights(weights) => {
                weights.add(entries, &mut scores);
                self.steps = entries.len() * scores.len();
                for (score, intercept) in scores.iter_mut().zip(&model.intercepts) {
                    *score += intercept;
                }
            }
            Kernel::Trees(trees) => {
                let arithmetic = trees.arithmetic;
                self.features.fill_dense(model.features, &mut self.dense);
                arithmetic.round(&self.features, &mut self.dense);
                arithmetic.begin(&model.intercepts, &mut scores);
                let nodes = trees.add(&self.dense, &mut scores);
                self.features.clear_dense(&mut self.dense);
                self.steps = NODE_STEPS * nodes.ok_or(NotFinite)?;
                arithmetic.end(&model.intercepts, &mut scores);
            }
        }
        let are_legal = match &model.head {
            Head::Classes(classes) if classes.link == Link::Share => are_shares(&scores),
            _ => true,
        };
        if !are_legal || scores.iter().any(|score| !score.is_finite()) {
            return Err(NotFinite);
        }
        Ok(scores)
    }

    /// Work of the row that was answered last: one step for each product of a value and a weight,
    /// four for each visited node of a tree.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Statistics of the row answered last, over its text columns.
    pub fn statistics(&self) -> InputStatistics {
        self.by_column().iter().copied().sum()
    }

    /// Statistics of each text column of the row answered last.
    pub fn by_column(&self) -> &[InputStatistics] {
        &self.features.by_column
    }
}

/// True if each score is a share of their sum.
fn are_shares(scores: &[f64]) -> bool {
    let sum: f64 = scores.iter().sum();
    sum > 0.0 && sum.is_finite() && scores.iter().all(|score| *score >= 0.0)
}
