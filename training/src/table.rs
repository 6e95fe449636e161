//! Tables to typed columns: what is read of a file, by columns.

mod cells;
mod reading;

pub use reading::{describe, read};

use crate::columns::Input;
use crate::notes::Note;
use model::format::ColumnKind;
use model::row::{Cell, Row};
use model::timestamp::Timestamp;
use std::borrow::Cow;

/// A table, by columns.
pub struct Table {
    /// The columns that are learnt from.
    pub columns: Vec<Column>,
    /// Target.
    pub targets: Targets,
    /// Rows that `skip_empty` left out.
    pub skipped: usize,
    /// Numbers of all rows of the file that were left out, counted from 1 below the header, in their order.
    pub gaps: Vec<usize>,
    /// Notes on its rows.
    pub notes: Vec<Note>,
}

/// A column that is learnt from.
pub struct Column {
    /// Its name.
    pub name: String,
    /// Values of the column.
    pub input: Input,
    /// Its values.
    pub data: Data,
}

/// The values of a column, one a row.
pub enum Data {
    /// Texts.
    Text(Vec<String>),
    /// Numbers, or booleans as 0 and 1; NaN where they are missing.
    Number(Vec<f64>),
    /// Categories as codes; the empty name stands for a missing one.
    Category {
        /// In the order in which they were met.
        names: Vec<String>,
        /// One a row.
        codes: Vec<u32>,
    },
    /// Timestamps.
    Time(Vec<Option<Timestamp>>),
}

/// Target, one entry per row.
pub enum Targets {
    /// Labels as they are written.
    Labels(Vec<String>),
    /// Finite numbers.
    Values(Vec<f64>),
}

impl Targets {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Targets::Labels(labels) => labels.len(),
            Targets::Values(values) => values.len(),
        }
    }

    /// True if there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.targets.len()
    }

    /// The number of a row in its file, counted from 1 below the header.
    pub fn source_row(&self, row: usize) -> usize {
        let is_before = |(count, gap): (usize, &usize)| gap - 1 - count <= row;
        let before = self.gaps.iter().enumerate();
        row + 1 + before.take_while(|of| is_before(*of)).count()
    }

    /// A row, as a request would give it.
    pub fn row(&self, number: usize) -> Row<'_> {
        Row::from_cells(
            self.columns
                .iter()
                .map(|column| column.cell(number))
                .collect(),
        )
    }

    /// The same row as a JSON object, for reports.
    pub fn row_json(&self, number: usize) -> String {
        let members = self.columns.iter().map(|column| {
            let value = match column.cell(number) {
                // Of text, an empty one is a text, and a model would refuse null.
                Cell::Text(text) => text.into_owned().into(),
                cell if cell.is_missing() => serde_json::Value::Null,
                Cell::Category(name) => name.into_owned().into(),
                Cell::Number(number) if column.input.kind == ColumnKind::Boolean => {
                    (number == 1.0).into()
                }
                Cell::Number(number) => number.into(),
                Cell::Time(time) => time.map(|time| time.to_string()).into(),
            };
            (column.name.clone(), value)
        });
        serde_json::Value::Object(members.collect()).to_string()
    }
}

impl Column {
    /// The value of a row.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        match &self.data {
            Data::Text(texts) => Cell::Text(Cow::Borrowed(&texts[row])),
            Data::Number(numbers) => Cell::Number(numbers[row]),
            Data::Category { names, codes } => {
                Cell::Category(Cow::Borrowed(&names[codes[row] as usize]))
            }
            Data::Time(times) => Cell::Time(times[row]),
        }
    }

    /// Summary of its values, for the terminal.
    pub fn looks(&self, rows: &[usize]) -> String {
        let is_missing = |row: &&usize| self.cell(**row).is_missing();
        let missing = rows.iter().filter(is_missing).count();
        let mut looks = match &self.data {
            Data::Text(texts) => {
                let lengths = rows.iter().map(|row| texts[*row].chars().count());
                format!("up to {} characters", lengths.max().unwrap_or(0))
            }
            Data::Number(numbers) if self.input.kind == ColumnKind::Boolean => {
                let is_yes = |row: &&usize| numbers[**row] == 1.0;
                let yes = rows.iter().filter(is_yes).count();
                format!("{yes} yes, {} no", rows.len() - missing - yes)
            }
            Data::Number(numbers) => {
                let present = || rows.iter().map(|row| numbers[*row]).filter(|n| !n.is_nan());
                let least = present().fold(f64::INFINITY, f64::min);
                let greatest = present().fold(f64::NEG_INFINITY, f64::max);
                match least <= greatest {
                    true => format!("{least} to {greatest}"),
                    false => "no value".to_string(),
                }
            }
            Data::Category { names, codes } => {
                let mut seen = vec![false; names.len()];
                rows.iter()
                    .for_each(|row| seen[codes[*row] as usize] = true);
                let known = names.iter().zip(seen);
                let values = known.filter(|(name, seen)| *seen && !name.is_empty());
                format!("{} values", values.count())
            }
            Data::Time(times) => {
                let mut sorted: Vec<Timestamp> =
                    rows.iter().filter_map(|row| times[*row]).collect();
                sorted.sort_by(|a, b| a.days().total_cmp(&b.days()));
                let order = match self.input.notation.day_first {
                    true => ", day before month",
                    false => "",
                };
                match (sorted.first(), sorted.last()) {
                    (Some(first), Some(last)) => format!("{first} to {last}{order}"),
                    _ => String::new(),
                }
            }
        };
        if missing > 0 {
            looks += &format!(", {missing} missing");
        }
        looks
    }

    /// True if every row has the same value.
    pub fn is_constant(&self) -> bool {
        fn same<T: PartialEq>(values: &[T]) -> bool {
            values.iter().all(|value| *value == values[0])
        }
        match &self.data {
            Data::Text(texts) => same(texts),
            Data::Number(numbers) => same(numbers) || numbers.iter().all(|number| number.is_nan()),
            Data::Category { codes, .. } => same(codes),
            Data::Time(times) => same(times),
        }
    }
}
