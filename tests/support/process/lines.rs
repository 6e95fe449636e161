//! The lines of a pipe, collected by a thread while the process prints them.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Lines that a thread reads as they come.
#[derive(Debug)]
pub(super) struct Lines(Arc<(Mutex<Collected>, Condvar)>);

#[derive(Debug, Default)]
struct Collected {
    lines: Vec<String>,
    /// True if the last line is incomplete.
    is_torn: bool,
    has_ended: bool,
}

impl Lines {
    /// Starts to read `from`.
    pub fn collect(from: impl Read + Send + 'static) -> Lines {
        let lines = Lines(Arc::default());
        let collected = Lines(Arc::clone(&lines.0));
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            let mut line = Vec::new();
            // Bytes and not `lines()`: a process that prints what is not UTF-8 must not lose what
            // follows.
            while from
                .read_until(b'\n', &mut line)
                .is_ok_and(|count| count > 0)
            {
                let text = String::from_utf8_lossy(&line);
                let text = text.trim_end_matches(['\r', '\n']).to_string();
                let mut state = collected.lock();
                state.lines.push(text);
                state.is_torn = !line.ends_with(b"\n");
                drop(state);
                collected.0.1.notify_all();
                line.clear();
            }
            collected.lock().has_ended = true;
            collected.0.1.notify_all();
        });
        lines
    }

    fn lock(&self) -> MutexGuard<'_, Collected> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lines there are.
    pub fn so_far(&self) -> Vec<String> {
        self.lock().lines.clone()
    }

    /// The lines once the stream has ended or `patience` has, but for a last one without an end.
    pub fn whole(&self, patience: Duration) -> Vec<String> {
        let mut lines = self.wait_for_end(patience);
        if self.lock().is_torn {
            lines.pop();
        }
        lines
    }

    /// The lines once there are `count`, the stream has ended or `patience` has.
    pub fn wait_for(&self, count: usize, patience: Duration) -> Vec<String> {
        self.wait(patience, |state| state.lines.len() >= count)
    }

    /// The lines once the stream has ended or `patience` has.
    pub fn wait_for_end(&self, patience: Duration) -> Vec<String> {
        self.wait(patience, |_| false)
    }

    fn wait(&self, patience: Duration, enough: impl Fn(&Collected) -> bool) -> Vec<String> {
        let (collected, changed) = &*self.0;
        let state = collected.lock().unwrap_or_else(PoisonError::into_inner);
        let (state, _) = changed
            .wait_timeout_while(state, patience, |state| !state.has_ended && !enough(state))
            .unwrap_or_else(PoisonError::into_inner);
        state.lines.clone()
    }
}
