//! Sources of the values of a distribution.

use crate::answers::Answer;
use model::Model;
use model::baseline::Distribution;
use model::features::InputStatistics;
use model::format::{ColumnKind, Statistic};

/// Source of the values of a distribution.
pub(super) enum Source {
    /// A text column, by its index and by its place among the texts.
    Text(usize, usize, fn(&InputStatistics) -> f64),
    /// A column, by its index.
    Cell(usize),
    /// The answered label.
    Label,
    /// A number of the answer.
    Answer(fn(&Answer<'_>) -> Option<f64>),
}

impl Source {
    /// The source of a distribution.
    pub fn of(model: &Model<'_>, distribution: &Distribution<'_>) -> Source {
        let column = distribution.column.unwrap_or_default();
        if let Some(of) = InputStatistics::of(distribution.statistic) {
            let before = model.columns.iter().take(column);
            let texts = before.filter(|column| column.kind == ColumnKind::Text);
            return Source::Text(column, texts.count(), of);
        }
        match distribution.statistic {
            Statistic::Confidence => Source::Answer(|answer| answer.confidence()),
            Statistic::Prediction => Source::Answer(|answer| answer.value),
            Statistic::Label => Source::Label,
            _ => Source::Cell(column),
        }
    }
}
