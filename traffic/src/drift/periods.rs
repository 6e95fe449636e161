//! Traffic by period: counts of each hour, day, month or year.

use crate::estimate::Accuracy;
use crate::requests::Requests;
use monitor::Window;
use std::collections::BTreeMap;

/// Letters of a time by RFC 3339 up to its hour, day, month and year.
const LENGTHS: [usize; 4] = [13, 10, 7, 4];

/// Most periods that are kept apart: of more, longer ones are taken.
const MOST: usize = 200;

/// Fewest periods of a timeline that longer ones leave.
const FEWEST: usize = 5;

/// Counts by period. Which periods these are depends on all times, not on their order.
#[derive(Clone, Debug)]
pub struct Periods {
    empty: Window<'static>,
    /// Index of the periods' length.
    length: usize,
    of: BTreeMap<String, Period>,
}

/// Counts of a period.
#[derive(Clone, Debug)]
pub struct Period {
    /// Rows in the bins of the baseline.
    pub window: Window<'static>,
    /// Statistics of the answers.
    pub accuracy: Accuracy,
    /// Records that were compared.
    pub rows: u64,
    /// Requests.
    pub requests: Requests,
}

impl Periods {
    /// No period yet; `empty` is the window of each.
    pub fn new(empty: Window<'static>) -> Periods {
        Periods {
            empty,
            length: 0,
            of: BTreeMap::new(),
        }
    }

    /// The period of a time; times of another form share one, whose name is empty.
    pub fn at(&mut self, time: &str) -> &mut Period {
        if !self.of.contains_key(self.name(time)) && self.of.len() >= MOST {
            self.lengthen();
        }
        let name = match self.of.len() < MOST || self.of.contains_key(self.name(time)) {
            true => self.name(time).to_string(),
            false => String::new(),
        };
        let empty = &self.empty;
        let period = self.of.entry(name);
        period.or_insert_with(|| Period::new(empty.clone()))
    }

    /// Adds what another part has counted.
    pub fn merge(&mut self, mut other: Periods) {
        while other.length < self.length {
            other.lengthen();
        }
        while self.length < other.length {
            self.lengthen();
        }
        for (name, period) in other.of {
            self.at(&name).merge(&period);
        }
    }

    /// All periods together.
    pub fn whole(&self) -> Period {
        let mut whole = Period::new(self.empty.clone());
        self.of.values().for_each(|period| whole.merge(period));
        whole
    }

    /// The periods in the order of time, the longest of which there are a few; without those of unknown
    /// time.
    pub fn timeline(&self) -> Vec<(String, Period)> {
        let mut shown = self.clone();
        shown.of.remove("");
        loop {
            let mut longer = shown.clone();
            longer.lengthen();
            if longer.length == shown.length || longer.of.len() < FEWEST {
                break;
            }
            shown = longer;
        }
        shown.of.into_iter().collect()
    }

    /// The name of the period of a time.
    fn name<'t>(&self, time: &'t str) -> &'t str {
        let is_time = |name: &&str| name.as_bytes().first().is_some_and(u8::is_ascii_digit);
        let name = time.get(..LENGTHS[self.length]);
        name.filter(is_time).unwrap_or_default()
    }

    fn lengthen(&mut self) {
        if self.length + 1 == LENGTHS.len() {
            return;
        }
        self.length += 1;
        for (name, period) in std::mem::take(&mut self.of) {
            self.at(&name).merge(&period);
        }
    }
}

impl Period {
    fn new(window: Window<'static>) -> Period {
        Period {
            window,
            accuracy: Accuracy::default(),
            rows: 0,
            requests: Requests::default(),
        }
    }

    fn merge(&mut self, other: &Period) {
        self.window.merge(&other.window);
        self.accuracy.merge(other.accuracy);
        self.rows += other.rows;
        self.requests.merge(&other.requests);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use monitor::capture::rfc3339;
    use std::path::Path;

    fn empty() -> Periods {
        let kept = "../model/tests/files/baseline-1.hearth";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(kept);
        let model = model::source::open_path(&path).unwrap();
        Periods::new(Window::new(&model.baseline().unwrap()))
    }

    /// Names and rows of the periods of a row in each of `hours`.
    fn timeline(hours: impl Iterator<Item = u64>, parts: usize) -> Vec<(String, u64)> {
        let mut all: Vec<Periods> = (0..parts).map(|_| empty()).collect();
        for (place, hour) in hours.enumerate() {
            all[place % parts]
                .at(&rfc3339(1_767_571_200 + 3_600 * hour))
                .rows += 1;
        }
        let mut whole = empty();
        all.into_iter().for_each(|part| whole.merge(part));
        let periods = whole.timeline().into_iter();
        periods.map(|(name, period)| (name, period.rows)).collect()
    }

    #[test]
    fn a_timeline_has_the_longest_periods_of_which_there_are_a_few() {
        let hours = timeline(0..6, 1);
        assert_eq!((hours.len(), &*hours[0].0), (6, "2026-01-05T00"));
        let days = timeline(0..7 * 24, 1);
        assert_eq!((days.len(), &days[1]), (7, &("2026-01-06".to_string(), 24)));
        // More hours than are kept.
        let days = timeline(0..24 * 30, 1);
        assert_eq!((days.len(), days[3].1), (30, 24));
        assert_eq!(timeline(0..24 * 365 * 3, 1).len(), 36 + 1);
    }

    #[test]
    fn parts_of_any_size_make_the_same_timeline() {
        for rows in [3, 150, 250, 5_000] {
            let one = timeline(0..rows, 1);
            assert_eq!(timeline(0..rows, 3), one);
            assert_eq!(one.iter().map(|of| of.1).sum::<u64>(), rows);
        }
    }

    #[test]
    fn times_that_are_none_share_a_period() {
        let mut periods = empty();
        for time in ["", "no time at all", "2026", "ääääääääää"] {
            periods.at(time).rows += 1;
        }
        assert_eq!(periods.whole().rows, 4);
        assert!(periods.timeline().is_empty());
    }
}
