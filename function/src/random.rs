//! Random numbers for samples and ids; no secret depends on them.

use model::random::{STEP, mix, unit};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of numbers that many threads draw from without waiting: a counter, mixed.
#[derive(Debug)]
pub struct Random(AtomicU64);

impl Random {
    /// A source that begins elsewhere in each process.
    pub fn new() -> Random {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default().as_nanos() as u64;
        // Where the heap lies differs, too, between environments that start in the same moment.
        let place = Box::new(0u8);
        let place = std::ptr::from_ref(&*place).addr() as u64;
        Random(AtomicU64::new(
            mix(now) ^ mix(place ^ u64::from(std::process::id()) << 32),
        ))
    }

    /// The next number.
    pub fn next(&self) -> u64 {
        mix(self.0.fetch_add(STEP, Ordering::Relaxed))
    }

    /// True with this probability.
    pub fn happens(&self, share: f64) -> bool {
        share >= 1.0 || (share > 0.0 && unit(self.next()) < share)
    }
}

impl Default for Random {
    fn default() -> Random {
        Random::new()
    }
}

/// A number from the kernel's generator, which no other process draws again.
pub fn drawn() -> u64 {
    let mut bytes = [0; 8];
    // SAFETY: the buffer is ours, and as long as is said.
    let count = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
    match count {
        8 => u64::from_ne_bytes(bytes),
        _ => Random::new().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_share_is_drawn_as_often_as_it_says() {
        let random = Random::new();
        let count = |share| (0..10_000).filter(|_| random.happens(share)).count();
        assert_eq!((count(0.0), count(1.0)), (0, 10_000));
        // Six standard deviations: once in a billion runs.
        assert!((2_740..3_260).contains(&count(0.3)));
    }
}
