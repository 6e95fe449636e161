//! Codes: labels and categories as numbers from 0.

/// Number of rows of each code; `codes` has one entry a row, each below `count`.
pub fn frequencies(codes: &[u32], count: usize) -> Vec<usize> {
    let mut rows = vec![0; count];
    for code in codes {
        rows[*code as usize] += 1;
    }
    rows
}
