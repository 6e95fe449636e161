//! The best place to cut a column, from its histogram.

use super::moments::Moments;

/// Sums of the rows in each bin of a column.
pub(super) type Histogram = [Moments; 256];

/// Minimum of both sides of a cut, and the regularisation of their weights.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Rows.
    pub count: usize,
    /// Weight, in the units of the sums.
    pub weight: i64,
    /// Added to each side's weight, in the units of the sums.
    pub extra: f64,
}

/// A cut of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cut {
    /// The sum of both sides' scores; the parent's is not yet taken off.
    pub score: f64,
    /// The last bin of a row that goes left.
    pub bin: u8,
    /// The first bin of a row that goes right; 255 if only missing values do.
    pub next: u8,
    /// True if missing values go left.
    pub missing_left: bool,
}

/// The bins between which a cut lies.
#[derive(Clone, Copy)]
pub(super) struct Gap {
    /// The last bin of a row that goes left.
    pub bin: u8,
    /// The first bin of a row that goes right; 255 if only missing values do.
    pub next: u8,
}

/// Finds the best cut while bins arrive in ascending order.
pub(super) struct CutSearch {
    limits: Limits,
    total: Moments,
    missing: Moments,
    left: Moments,
    previous: u8,
    best: Option<Cut>,
}

impl CutSearch {
    /// `total` has the missing rows, too.
    pub fn new(limits: Limits, total: Moments, missing: Moments) -> CutSearch {
        CutSearch {
            limits,
            total,
            missing,
            left: Moments::default(),
            previous: 0,
            best: None,
        }
    }

    /// The next bin that has rows.
    #[inline]
    pub fn bin(&mut self, bin: u8, rows: Moments) {
        let most = self.left.count() + self.missing.count();
        if self.left.count() > 0 && most >= self.limits.count {
            self.consider(Gap {
                bin: self.previous,
                next: bin,
            });
        }
        self.left += rows;
        self.previous = bin;
    }

    /// The best cut; of equal ones the first.
    pub fn finish(mut self) -> Option<Cut> {
        if self.missing.count() > 0 && self.left.count() > 0 {
            // All values against none.
            let gap = Gap {
                bin: self.previous,
                next: u8::MAX,
            };
            self.side(gap, self.left, false);
        }
        self.best
    }

    #[inline]
    fn consider(&mut self, gap: Gap) {
        if self.missing.count() == 0 {
            // What has not been seen goes where most rows go.
            self.side(gap, self.left, 2 * self.left.count() > self.total.count());
        } else {
            self.side(gap, self.left, false);
            let mut left = self.left;
            left += self.missing;
            self.side(gap, left, true);
        }
    }

    #[inline]
    fn side(&mut self, gap: Gap, left: Moments, missing_left: bool) {
        let right = self.total - left;
        let limits = self.limits;
        if left.count() < limits.count
            || right.count() < limits.count
            || left.weight() < limits.weight
            || right.weight() < limits.weight
        {
            return;
        }
        let (left_sum, right_sum) = (left.sum as f64, right.sum as f64);
        let left_weight = left.weight() as f64 + limits.extra;
        let right_weight = right.weight() as f64 + limits.extra;
        // Both scores over one denominator: one division instead of two.
        let score = (left_sum * left_sum * right_weight + right_sum * right_sum * left_weight)
            / (left_weight * right_weight);
        if self.best.is_none_or(|best| score > best.score) {
            self.best = Some(Cut {
                score,
                bin: gap.bin,
                next: gap.next,
                missing_left,
            });
        }
    }
}

/// The best cut of a histogram whose rows lie in bins `least..=greatest` or are missing.
pub(super) fn best(
    histogram: &Histogram,
    least: u8,
    greatest: u8,
    total: Moments,
    limits: Limits,
) -> Option<Cut> {
    let missing = histogram[255];
    if total.count() == missing.count() {
        return None;
    }
    let mut search = CutSearch::new(limits, total, missing);
    for bin in least..=greatest.min(254) {
        let rows = histogram[usize::from(bin)];
        if total.count() - search.left.count() < limits.count {
            break;
        }
        if rows.count() > 0 {
            search.bin(bin, rows);
        }
    }
    search.finish()
}

/// The cut behind `bin`, missing rows on the better side. `left` has the rows up to `bin`.
pub(super) fn at(
    bin: u8,
    left: Moments,
    total: Moments,
    missing: Moments,
    limits: Limits,
) -> Option<Cut> {
    let mut search = CutSearch::new(limits, total, missing);
    search.left = left;
    search.consider(Gap { bin, next: bin + 1 });
    search.best
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Limits = Limits {
        count: 1,
        weight: 1,
        extra: 0.0,
    };

    fn histogram(rows: &[(u8, i64)]) -> (Histogram, Moments) {
        let mut histogram = [Moments::default(); 256];
        let mut total = Moments::default();
        for &(bin, value) in rows {
            histogram[usize::from(bin)] += Moments::row(value, 1);
            total += Moments::row(value, 1);
        }
        (histogram, total)
    }

    fn cut(rows: &[(u8, i64)], limits: Limits) -> Option<(u8, bool)> {
        let (histogram, total) = histogram(rows);
        best(&histogram, 0, 254, total, limits).map(|cut| (cut.bin, cut.missing_left))
    }

    #[test]
    fn the_cut_knows_the_gap_that_it_lies_in() {
        let (histogram, total) = histogram(&[(0, 1), (2, 1), (8, 9), (9, 9)]);
        let cut = best(&histogram, 0, 254, total, FREE).unwrap();
        assert_eq!((cut.bin, cut.next, cut.score), (2, 8, 2.0 + 162.0));
        assert_eq!(
            super::at(5, total - total, total, total - total, FREE),
            None
        );
    }

    #[test]
    fn rows_of_one_bin_are_not_parted() {
        assert_eq!(cut(&[(0, 1), (1, 9)], FREE), Some((0, false)));
        assert_eq!(cut(&[(5, 1), (5, 9)], FREE), None);
    }

    #[test]
    fn missing_rows_go_to_the_side_they_are_like() {
        assert_eq!(cut(&[(0, 1), (1, 9), (255, 9)], FREE), Some((0, false)));
        assert_eq!(cut(&[(0, 1), (1, 9), (255, 1)], FREE), Some((0, true)));
        assert_eq!(cut(&[(0, 1), (1, 1), (255, 9)], FREE), Some((1, false)));
        assert_eq!(cut(&[(255, 1), (255, 9)], FREE), None);
    }

    #[test]
    fn both_sides_keep_the_limits() {
        let rows = [(0, 90), (1, 0), (2, 0), (3, 1)];
        let two = Limits { count: 2, ..FREE };
        assert_eq!(cut(&rows, FREE), Some((0, false)));
        assert_eq!(cut(&rows, two), Some((1, false)));
        let heavy = Limits { weight: 3, ..FREE };
        assert_eq!(cut(&rows, heavy), None);
    }
}
