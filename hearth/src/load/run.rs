//! The schedule of a load test, and its end.

use super::client::{Exchange, LoadClient};
use super::result::{Latencies, LoadEnd, LoadResult, Second};
use super::rows::{AnswerMatch, RequestRows};
use anyhow::{Context, Result};
use progress::Progress;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// Failed requests below which a test goes on, whatever their share.
const FEW: u64 = 10;

/// Time between two looks for Ctrl-C.
const TICK: Duration = Duration::from_millis(50);

/// Rate, length and bounds of a load test.
#[derive(Clone, Debug)]
pub struct LoadPlan {
    /// Requests per second.
    pub rate: f64,
    /// Length.
    pub duration: Duration,
    /// Share of failed requests above which it ends.
    pub most_failed: f64,
    /// Number of open requests at which it ends.
    pub most_open: usize,
}

impl LoadPlan {
    /// Number of requests; at least one.
    pub fn count(&self) -> u64 {
        ((self.rate * self.duration.as_secs_f64()).round() as u64).max(1)
    }

    /// Time from the start at which the request with this number is due.
    fn due(&self, number: u64) -> Duration {
        Duration::from_secs_f64(number as f64 / self.rate)
    }
}

/// A running test.
struct LoadRun<'p> {
    plan: &'p LoadPlan,
    start: Instant,
    open: BTreeSet<u64>,
    result: LoadResult,
}

/// The runtime on which requests wait for their responses.
///
/// # Errors
/// When the machine gives no threads.
pub fn runtime() -> Result<Runtime> {
    let cores = available_parallelism().map_or(1, |cores| cores.get());
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(cores.min(8)).enable_all().build();
    runtime.context("the threads of the load test cannot be started")
}

/// Sends the rows in turn as planned. `is_asked` is true once somebody wants it to end.
pub fn run(
    plan: &LoadPlan,
    runtime: &Runtime,
    client: LoadClient,
    rows: RequestRows,
    is_asked: impl Fn() -> bool,
    progress: &dyn Progress,
) -> LoadResult {
    let (client, rows) = (Arc::new(client), Arc::new(rows));
    let (sender, exchanges) = channel();
    let step = progress.step("requests", plan.count());
    let mut run = LoadRun::new(plan);
    let mut next = 0;
    let end = loop {
        let now = run.start.elapsed();
        if let Some(end) = run.end(&is_asked) {
            break end;
        }
        if next == plan.count() {
            match run.open.is_empty() {
                true => break LoadEnd::Done,
                false => run.take(&exchanges, TICK),
            }
            continue;
        }
        let due = plan.due(next);
        if now < due {
            run.take(&exchanges, (due - now).min(TICK));
            continue;
        }
        let (client, rows, sender, number) = (client.clone(), rows.clone(), sender.clone(), next);
        runtime.spawn(async move {
            let exchange = client.send(rows.row(number)).await;
            // Nobody waits for it once the test has ended.
            let _ = sender.send((number, exchange));
        });
        run.open.insert(number);
        run.result.sent += 1;
        next += 1;
        step.advance(1);
        if next.is_multiple_of(64) {
            let (open, failed) = (run.open.len(), run.result.failed());
            step.say(format!("{open} open, {failed} failed"));
        }
        run.take_all(&exchanges);
    };
    step.done("");
    run.finish(end)
}

impl<'p> LoadRun<'p> {
    fn new(plan: &'p LoadPlan) -> LoadRun<'p> {
        let seconds = plan.duration.as_secs_f64().ceil().max(1.0) as usize;
        LoadRun {
            plan,
            start: Instant::now(),
            open: BTreeSet::new(),
            result: LoadResult {
                end: LoadEnd::Done,
                sent: 0,
                unfinished: 0,
                elapsed: Duration::ZERO,
                latencies: Latencies::default(),
                delays: Latencies::default(),
                failures: BTreeMap::new(),
                compared: 0,
                wrong: (0, None),
                other_versions: BTreeMap::new(),
                seconds: (0..seconds).map(|_| Second::default()).collect(),
            },
        }
    }

    /// The reason to end before the plan does.
    fn end(&self, is_asked: impl Fn() -> bool) -> Option<LoadEnd> {
        let result = &self.result;
        let too_many = || {
            let finished = result.sent - self.open.len() as u64;
            let share = result.failed() as f64 / finished.max(1) as f64;
            result.failed() >= FEW && share > self.plan.most_failed
        };
        if is_asked() {
            Some(LoadEnd::Interrupted)
        } else if too_many() {
            Some(LoadEnd::Failing)
        } else if self.open.len() >= self.plan.most_open {
            Some(LoadEnd::Overloaded)
        } else {
            None
        }
    }

    /// Waits for a response.
    fn take(&mut self, exchanges: &Receiver<(u64, Exchange)>, most: Duration) {
        match exchanges.recv_timeout(most) {
            Ok((number, exchange)) => self.add(number, exchange),
            Err(RecvTimeoutError::Timeout) => {}
            // Not while `run` has a sender.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(most),
        }
        self.take_all(exchanges);
    }

    fn take_all(&mut self, exchanges: &Receiver<(u64, Exchange)>) {
        while let Ok((number, exchange)) = exchanges.try_recv() {
            self.add(number, exchange);
        }
    }

    fn add(&mut self, number: u64, exchange: Exchange) {
        self.open.remove(&number);
        let due = self.start + self.plan.due(number);
        self.result
            .delays
            .record(exchange.sent.saturating_duration_since(due));
        self.record(number, exchange.answered.saturating_duration_since(due));
        let result = &mut self.result;
        let failure = match exchange.outcome {
            Ok(AnswerMatch::Unchecked) => return,
            Ok(AnswerMatch::Same) => {
                result.compared += 1;
                return;
            }
            Ok(AnswerMatch::OtherVersion(version)) => {
                *result.other_versions.entry(version).or_default() += 1;
                return;
            }
            Ok(AnswerMatch::Different(sentence)) => {
                result.compared += 1;
                result.wrong.0 += 1;
                result.wrong.1.get_or_insert(sentence);
                "wrong answer".to_string()
            }
            Err(reason) => reason,
        };
        *result.failures.entry(failure).or_default() += 1;
        let second = self.second(number);
        self.result.seconds[second].failed += 1;
    }

    fn record(&mut self, number: u64, latency: Duration) {
        self.result.latencies.record(latency);
        let second = self.second(number);
        self.result.seconds[second].latencies.record(latency);
    }

    /// The second in which a request was due.
    fn second(&self, number: u64) -> usize {
        let second = self.plan.due(number).as_secs() as usize;
        second.min(self.result.seconds.len() - 1)
    }

    fn finish(mut self, end: LoadEnd) -> LoadResult {
        self.result.elapsed = self.start.elapsed();
        self.result.end = end;
        // Left out, the slowest requests would make the figures better than they were.
        for number in std::mem::take(&mut self.open) {
            let due = self.start + self.plan.due(number);
            self.record(number, due.elapsed());
            self.result.unfinished += 1;
        }
        let used = self.second(self.result.sent.saturating_sub(1)) + 1;
        self.result.seconds.truncate(used);
        self.result
    }
}
