//! A metric over time, in as many characters as a line has room for.

use std::collections::BTreeMap;

/// Characters of a picture on a wide screen.
pub(super) const CELLS: u64 = 40;

/// The time that all pictures of a report have in common. Its cells are as short as the time seen
/// so far allows, and double when that grows: so nobody has to know its end before.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeAxis {
    first_ms: u64,
    last_ms: u64,
    /// Time of a cell.
    pub(super) width_ms: u64,
    cells: u64,
}

impl TimeAxis {
    /// An axis of at most so many cells that begins with its first moment, by the second.
    pub(super) fn new(moment_ms: u64, cells: u64) -> TimeAxis {
        TimeAxis {
            cells,
            first_ms: moment_ms,
            last_ms: moment_ms,
            width_ms: 1000,
        }
    }

    /// Makes room for a moment; lines of several environments do not come in order.
    pub(super) fn include(&mut self, moment_ms: u64) {
        self.first_ms = self.first_ms.min(moment_ms);
        self.last_ms = self.last_ms.max(moment_ms);
        while self.last_ms / self.width_ms - self.first_ms / self.width_ms >= self.cells {
            self.width_ms *= 2;
        }
    }

    /// First and last moment.
    pub(super) fn span(&self) -> (u64, u64) {
        (self.first_ms, self.last_ms)
    }
}

/// Sum and count of a metric's values in each cell of an axis.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeline {
    width_ms: u64,
    cells: BTreeMap<u64, (f64, u64)>,
}

impl Timeline {
    pub(super) fn add(&mut self, axis: &TimeAxis, moment_ms: u64, value: f64) {
        self.widen(axis);
        let cell = self.cells.entry(moment_ms / axis.width_ms).or_default();
        *cell = (cell.0 + value, cell.1 + 1);
    }

    /// Puts cells together until they are as wide as the axis has them.
    fn widen(&mut self, axis: &TimeAxis) {
        if self.width_ms == axis.width_ms {
            return;
        }
        let narrow = std::mem::take(&mut self.cells);
        let factor = axis.width_ms / self.width_ms.max(1);
        for (index, (sum, count)) in narrow {
            let cell = self.cells.entry(index / factor).or_default();
            *cell = (cell.0 + sum, cell.1 + count);
        }
        self.width_ms = axis.width_ms;
    }

    /// One character per cell, blank without values: the sum of its values, from zero up, or their
    /// mean, from the minimum to the maximum.
    pub(super) fn picture(&mut self, axis: &TimeAxis, is_sum: bool) -> String {
        const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        self.widen(axis);
        let height = |&(sum, count): &(f64, u64)| if is_sum { sum } else { sum / count as f64 };
        let heights: Vec<f64> = self.cells.values().map(height).collect();
        let start = if is_sum { 0.0 } else { f64::INFINITY };
        let least = heights.iter().copied().fold(start, f64::min);
        let greatest = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let cells = axis.first_ms / axis.width_ms..=axis.last_ms / axis.width_ms;
        let picture: String = cells
            .map(|index| match self.cells.get(&index).map(height) {
                None => ' ',
                // All are alike: a line.
                Some(_) if greatest <= least => BARS[0],
                Some(height) => {
                    let share = (height - least) / (greatest - least);
                    BARS[((share * 8.0) as usize).min(7)]
                }
            })
            .collect();
        picture.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{CELLS, TimeAxis, Timeline};

    fn picture(moments: &[(u64, f64)], is_sum: bool) -> String {
        let mut axis = TimeAxis::new(moments[0].0, CELLS);
        let mut timeline = Timeline::default();
        for &(moment, value) in moments {
            axis.include(moment);
            timeline.add(&axis, moment, value);
        }
        timeline.picture(&axis, is_sum)
    }

    #[test]
    fn a_gap_stays_empty_and_order_does_not_count() {
        let moments = [(5_000, 3.0), (1_000, 1.0), (3_000, 2.0), (3_500, 2.0)];
        assert_eq!(picture(&moments, false), "▁ ▅ █");
        assert_eq!(picture(&moments, true), "▃ █ ▇");
        assert_eq!(picture(&[(0, 7.0)], false), "▁");
    }

    #[test]
    fn a_year_and_a_second_fit_the_same_line() {
        let year = 365 * 86_400_000;
        let moments: Vec<_> = (0..=1000).map(|n| (n * year / 1000, n as f64)).collect();
        let picture = picture(&moments, false);
        let length = picture.chars().count() as u64;
        assert!(length > CELLS / 2 - 1 && length <= CELLS, "{length}");
        let mut sorted: Vec<_> = picture.chars().collect();
        sorted.sort_unstable();
        assert_eq!(sorted, picture.chars().collect::<Vec<_>>());
    }
}
