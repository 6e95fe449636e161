//! The columns of a model, found by their names: for a table's header, the members of a JSON object
//! and the tensors of a request alike.
//!
//! A name is looked for first where the model's order would have it, then by a binary search, so that
//! a value of a row of many columns costs little more than one of a row of few. A model with one
//! column of text also answers to [`ALIAS`], unless a column has that name; the column's own name goes
//! before it, and the alias beside it is a name that the model does not know.

use crate::column::Column;
use crate::format::ColumnKind;
use std::fmt;
use std::ops::Deref;

/// The other name of a model's only text column.
pub const ALIAS: &str = "text";

/// Among so few columns, comparing all of them is faster than a binary search: lengths differ first.
const FEW: usize = 16;

/// The columns of a model, in its order.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    list: Vec<Column<'a>>,
    /// Indices into `list`, in the order of the names.
    by_name: Vec<usize>,
    /// The column that [`ALIAS`] stands for.
    alias: Option<usize>,
}

/// A column that a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedColumn {
    /// Its index among the model's columns.
    pub index: usize,
    /// True if the name is not its own but [`ALIAS`].
    pub is_alias: bool,
}

/// A difference between the names of a header and the model's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFault<'n> {
    /// A required column is not named; its index.
    Missing(usize, &'n str),
    /// A column is named twice; its index.
    Duplicate(usize, &'n str),
    /// A name that no column has.
    Unknown(&'n str),
}

impl fmt::Display for HeaderFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HeaderFault::Missing(_, name) => write!(f, "there is no column {name:?}"),
            HeaderFault::Duplicate(_, name) => {
                write!(f, "the column {name:?} is given twice")
            }
            HeaderFault::Unknown(name) => write!(f, "the model has no field {name:?}"),
        }
    }
}

impl<'a> From<Vec<Column<'a>>> for Columns<'a> {
    fn from(list: Vec<Column<'a>>) -> Columns<'a> {
        let mut by_name: Vec<usize> = (0..list.len()).collect();
        by_name.sort_unstable_by_key(|index| list[*index].name);
        let is_text = |column: &Column<'_>| column.kind == ColumnKind::Text;
        let first_text = list.iter().position(is_text);
        let alias = first_text.filter(|first| !list[first + 1..].iter().any(is_text));
        Columns {
            list,
            by_name,
            alias,
        }
    }
}

impl<'a> Deref for Columns<'a> {
    type Target = [Column<'a>];

    fn deref(&self) -> &[Column<'a>] {
        &self.list
    }
}

impl<'c, 'a> IntoIterator for &'c Columns<'a> {
    type Item = &'c Column<'a>;
    type IntoIter = std::slice::Iter<'c, Column<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl<'a> Columns<'a> {
    /// The column that `name` stands for; `near` is where it is looked for first.
    pub fn find(&self, name: &str, near: usize) -> Option<NamedColumn> {
        let named = |index, is_alias| NamedColumn { index, is_alias };
        let is_name = |column: &Column<'_>| column.name == name;
        if self.list.get(near).is_some_and(is_name) {
            return Some(named(near, false));
        }
        let found = match self.list.len() <= FEW {
            true => self.list.iter().position(is_name),
            false => self.search(name),
        };
        match found {
            Some(index) => Some(named(index, false)),
            None if name == ALIAS => self.alias.map(|index| named(index, true)),
            None => None,
        }
    }

    fn search(&self, name: &str) -> Option<usize> {
        let name_of = |index: &usize| self.list[*index].name;
        let found = self.by_name.binary_search_by_key(&name, name_of);
        found.ok().map(|at| self.by_name[at])
    }

    /// A name that two columns have.
    pub(crate) fn duplicate(&self) -> Option<&'a str> {
        let name = |index: usize| self.list[index].name;
        let mut pairs = self.by_name.windows(2);
        let twice = pairs.find(|pair| name(pair[0]) == name(pair[1]))?;
        Some(name(twice[0]))
    }

