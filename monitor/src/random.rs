//! Random counts for tests, the same each time.

use model::random::Random;

/// Counts of `rows` draws, by their shares.
pub fn counts(random: &mut Random, shares: &[f64], rows: u64) -> Vec<u64> {
    let mut counts = vec![0; shares.len()];
    for _ in 0..rows {
        let mut left = random.share();
        let found = shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        counts[found.unwrap_or(shares.len() - 1)] += 1;
    }
    counts
}
