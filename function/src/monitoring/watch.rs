//! The watch: live rows beside the training rows, as a few EMF lines per window of some hundred rows.
//!
//! Each process counts its own rows, so nothing is fetched or stored; windows tumble, and CloudWatch
//! aggregates those of all environments. The rows of a window that is not yet due when an environment
//! ends are lost: fewer than `HEARTH_DRIFT_ROWS`.

mod counts;
mod lines;

use crate::environment::Reader;
use crate::scoring::ScoredRows;
use crate::spread::spread;
use counts::{Source, WatchCounts, WatchedRow};
use emf::Settings;
use model::Model;
use model::baseline::Baseline;
use model::row::Row;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Default number of rows of a window: for 500 rows in ten bins and no drift, the index has a
/// standard deviation of 0.01, a tenth of what counts as a change.
pub const ROWS: u64 = 500;

/// A window is written after this time, if it has enough rows.
const TIME: Duration = Duration::from_secs(3600);

/// From this many rows on, a request's rows are counted apart and added under one lock.
const TOGETHER: usize = 32;

/// Number of rows of a window, by `HEARTH_DRIFT_ROWS`; `None` if the watch is off.
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

/// Counts the rows since the last lines.
#[derive(Debug)]
pub struct Watch {
    rows: u64,
    /// Source of the values of each distribution of the baseline, in their order.
    sources: Vec<Source>,
    counts: Mutex<WatchCounts>,
    /// Counts of no row.
    empty: WatchCounts,
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
        let distributions = baseline.distributions.iter();
        let empty = WatchCounts::new(model, &baseline);
        Watch {
            rows,
            sources: distributions.map(|one| Source::of(one, model)).collect(),
            counts: Mutex::new(empty.clone()),
            empty,
        }
    }

    /// Counts the rows of a request: few each under the lock, which is cheap, many on all cores and
    /// then added.
    pub fn count(&self, rows: &[Row<'_>], scored: &ScoredRows<'_>) {
        let watched = |index: usize| WatchedRow {
            row: &rows[index],
            texts: scored.texts_of(index),
            findings: scored.findings_of(index),
            answer: &scored[index].answer,
        };
        if rows.len() < TOGETHER {
            for index in 0..rows.len() {
                self.lock().count(&self.sources, &watched(index));
            }
            return;
        }
        let parts = spread(rows, |first, rows| {
            let mut counts = self.empty.clone();
            for index in first..first + rows.len() {
                counts.count(&self.sources, &watched(index));
            }
            counts
        });
        let mut counts = self.lock();
        for part in &parts {
            counts.merge(part);
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
        let is_due = counts.rows >= self.rows || (is_old && counts.rows >= lines::LEAST);
        if counts.rows == 0 || !(is_due || ends) {
            return Vec::new();
        }
        let due = counts.clone();
        counts.reset();
        // Other requests count on meanwhile.
        drop(counts);
        lines::of(&due, model, settings, version)
    }

    fn lock(&self) -> MutexGuard<'_, WatchCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
