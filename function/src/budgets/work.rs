//! The account of one request against the budgets.

use super::Budgets;
use crate::memory::{self, MIB};
use crate::problem::{Code, Problem};
use crate::request::RESPONSE_BYTES;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of memory for each byte of a response: in a piece that grows by doubling, and in the whole.
const WRITTEN_TIMES: usize = 3;

/// After a request that took more than this, free memory goes back to the system.
const LARGE: usize = 4 * MIB;

/// The account of one request. All of it is given back when this is dropped.
#[derive(Debug)]
pub struct Work<'b> {
    budgets: &'b Budgets,
    bytes: AtomicUsize,
    explanations: AtomicUsize,
    steps: AtomicUsize,
    written: AtomicUsize,
    refusal: OnceLock<Problem>,
}

impl Budgets {
    /// An account for a request.
    pub fn work(&self) -> Work<'_> {
        Work {
            budgets: self,
            bytes: AtomicUsize::new(0),
            explanations: AtomicUsize::new(0),
            steps: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
            refusal: OnceLock::new(),
        }
    }
}

impl Work<'_> {
    /// The budgets that it is held against.
    pub fn budgets(&self) -> &Budgets {
        self.budgets
    }

    /// Bytes taken so far.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Problem of [`Work::take`], if it refused: for parsers, whose errors are not ours.
    pub fn refusal(&self) -> Option<Problem> {
        self.refusal.get().cloned()
    }

    /// Takes bytes of memory, before they are allocated.
    ///
    /// # Errors
    /// When the request has had its share, or all requests together have had theirs.
    pub fn take(&self, bytes: usize) -> Result<(), Problem> {
        let taken = self.try_take(bytes);
        if let Err(problem) = &taken {
            let _ = self.refusal.set(problem.clone());
        }
        taken
    }

    fn try_take(&self, bytes: usize) -> Result<(), Problem> {
        let most = self.budgets.request;
        if self.bytes().saturating_add(bytes) > most {
            let detail = format!(
                "the request takes more than {most} bytes of memory to answer, which is the limit; \
                 send fewer rows, or smaller ones"
            );
            return Err(Problem::new(Code::RequestTooLarge, detail));
        }
        if !self.budgets.work.take(bytes) {
            let size = self.budgets.work.size();
            let detail = format!(
                "other requests take the {size} bytes of memory that there are for answers; \
                 ask again in a second"
            );
            return Err(Problem::new(Code::Busy, detail));
        }
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }

    /// Makes room in a list, which grows as `Vec` does, and takes the bytes of the growth first.
    ///
    /// # Errors
    /// As [`Work::take`].
    pub fn reserve<T>(&self, list: &mut Vec<T>, more: usize) -> Result<(), Problem> {
        let needed = list.len() + more;
        if needed > list.capacity() {
            let capacity = needed.max(2 * list.capacity()).max(4);
            self.take((capacity - list.capacity()) * size_of::<T>())?;
            list.reserve_exact(capacity - list.len());
        }
        Ok(())
    }

    /// Gives bytes back whose memory is free again.
    pub fn give(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.budgets.work.give(bytes);
    }

    /// Checks the number of cells of so many rows.
    ///
    /// # Errors
    /// When they are more than a request may have.
    pub fn check_cells(&self, rows: usize, columns: usize, hides: bool) -> Result<(), Problem> {
        let most = self.budgets.cells;
        if rows.saturating_mul(columns) <= most {
            return Ok(());
        }
        let detail = match hides {
            true => format!("the rows have more than {most} cells, which is the limit; send fewer"),
            false => format!(
                "{rows} rows of {columns} fields or more are over the limit of {most} cells; send \
                 at most {} rows at a time",
                most / columns.max(1)
            ),
        };
        Err(Problem::new(Code::TooManyCells, detail))
    }

    /// Counts explanation entries.
    ///
    /// # Errors
    /// When they are more than a request may have.
    pub fn explain(&self, entries: usize) -> Result<(), Problem> {
        let most = self.budgets.explanations;
        if self.explanations.fetch_add(entries, Ordering::Relaxed) + entries <= most {
            return Ok(());
        }
        let detail = format!(
            "the explanations have more than {most} entries, which is the limit; send fewer rows, \
             or ask for fewer entries, for example by ?explain=5"
        );
        Err(Problem::new(Code::TooManyExplanations, detail))
    }

    /// Counts steps of scoring.
    ///
    /// # Errors
    /// When they are more than a request may have.
    pub fn step(&self, steps: usize) -> Result<(), Problem> {
        let most = self.budgets.steps;
        if self.steps.fetch_add(steps, Ordering::Relaxed) + steps <= most {
            return Ok(());
        }
        let detail = format!(
            "the answers take more than {most} steps of scoring, which is the limit; send fewer rows"
        );
        Err(Problem::new(Code::TooManySteps, detail))
    }

    /// Counts bytes of the response as they are written.
    ///
    /// # Errors
    /// As [`Work::take`], and when the response would be larger than one may be.
    pub fn write(&self, bytes: usize) -> Result<(), Problem> {
        if self.written.fetch_add(bytes, Ordering::Relaxed) + bytes > RESPONSE_BYTES {
            return Err(response_too_large());
        }
        self.take(WRITTEN_TIMES * bytes)
    }
}

/// The problem of a request whose response would be larger than Lambda sends.
pub(crate) fn response_too_large() -> Problem {
    let detail = "the response would be larger than the 6 MB that Lambda sends; \
                  send fewer rows, ask with ?top=1, or accept gzip";
    Problem::new(Code::ResponseTooLarge, detail)
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        let bytes = self.bytes();
        self.budgets.work.give(bytes);
        if bytes > LARGE {
            memory::give_back();
        }
    }
}
