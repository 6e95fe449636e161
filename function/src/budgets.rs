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

mod work;

pub use work::Work;
pub(crate) use work::response_too_large;

use crate::environment::Reader;
use crate::memory::MIB;
use crate::request::{BODY_BYTES, RESPONSE_BYTES};
use model::row::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More memory than this changes no budget: a body has 6 MB at most.
const MOST_MEMORY: usize = 2048 * MIB;

/// Less memory than this is taken for this much: below it nothing would be answered.
const LEAST_MEMORY: usize = 64 * MIB;

/// Most explanation entries of a request: at 60 bytes each, a response holds no more.
const EXPLANATIONS: usize = 100_000;

/// Most steps of a request, as [`model::score::Scorer::steps`] counts them: some seconds on one core.
const STEPS: usize = 1_000_000_000;

/// Bytes that a token takes while its text is scored: its span and bounds, and its hits, sorted.
const TOKEN_BYTES: usize = 56;

/// The budgets of a process.
#[derive(Debug)]
pub struct Budgets {
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
