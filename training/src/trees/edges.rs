//! Where a column's bins end.
//!
//! A bin holds `edge before < x <= edge`. Edges are `f32` where that is enough, since a node with an
//! `f32` is a quarter smaller in the model file. It is not enough where values lie closer together than
//! `f32` do: near 1,751,328,000 (seconds since 1970) those are 128 apart, near 20,250,701 (a date) 2.
//! So the edges are fitted as `f32` first, each at the place where a bin is full or, where no `f32` lies
//! between two neighbours there, at the next place where one does. If an edge has to move by more than
//! [`SLACK`] of a bin, or one of few distinct values cannot have its own bin, all edges of the column
//! are `f64`, as in scikit-learn.

/// The share of a bin's rows by which an edge may move to be an `f32`. A column of a million different
/// fractions hardly ever moves one by more than a hundredth; a column of dates as numbers would move
/// every other one by a whole day.
const SLACK: f64 = 0.25;

/// Neighbours this close, relative to their size, differ by the rounding of a sum or product (0.3 and
/// 0.1 + 0.2): no reason to make a file's nodes wide.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// The edges of a column's bins, ascending.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edges {
    values: Vec<f64>,
    /// Some may be no `f32`.
    wide: bool,
}

impl Edges {
    /// The edges of a column with these values, of which NaN is left out, for at most `most` bins.
    ///
    /// A column of no more distinct values has a bin for each. Otherwise bins hold about equally
    /// many rows, and a value that fills a bin alone has it alone.
    pub(super) fn fit(values: impl Iterator<Item = f64>, most: usize) -> Edges {
        let mut sorted: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let runs = runs(&sorted);
        let place = if runs.len() <= most { each } else { even };
        match place(&runs, most, narrow_separator) {
            Some(values) => Edges {
                values,
                wide: false,
            },
            None => Edges {
                values: place(&runs, most, wide_separator).unwrap_or_default(),
                wide: true,
            },
        }
    }

    /// Number of edges; there is a bin more.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True if all values share one bin.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The edge that ends a bin; `None` for the last bin.
    pub fn get(&self, bin: usize) -> Option<f64> {
        self.values.get(bin).copied()
    }

    /// The bin of a value that is not NaN.
    pub(super) fn bin(&self, value: f64) -> usize {
        self.values.partition_point(|&edge| edge < value)
    }

