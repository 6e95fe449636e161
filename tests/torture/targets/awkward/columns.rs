//! Columns, each of one of the ways in which the tables of other people are awkward.

mod numbers;
mod times;

use support::tables::Draw;

use super::words::{BOOLEANS, CATEGORIES, MISSING, NAMES, TEXTS};

/// A field, and what typed JSON has for it: a string of its text where there is nothing else.
#[derive(Clone, Debug)]
pub struct Cell {
    pub text: String,
    pub json: Option<String>,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell {
            text: text.into(),
            json: None,
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell { text, json: None }
    }
}

impl Cell {
    /// A string, if it is a number with a point: among words JSON would lose its last zeros, and
    /// among numbers in another format its point tells how those are written.
    fn told_apart(mut self) -> Cell {
        if self.text.contains('.') {
            self.json = None;
        }
        self
    }

    /// Text that JSON can have as it stands: a number or a boolean.
    fn typed(text: String) -> Cell {
        Cell {
            json: Some(text.clone()),
            text,
        }
    }
}

/// A column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub name: String,
    pub cells: Vec<Cell>,
}

/// A column to learn from.
pub fn input(draw: &mut Draw, rows: usize) -> Column {
    let mut cells = match draw.below(17) {
        0..=2 => numbers::plain(draw, rows),
        3 | 4 => numbers::formatted(draw, rows),
        5 => numbers::odd(draw, rows),
        6 => numbers::of_rows(draw, rows),
        7 => numbers::codes(draw, rows),
        8 => numbers::large(draw, rows),
        9 | 10 => times::column(draw, rows),
        11 => booleans(draw, rows),
        12 | 13 => categories(draw, rows),
        14 => texts(draw, rows),
        15 => vec![draw.of(&["", "x", "7", "NA", "0.0", "true"]).into(); rows],
        _ => mixed(draw, rows),
    };
    empty(draw, &mut cells);
    Column {
        name: String::new(),
        cells,
    }
}

/// A column to answer.
pub fn target(draw: &mut Draw, rows: usize) -> Column {
    let mut cells = match draw.below(12) {
        0..=3 => categories(draw, rows),
        4 | 5 => booleans(draw, rows),
        6 => numbers::codes(draw, rows),
        7 => numbers::of_labels(draw, rows),
        8 | 9 => numbers::plain(draw, rows),
        10 => numbers::formatted(draw, rows),
        _ => input(draw, rows).cells,
    };
    // A row without a target refuses the table, or is left out.
    if draw.below(5) == 0 {
        empty(draw, &mut cells);
    }
    Column {
        name: String::new(),
        cells,
    }
}

/// Gives the columns names that differ, strange ones in one of three tables.
pub fn give_names(draw: &mut Draw, columns: &mut [Column], target: usize) {
    let is_strange = draw.below(3) == 0;
    for at in 0..columns.len() {
        let name = loop {
            let name = match is_strange || draw.below(6) == 0 {
                true => draw.of(&NAMES).to_string(),
                false if at == target => "answer".to_string(),
                false => format!("c{at}"),
            };
            if columns.iter().all(|column| column.name != name) {
                break name;
            }
        };
        columns[at].name = name;
    }
}

/// Takes some values away: none, one, or a share of them, in one spelling or in any.
fn empty(draw: &mut Draw, cells: &mut [Cell]) {
    let spelling = draw.of(&MISSING);
    let (one_in, spells) = ([0, 0, 0, 1_000, 20, 5][draw.below(6)], draw.below(2));
    for cell in cells.iter_mut() {
        if one_in > 0 && draw.below(one_in) == 0 {
            *cell = match spells {
                0 => spelling.into(),
                _ => draw.of(&MISSING).into(),
            };
        }
    }
    if one_in == 1_000 && !cells.is_empty() {
        let at = draw.below(cells.len());
        cells[at] = spelling.into();
    }
}

fn booleans(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let words = BOOLEANS[draw.below(BOOLEANS.len())];
    let of = |word: &str| match word {
        "true" | "false" | "1" | "0" => Cell::typed(word.into()),
        _ => word.into(),
    };
    (0..rows).map(|_| of(words[draw.below(2)])).collect()
}

fn categories(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let words = CATEGORIES[draw.below(CATEGORIES.len())];
    let is_skewed = draw.below(3) == 0;
    let mut word = || match is_skewed {
        // One row has another one, as a rule.
        true => words[usize::from(draw.below(rows) == 0) * (words.len() - 1)],
        false => draw.of(words),
    };
    (0..rows).map(|_| word().into()).collect()
}

fn texts(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let is_repeated = draw.below(3) == 0;
    let text = |row: usize| match is_repeated {
        true => draw.of(&TEXTS).into(),
        false => format!("{} {}", draw.of(&TEXTS), row % 13).into(),
    };
    (0..rows).map(text).collect()
}

/// Two kinds of values in one column, the second in one, few or many rows.
fn mixed(draw: &mut Draw, rows: usize) -> Vec<Cell> {
    let one = |draw: &mut Draw| match draw.below(6) {
        0 => numbers::plain(draw, rows),
        1 => numbers::formatted(draw, rows),
        2 => times::column(draw, rows),
        3 => booleans(draw, rows),
        4 => numbers::codes(draw, rows),
        _ => categories(draw, rows),
    };
    let (mut cells, others) = (one(draw), one(draw));
    let one_in = [2, 10, 19, 20, 21, 100, rows][draw.below(7)].max(1);
    for (cell, other) in cells.iter_mut().zip(others) {
        if draw.below(one_in) == 0 {
            *cell = other;
        }
    }
    cells.into_iter().map(Cell::told_apart).collect()
}
