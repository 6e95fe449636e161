//! A window of live traffic: counts in the bins of the model's baseline.

use crate::shift;
use model::baseline::{Baseline, Distribution};
use model::row::Cell;

/// Counts of what came, in the bins of each distribution of a baseline, in their order.
#[derive(Clone, Debug)]
pub struct Window<'a> {
    distributions: Vec<Distribution<'a>>,
    /// Where the counts of each distribution begin.
    starts: Vec<usize>,
    counts: Vec<u64>,
    numbers: Vec<Numbers>,
}

/// Statistics of the numbers of a distribution besides their bins.
#[derive(Clone, Copy, Debug, Default)]
struct Numbers {
    /// Finite ones.
    count: u64,
    sum: f64,
}

impl<'a> Window<'a> {
    /// An empty window.
    pub fn new(baseline: &Baseline<'a>) -> Window<'a> {
        let distributions = baseline.distributions.clone();
        let mut starts = Vec::with_capacity(distributions.len() + 1);
        let mut bins = 0;
        for distribution in &distributions {
            starts.push(bins);
            bins += distribution.bins();
        }
        starts.push(bins);
        Window {
            counts: vec![0; bins],
            numbers: vec![Numbers::default(); distributions.len()],
            starts,
            distributions,
        }
    }

    /// The distributions, in whose order everything here is indexed.
    pub fn distributions(&self) -> &[Distribution<'a>] {
        &self.distributions
    }

    /// Counts a number of a distribution; NaN is missing. Nothing happens where there is no such
    /// distribution.
    pub fn add_number(&mut self, index: usize, value: f64) {
        let Some(distribution) = self.distributions.get(index) else {
            return;
        };
        self.count(index, distribution.bin_of_number(value));
        if value.is_finite() {
            self.numbers[index].count += 1;
            self.numbers[index].sum += value;
        }
    }

    /// Counts a name of a distribution; the empty one is missing.
    pub fn add_name(&mut self, index: usize, name: &str) {
        if let Some(distribution) = self.distributions.get(index) {
            self.count(index, distribution.bin_of_name(name));
        }
    }

    /// Counts a cell of a distribution's column; nothing of text, whose statistics are numbers.
    pub fn add_cell(&mut self, index: usize, cell: &Cell<'_>) {
        let Some(distribution) = self.distributions.get(index) else {
            return;
        };
        match (distribution.bin_of_cell(cell), cell) {
            (Some(_), Cell::Number(number)) => self.add_number(index, *number),
            (Some(bin), _) => self.count(index, bin),
            (None, _) => {}
        }
    }

    fn count(&mut self, index: usize, bin: usize) {
        if let Some(count) = self.counts.get_mut(self.starts[index] + bin) {
            *count += 1;
        }
    }

    /// The counts of a distribution's bins; none where there is no such distribution.
    pub fn counts(&self, index: usize) -> &[u64] {
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(start), Some(end)) => &self.counts[*start..*end],
            _ => &[],
        }
    }

    /// Number of counted values of a distribution.
    pub fn rows_of(&self, index: usize) -> u64 {
        self.counts(index).iter().sum()
    }

    /// The number of rows: that of the distribution that was counted most often.
    pub fn rows(&self) -> u64 {
        let indices = 0..self.distributions.len();
        indices
            .map(|index| self.rows_of(index))
            .max()
            .unwrap_or_default()
    }

    /// The population stability index of a distribution against training, less what chance makes:
    /// see [`shift::psi`].
    pub fn psi(&self, index: usize) -> f64 {
        match self.distributions.get(index) {
            Some(distribution) => shift::psi(self.counts(index), &training(distribution)),
            None => 0.0,
        }
    }

    /// The mean of the finite numbers of a distribution; `None` where there was none.
    pub fn mean(&self, index: usize) -> Option<f64> {
        let numbers = self.numbers.get(index)?;
        (numbers.count > 0).then(|| numbers.sum / numbers.count as f64)
    }

    /// The share of values that were missing; `None` where none was counted.
    pub fn missing_ratio(&self, index: usize) -> Option<f64> {
        self.ratio(index, self.distributions.get(index)?.missing())
    }

    /// The share of names that training did not list; `None` of numbers, and where none was counted.
    pub fn other_ratio(&self, index: usize) -> Option<f64> {
        let distribution = self.distributions.get(index)?;
        let other = distribution.missing().checked_sub(1)?;
        match distribution.statistic.is_of_names() {
            true => self.ratio(index, other),
            false => None,
        }
    }

    fn ratio(&self, index: usize, bin: usize) -> Option<f64> {
        let (rows, part) = (self.rows_of(index), *self.counts(index).get(bin)?);
        (rows > 0).then(|| part as f64 / rows as f64)
    }

    /// Adds the counts of a window of the same baseline.
    pub fn merge(&mut self, other: &Window<'_>) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        for (numbers, more) in self.numbers.iter_mut().zip(&other.numbers) {
            numbers.count += more.count;
            numbers.sum += more.sum;
        }
    }

    /// Empties it.
    pub fn reset(&mut self) {
        self.counts.fill(0);
        self.numbers.fill(Numbers::default());
    }
}

/// Numbers of training rows in each bin of a distribution.
pub fn training(distribution: &Distribution<'_>) -> Vec<u64> {
    let rows = distribution.rows() as f64;
    distribution
        .shares()
        .map(|share| (share * rows).round() as u64)
        .collect()
}

#[cfg(test)]
mod tests;
