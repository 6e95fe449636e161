//! Budgets: how much of the process one request may take, and all requests together.
//!
//! The number of rows alone says nothing of what a request costs, nor does the length of its body.
//! So the products are bounded: cells, tokens, explanation entries, steps of scoring. What takes
//! memory is charged to [`Work`] before it is allocated, by the sizes of the types. The defaults
//! follow the memory of the process ([`crate::memory::limit`]):
//!
//! ```text
//! memory of the process                         128 MiB   512 MiB   2 GiB and more
//! work     3/8, for requests being answered      48 MiB   192 MiB          768 MiB
//! request  3/4 of that, for one of them          36 MiB   144 MiB          576 MiB
//! bodies   1/8, for bodies being read            16 MiB    64 MiB          256 MiB
//! replies  1/16, for responses being sent         8 MiB    32 MiB          128 MiB
//! ```
//!
//! The rest is for connections, the stacks and the heap's fragments, and the model's pages.

use crate::memory::MIB;
use crate::problem::{Code, Problem};
use crate::request::{BODY_BYTES, RESPONSE_BYTES};
use crate::settings::Reader;
use model::row::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More memory than this changes no budget: a body has 6 MB at most.
const MOST_MEMORY: usize = 2048 * MIB;

/// Less memory than this is taken for this much: below it nothing would be answered.
const LEAST_MEMORY: usize = 64 * MIB;

/// Most explanation entries of a request: at 60 bytes each, a response holds no more.
const EXPLANATIONS: usize = 100_000;

/// Most steps of a request, as [`model::score::Scorer::steps`] counts them: some seconds on one core.
const STEPS: usize = 1_000_000_000;

/// After a request that took more than this, free memory goes back to the system.
const LARGE: usize = 4 * MIB;

/// Bytes that a token takes while its text is scored: its span and bounds, and its hits, sorted.
const TOKEN_BYTES: usize = 56;

/// The budgets of a process.
#[derive(Debug)]
pub struct Budgets {
    /// Bytes of memory that they were made for.
    pub memory: usize,
    /// Most bytes that one request may take while it is answered.
    pub request: usize,
    /// Most cells of a request, rows times columns.
    pub cells: usize,
    /// Most tokens of a text, times the lengths of n-grams that the model knows.
    pub tokens: usize,
    /// Most explanation entries of a request.
    pub explanations: usize,
    /// Most steps of scoring of a request.
    pub steps: usize,
    /// Most connections at a time.
    pub connections: usize,
    /// Bytes of all requests that are being answered.
    pub work: Pool,
    /// Bytes of all bodies that are being read.
    pub bodies: Pool,
    /// Bytes of all responses that are being sent.
    pub replies: Pool,
}

impl Budgets {
    /// Those of the environment, and for the rest the defaults for the memory of this process.
    pub fn read(reader: &Reader<'_>) -> Budgets {
        let memory = match reader.number("HEARTH_MEMORY_MB") {
            Some(mebibytes) => mebibytes.saturating_mul(MIB),
            None => crate::memory::limit(reader.variables()),
        };
        let defaults = Budgets::of_memory(memory);
        Budgets {
            cells: reader.number("HEARTH_MAX_CELLS").unwrap_or(defaults.cells),
            tokens: reader
                .number("HEARTH_MAX_TOKENS")
                .unwrap_or(defaults.tokens),
            explanations: reader
                .number("HEARTH_MAX_EXPLANATIONS")
                .unwrap_or(defaults.explanations),
            steps: reader.number("HEARTH_MAX_STEPS").unwrap_or(defaults.steps),
            connections: reader
                .number("HEARTH_MAX_CONNECTIONS")
                .unwrap_or(defaults.connections),
            ..defaults
        }
    }

    /// The defaults for this many bytes of memory.
    pub fn of_memory(memory: usize) -> Budgets {
        let counted = memory.clamp(LEAST_MEMORY, MOST_MEMORY);
        let work = counted / 8 * 3;
        let request = work / 4 * 3;
        Budgets {
            memory,
            request,
            // A third of the request: the other two are its text or tree, and the answers.
            cells: request / 3 / size_of::<Cell<'_>>(),
            tokens: request / 2 / TOKEN_BYTES,
            explanations: EXPLANATIONS,
            steps: STEPS,
            connections: counted / MIB * 4,
            work: Pool::new(work),
            bodies: Pool::new((counted / 8).max(BODY_BYTES)),
            replies: Pool::new((counted / 16).max(RESPONSE_BYTES)),
        }
    }

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

/// Bytes that several share.
#[derive(Debug)]
pub struct Pool {
    size: usize,
    used: AtomicUsize,
}

impl Pool {
    fn new(size: usize) -> Pool {
        Pool {
            size,
            used: AtomicUsize::new(0),
        }
    }

    /// Bytes in all.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Takes bytes, if so many are left.
    pub fn take(&self, bytes: usize) -> bool {
        let taken = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(bytes).filter(|used| *used <= self.size)
            });
        taken.is_ok()
    }

    /// Gives bytes back.
    pub fn give(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

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

impl Work<'_> {
    /// The budgets that it is held against.
    pub fn budgets(&self) -> &Budgets {
        self.budgets
    }

    /// Bytes taken so far.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Why [`Work::take`] refused, if it has: for parsers, whose errors are not ours.
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

    /// Takes the cells of so many rows, all at once.
    ///
    /// # Errors
    /// As [`Work::take`], and when they are more cells than a request may have.
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

    /// Counts bytes of the response as they are written; whether it may go on.
    pub fn write(&self, bytes: usize) -> bool {
        self.written.fetch_add(bytes, Ordering::Relaxed) + bytes <= RESPONSE_BYTES
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        let bytes = self.bytes();
        self.budgets.work.give(bytes);
        if bytes > LARGE {
            crate::memory::give_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Budgets;
    use crate::memory::MIB;

    #[test]
    fn the_parts_leave_a_fifth_of_the_memory_free() {
        for mebibytes in [128, 512, 2048] {
            let memory = mebibytes * MIB;
            let budgets = Budgets::of_memory(memory);
            let parts = [&budgets.work, &budgets.bodies, &budgets.replies];
            let sum: usize = parts.iter().map(|pool| pool.size()).sum();
            // Each connection may hold a head of 32 KB.
            let heads = budgets.connections * 32 * 1024;
            assert!((sum + heads) as f64 <= 0.8 * memory as f64, "{mebibytes}");
            // The largest body and the largest response always fit.
            assert!(budgets.bodies.size() >= super::BODY_BYTES);
            assert!(budgets.replies.size() >= super::RESPONSE_BYTES);
        }
    }

    #[test]
    fn what_is_taken_comes_back() {
        let budgets = Budgets::of_memory(128 * MIB);
        let first = budgets.work();
        first.take(30 * MIB).unwrap();
        assert_eq!(
            first.take(30 * MIB).unwrap_err().code().as_str(),
            "request_too_large"
        );
        let second = budgets.work();
        assert_eq!(second.take(30 * MIB).unwrap_err().code().as_str(), "busy");
        drop(first);
        second.take(30 * MIB).unwrap();
        drop(second);
        assert!(budgets.work.take(budgets.work.size()));
    }
}
