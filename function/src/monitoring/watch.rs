//! The watch: what came, held against training's rows, a line every few hundred rows.
//!
//! Each process counts for itself, so that nothing has to be asked or stored; windows tumble, and
//! CloudWatch puts those of all environments together. What a window holds when an environment ends
//! untold is lost: fewer than `HEARTH_DRIFT_ROWS` rows.

mod lines;

use crate::settings::Reader;
use emf::Settings;
use model::Model;
use model::answer::Answer;
use model::baseline::Baseline;
use model::features::{EncoderKind, InputStatistics};
use model::format::Statistic;
use model::row::Row;
use model::validate::Finding;
use monitor::Window;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Rows of a window, unless the environment says otherwise: of 500 rows in ten bins the index of
/// nothing has a standard deviation of 0.01, a tenth of what is a change.
pub const ROWS: u64 = 500;

/// Minimum number of rows for an index.
const LEAST: u64 = 200;

/// A window is written after this time, if it has enough rows.
const TIME: Duration = Duration::from_secs(3600);

/// Rows that are counted under one lock; so many of one thread are counted apart first.
const TOGETHER: usize = 32;

/// Rows of a window, by `HEARTH_DRIFT_ROWS`; none where nothing is watched.
pub fn rows(reader: &Reader<'_>) -> Option<u64> {
    match reader
        .optional("HEARTH_DRIFT_ROWS")
        .map(|text| text.parse())
    {
        None => Some(ROWS),
        Some(Ok(0)) => None,
        Some(Ok(rows)) => Some(rows),
        Some(Err(_)) => {
            reader.warn(format!(
                "HEARTH_DRIFT_ROWS is not a whole number: {ROWS} is used"
            ));
            Some(ROWS)
        }
    }
}

/// Counts what came since the last line.
#[derive(Debug)]
pub struct Watch {
    rows: u64,
    /// Quantity of each distribution of the baseline, in their order.
    sources: Vec<Source>,
    counts: Mutex<Counts>,
    /// Initial counts.
    empty: Counts,
}

/// Where the value of a distribution is found.
#[derive(Clone, Copy, Debug)]
enum Source {
    Cell(usize),
    /// A text column, by its place among the text columns.
    Text(usize, fn(&InputStatistics) -> f64),
    Confidence,
    Label,
    Value,
}

/// Counts of live rows.
#[derive(Clone, Debug)]
pub struct Counts {
    since: Option<Instant>,
    rows: u64,
    window: Window<'static>,
    /// For each column, the numbers of cells that were missing, out of range or unknown.
    findings: Vec<[u64; 3]>,
    /// For each label, the number of rows that got it.
    labels: Vec<u64>,
}

impl Watch {
    /// Watches a model and writes after each `rows` rows. Without a baseline in its file there is
    /// no drift, which the log says.
    pub fn new(model: &Model<'static>, rows: u64) -> Watch {
        let baseline = model.baseline().unwrap_or_else(|| {
            tracing::info!(
                "the model file has no baseline of its training rows, so there is no drift to tell; \
                 `hearth train` writes one"
            );
            Baseline {
                rows: 0,
                distributions: Vec::new(),
            }
        });
        let is_text = |index: &usize| matches!(model.encoders[*index].kind, EncoderKind::Text(_));
        let place = |column: usize| (0..column).filter(is_text).count();
        let source = |statistic, column: Option<usize>| match (statistic, column) {
            (_, Some(at)) => match InputStatistics::of(statistic) {
                Some(of) => Source::Text(place(at), of),
                None => Source::Cell(at),
            },
            (Statistic::Confidence, None) => Source::Confidence,
            (Statistic::Label, None) => Source::Label,
            (_, None) => Source::Value,
        };
        let distributions = baseline.distributions.iter();
        let empty = Counts {
            since: None,
            rows: 0,
            window: Window::new(&baseline),
            findings: vec![[0; 3]; model.columns.len()],
            labels: vec![0; model.head.labels().len()],
        };
        Watch {
            rows,
            sources: distributions
                .map(|one| source(one.statistic, one.column))
                .collect(),
            counts: Mutex::new(empty.clone()),
            empty,
        }
    }

    /// Counts for some rows of a request, which are given back by [`Watch::add`]: the shared ones
    /// for few, since a lock is cheap, and own ones for many.
    pub fn counts(&self, rows: usize) -> Option<Counts> {
        (rows >= TOGETHER).then(|| self.empty.clone())
    }

    /// Counts a row: into `own`, or into those of all.
    pub fn count(&self, own: Option<&mut Counts>, seen: &Seen<'_>) {
        match own {
            Some(counts) => counts.count(&self.sources, seen),
            None => self.lock().count(&self.sources, seen),
        }
    }

    /// Adds the counts of some rows to those of all.
    pub fn add(&self, own: Option<Counts>) {
        if let Some(own) = own {
            self.lock().merge(&own);
        }
    }

    /// The lines of a window that is full, or old; of any with a row where it `ends`.
    pub fn lines(
        &self,
        model: &Model<'_>,
        settings: &Settings,
        version: &str,
        ends: bool,
    ) -> Vec<u8> {
        let mut counts = self.lock();
        let is_old = counts.since.is_some_and(|since| since.elapsed() >= TIME);
        let is_due = counts.rows >= self.rows || (is_old && counts.rows >= LEAST);
        if counts.rows == 0 || !(is_due || ends) {
            return Vec::new();
        }
        let told = counts.clone();
        counts.reset();
        // Requests that come meanwhile count on.
        drop(counts);
        lines::of(&told, model, settings, version)
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Statistics of an answered row.
pub struct Seen<'a> {
    /// Its cells.
    pub row: &'a Row<'a>,
    /// Statistics of its texts, one entry per text column.
    pub texts: &'a [InputStatistics],
    /// Finding for each cell.
    pub findings: &'a [Finding],
    /// Answer.
    pub answer: &'a Answer<'a>,
}

impl Counts {
    fn count(&mut self, sources: &[Source], seen: &Seen<'_>) {
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

    fn merge(&mut self, other: &Counts) {
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

    fn reset(&mut self) {
        self.since = None;
        self.rows = 0;
        self.window.reset();
        self.findings.fill([0; 3]);
        self.labels.fill(0);
    }
}
