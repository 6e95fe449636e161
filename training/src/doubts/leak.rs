//! Leaks: columns that copy the target or alone determine it.
//!
//! A column determines labels if its value decides them for all but one row in 500, where always
//! answering the most frequent label is wrong ten times as often. A value that one row has decides
//! nothing, since any column of different values could. Numbers may also decide by cuts: sorted by
//! the column, the rows have their labels in as many runs as there are labels.
//!
//! A column determines numbers if rows with the same value, or with the values next to it, predict
//! all but half a percent of their variance; so does a copy that is scaled, negated or rounded.

use crate::codes::frequencies;
use crate::table::{Column, Data, Targets};
use model::format::ColumnKind;
use model::row::boolean;
use std::collections::HashMap;

/// With fewer rows, nothing is decided.
const FEW: usize = 20;

/// One row in so many may disagree.
const ROWS_A_MISTAKE: usize = 500;

/// Always answering the most frequent label must be wrong so many times as often.
const BETTER: usize = 10;

/// Share of the target's variance that a column must predict.
const R2: f64 = 0.995;

/// Rows that are looked at, evenly over the table: more would not change the verdict.
const SAMPLE: usize = 50_000;

/// Ways in which a column gives the target away.
#[derive(Clone, Debug, PartialEq)]
pub enum Leak {
    /// Its values are those of the target.
    Copy,
    /// Each of its values goes with one label.
    Values(usize),
    /// Sorted by it, the labels do not mix.
    Cuts,
    /// It predicts the target, to this share of its variance.
    Predicts(f64),
}

impl Leak {
    /// The reason for people, a main clause that begins with `it`.
    pub fn reason(&self) -> String {
        match self {
            Leak::Copy => "it is a copy of the target".to_string(),
            Leak::Values(count) => format!(
                "it alone determines the target: each of its {count} values has only one label"
            ),
            Leak::Cuts => {
                "it alone determines the target: sorted by it, the labels do not mix".to_string()
            }
            Leak::Predicts(r2) => format!("it alone determines the target (R² {r2:.4})"),
        }
    }
}

/// Finds the way in which `column` gives `targets` away; `codes` are those of the labels, below
/// `labels`, or 0 for numbers.
pub fn leak(column: &Column, targets: &Targets, codes: &[u32], labels: usize) -> Option<Leak> {
    let step = targets.len().div_ceil(SAMPLE).max(1);
    let rows: Vec<usize> = (0..targets.len()).step_by(step).collect();
    if rows.len() < FEW {
        return None;
    }
    if is_copy(column, targets, &rows) {
        return Some(Leak::Copy);
    }
    let values = ColumnValues::of(column, &rows);
    match targets {
        Targets::Labels(_) => {
            let codes: Vec<u32> = rows.iter().map(|row| codes[*row]).collect();
            tells_labels(&values, &codes, labels)
        }
        Targets::Values(targets) => {
            let targets: Vec<f64> = rows.iter().map(|row| targets[*row]).collect();
            let r2 = r2(&values, &targets);
            (r2 >= R2).then_some(Leak::Predicts(r2))
        }
    }
}

/// The values of a column, one a row.
enum ColumnValues {
    /// Equal ones have the same number.
    Groups(Vec<usize>),
    /// In their order; NaN where one is missing.
    Numbers(Vec<f64>),
}

impl ColumnValues {
    fn of(column: &Column, rows: &[usize]) -> ColumnValues {
        match &column.data {
            Data::Number(numbers) => {
                ColumnValues::Numbers(rows.iter().map(|row| numbers[*row]).collect())
            }
            Data::Time(times) => {
                let days = |row: &usize| times[*row].map_or(f64::NAN, |time| time.days());
                ColumnValues::Numbers(rows.iter().map(days).collect())
            }
            Data::Category { codes, .. } => {
                ColumnValues::Groups(rows.iter().map(|row| codes[*row] as usize).collect())
            }
            Data::Text(texts) => {
                let mut numbers: HashMap<&str, usize> = HashMap::new();
                let number = |row: &usize| {
                    let next = numbers.len();
                    *numbers.entry(texts[*row].trim()).or_insert(next)
                };
                ColumnValues::Groups(rows.iter().map(number).collect())
            }
        }
    }

