//! Rows that repeat: the same values in every column, on both sides of the split.
//!
//! A test row that training has seen is answered from memory, so figures on such rows say nothing
//! about new ones. In a table of few coarse columns rows repeat by chance, and that is no fault. So
//! repeats count only where chance would not make a tenth of them: the chance that two rows agree in a
//! column is taken from the different rows of the table, and is at least one in the places that its
//! values have; of many columns the three that repeat least are multiplied, since columns depend on
//! each other.

use super::grid::Grid;
use crate::table::{Column, Data, Table, Targets};
use rayon::prelude::*;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Columns that count for what chance makes.
const COLUMNS: usize = 3;

/// Repeats must be so many times as frequent as chance makes them.
const BEYOND_CHANCE: f64 = 10.0;

/// Share of the rows, or of the test rows, from which on repeats are worth a word.
const SHARE: f64 = 0.01;

/// The values of each of `rows` as one number: equal rows have equal ones, also in two tables of the
/// same columns.
pub fn fingerprints(table: &Table, rows: &[usize]) -> Vec<u64> {
    let mut hashers = vec![DefaultHasher::new(); rows.len()];
    for column in &table.columns {
        for (hasher, row) in hashers.iter_mut().zip(rows) {
            hash_cell(column, *row, hasher);
        }
    }
    hashers.iter().map(Hasher::finish).collect()
}

fn hash_cell(column: &Column, row: usize, hasher: &mut DefaultHasher) {
    match &column.data {
        Data::Text(texts) => texts[row].trim().hash(hasher),
        Data::Number(numbers) => bits(numbers[row]).hash(hasher),
        Data::Category { names, codes } => names[codes[row] as usize].hash(hasher),
        Data::Time(times) => times[row].map(|time| bits(time.days())).hash(hasher),
    }
}

/// Equal numbers have equal bits: 0 and -0 are one, and so is all that is missing.
fn bits(number: f64) -> u64 {
    match number {
        number if number.is_nan() => f64::NAN.to_bits(),
        number => (number + 0.0).to_bits(),
    }
}

/// Rows of a table that repeat another one, more often than chance makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// Rows whose values stand in another row, too.
    pub rows: usize,
    /// Those of them that have another target than that row.
    pub conflicting: usize,
}

/// The rows of a table by their values.
pub struct Rows<'t> {
    table: &'t Table,
    /// One a row.
    fingerprints: Vec<u64>,
    /// The chance that two rows are equal, once it is asked for: most tables have no equal rows.
    chance: OnceCell<f64>,
}

impl Rows<'_> {
    /// Those of a table.
    pub fn of(table: &Table) -> Rows<'_> {
        let rows: Vec<usize> = (0..table.rows()).collect();
        Rows {
            table,
            fingerprints: fingerprints(table, &rows),
            chance: OnceCell::new(),
        }
    }

    fn chance(&self) -> f64 {
        *self.chance.get_or_init(|| {
            let mut known = HashSet::new();
            let is_first = |row: &usize| known.insert(self.fingerprints[*row]);
            let different: Vec<usize> = (0..self.fingerprints.len()).filter(is_first).collect();
            let of_column = |column: &Column| chance_of_same(column, &different);
            let mut chances: Vec<f64> = self.table.columns.par_iter().map(of_column).collect();
            chances.sort_by(f64::total_cmp);
            chances.iter().take(COLUMNS).product()
        })
    }

    /// The rows that repeat another one; `None` where chance makes as many.
    pub fn repeats(&self) -> Option<Repeats> {
        let mut groups: HashMap<u64, Vec<usize>> = HashMap::new();
        for (row, fingerprint) in self.fingerprints.iter().enumerate() {
            groups.entry(*fingerprint).or_default().push(row);
        }
        let pairs = |count: usize| count as f64 * (count as f64 - 1.0) / 2.0;
        let found: f64 = groups.values().map(|group| pairs(group.len())).sum();
        if found == 0.0 || found <= BEYOND_CHANCE * pairs(self.fingerprints.len()) * self.chance() {
            return None;
        }
        let is_other = |group: &[usize]| match &self.table.targets {
            Targets::Labels(labels) => group.iter().any(|row| labels[*row] != labels[group[0]]),
            Targets::Values(values) => group.iter().any(|row| values[*row] != values[group[0]]),
        };
        let is_repeated = |group: &&Vec<usize>| group.len() > 1;
        let repeated: Vec<&Vec<usize>> = groups.values().filter(is_repeated).collect();
        let rows: usize = repeated.iter().map(|group| group.len()).sum();
        let conflicting = repeated.iter().filter(|group| is_other(group));
        let matters = rows as f64 > SHARE * self.fingerprints.len() as f64;
        matters.then_some(Repeats {
            rows,
            conflicting: conflicting.map(|group| group.len()).sum(),
        })
    }

    /// For each test row, by its fingerprint, whether a row of `training` has its values. `None` where
    /// too few have to matter, or chance makes as many.
    pub fn seen(&self, training: &[usize], testing: &[u64]) -> Option<Vec<bool>> {
        let mut known: HashMap<u64, usize> = HashMap::new();
        for row in training {
            *known.entry(self.fingerprints[*row]).or_default() += 1;
        }
        let found = |fingerprint: &u64| known.get(fingerprint).copied().unwrap_or(0);
        let pairs: usize = testing.iter().map(found).sum();
        let seen: Vec<bool> = testing.iter().map(|test| found(test) > 0).collect();
        let count = seen.iter().filter(|seen| **seen).count();
        if count as f64 <= SHARE * seen.len() as f64 {
            return None;
        }
        let by_chance = training.len() as f64 * testing.len() as f64 * self.chance();
        (pairs as f64 > BEYOND_CHANCE * by_chance).then_some(seen)
    }
}

/// The chance that two of `rows`, which all differ somewhere, have the same value in a column.
fn chance_of_same(column: &Column, rows: &[usize]) -> f64 {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for row in rows {
        let mut hasher = DefaultHasher::new();
        hash_cell(column, *row, &mut hasher);
        *counts.entry(hasher.finish()).or_default() += 1;
    }
    let pairs = |count: usize| (count * count.saturating_sub(1)) as f64;
    let seen = counts.values().map(|count| pairs(*count)).sum::<f64>() / pairs(rows.len()).max(1.0);
    let places = match &column.data {
        Data::Text(_) => f64::INFINITY,
        Data::Category { .. } => counts.len() as f64,
        Data::Number(numbers) => places(rows.iter().map(|row| numbers[*row])),
        Data::Time(times) => {
            let seconds = |row: &usize| times[*row].map(|time| (time.days() * 86_400.0).round());
            places(rows.iter().filter_map(seconds))
        }
    };
    seen.max(1.0 / places)
}

fn places(numbers: impl Iterator<Item = f64>) -> f64 {
    let numbers: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
    let is_one = numbers.iter().all(|number| *number == numbers[0]);
    match Grid::of(&numbers) {
        Some(grid) => grid.places,
        None if is_one => 1.0,
        None => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests;