    /// The edge nearest to the middle of `first..=last`: where no row lies between, it
    /// parts unseen values best. `first` itself where there are fewer edges.
    pub(super) fn centre(&self, first: usize, last: usize) -> usize {
        let edges = &self.values;
        if last <= first || last >= edges.len() {
            return first;
        }
        // Edges that are f32 are compared as f32, which decides between two at the same distance.
        let round = |number: f64| match self.wide {
            true => number,
            false => f64::from(number as f32),
        };
        let middle = round(edges[first] / 2.0 + edges[last] / 2.0);
        let above = first + edges[first..last].partition_point(|&edge| edge < middle);
        if above > first && round(middle - edges[above - 1]) <= round(edges[above] - middle) {
            above - 1
        } else {
            above
        }
    }
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

type Separator = fn(f64, f64) -> Option<f64>;

/// An edge between any two neighbours; `None` if two have none and differ by more than rounding.
fn each(runs: &[(f64, usize)], _: usize, separator: Separator) -> Option<Vec<f64>> {
    let mut edges = Vec::with_capacity(runs.len());
    for pair in runs.windows(2) {
        let (low, high) = (pair[0].0, pair[1].0);
        match separator(low, high) {
            Some(edge) => edges.push(edge),
            None if high - low <= ROUNDING * low.abs().max(high.abs()) => {}
            None => return None,
        }
    }
    Some(edges)
}

/// Edges between about equally many rows; `None` if one had to move too far.
fn even(runs: &[(f64, usize)], most: usize, separator: Separator) -> Option<Vec<f64>> {
    let all: usize = runs.iter().map(|run| run.1).sum();
    let slack = (SLACK * all as f64 / most as f64) as usize;
    let mut edges = Vec::with_capacity(most);
    let (mut rows, mut bins, mut filled) = (all, most, 0);
    // Rows that the bin held where its edge should have been.
    let mut wanted = None;
    for pair in runs.windows(2) {
        filled += pair[0].1;
        if bins > 1 && (filled * bins >= rows || pair[1].1 * bins >= rows) {
            let moved = filled - *wanted.get_or_insert(filled);
            if moved > slack {
                return None;
            }
            let Some(edge) = separator(pair[0].0, pair[1].0) else {
                continue;
            };
            edges.push(edge);
            rows -= filled;
            bins -= 1;
            filled = 0;
            wanted = None;
        }
    }
    Some(edges)
}

/// The f32 nearest to the middle of `low < high` that still parts them: `low <= edge < high`.
/// `None` where no f32 lies between.
fn narrow_separator(low: f64, high: f64) -> Option<f64> {
    let middle = low / 2.0 + high / 2.0;
    // From minus to plus infinity the middle is not a number; 0 parts them.
    let nearest = if middle.is_nan() { 0.0 } else { middle as f32 };
    [nearest, nearest.next_down(), nearest.next_up()]
        .into_iter()
        .map(f64::from)
        .find(|&edge| low <= edge && edge < high)
}

/// The middle of `low < high`, which parts any two.
fn wide_separator(low: f64, high: f64) -> Option<f64> {
    let middle = low / 2.0 + high / 2.0;
    Some(match middle {
        _ if middle.is_nan() => 0.0,
        _ if low <= middle && middle < high => middle,
        // Between neighbours there is nothing to round to but them.
        _ => low,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(values: impl IntoIterator<Item = f64>) -> Edges {
        Edges::fit(values.into_iter(), 255)
    }

    #[test]
    fn few_values_have_a_bin_each() {
        assert_eq!(fit([3.0, 1.0, 1.0, 2.0]).values, [1.5, 2.5]);
        assert!(fit([7.0; 5]).is_empty());
        assert!(fit([f64::NAN]).is_empty());
    }

    #[test]
    fn a_frequent_value_has_its_bin_alone() {
        // Half of the rows are 0, the others are all different.
        let values = (0..10_000).map(|i| if i % 2 == 0 { 0.0 } else { f64::from(i - 4999) });
        let edges = fit(values);
        let zero = edges.bin(0.0);
        assert!(edges.bin(-2.0) < zero && edges.bin(2.0) > zero);
        assert!(edges.len() > 240);
    }

    #[test]
    fn an_edge_parts_its_neighbours_as_f64() {
        for (low, high) in [
            (0.1, 0.1 + 1e-9),
            (16_777_216.0, 16_777_217.0),
            (-f64::INFINITY, f64::INFINITY),
            (f64::NEG_INFINITY, f64::MIN),
            (f64::MAX, f64::INFINITY),
            (0.0, 1e300),
            (0.0, f64::from_bits(1)),
            (f64::MAX / 2.0, f64::INFINITY),
            (-0.5, f64::from(f32::MIN_POSITIVE)),
            (1.0, 1.0f64.next_up()),
            (1.0f64.next_up(), 1.0f64.next_up().next_up()),
        ] {
            for edge in narrow_separator(low, high)
                .into_iter()
                .chain(wide_separator(low, high))
            {
                assert!(low <= edge && edge < high, "{low} {edge} {high}");
            }
        }
        assert_eq!(narrow_separator(1.0, 2.0), Some(1.5));
        // Both lie between the same two f32.
        assert_eq!(narrow_separator(1.0 + 1e-12, 1.0 + 2e-12), None);
    }

    /// Edges are f32, in the bits that they always had, but where values lie closer than those.
    #[test]
    fn edges_are_wide_where_f32_cannot_part_the_values() {
        let day = |day: f64| 20_250_700.0 + day;
        for (values, wide) in [
            ((0..300).map(f64::from).collect::<Vec<_>>(), false),
            ((0..300).map(|i| f64::from(i) * 1e30).collect(), false),
            // 0.3 and 0.1 + 0.2 are one number for the trees.
            (vec![0.3, 0.1 + 0.2, 0.7, 1e-310], false),
            (vec![day(1.0), day(2.0), day(4.0)], true),
            (vec![day(2.0), day(4.0), day(6.0)], false),
            ((0..400).map(|i| day(f64::from(i))).collect(), true),
            // Seconds of a day, and of a century.
            ((0..5000).map(|i| 1.75e9 + f64::from(i)).collect(), true),
            ((0..5000).map(|i| f64::from(i) * 6e5).collect(), false),
            (
                (0..5000).map(|i| 1.75e12 + f64::from(i) * 20.0).collect(),
                true,
            ),
            ((0..300).map(|i| 1.0 + f64::from(i) * 1e-12).collect(), true),
        ] {
            let edges = fit(values.iter().copied());
            assert_eq!(edges.wide, wide, "{:?}", &values[..3]);
            let exact = |edge: &f64| f64::from(*edge as f32) == *edge;
            assert!(edges.wide || edges.values.iter().all(exact));
            if values.len() <= 255 && wide {
                assert_eq!(edges.len(), values.len() - 1);
            }
        }
    }

    /// Fractions of a narrow range, a few of which lie between the same two f32.
    #[test]
    fn an_edge_moves_to_the_next_f32() {
        let values: Vec<f64> = (0..100_000)
            .map(|i| 1000.0 + f64::from(i) * 1e-5 + f64::from(i % 7) * 1e-6)
            .collect();
        let edges = fit(values.iter().copied());
        assert!(!edges.wide);
        assert_eq!(edges.len(), 254);
        let mut counts = [0; 255];
        values
            .iter()
            .for_each(|&value| counts[edges.bin(value)] += 1);
        assert!(
            counts.iter().all(|count| (370..420).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn the_centre_is_an_edge_of_the_gap() {
        let of = |values: &[f64]| Edges {
            values: values.to_vec(),
            wide: false,
        };
        let edges = of(&[0.0, 1.0, 2.0, 10.0]);
        assert_eq!(edges.centre(0, 3), 2);
        assert_eq!(edges.centre(0, 2), 1);
        assert_eq!(edges.centre(1, 1), 1);
        assert_eq!(edges.centre(3, 9), 3);
        assert_eq!(of(&[f64::NEG_INFINITY, 0.0]).centre(0, 1), 0);
    }
}
