//! Dense rows as the sparse ones that estimators take.

use model::random::Random;
use training::sparse::Matrix;

/// The same rows, sparse.
pub fn sparse(rows: &[Vec<f64>]) -> Matrix {
    let entries: Vec<Vec<(u32, f64)>> = rows
        .iter()
        .map(|row| {
            (0u32..)
                .zip(row.iter().copied())
                .filter(|(_, value)| *value != 0.0)
                .collect()
        })
        .collect();
    Matrix::new(rows[0].len(), entries.iter().map(Vec::as_slice))
}

/// A number from -1 to below 1.
#[allow(dead_code)] // one of the test binaries has its own draw
pub fn uniform(random: &mut Random) -> f64 {
    random.below(1 << 20) as f64 / f64::from(1 << 19) - 1.0
}
