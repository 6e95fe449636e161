//! Random numbers for tests, the same each time.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
pub struct Random(pub u64);

impl Random {
    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Counts of draws by share.
    pub fn counts(&mut self, shares: &[f64], rows: u64) -> Vec<u64> {
        let mut counts = vec![0; shares.len()];
        for _ in 0..rows {
            let mut left = self.share();
            let found = shares.iter().position(|share| {
                left -= share;
                left < 0.0
            });
            counts[found.unwrap_or(shares.len() - 1)] += 1;
        }
        counts
    }
}
