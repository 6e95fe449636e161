//! A thread for what must not delay an answer: writing what is captured, asking the shadows.
//!
//! A request hands over copies of its rows, and waits for nothing: where the queue is full they are
//! dropped, and counted. Lambda freezes the thread with the process and thaws it with the next
//! request; what is in the queue when an environment ends is lost, unless the end is announced.

use crate::monitoring::capture::Capture;
use crate::monitoring::kept::{Kept, Wanted};
use crate::monitoring::random::{Random, drawn};
use crate::monitoring::shadow::Shadows;
use crate::served::Served;
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

/// Rows of a request, for the worker.
pub struct Job {
    /// Which model answered.
    pub served: Arc<Served>,
    /// The rows with their answers.
    pub kept: Kept,
    /// By what they are known: no other request has it.
    pub id: String,
    /// By what the client knows them.
    pub client_id: Option<String>,
    /// When they were answered, in seconds since 1970.
    pub time: u64,
}

enum Message {
    Job(Box<Job>, usize),
    End,
}

/// The thread, seen from a request.
#[derive(Debug)]
pub struct Worker {
    sender: SyncSender<Message>,
    queue: Arc<Queue>,
    random: Random,
    process: u64,
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
                process: drawn(),
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

    /// Purposes of the rows of a request, decided for each. `None` if there is none, or the queue
    /// is full.
    pub fn wants(&self, rows: usize) -> Option<Wanted> {
        let wanted = Wanted {
            capture: self.random.happens(self.capture),
            shadow: self.random.happens(self.shadow),
        };
        if wanted == Wanted::default() {
            return None;
        }
        if self.queue.bytes.load(Ordering::Relaxed) > BYTES {
            self.drop_rows(wanted, rows);
            return None;
        }
        Some(wanted)
    }

    /// Hands rows over, or drops them.
    pub fn send(&self, job: Job) {
        let bytes = job.kept.bytes();
        let (wanted, rows) = (job.kept.wanted, job.kept.rows.len());
        self.queue.bytes.fetch_add(bytes, Ordering::Relaxed);
        if self
            .sender
            .try_send(Message::Job(Box::new(job), bytes))
            .is_err()
        {
            self.queue.bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.drop_rows(wanted, rows);
        }
    }

    /// Counts rows that are not captured.
    pub fn drop_rows(&self, wanted: Wanted, rows: usize) {
        if wanted.capture {
            self.queue.dropped.fetch_add(rows as u64, Ordering::Relaxed);
        }
    }

    /// An id that no other request has: a number drawn for the process, and one of its own.
    pub fn id(&self) -> String {
        format!("{:016x}{:016x}", self.process, self.random.next())
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
        let mut is_told = false;
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let has_ended =
            |thread: &Option<JoinHandle<()>>| thread.as_ref().is_none_or(JoinHandle::is_finished);
        while !has_ended(&thread) && Instant::now() < deadline {
            // There may be no room for it yet.
            is_told = is_told || self.sender.try_send(Message::End).is_ok();
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
            Ok(Message::Job(job, bytes)) => {
                if job.kept.wanted.capture
                    && let Some(capture) = &mut capture
                {
                    let lost = capture.write(&job, &is_over);
                    queue.dropped.fetch_add(lost, Ordering::Relaxed);
                }
                if job.kept.wanted.shadow
                    && let Some(shadows) = &mut shadows
                {
                    shadows.ask(&job, &is_over);
                }
                drop(job);
                queue.bytes.fetch_sub(bytes, Ordering::Relaxed);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Message::End) | Err(RecvTimeoutError::Disconnected) => break,
        }
        if let Some(shadows) = &mut shadows {
            shadows.tell_if_due(&is_over);
        }
    }
    if let Some(shadows) = &mut shadows {
        shadows.tell(&is_over);
    }
}
