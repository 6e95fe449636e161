//! Products of a sparse matrix with dense ones, row-major with `width` values a row.
//!
//! Each value is summed by one thread, in the order of the entries: the same bits on any number of
//! threads.

use super::{Compressed, Matrix};
use rayon::prelude::*;

/// Rows or columns that one task of a thread takes at least.
const CHUNK: usize = 512;

impl Matrix {
    /// Sets `products`, `[columns, width]`, to the transposed matrix times `dense`, `[rows, width]`.
    pub fn multiply_transposed(&self, dense: &[f64], products: &mut [f64], width: usize) {
        multiply_lines(&self.by_column, dense, products, width);
    }

    /// Sets `products`, `[rows, width]`, to the matrix times `dense`, `[columns, width]`.
    pub fn multiply(&self, dense: &[f64], products: &mut [f64], width: usize) {
        multiply_lines(&self.by_row, dense, products, width);
    }
}

fn multiply_lines(lines: &Compressed, dense: &[f64], products: &mut [f64], width: usize) {
    products
        .par_chunks_mut(width)
        .enumerate()
        .with_min_len(CHUNK)
        .for_each(|(line, sums)| {
            sums.fill(0.0);
            for (index, value) in lines.line(line) {
                let dense = &dense[index * width..][..width];
                for (sum, dense) in sums.iter_mut().zip(dense) {
                    *sum += value * dense;
                }
            }
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_dense_matrix() {
        let rows: [&[(u32, f64)]; 3] = [&[(0, 1.0), (3, 2.0)], &[], &[(0, 3.0), (1, 4.0)]];
        let matrix = Matrix::new(4, rows.into_iter());
        let mut of_rows = [9.0; 6];
        matrix.multiply(
            &[1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 4.0, 40.0],
            &mut of_rows,
            2,
        );
        assert_eq!(of_rows, [9.0, 90.0, 0.0, 0.0, 11.0, 110.0]);
        let mut of_columns = [9.0; 4];
        matrix.multiply_transposed(&[1.0, 2.0, 3.0], &mut of_columns, 1);
        assert_eq!(of_columns, [10.0, 12.0, 0.0, 2.0]);
    }
}
