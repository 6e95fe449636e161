//! Columns as bins of one byte: what trees learn from.

use rayon::prelude::*;

use super::edges::Edges;
use super::split::Cut;
use model::random::Random;

/// The bin of a missing value (NaN).
pub const MISSING_BIN: u8 = 255;

/// Rows that the edges are fitted on; scikit-learn's histogram trees draw as many.
const SAMPLE: usize = 200_000;

/// A table whose values are replaced by the number of the interval that they lie in.
///
/// Bin `b` of a column holds `edges[b - 1] < x <= edges[b]`, the last bin all values above every
/// edge, and [`MISSING_BIN`] NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    /// A column's edges, at most 254.
    pub edges: Vec<Edges>,
    /// A column's bins, one a row.
    pub columns: Vec<Vec<u8>>,
    /// Number of rows of every column.
    pub rows: usize,
}

impl Bins {
    /// Fits edges by quantiles of at most 200,000 rows drawn by `seed`, and sorts all rows into bins.
    /// All columns have the length of the first.
    pub fn fit(columns: &[Vec<f64>], seed: u64) -> Bins {
        let rows = columns.first().map_or(0, Vec::len);
        Bins::fit_with(columns.len(), rows, None, seed, |column, row| {
            columns[column][row]
        })
    }

    /// As [`Bins::fit`], of values that the caller need not hold as f64: `value(column, row)`.
    ///
    /// `permitted` are the rows that edges may know of (the training rows of a fold); all rows get
    /// bins.
    pub fn fit_with(
        columns: usize,
        rows: usize,
        permitted: Option<&[u32]>,
        seed: u64,
        value: impl Fn(usize, usize) -> f64 + Sync,
    ) -> Bins {
        let sample = sample(rows, permitted, seed);
        let edges = (0..columns)
            .into_par_iter()
            .map(|column| {
                let values = sample.iter().map(|&row| value(column, row));
                Edges::fit(values, usize::from(MISSING_BIN))
            })
            .collect();
        Bins::with_edges(edges, rows, value)
    }

    /// Sorts rows into bins of known edges, as for rows that came later.
    pub fn with_edges(
        edges: Vec<Edges>,
        rows: usize,
        value: impl Fn(usize, usize) -> f64 + Sync,
    ) -> Bins {
        let columns = edges
            .par_iter()
            .enumerate()
            .map(|(column, edges)| {
                (0..rows)
                    .map(|row| match value(column, row) {
                        value if value.is_nan() => MISSING_BIN,
                        value => edges.bin(value) as u8,
                    })
                    .collect()
            })
            .collect();
        Bins {
            edges,
            columns,
            rows,
        }
    }

    /// The cut amid the gap between the rows of both sides.
    pub(super) fn centred(&self, column: usize, cut: Cut) -> Cut {
        let (first, last) = (usize::from(cut.bin), usize::from(cut.next) - 1);
        Cut {
            bin: self.edges[column].centre(first, last) as u8,
            ..cut
        }
    }

    /// The threshold that sends bins up to `bin`, and no others, left. Infinity for the last bin:
    /// every value goes left, only NaN may go right.
    pub(super) fn threshold(&self, column: usize, bin: u8) -> f64 {
        let edge = self.edges[column].get(usize::from(bin));
        edge.unwrap_or(f64::INFINITY)
    }
}

/// The rows that edges are fitted on.
fn sample(rows: usize, permitted: Option<&[u32]>, seed: u64) -> Vec<usize> {
    match permitted {
        Some(permitted) => draw(permitted.len(), seed, |at| permitted[at] as usize),
        None => draw(rows, seed, |at| at),
    }
}

/// At most [`SAMPLE`] of `count` rows, each with the same chance, ascending (selection sampling,
/// Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
fn draw(count: usize, seed: u64, row: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut wanted = count.min(SAMPLE);
    let mut random = Random::new(seed);
    let mut rows = Vec::with_capacity(wanted);
    for at in 0..count {
        let left = count - at;
        if left == wanted || random.below(left) < wanted {
            rows.push(row(at));
            wanted -= 1;
        }
        if wanted == 0 {
            break;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_parts_values_as_their_bins_do() {
        let values: Vec<f64> = (0..3000)
            .map(|i| f64::from(i * i % 977) * 0.37 - 50.0)
            .collect();
        let bins = Bins::fit(std::slice::from_ref(&values), 1);
        for (&value, &bin) in values.iter().zip(&bins.columns[0]) {
            assert!(value <= bins.threshold(0, bin));
            assert!(bin == 0 || value > bins.threshold(0, bin - 1));
        }
        assert!(bins.edges[0].len() > 240);
    }

    #[test]
    fn missing_values_have_a_bin_of_their_own() {
        let bins = Bins::fit(&[vec![1.0, f64::NAN, 2.0], vec![f64::NAN; 3]], 0);
        assert_eq!(bins.columns, [[0, MISSING_BIN, 1], [MISSING_BIN; 3]]);
        assert_eq!((bins.edges[0].get(0), bins.edges[0].len()), (Some(1.5), 1));
        assert!(bins.edges[1].is_empty());
    }

    #[test]
    fn edges_know_permitted_rows_only() {
        let bins = Bins::fit_with(1, 4, Some(&[0, 2]), 0, |_, row| row as f64);
        assert_eq!((bins.edges[0].get(0), bins.edges[0].len()), (Some(1.0), 1));
        assert_eq!(bins.columns[0], [0, 0, 1, 1]);
    }

    #[test]
    fn a_sample_is_drawn_without_repetition() {
        let rows = draw(SAMPLE * 2, 3, |at| at);
        assert_eq!(rows.len(), SAMPLE);
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(rows[SAMPLE - 1] > SAMPLE * 2 - 100);
    }
}
