//! A thread for what must not delay an answer: writing what is captured, asking the shadows.
//!
//! A request hands over copies of its rows, and waits for nothing: where the queue is full they are
//! dropped, and counted. Lambda freezes the thread with the process and thaws it with the next
//! request; what is in the queue when an environment ends is lost, unless the end is announced.

use crate::monitoring::capture::Capture;
use crate::monitoring::retained::{Purposes, RetainedRequest};
use crate::monitoring::shadow::Shadows;
use crate::random::Random;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Most requests in the queue.
const REQUESTS: usize = 1_000;

/// Most bytes in the queue before the last request in it: as much as a body may have.
const BYTES: usize = crate::request::BODY_BYTES;

/// Interval at which the idle thread wakes up.
const IDLE: Duration = Duration::from_secs(10);

/// Time to empty the queue at the end. Lambda kills after 500 ms, of which the requests under way
/// have had some.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>
const END: Duration = Duration::from_millis(150);

enum Message {
    Request(Box<RetainedRequest>, usize),
    End,
}

/// The thread, seen from a request.
#[derive(Debug)]
pub struct Worker {
    sender: SyncSender<Message>,
    queue: Arc<Queue>,
    random: Random,
    capture: f64,
    shadow: f64,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// State that both sides share.
#[derive(Debug, Default)]
struct Queue {
    bytes: AtomicUsize,
    /// Rows that were to be captured and were not, since that was last asked.
    dropped: AtomicU64,
    is_over: AtomicBool,
}

impl Worker {
    /// A worker for what is asked for; `None` where that is nothing.
    pub fn start(capture: Option<Capture>, shadows: Option<Shadows>) -> Option<Arc<Worker>> {
        let shares = (
            capture.as_ref().map_or(0.0, Capture::share),
            shadows.as_ref().map_or(0.0, |shadows| shadows.share),
        );
        if shares == (0.0, 0.0) {
            return None;
        }
        let (sender, receiver) = sync_channel(REQUESTS);
        let queue = Arc::new(Queue::default());
        let of_thread = Arc::clone(&queue);
        let thread = std::thread::Builder::new()
            .name("worker".to_owned())
            .spawn(move || work(&receiver, &of_thread, capture, shadows));
        match thread {
            Ok(thread) => Some(Arc::new(Worker {
                sender,
                queue,
                random: Random::new(),
                capture: shares.0,
                shadow: shares.1,
                thread: Mutex::new(Some(thread)),
            })),
            Err(error) => {
                tracing::error!(%error, "no thread can be had: nothing is captured, no shadow is asked");
                None
            }
        }
    }

    /// Draws the purposes for which the rows of a request are retained; `None` if there is none, or
    /// the queue is full.
    pub fn draw_purposes(&self, rows: usize) -> Option<Purposes> {
        let purposes = Purposes {
            capture: self.random.happens(self.capture),
            shadow: self.random.happens(self.shadow),
        };
        if purposes == Purposes::default() {
            return None;
        }
        if self.queue.bytes.load(Ordering::Relaxed) > BYTES {
            self.drop_rows(purposes, rows);
            return None;
        }
        Some(purposes)
    }

    /// Hands rows over, or drops them.
    pub fn send(&self, request: RetainedRequest) {
        let bytes = request.retained.bytes();
        let (purposes, rows) = (request.retained.purposes, request.retained.rows.len());
        self.queue.bytes.fetch_add(bytes, Ordering::Relaxed);
        if self
            .sender
            .try_send(Message::Request(Box::new(request), bytes))
            .is_err()
        {
            self.queue.bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.drop_rows(purposes, rows);
        }
    }

    /// Counts rows that are not captured.
    pub fn drop_rows(&self, purposes: Purposes, rows: usize) {
        if purposes.capture {
            self.queue.dropped.fetch_add(rows as u64, Ordering::Relaxed);
        }
    }

    /// Number of rows that were not captured since the last call.
    pub fn take_dropped(&self) -> u64 {
        // Read first: nearly always it is 0, and a read costs the other cores nothing.
        match self.queue.dropped.load(Ordering::Relaxed) {
            0 => 0,
            _ => self.queue.dropped.swap(0, Ordering::Relaxed),
        }
    }

    /// Counts again what could not be written.
    pub fn put_back_dropped(&self, rows: u64) {
        self.queue.dropped.fetch_add(rows, Ordering::Relaxed);
    }

    /// Works off the queue, for a while at most.
    pub fn end(&self) {
        let deadline = Instant::now() + END;
        let mut is_sent = false;
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let has_ended =
            |thread: &Option<JoinHandle<()>>| thread.as_ref().is_none_or(JoinHandle::is_finished);
        while !has_ended(&thread) && Instant::now() < deadline {
            // There may be no room for it yet.
            is_sent = is_sent || self.sender.try_send(Message::End).is_ok();
            std::thread::sleep(Duration::from_millis(1));
        }
        self.queue.is_over.store(true, Ordering::Relaxed);
        if has_ended(&thread)
            && let Some(thread) = thread.take()
        {
            let _ = thread.join();
        }
    }
}

fn work(
    receiver: &Receiver<Message>,
    queue: &Queue,
    mut capture: Option<Capture>,
    mut shadows: Option<Shadows>,
) {
    let is_over = || queue.is_over.load(Ordering::Relaxed);
    loop {
        match receiver.recv_timeout(IDLE) {
            Ok(Message::Request(request, bytes)) => {
                if request.retained.purposes.capture
                    && let Some(capture) = &mut capture
                {
                    let lost = capture.write(&request, &is_over);
                    queue.dropped.fetch_add(lost, Ordering::Relaxed);
                }
                if request.retained.purposes.shadow
                    && let Some(shadows) = &mut shadows
                {
                    shadows.score(&request, &is_over);
                }
                drop(request);
                queue.bytes.fetch_sub(bytes, Ordering::Relaxed);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Message::End) | Err(RecvTimeoutError::Disconnected) => break,
        }
        if let Some(shadows) = &mut shadows {
            shadows.write_due_lines(&is_over);
        }
    }
    if let Some(shadows) = &mut shadows {
        shadows.write_lines(&is_over);
    }
}
