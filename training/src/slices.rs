//! Held-out rows by the values of each column, so that a report can measure every part on its own.

use crate::evaluation::figures::brief;
use crate::table::{Column, Data, Table};
use model::format::ColumnKind;
use model::timestamp::date_of_day;
use std::collections::BTreeMap;
use std::ops::Range;

/// Most parts of a column; the values with the fewest rows share the last one.
const PARTS: usize = 12;

/// Parts of a number, a time or a text's length that has more different values than [`PARTS`].
const RANGES: usize = 4;

/// Fewest rows of a part whose figure means anything.
const FEWEST: usize = 20;

/// Name of the part of the rows that have no value.
pub const MISSING: &str = "(no value)";

/// Name of the part of all values that have none of their own.
pub const OTHERS: &str = "(other values)";

/// The rows of a column, each in one part.
#[derive(Clone, Debug, PartialEq)]
pub struct Slices {
    /// The column's name; of a text, `subject, characters`.
    pub column: String,
    /// The parts: values by falling number of rows, ranges in their order.
    pub parts: Vec<Part>,
}

/// The rows with one value, or with values of one range.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The value or the range.
    pub name: String,
    /// Places of the rows in the list of rows that was cut.
    pub rows: Vec<usize>,
}

/// Cuts `rows` of the table by each column. A column is left out if not even two of its parts have enough
/// rows.
pub fn slices(table: &Table, rows: &[usize]) -> Vec<Slices> {
    let of = |column: &Column| Slices {
        column: match column.input.kind {
            ColumnKind::Text => format!("{}, characters", column.name),
            _ => column.name.clone(),
        },
        parts: parts(column, rows),
    };
    let is_telling = |slices: &Slices| {
        let large = slices.parts.iter().filter(|part| part.rows.len() >= FEWEST);
        large.count() > 1
    };
    table.columns.iter().map(of).filter(is_telling).collect()
}

fn parts(column: &Column, rows: &[usize]) -> Vec<Part> {
    match &column.data {
        Data::Category { names, codes } => {
            let name = |row: usize| Some(names[codes[row] as usize].clone());
            by_name(rows, |row| name(row).filter(|name| !name.is_empty()))
        }
        Data::Number(numbers) if column.input.kind == ColumnKind::Boolean => {
            let name = |row: usize| match numbers[row] {
                1.0 => Some("yes".to_string()),
                0.0 => Some("no".to_string()),
                _ => None,
            };
            by_name(rows, name)
        }
        Data::Number(numbers) => ranges(rows, |row| numbers[row], brief),
        Data::Text(texts) => ranges(rows, |row| texts[row].chars().count() as f64, brief),
        Data::Time(times) => {
            let days = |row: usize| times[row].map_or(f64::NAN, |time| time.days());
            ranges(rows, days, |days| {
                let (year, month, day) = date_of_day(days.floor() as i64);
                format!("{year}-{month:02}-{day:02}")
            })
        }
    }
}

fn by_name(rows: &[usize], name: impl Fn(usize) -> Option<String>) -> Vec<Part> {
    let mut of_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut missing = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        match name(*row) {
            Some(name) => of_name.entry(name).or_default().push(place),
            None => missing.push(place),
        }
    }
    let named = of_name.into_iter();
    let mut parts: Vec<Part> = named.map(|(name, rows)| Part { name, rows }).collect();
    // A stable sort: equal ones stay by name.
    parts.sort_by_key(|part| std::cmp::Reverse(part.rows.len()));
    let others: Vec<Part> = match parts.len() > PARTS {
        true => parts.split_off(PARTS - 1),
        false => Vec::new(),
    };
    let mut others: Vec<usize> = others.into_iter().flat_map(|part| part.rows).collect();
    others.sort_unstable();
    parts.extend(part(OTHERS, others));
    parts.extend(part(MISSING, missing));
    parts
}

