//! A sparse matrix, held by rows and by columns: scores walk the rows, gradients the columns.

mod products;

use std::borrow::Cow;
use std::collections::HashMap;

/// Rows of `(column, value)` pairs, columns ascending within a row.
#[derive(Clone)]
pub struct Matrix {
    /// Number of columns.
    pub columns: usize,
    by_row: Compressed,
    by_column: Compressed,
}

/// Compressed storage: line `i` has the entries `starts[i]..starts[i + 1]`.
#[derive(Clone, Default)]
struct Compressed {
    starts: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

impl Compressed {
    fn new() -> Compressed {
        Compressed {
            starts: vec![0],
            ..Compressed::default()
        }
    }

    fn push(&mut self, line: &[(u32, f64)]) {
        self.indices.extend(line.iter().map(|(index, _)| *index));
        self.values.extend(line.iter().map(|(_, value)| *value));
        self.starts.push(self.indices.len());
    }

    fn line(&self, line: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.starts[line]..self.starts[line + 1];
        let indices = self.indices[range.clone()].iter();
        indices
            .zip(&self.values[range])
            .map(|(index, value)| (*index as usize, *value))
    }
}

impl Matrix {
    /// The matrix of these rows; every column is below `columns`.
    pub fn new<'r>(columns: usize, rows: impl Iterator<Item = &'r [(u32, f64)]>) -> Matrix {
        let mut by_row = Compressed::new();
        rows.for_each(|row| by_row.push(row));
        Matrix::of_rows(columns, by_row)
    }

    /// As [`Matrix::new`], of rows that come in chunks and are dropped with each.
    pub fn from_chunks(
        columns: usize,
        chunks: impl Iterator<Item = Vec<Vec<(u32, f64)>>>,
    ) -> Matrix {
        let mut by_row = Compressed::new();
        for chunk in chunks {
            chunk.iter().for_each(|row| by_row.push(row));
        }
        Matrix::of_rows(columns, by_row)
    }

    fn of_rows(columns: usize, by_row: Compressed) -> Matrix {
        let by_column = transpose(&by_row, columns);
        Matrix {
            columns,
            by_row,
            by_column,
        }
    }

    /// The matrix with each set of equal columns made one, its values times the square root of how
    /// many they were.
    ///
    /// An L2 penalty gives equal columns equal weights, so a fit loses nothing; and since this only
    /// turns the axes, L-BFGS goes the same way. Texts have many: all pairs of words that stand in
    /// one row alone, once.
    pub fn merge_equal_columns(&self) -> (Cow<'_, Matrix>, Merged) {
        let mut first_of: HashMap<(&[u32], Vec<u64>), u32> = HashMap::new();
        let mut into = Vec::with_capacity(self.columns);
        let mut counts: Vec<f64> = Vec::new();
        for column in 0..self.columns {
            let range = self.by_column.starts[column]..self.by_column.starts[column + 1];
            let values = self.by_column.values[range.clone()].iter();
            let key = (
                &self.by_column.indices[range],
                values.map(|value| value.to_bits()).collect(),
            );
            let merged = *first_of.entry(key).or_insert_with(|| {
                counts.push(0.0);
                counts.len() as u32 - 1
            });
            counts[merged as usize] += 1.0;
            into.push(merged);
        }
        let merged = Merged {
            into,
            factors: counts.iter().map(|count| count.sqrt()).collect(),
        };
        if counts.len() == self.columns {
            return (Cow::Borrowed(self), merged);
        }
        let mut seen = vec![usize::MAX; counts.len()];
        let rows: Vec<Vec<(u32, f64)>> = (0..self.rows())
            .map(|row| {
                let mut entries: Vec<(u32, f64)> = Vec::new();
                for (column, value) in self.row(row) {
                    let column = merged.into[column];
                    if std::mem::replace(&mut seen[column as usize], row) != row {
                        entries.push((column, value * merged.factors[column as usize]));
                    }
                }
                // Merged columns are numbered by their first, so entries are in order already.
                entries
            })
            .collect();
        let matrix = Matrix::new(counts.len(), rows.iter().map(Vec::as_slice));
        (Cow::Owned(matrix), merged)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.by_row.starts.len() - 1
    }

    /// Number of entries that are not 0.
    pub fn entries(&self) -> usize {
        self.by_row.indices.len()
    }

    /// The `(column, value)` pairs of a row, columns ascending.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.by_row.line(row)
    }

    /// The `(row, value)` pairs of a column, rows ascending.
    pub fn column(&self, column: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.by_column.line(column)
    }
}

/// Which columns were made one.
pub struct Merged {
    /// The merged column of each.
    into: Vec<u32>,
    /// Factor of the values of each merged column.
    factors: Vec<f64>,
}

impl Merged {
    /// Weights of the columns as they were, from those of the merged: `[columns, outputs]`,
    /// row-major.
    pub fn expand(&self, weights: &[f64], outputs: usize) -> Vec<f64> {
        let of_column = |merged: &u32| {
            let merged = *merged as usize;
            let factor = self.factors[merged];
            let weights = &weights[merged * outputs..][..outputs];
            weights.iter().map(move |weight| weight / factor)
        };
        self.into.iter().flat_map(of_column).collect()
    }
}

/// The same entries by the other index; a counting sort, so that lines stay in order.
fn transpose(by_row: &Compressed, columns: usize) -> Compressed {
    let mut starts = vec![0; columns + 1];
    for column in &by_row.indices {
        starts[*column as usize + 1] += 1;
    }
    for column in 0..columns {
        starts[column + 1] += starts[column];
    }
    let mut next = starts.clone();
    let mut indices = vec![0; by_row.indices.len()];
    let mut values = vec![0.0; by_row.values.len()];
    for row in 0..by_row.starts.len() - 1 {
        for (column, value) in by_row.line(row) {
            let at = next[column];
            next[column] += 1;
            indices[at] = row as u32;
            values[at] = value;
        }
    }
    Compressed {
        starts,
        indices,
        values,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_hold_the_same_entries() {
        let rows: [&[(u32, f64)]; 3] = [&[(0, 1.0), (3, 2.0)], &[], &[(0, 3.0), (1, 4.0)]];
        let matrix = Matrix::new(4, rows.into_iter());
        assert_eq!((matrix.rows(), matrix.columns, matrix.entries()), (3, 4, 4));
        assert_eq!(matrix.row(2).collect::<Vec<_>>(), [(0, 3.0), (1, 4.0)]);
        assert_eq!(matrix.column(0).collect::<Vec<_>>(), [(0, 1.0), (2, 3.0)]);
        assert_eq!(matrix.column(2).count(), 0);
        let chunks = rows
            .chunks(2)
            .map(|chunk| chunk.iter().map(|row| row.to_vec()).collect());
        let chunked = Matrix::from_chunks(4, chunks);
        assert!((0..3).all(|row| chunked.row(row).eq(matrix.row(row))));
    }
}
