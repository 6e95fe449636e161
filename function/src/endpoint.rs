//! An endpoint: a model with what is measured and kept of the requests that it answers.
//!
//! Scoring returns data ([`ScoredRows`]); the endpoint counts it in its watch, makes statistics of it
//! for the EMF line, and copies of those rows that are captured or scored by shadows, too.

use crate::context::Context;
use crate::figures::now;
use crate::metrics::Metrics;
use crate::monitoring::retained::{RetainedRequest, RetainedRows, bytes_of};
use crate::monitoring::statistics::RequestStatistics;
use crate::monitoring::watch::Watch;
use crate::monitoring::worker::Worker;
use crate::options::ScoreOptions;
use crate::problem::Problem;
use crate::request_id::{DrawnId, RequestId};
use crate::scoring::{ScoredRows, answer_bytes, score};
use crate::served::ServedModel;
use model::row::Row;
use std::sync::{Arc, OnceLock};

/// A model that answers requests.
#[derive(Debug)]
pub struct Endpoint {
    served: Arc<ServedModel>,
    metrics: Metrics,
    /// Number of rows of a window of the watch; `None` if the watch is off.
    watched_rows: Option<u64>,
    watch: OnceLock<Watch>,
    worker: Option<Arc<Worker>>,
}

/// Record of a request's rows for its metrics and for the worker.
#[derive(Debug)]
pub struct RequestRecord {
    /// Statistics of the rows and answers.
    pub statistics: RequestStatistics,
    /// Copies of the rows and answers, if they are captured or scored by shadows.
    pub retained: Option<RetainedRows>,
}

impl Endpoint {
    /// An endpoint for this model. `watched_rows` is the number of rows of a window of the watch,
    /// `None` for no watch; the worker is shared with other endpoints.
    pub fn new(
        served: Arc<ServedModel>,
        metrics: Metrics,
        watched_rows: Option<u64>,
        worker: Option<Arc<Worker>>,
    ) -> Endpoint {
        Endpoint {
            served,
            metrics,
            watched_rows,
            watch: OnceLock::new(),
            worker,
        }
    }

    /// The model.
    pub fn served(&self) -> &ServedModel {
        &self.served
    }

    /// The EMF lines of its requests.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Scores the rows of a request, counts them in the watch, and records them for the metrics and
    /// the worker. `context` is a request to this endpoint's model.
    ///
    /// # Errors
    /// As [`score`].
    pub fn answer<'m>(
        &self,
        context: &Context<'m>,
        rows: &[Row<'_>],
        options: ScoreOptions,
    ) -> Result<(ScoredRows<'m>, RequestRecord), Problem> {
        let scored = score(context, rows, options)?;
        if let Some(watch) = self.watch() {
            watch.count(rows, &scored);
        }
        let record = RequestRecord {
            retained: self.retain(context, rows, &scored),
            statistics: RequestStatistics::of(self.served.model(), &scored),
        };
        Ok((scored, record))
    }

    /// The watch, if it is on. It is made for the first request: a start has nothing to count.
    fn watch(&self) -> Option<&Watch> {
        let rows = self.watched_rows?;
        let make = || Watch::new(self.served.model(), rows);
        Some(self.watch.get_or_init(make))
    }

    /// Copies of rows and answers, where the worker draws the request.
    fn retain(
        &self,
        context: &Context<'_>,
        rows: &[Row<'_>],
        scored: &ScoredRows<'_>,
    ) -> Option<RetainedRows> {
        let worker = self.worker.as_ref()?;
        let purposes = worker.draw_purposes(rows.len())?;
        let answers = rows.len() * answer_bytes(&self.served);
        let bytes = rows.iter().map(bytes_of).sum::<usize>() + answers;
        // A request is not refused for want of memory for its copy.
        if context.work.take(bytes).is_err() {
            worker.drop_rows(purposes, rows.len());
            return None;
        }
        Some(RetainedRows::of(purposes, rows, scored))
    }

    /// Hands retained rows to the worker. A client's id may come again, so rows have one of their own
    /// beside it.
    pub fn hand_over(&self, retained: RetainedRows, request_id: RequestId<'_>) {
        let Some(worker) = &self.worker else {
            return;
        };
        let id = request_id.unique().map(str::to_owned);
        let id = id.unwrap_or_else(|| DrawnId::draw().as_str().to_owned());
        let client_id = request_id.of_client().map(str::to_owned);
        worker.send(RetainedRequest {
            served: Arc::clone(&self.served),
            retained,
            id,
            client_id,
            time: now() / 1000,
        });
    }

    /// The lines of its watch that are due; all that remain where the process `ends`.
    pub fn watch_lines(&self, ends: bool) -> Vec<u8> {
        let (model, version) = (self.served.model(), &self.served.identity().version);
        let lines = |watch: &Watch| watch.lines(model, self.metrics.settings(), version, ends);
        self.watch.get().map(lines).unwrap_or_default()
    }
}