fn part(name: &str, rows: Vec<usize>) -> Option<Part> {
    let name = name.to_string();
    (!rows.is_empty()).then_some(Part { name, rows })
}

/// Each value on its own where there are few, else ranges with about equally many rows.
fn ranges(
    rows: &[usize],
    number: impl Fn(usize) -> f64,
    name: impl Fn(f64) -> String,
) -> Vec<Part> {
    let numbers = rows.iter().map(|row| number(*row)).enumerate();
    let (missing, mut sorted): (Vec<_>, Vec<_>) = numbers.partition(|(_, of)| of.is_nan());
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let runs = sorted.chunk_by(|a, b| a.1 == b.1);
    let ends = runs.scan(0, |end, run| {
        *end += run.len();
        Some(*end)
    });
    let ends: Vec<usize> = ends.collect();
    let mut parts = Vec::new();
    for range in cuts(&ends) {
        let cut = &sorted[range];
        let (Some((_, low)), Some((_, high))) = (cut.first(), cut.last()) else {
            continue;
        };
        let name = match (name(*low), name(*high)) {
            (low, high) if low == high => low,
            (low, high) => format!("{low} to {high}"),
        };
        parts.extend(part(&name, cut.iter().map(|(place, _)| *place).collect()));
    }
    parts.extend(part(MISSING, missing.into_iter().map(|of| of.0).collect()));
    parts
}

/// The parts of sorted rows, of which each run of equal values ends at one of `ends`.
fn cuts(ends: &[usize]) -> Vec<Range<usize>> {
    let rows = ends.last().copied().unwrap_or_default();
    let mut cuts = Vec::new();
    let mut start = 0;
    for end in ends {
        let share = (cuts.len() + 1) * rows / RANGES;
        if ends.len() <= PARTS || *end >= share || *end == rows {
            cuts.push(start..*end);
            start = *end;
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ROWS, table};
    use proptest::prelude::*;

    #[test]
    fn every_kind_of_column_is_cut() {
        let rows: Vec<usize> = (0..ROWS).collect();
        let slices = slices(&table(), &rows);
        let names = |column: &str| -> Vec<String> {
            let of = slices.iter().find(|of| of.column == column).unwrap();
            of.parts.iter().map(|part| part.name.clone()).collect()
        };
        assert_eq!(slices.len(), 5);
        assert_eq!(names("member"), ["no", "yes"]);
        let colors = names("color");
        assert_eq!((colors.len(), &*colors[3]), (4, MISSING));
        assert_eq!(names("income").len(), RANGES + 1);
        assert!(
            names("income")[0].starts_with("2.25 to "),
            "{:?}",
            names("income")
        );
        assert!(
            names("seen")[0].starts_with("2025-01-03"),
            "{:?}",
            names("seen")
        );
        assert!(names("note, characters").len() > 1);
    }

    #[test]
    fn a_column_with_one_large_part_is_left_out() {
        let rows: Vec<usize> = (0..30).collect();
        assert!(
            slices(&table(), &rows)
                .iter()
                .all(|of| of.column != "color")
        );
    }

    proptest! {
        #[test]
        fn every_row_is_in_one_part(
            numbers in prop::collection::vec(prop_oneof![Just(f64::NAN), -9.0..9.0f64, (0u8..5).prop_map(f64::from)], 1..200),
        ) {
            let rows: Vec<usize> = (0..numbers.len()).collect();
            let parts = ranges(&rows, |row| numbers[row], brief);
            let mut all: Vec<usize> = parts.iter().flat_map(|part| part.rows.clone()).collect();
            all.sort_unstable();
            prop_assert_eq!(all, rows);
            prop_assert!(parts.len() <= PARTS + 1);
            // Equal values are never apart.
            for number in &numbers {
                let with = |part: &&Part| part.rows.iter().any(|row| numbers[*row] == *number);
                prop_assert!(parts.iter().filter(with).count() <= 1);
            }
        }
    }
}
