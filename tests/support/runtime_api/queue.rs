//! The events on their way to the function and the outcomes on their way back, under one lock.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::{Shutdown, TcpStream};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::{FUNCTION_ARN, Invocation, Outcome, Report};

#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    serial: u64,
    waiting: VecDeque<Queued>,
    /// Request IDs that the function holds and has not answered.
    in_flight: HashSet<String>,
    outcomes: HashMap<String, Outcome>,
    init_error: Option<Report>,
    polls: usize,
    extensions: usize,
    connections: Vec<TcpStream>,
    closed: bool,
}

const REQUEST_ID: &str = "Lambda-Runtime-Aws-Request-Id";

/// An event ready to be handed out.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    pub request_id: String,
    /// The headers of `next`, the request ID among them.
    pub headers: Vec<(String, String)>,
    pub payload: Vec<u8>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no thread panics while it holds this lock")
    }

    /// Counts an extension.
    pub fn register(&self) {
        self.lock().extensions += 1;
    }

    /// Number of registered extensions.
    pub fn extensions(&self) -> usize {
        self.lock().extensions
    }

    /// Queues an event and waits for how it ends.
    pub fn invoke(&self, invocation: Invocation) -> Outcome {
        let end = Instant::now() + invocation.within;
        let mut state = self.lock();
        state.serial += 1;
        let queued = prepare(state.serial, invocation);
        let request_id = queued.request_id.clone();
        state.waiting.push_back(queued);
        self.changed.notify_all();
        loop {
            if let Some(outcome) = state.outcomes.remove(&request_id) {
                return outcome;
            }
            let left = end.saturating_duration_since(Instant::now());
            let ended = match &state.init_error {
                Some(report) => Some(Outcome::InitError(report.clone())),
                None => left.is_zero().then_some(Outcome::TimedOut),
            };
            if let Some(outcome) = ended {
                state
                    .waiting
                    .retain(|queued| queued.request_id != request_id);
                state.in_flight.remove(&request_id);
                return outcome;
            }
            (state, _) = self
                .changed
                .wait_timeout(state, left)
                .expect("no thread panics while it holds this lock");
        }
    }

    /// The next event for a connection, or `None` when there will be none: the API closed, or the
    /// function went away.
    pub fn next(&self, is_alive: impl Fn() -> bool) -> Option<Queued> {
        let mut state = self.lock();
        state.polls += 1;
        // Whoever asks for an event has started.
        state.init_error = None;
        self.changed.notify_all();
        loop {
            if state.closed {
                return None;
            }
            if !state.waiting.is_empty() {
                // Asked now and not earlier: a function killed in its `next` must not take an event
                // into its grave.
                if !is_alive() {
                    self.changed.notify_all();
                    return None;
                }
                let queued = state.waiting.pop_front()?;
                state.in_flight.insert(queued.request_id.clone());
                return Some(queued);
            }
            state = self
                .changed
                .wait(state)
                .expect("no thread panics while it holds this lock");
        }
    }

    /// Takes back an event that could not be sent.
    pub fn give_back(&self, queued: Queued) {
        let mut state = self.lock();
        if state.in_flight.remove(&queued.request_id) {
            state.waiting.push_front(queued);
            self.changed.notify_all();
        }
    }

    /// True if the function holds this invocation and has not answered it.
    pub fn is_in_flight(&self, request_id: &str) -> bool {
        self.lock().in_flight.contains(request_id)
    }

    /// Ends an invocation; `false` if the function does not hold it, or no longer.
    pub fn settle(&self, request_id: &str, outcome: Outcome) -> bool {
        let mut state = self.lock();
        let known = state.in_flight.remove(request_id);
        if known {
            state.outcomes.insert(request_id.into(), outcome);
            self.changed.notify_all();
        }
        known
    }

    /// Ends every invocation from now on, until somebody asks for an event.
    pub fn fail_init(&self, report: Report) {
        self.lock().init_error = Some(report);
        self.changed.notify_all();
    }

    /// Blocks until `next` was called `count` times.
    pub fn wait_for_polls(&self, count: usize, within: Duration) {
        let state = self.lock();
        let (state, wait) = self
            .changed
            .wait_timeout_while(state, within, |state| state.polls < count)
            .expect("no thread panics while it holds this lock");
        let polls = state.polls;
        drop(state);
        assert!(
            !wait.timed_out(),
            "the function asked for an event {polls} times in {within:?}, not {count}"
        );
    }

    /// Remembers a connection, so that [`close`](Queue::close) can end it; `false` once closed.
    pub fn admit(&self, stream: &TcpStream) -> bool {
        let mut state = self.lock();
        state.connections.extend(stream.try_clone());
        !state.closed
    }

    /// Ends every connection and everyone's wait.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        for connection in state.connections.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        self.changed.notify_all();
    }
}

/// The headers of `next`: Lambda's own, each replaced by the invocation's where that has one of the
/// name.
fn prepare(serial: u64, invocation: Invocation) -> Queued {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock is past 1970");
    let seconds = now.as_secs();
    // A UUID of version 4 in form; in truth the serial number, which a person can follow through a
    // log.
    let request_id = format!(
        "{:08x}-{:04x}-4000-8000-{serial:012x}",
        seconds as u32,
        now.subsec_millis()
    );
    let trace_id = format!(
        "Root=1-{:08x}-{serial:024x};Parent={serial:016x};Sampled=1",
        seconds as u32
    );
    let deadline = (now + invocation.within).as_millis();
    let own = [
        (REQUEST_ID, request_id),
        ("Lambda-Runtime-Deadline-Ms", deadline.to_string()),
        (
            "Lambda-Runtime-Invoked-Function-Arn",
            FUNCTION_ARN.to_string(),
        ),
        ("Lambda-Runtime-Trace-Id", trace_id),
    ];
    let mut headers = invocation.headers;
    for (name, value) in own {
        if !headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            headers.push((name.into(), value));
        }
    }
    let (_, request_id) = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(REQUEST_ID))
        .expect("it was just put there");
    Queued {
        request_id: request_id.clone(),
        headers,
        payload: invocation.payload,
    }
}
