//! Long vectors, added up the same way on any number of threads.

use rayon::prelude::*;

/// Values that one task of a thread takes: their sums are added in order.
const CHUNK: usize = 1 << 15;

/// The sum of the products of two vectors of one length.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let sums: Vec<f64> = (a.par_chunks(CHUNK).zip(b.par_chunks(CHUNK)))
        .map(|(a, b)| a.iter().zip(b).map(|(a, b)| a * b).sum())
        .collect();
    sums.iter().sum()
}

/// Adds `factor * from` to `to`.
pub(crate) fn add(to: &mut [f64], factor: f64, from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_products_are_summed_over_all_chunks() {
        let ones = vec![1.0; 3 * CHUNK + 5];
        assert_eq!(dot(&ones, &ones), ones.len() as f64);
    }
}
