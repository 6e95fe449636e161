//! Where a column's bins end.

/// The edges of a column with these values, of which NaN is passed over, for at most so many bins.
///
/// A column of no more distinct values has a bin for each. Otherwise bins hold about equally
/// many rows, and a value that fills a bin alone has it alone.
pub(super) fn fit(values: impl Iterator<Item = f64>, most: usize) -> Vec<f32> {
    let mut sorted: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let runs = runs(&sorted);
    if runs.len() <= most {
        return runs
            .windows(2)
            .filter_map(|pair| separator(pair[0].0, pair[1].0))
            .collect();
    }
    let mut edges = Vec::new();
    let (mut rows, mut bins, mut filled) = (sorted.len(), most, 0);
    for pair in runs.windows(2) {
        filled += pair[0].1;
        if bins > 1 && (filled * bins >= rows || pair[1].1 * bins >= rows) {
            edges.extend(separator(pair[0].0, pair[1].0));
            rows -= filled;
            bins -= 1;
            filled = 0;
        }
    }
    edges
}

/// Distinct values, each with the number of its rows.
fn runs(sorted: &[f64]) -> Vec<(f64, usize)> {
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for &value in sorted {
        match runs.last_mut() {
            Some(run) if run.0 == value => run.1 += 1,
            _ => runs.push((value, 1)),
        }
    }
    runs
}

/// The f32 nearest to the middle of `low < high` that still parts them: `low <= edge < high`.
/// None where no f32 lies between; the two then share a bin.
fn separator(low: f64, high: f64) -> Option<f32> {
    let middle = low / 2.0 + high / 2.0;
    // From minus to plus infinity the middle is not a number; 0 parts them.
    let nearest = if middle.is_nan() { 0.0 } else { middle as f32 };
    [nearest, nearest.next_down(), nearest.next_up()]
        .into_iter()
        .find(|&edge| low <= f64::from(edge) && f64::from(edge) < high)
}

/// The bin of a value that is not NaN.
pub(super) fn bin(edges: &[f32], value: f64) -> usize {
    edges.partition_point(|&edge| f64::from(edge) < value)
}

/// Of the edges `first..=last`, the one nearest to their middle: where no row lies between, it
/// parts unseen values best. `first` itself where there are fewer edges.
pub(super) fn centre(edges: &[f32], first: usize, last: usize) -> usize {
    if last <= first || last >= edges.len() {
        return first;
    }
    let middle = edges[first] / 2.0 + edges[last] / 2.0;
    let above = first + edges[first..last].partition_point(|&edge| edge < middle);
    if above > first && middle - edges[above - 1] <= edges[above] - middle {
        above - 1
    } else {
        above
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_a_bin_each() {
        assert_eq!(fit([3.0, 1.0, 1.0, 2.0].into_iter(), 255), [1.5, 2.5]);
        assert!(fit([7.0; 5].into_iter(), 255).is_empty());
        assert!(fit([f64::NAN].into_iter(), 255).is_empty());
    }

    #[test]
    fn a_frequent_value_has_its_bin_alone() {
        // Half of the rows are 0, the others are all different.
        let values = (0..10_000).map(|i| if i % 2 == 0 { 0.0 } else { f64::from(i - 4999) });
        let edges = fit(values, 255);
        let zero = bin(&edges, 0.0);
        assert!(bin(&edges, -2.0) < zero && bin(&edges, 2.0) > zero);
        assert!(edges.len() > 240);
    }

    #[test]
    fn an_edge_parts_its_neighbours_as_f64() {
        for (low, high) in [
            (0.1, 0.1 + 1e-9),
            (16_777_216.0, 16_777_217.0),
            (-f64::INFINITY, f64::INFINITY),
            (0.0, 1e300),
            (f64::MAX / 2.0, f64::INFINITY),
            (-0.5, f64::from(f32::MIN_POSITIVE)),
        ] {
            if let Some(edge) = separator(low, high) {
                assert!(low <= f64::from(edge) && f64::from(edge) < high);
            }
        }
        assert_eq!(separator(1.0, 2.0), Some(1.5));
        // Both lie between the same two f32.
        assert_eq!(separator(1.0 + 1e-12, 1.0 + 2e-12), None);
    }

    #[test]
    fn the_centre_is_an_edge_of_the_gap() {
        let edges = [0.0, 1.0, 2.0, 10.0];
        assert_eq!(centre(&edges, 0, 3), 2);
        assert_eq!(centre(&edges, 0, 2), 1);
        assert_eq!(centre(&edges, 1, 1), 1);
        assert_eq!(centre(&edges, 3, 9), 3);
        assert_eq!(centre(&[f32::NEG_INFINITY, 0.0], 0, 1), 0);
    }
}
