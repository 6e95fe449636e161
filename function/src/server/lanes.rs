//! Threads that answer requests, so that the one that reads and writes sockets never waits for an
//! answer: a health check and SIGTERM are heard whatever else is asked.
//!
//! Short requests have threads of their own, so that they do not wait behind a long one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};
use tokio::sync::oneshot;

/// A request with a larger body is a long one.
const SHORT_BYTES: usize = 16 * 1024;

/// Most threads for short requests.
const SHORT_THREADS: usize = 4;

type Job = Box<dyn FnOnce() + Send>;

/// The threads.
#[derive(Debug)]
pub struct Lanes {
    short: Sender<Job>,
    long: Sender<Job>,
}

impl Lanes {
    /// Starts them.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start() -> io::Result<Lanes> {
        let threads = crate::spread::cores().min(SHORT_THREADS);
        Ok(Lanes {
            short: lane("short", threads)?,
            long: lane("long", 1)?,
        })
    }

    /// Runs `work` for a request with so many bytes in its body; none if it panics.
    pub async fn run<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = oneshot::channel();
        let lane = match bytes > SHORT_BYTES {
            true => &self.long,
            false => &self.short,
        };
        // Each connection has one request at a time, so what waits here is bounded by them.
        let job: Job = Box::new(move || drop(sender.send(work())));
        lane.send(job).ok()?;
        receiver.await.ok()
    }
}

fn lane(name: &str, threads: usize) -> io::Result<Sender<Job>> {
    let (sender, receiver) = channel();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..threads {
        let receiver = Arc::clone(&receiver);
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || work(&receiver))?;
    }
    Ok(sender)
}

fn work(receiver: &Mutex<Receiver<Job>>) {
    loop {
        let job = receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        match job {
            // A request that panics ends with its connection, and not this thread.
            Ok(job) => drop(catch_unwind(AssertUnwindSafe(job))),
            // The server is gone.
            Err(_) => return,
        }
    }
}