    /// The rows by their values: those of equal ones together, numbers ascending, missing ones last.
    fn groups(&self) -> Vec<Vec<usize>> {
        match self {
            ColumnValues::Groups(numbers) => {
                let mut groups = vec![Vec::new(); numbers.iter().max().map_or(0, |most| most + 1)];
                for (row, number) in numbers.iter().enumerate() {
                    groups[*number].push(row);
                }
                groups.retain(|group| !group.is_empty());
                groups
            }
            ColumnValues::Numbers(numbers) => {
                let mut order: Vec<usize> = (0..numbers.len()).collect();
                order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
                let is_same = |a: &usize, b: &usize| {
                    let (a, b) = (numbers[*a], numbers[*b]);
                    a == b || a.is_nan() && b.is_nan()
                };
                order.chunk_by(is_same).map(<[usize]>::to_vec).collect()
            }
        }
    }
}

fn is_copy(column: &Column, targets: &Targets, rows: &[usize]) -> bool {
    let alike = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let is_equal = |row: usize| match (targets, &column.data) {
        (Targets::Labels(labels), Data::Text(texts)) => alike(&texts[row], &labels[row]),
        (Targets::Labels(labels), Data::Category { names, codes }) => {
            alike(&names[codes[row] as usize], &labels[row])
        }
        (Targets::Labels(labels), Data::Number(numbers)) => {
            let label = labels[row].trim();
            let as_boolean = (column.input.kind == ColumnKind::Boolean)
                .then(|| boolean(label).map(f64::from))
                .flatten();
            as_boolean.or_else(|| label.parse().ok()) == Some(numbers[row])
        }
        (Targets::Values(values), Data::Number(numbers)) => {
            (numbers[row] - values[row]).abs() <= 1e-9 * values[row].abs()
        }
        _ => false,
    };
    let differing = rows.iter().filter(|row| !is_equal(**row)).count();
    differing * ROWS_A_MISTAKE <= rows.len()
}

fn tells_labels(values: &ColumnValues, codes: &[u32], labels: usize) -> Option<Leak> {
    let mut counts = frequencies(codes, labels);
    let of_baseline = codes.len() - counts.iter().max().copied().unwrap_or(0);
    let is_told = |mistakes: usize| {
        mistakes * ROWS_A_MISTAKE <= codes.len() && of_baseline >= BETTER * mistakes.max(1)
    };
    let groups = values.groups();
    let (mut mixed, mut lone, mut runs, mut last) = (0, 0, 0, None);
    for group in &groups {
        counts.fill(0);
        group
            .iter()
            .for_each(|row| counts[codes[*row] as usize] += 1);
        let (label, most) = (0..labels)
            .map(|label| (label, counts[label]))
            .max_by_key(|(_, count)| *count)?;
        mixed += group.len() - most;
        lone += usize::from(group.len() == 1);
        runs += usize::from(last.replace(label) != Some(label));
    }
    // Values that hardly return are names: rows of one name may well have one label.
    if is_told(mixed + lone) && groups.len() * 5 <= codes.len() {
        return Some(Leak::Values(groups.len()));
    }
    let is_cut =
        matches!(values, ColumnValues::Numbers(_)) && is_told(mixed + (runs - runs.min(labels)));
    is_cut.then_some(Leak::Cuts)
}

/// Share of the targets' variance that each row's neighbours by `values` predict; the row itself has
/// no part in it.
fn r2(values: &ColumnValues, targets: &[f64]) -> f64 {
    let mean = targets.iter().sum::<f64>() / targets.len() as f64;
    let groups = values.groups();
    let sums: Vec<f64> = groups
        .iter()
        .map(|group| group.iter().map(|row| targets[*row]).sum())
        .collect();
    let at = |group: usize| sums[group] / groups[group].len() as f64;
    let place = |group: usize| match values {
        ColumnValues::Numbers(numbers) => numbers[groups[group][0]],
        ColumnValues::Groups(_) => f64::NAN,
    };
    let (mut errors, mut variance) = (0.0, 0.0);
    for (index, group) in groups.iter().enumerate() {
        let alone = || {
            let (before, behind) = (index.wrapping_sub(1), index + 1);
            let is_place = |group: usize| group < groups.len() && !place(group).is_nan();
            match (is_place(before), is_place(behind), is_place(index)) {
                (true, true, true) => {
                    let share = (place(index) - place(before)) / (place(behind) - place(before));
                    at(before) + share * (at(behind) - at(before))
                }
                (true, _, true) => at(before),
                (_, true, true) => at(behind),
                _ => mean,
            }
        };
        for row in group {
            let target = targets[*row];
            let predicted = match group.len() {
                1 => alone(),
                count => (sums[index] - target) / (count - 1) as f64,
            };
            errors += (target - predicted) * (target - predicted);
            variance += (target - mean) * (target - mean);
        }
    }
    1.0 - errors / variance
}

#[cfg(test)]
mod tests;
