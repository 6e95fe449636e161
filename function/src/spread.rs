//! Many rows over the cores that the function has.

use crate::memory::MIB;
use std::sync::OnceLock;

/// Fewest rows that a thread is worth: it costs some 20 microseconds, a row of text one or two.
const ROWS_A_THREAD: usize = 100;

/// Memory that a thread is worth outside Lambda: each has rows, features and answers in hand.
const THREAD_BYTES: usize = 64 * MIB;

/// Results of `of` for all items, one per thread, in the items' order. `of` gets some of the items
/// and the index of the first of them.
pub fn spread<T: Sync, R: Send>(items: &[T], of: impl Fn(usize, &[T]) -> R + Sync) -> Vec<R> {
    let wanted = items.len() / ROWS_A_THREAD;
    // Nobody asks for the number of cores before it matters: it is read from files.
    if wanted < 2 || cores() < 2 {
        return vec![of(0, items)];
    }
    pieces(items, wanted.min(cores()), of)
}

fn pieces<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    of: impl Fn(usize, &[T]) -> R + Sync,
) -> Vec<R> {
    let size = items.len().div_ceil(threads).max(1);
    let of = &of;
    std::thread::scope(|scope| {
        let (own, others) = items.split_at(size.min(items.len()));
        let firsts = (1..).map(|piece| piece * size);
        let threads: Vec<_> = firsts
            .zip(others.chunks(size))
            .map(|(first, piece)| (first, piece, scope.spawn(move || of(first, piece))))
            .collect();
        let mut made = vec![of(0, own)];
        for (first, piece, thread) in threads {
            // Nothing in it panics; if it does, then here, too.
            made.push(thread.join().unwrap_or_else(|_| of(first, piece)));
        }
        made
    })
}

/// Number of threads that can run at once. Lambda shows two cores and more to functions that get
/// the time of a part of one: a whole one is 1,769 MB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>
pub(crate) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| {
        let seen = std::thread::available_parallelism().map_or(1, usize::from);
        let get = |variable: &str| std::env::var(variable).ok();
        let a_core = match get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") {
            Some(_) => 1769 * MIB,
            None => THREAD_BYTES,
        };
        seen.min(crate::memory::limit(&get) / a_core).max(1)
    })
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn every_item_is_in_one_piece_and_in_its_place() {
        for count in [0, 1, 2, 3, 7, 100, 101] {
            let items: Vec<usize> = (0..count).collect();
            for threads in 1..=5 {
                let made = pieces(&items, threads, |first, piece| {
                    assert_eq!(piece.first().copied().unwrap_or(first), first);
                    piece.to_vec()
                });
                assert!(made.len() <= threads, "{count} {threads}");
                assert_eq!(made.concat(), items, "{count} {threads}");
            }
        }
    }
}
