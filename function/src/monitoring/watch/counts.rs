//! Counts of live rows: distributions as the baseline has them, findings, labels.

use model::Model;
use model::answer::Answer;
use model::baseline::{Baseline, Distribution};
use model::features::{EncoderKind, InputStatistics};
use model::format::Statistic;
use model::row::Row;
use model::validate::Finding;
use monitor::Window;
use std::time::Instant;

/// Source of the values of a distribution.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// The cell of this column.
    Cell(usize),
    /// A statistic of a text, by its column's index among the text columns.
    Text(usize, fn(&InputStatistics) -> f64),
    /// The probability of the label answered.
    Confidence,
    /// The label answered.
    Label,
    /// The value answered.
    Value,
}

impl Source {
    /// The source of the values of a distribution of the model's baseline.
    pub fn of(distribution: &Distribution<'_>, model: &Model<'_>) -> Source {
        let is_text = |index: &usize| matches!(model.encoders[*index].kind, EncoderKind::Text(_));
        let place = |column: usize| (0..column).filter(is_text).count();
        match (distribution.statistic, distribution.column) {
            (statistic, Some(at)) => match InputStatistics::of(statistic) {
                Some(of) => Source::Text(place(at), of),
                None => Source::Cell(at),
            },
            (Statistic::Confidence, None) => Source::Confidence,
            (Statistic::Label, None) => Source::Label,
            (_, None) => Source::Value,
        }
    }
}

/// A scored row, as the watch counts it.
pub struct WatchedRow<'a> {
    /// Its cells.
    pub row: &'a Row<'a>,
    /// Statistics of its texts, one per text column.
    pub texts: &'a [InputStatistics],
    /// Findings of its cells, one per column.
    pub findings: &'a [Finding],
    /// Its answer.
    pub answer: &'a Answer<'a>,
}

/// Counts of live rows.
#[derive(Clone, Debug)]
pub struct WatchCounts {
    /// Time of the first row.
    pub since: Option<Instant>,
    /// Number of rows.
    pub rows: u64,
    /// The distributions of their values.
    pub window: Window<'static>,
    /// For each column, the numbers of cells that were missing, out of range or unknown.
    pub findings: Vec<[u64; 3]>,
    /// For each label, the number of rows that got it.
    pub labels: Vec<u64>,
}

impl WatchCounts {
    /// Counts of no row.
    pub fn new(model: &Model<'_>, baseline: &Baseline<'static>) -> WatchCounts {
        WatchCounts {
            since: None,
            rows: 0,
            window: Window::new(baseline),
            findings: vec![[0; 3]; model.columns.len()],
            labels: vec![0; model.head.labels().len()],
        }
    }

    /// Counts a row.
    pub fn count(&mut self, sources: &[Source], seen: &WatchedRow<'_>) {
        self.since.get_or_insert_with(Instant::now);
        self.rows += 1;
        for (index, source) in sources.iter().enumerate() {
            let window = &mut self.window;
            match (source, seen.answer) {
                (Source::Cell(column), _) => {
                    if let Some(cell) = seen.row.cells().get(*column) {
                        window.add_cell(index, cell);
                    }
                }
                (Source::Text(place, value), _) => {
                    if let Some(text) = seen.texts.get(*place) {
                        window.add_number(index, value(text));
                    }
                }
                (Source::Confidence, Answer::Label(label)) => {
                    window.add_number(index, label.confidence());
                }
                (Source::Label, Answer::Label(label)) => window.add_name(index, label.label()),
                (Source::Value, Answer::Value(value)) => window.add_number(index, *value),
                _ => {}
            }
        }
        for (counts, finding) in self.findings.iter_mut().zip(seen.findings) {
            match finding {
                Finding::Usual => {}
                Finding::Missing => counts[0] += 1,
                Finding::OutOfRange => counts[1] += 1,
                Finding::Unknown => counts[2] += 1,
            }
        }
        if let Some(label) = seen.answer.labelled() {
            self.labels[label.code()] += 1;
        }
    }

    /// Adds the counts of other rows.
    pub fn merge(&mut self, other: &WatchCounts) {
        self.since = self.since.or(other.since);
        self.rows += other.rows;
        self.window.merge(&other.window);
        for (counts, more) in self.findings.iter_mut().zip(&other.findings) {
            for (count, more) in counts.iter_mut().zip(more) {
                *count += more;
            }
        }
        for (count, more) in self.labels.iter_mut().zip(&other.labels) {
            *count += more;
        }
    }

    /// Sets all counts to 0.
    pub fn reset(&mut self) {
        self.since = None;
        self.rows = 0;
        self.window.reset();
        self.findings.fill([0; 3]);
        self.labels.fill(0);
    }
}
