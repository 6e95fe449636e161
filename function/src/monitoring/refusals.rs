//! Counts of rejected requests by code: in the line of a request the code is a property, which a
//! search finds but no graph shows.

use crate::metrics::now;
use crate::problem::Code;
use emf::{Line, Settings, metrics};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Counts are written after this many rejected requests, or this long after the first.
const MOST: u64 = 100;
const TIME: Duration = Duration::from_secs(60);

/// Refusals since the last line.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    since: Option<Instant>,
    total: u64,
    /// A code that was met, in the order in which they were; there are 30 codes.
    codes: Vec<(Code, u64)>,
}

impl Refusals {
    /// Counts one.
    pub fn count(&self, code: Code) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.since.get_or_insert_with(Instant::now);
        counts.total += 1;
        match counts.codes.iter_mut().find(|(other, _)| *other == code) {
            Some((_, count)) => *count += 1,
            None => counts.codes.push((code, 1)),
        }
    }

    /// One line per code, if it is due; at the end, all that remain.
    pub fn lines(&self, settings: &Settings, ends: bool) -> Vec<u8> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = counts.since.is_some_and(|since| since.elapsed() >= TIME);
        if counts.total < MOST && !is_old && !ends {
            return Vec::new();
        }
        let told = std::mem::take(&mut *counts);
        drop(counts);
        let mut lines = Vec::new();
        for (code, count) in told.codes {
            let mut line = Line::new(settings, now());
            line.by("code", code.as_str());
            line.metric(&metrics::REFUSAL_COUNT, count as f64);
            lines.append(&mut line.finish());
        }
        lines
    }
}