    /// Where in a header each column stands, if it stands there. What does not fit is shown to
    /// `fault`: first what concerns the columns, in the model's order, then the unknown names.
    pub fn places<'n>(
        &'n self,
        header: impl IntoIterator<Item = &'n str>,
        mut fault: impl FnMut(HeaderFault<'n>),
    ) -> Vec<Option<usize>> {
        let mut places = vec![None; self.list.len()];
        let mut is_twice = vec![false; self.list.len()];
        let (mut aliases, mut unknown, mut near) = (Vec::new(), Vec::new(), 0);
        for (place, name) in header.into_iter().enumerate() {
            match self.find(name, near) {
                Some(named) if named.is_alias => aliases.push((named.index, place)),
                Some(NamedColumn { index, .. }) => {
                    near = index + 1;
                    match places[index] {
                        Some(_) => is_twice[index] = true,
                        None => places[index] = Some(place),
                    }
                }
                None => unknown.push(name),
            }
        }
        if let Some((index, place)) = aliases.first().copied() {
            match places[index] {
                Some(_) => unknown.extend(aliases.iter().map(|_| ALIAS)),
                None => {
                    places[index] = Some(place);
                    is_twice[index] = aliases.len() > 1;
                }
            }
        }
        for (index, column) in self.list.iter().enumerate() {
            if is_twice[index] {
                fault(HeaderFault::Duplicate(index, column.name));
            } else if places[index].is_none() && !column.optional {
                fault(HeaderFault::Missing(index, column.name));
            }
        }
        unknown
            .into_iter()
            .map(HeaderFault::Unknown)
            .for_each(fault);
        places
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, HeaderFault};
    use crate::column::{Column, Encoding};
    use crate::format::{ColumnKind, NumberEncoding};
    use crate::row::Row;
    use std::time::{Duration, Instant};

    fn column(name: &str, kind: ColumnKind) -> Column<'_> {
        Column {
            name,
            kind,
            optional: kind == ColumnKind::Boolean,
            notation: Default::default(),
            feature_count: 1,
            encoding: Encoding::Number(NumberEncoding::Raw),
            term_ends: &[],
            terms: &[],
        }
    }

    fn places(header: &[&str]) -> (Vec<Option<usize>>, Vec<String>) {
        let columns = Columns::from(vec![
            column("note", ColumnKind::Text),
            column("size", ColumnKind::Number),
            column("urgent", ColumnKind::Boolean),
        ]);
        let mut faults = Vec::new();
        let mut add = |fault: HeaderFault<'_>| faults.push(fault.to_string());
        let places = columns.places(header.iter().copied(), &mut add);
        (places, faults)
    }

    #[test]
    fn a_header_has_the_columns_in_any_order() {
        let found = |places: [Option<usize>; 3]| (places.to_vec(), Vec::<String>::new());
        assert_eq!(places(&["size", "note"]), found([Some(1), Some(0), None]));
        assert_eq!(
            places(&["urgent", "text", "size"]),
            found([Some(1), Some(2), Some(0)])
        );
    }

    #[test]
    fn a_columns_own_name_goes_before_its_alias() {
        let unknown = vec!["the model has no field \"text\"".to_string()];
        let own = vec![Some(1), Some(2), None];
        assert_eq!(places(&["text", "note", "size"]), (own, unknown));
        let (_, faults) = places(&["text", "text"]);
        assert_eq!(
            faults,
            [
                "the column \"note\" is given twice",
                "there is no column \"size\"",
            ]
        );
    }

    /// Comparing each name with each column took a hundred times as long as the model's order.
    #[test]
    fn four_thousand_members_are_found_in_any_order() {
        let names: Vec<String> = (0..4_000).map(|index| format!("column {index}")).collect();
        let list = names.iter().map(|name| column(name, ColumnKind::Number));
        let columns = Columns::from(list.collect::<Vec<_>>());
        let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":1")).collect();
        let backwards: Vec<&str> = members.iter().rev().map(String::as_str).collect();
        let time = |members: String| {
            let json = format!("{{{members}}}");
            let once = |_| {
                let start = Instant::now();
                let row = Row::from_json(&columns, json.as_bytes());
                assert_eq!(row.map(|row| row.cells().len()), Ok(4_000));
                start.elapsed()
            };
            (0..5).map(once).min().unwrap_or(Duration::MAX)
        };
        let (in_order, in_reverse) = (time(members.join(",")), time(backwards.join(",")));
        println!("4,000 members: {in_order:?} in the model's order, {in_reverse:?} in reverse");
        assert!(in_reverse < 15 * in_order, "{in_reverse:?} to {in_order:?}");
    }
}
