//! Values of category columns that training did not see.

use model::Model;
use model::format::ColumnKind;
use model::row::{Cell, Row};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// Values of a column that are counted apart; further ones are not named.
const MOST: usize = 10_000;

/// Most bytes of a value that is counted: a longer one is no name.
const LONG: usize = 200;

/// Values that are named of a column.
const NAMED: usize = 5;

/// Fewest records with a value that is named: a value of one record may be that of a person.
const FEWEST: u64 = 5;

/// Counts of new values by column.
#[derive(Clone, Debug, Default)]
pub struct News {
    columns: BTreeMap<usize, NewValues>,
}

#[derive(Clone, Debug, Default)]
struct NewValues {
    known: HashSet<&'static str>,
    counts: BTreeMap<String, u64>,
}

/// A value that training did not see.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewValue {
    /// The value.
    pub value: String,
    /// Records with it.
    pub rows: u64,
    /// Their share of the column's records.
    pub share: f64,
}

impl News {
    /// Nothing yet.
    pub fn of(model: &Model<'static>) -> News {
        let columns = model.columns.iter().enumerate();
        let categories = columns.filter(|(_, column)| column.kind == ColumnKind::Category);
        let column = |(index, column): (usize, &model::column::Column<'static>)| {
            let known = (0..column.term_count()).filter_map(|term| column.term(term));
            let new = NewValues {
                known: known.collect(),
                counts: BTreeMap::new(),
            };
            (index, new)
        };
        News {
            columns: categories.map(column).collect(),
        }
    }

    /// Counts the values of a row that are new, but for the columns that were redacted.
    pub fn add(&mut self, row: &Row<'_>, redacted: &[usize]) {
        for (index, of) in &mut self.columns {
            let Some(Cell::Category(name)) = row.cells().get(*index) else {
                continue;
            };
            let is_known = name.is_empty() || of.known.contains(name.as_ref());
            if is_known || name.len() > LONG || redacted.contains(index) {
                continue;
            }
            if let Some(count) = of.counts.get_mut(name.as_ref()) {
                *count += 1;
            } else if of.counts.len() < MOST {
                of.counts.insert(name.to_string(), 1);
            }
        }
    }

    /// Adds what another part has counted.
    pub fn merge(&mut self, other: News) {
        for (index, more) in other.columns {
            let of = self.columns.entry(index).or_default();
            for (name, count) in more.counts {
                if of.counts.len() < MOST || of.counts.contains_key(&name) {
                    *of.counts.entry(name).or_default() += count;
                }
            }
        }
    }

    /// The most frequent new values of a column, of which there were `rows` values.
    pub fn most_frequent(&self, column: usize, rows: u64) -> Vec<NewValue> {
        let Some(of) = self.columns.get(&column) else {
            return Vec::new();
        };
        let frequent = of.counts.iter().filter(|(_, rows)| **rows >= FEWEST);
        let mut values: Vec<NewValue> = frequent
            .map(|(value, count)| NewValue {
                value: value.clone(),
                rows: *count,
                share: *count as f64 / rows.max(1) as f64,
            })
            .collect();
        // A stable sort: equal ones stay by name.
        values.sort_by_key(|of| std::cmp::Reverse(of.rows));
        values.truncate(NAMED);
        values
    }
}
