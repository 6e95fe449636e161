//! A table, and the forms in which it is written.

use std::fmt;

use serde_json::Value;
use support::tables::Draw;
use training::params::{Decimal, Params};

use super::columns::{self, Column};

/// Order of rows or columns.
pub type Order = Vec<usize>;

/// How a CSV is written.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    pub delimiter: char,
    pub line_end: &'static str,
    /// A byte order mark comes first.
    pub has_mark: bool,
    /// A line `sep=;` comes first.
    pub names_delimiter: bool,
    /// All fields have quotes, not only those that need them.
    pub quotes_all: bool,
    /// The last line has an end.
    pub is_ended: bool,
}

/// Commas, as most tables have them.
pub const PLAIN: Dialect = Dialect {
    delimiter: ',',
    line_end: "\n",
    has_mark: false,
    names_delimiter: false,
    quotes_all: false,
    is_ended: true,
};

/// What a JSON Lines file has for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// The field's text, as a string.
    Strings,
    /// Numbers as numbers, booleans as booleans, nothing as null.
    Typed,
    /// The same, and members without a value are left out.
    Sparse,
}

/// A table with its target in one of its columns.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub columns: Vec<Column>,
    pub target: usize,
    pub dialect: Dialect,
    /// Rows without a target are left out, instead of being a reason to refuse the table.
    pub skips_empty: bool,
    pub decimal: Option<Decimal>,
    pub day_first: Option<bool>,
    /// The seed of orders.
    pub seed: u64,
}

impl Sheet {
    /// The table of a seed.
    pub fn drawn(seed: u64) -> Sheet {
        let mut draw = Draw::new(seed);
        let rows = [1, 2, 3, 5, 12, 19, 20, 21, 40, 60, 61, 100, 101, 150, 220][draw.below(15)];
        let mut columns: Vec<Column> = (0..1 + draw.below(6))
            .map(|_| columns::input(&mut draw, rows))
            .collect();
        let target = columns::target(&mut draw, rows);
        // A column may copy another one, or the answers.
        if draw.below(12) == 0 {
            let from = match draw.below(2) {
                0 => &target,
                _ => &columns[draw.below(columns.len())],
            };
            columns.push(from.clone());
        }
        let at = draw.below(columns.len() + 1);
        columns.insert(at, target);
        columns::give_names(&mut draw, &mut columns, at);
        let delimiter = [',', ',', ',', ';', '\t'][draw.below(5)];
        let mut sheet = Sheet {
            columns,
            target: at,
            dialect: Dialect {
                delimiter,
                line_end: ["\n", "\r\n"][draw.below(2)],
                has_mark: draw.below(4) == 0,
                names_delimiter: delimiter != '\t' && draw.below(6) == 0,
                quotes_all: draw.below(4) == 0,
                is_ended: draw.below(4) > 0,
            },
            skips_empty: draw.below(2) == 0,
            // Semicolons tell that a comma is a decimal mark, which JSON cannot.
            decimal: match (delimiter, draw.below(4)) {
                (';', 0 | 1) | (_, 0) => Some(Decimal::Comma),
                (';', _) => Some(Decimal::Point),
                _ => None,
            },
            day_first: [None, None, Some(true), Some(false)][draw.below(4)],
            seed,
        };
        sheet.repeat_rows(&mut draw);
        sheet
    }

    /// Makes the values of these columns strings in typed JSON: a text is never a number or null.
    pub fn with_texts(mut self, names: &[String]) -> Sheet {
        for column in &mut self.columns {
            if names.contains(&column.name) {
                let string = |text: &str| Value::from(text).to_string();
                let cells = column.cells.iter_mut();
                cells.for_each(|cell| cell.json = Some(string(&cell.text)));
            }
        }
        self
    }

    /// Makes the codes of these columns strings in typed JSON where they are numbers of another spelling: a
    /// number of JSON has a value only, and `6.10` is `6.1` to every program that writes it again.
    pub fn with_spelled_codes(mut self, names: &[String]) -> Sheet {
        let is_spelled = |text: &str| {
            let shortest = |number: f64| number.to_string();
            let code = model::notation::whole_code(text);
            code.parse()
                .is_ok_and(|number: f64| shortest(number) != code)
        };
        let columns = self.columns.iter_mut();
        for column in columns.filter(|column| names.contains(&column.name)) {
            for cell in &mut column.cells {
                if is_spelled(&cell.text) {
                    cell.json = Some(Value::from(cell.text.as_str()).to_string());
                }
            }
        }
        self
    }

    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.cells.len())
    }

    /// Doubles some rows, repeats the header or adds a row of units, now and then.
    fn repeat_rows(&mut self, draw: &mut Draw) {
        if draw.below(8) == 0 {
            for _ in 0..1 + draw.below(10) {
                let row = draw.below(self.rows());
                for column in &mut self.columns {
                    let cell = column.cells[row].clone();
                    column.cells.push(cell);
                }
            }
        }
        if draw.below(10) == 0 {
            let row = draw.below(self.rows() + 1);
            for column in &mut self.columns {
                let name = column.name.as_str().into();
                column.cells.insert(row, name);
            }
        }
        if draw.below(12) == 0 {
            for column in &mut self.columns {
                let unit = draw.of(&["kg", "m", "EUR", "(h)", "°C", "no"]);
                column.cells.insert(0, unit.into());
            }
        }
    }

    /// The parameters that training gets, without an estimator.
    pub fn params(&self) -> Params {
        Params {
            target: Some(self.columns[self.target].name.clone()),
            skip_empty: self.skips_empty,
            decimal: self.decimal,
            day_first: self.day_first,
            name: Some("awkward".into()),
            ..Params::default()
        }
    }

    /// Rows and columns as they are.
    pub fn in_order(&self) -> (Order, Order) {
        (
            (0..self.rows()).collect(),
            (0..self.columns.len()).collect(),
        )
    }

    /// Rows and columns in an order by chance.
    pub fn shuffled(&self) -> (Order, Order) {
        let mut draw = Draw::new(self.seed ^ 1);
        let (mut rows, mut columns) = self.in_order();
        for order in [&mut rows, &mut columns] {
            for end in (1..order.len()).rev() {
                order.swap(end, draw.below(end + 1));
            }
        }
        (rows, columns)
    }

    /// As CSV.
    pub fn csv(&self, dialect: Dialect, (rows, columns): &(Order, Order)) -> String {
        let mut text = String::new();
        if dialect.has_mark {
            text.push('\u{feff}');
        }
        if dialect.names_delimiter {
            text += &format!("sep={}{}", dialect.delimiter, dialect.line_end);
        }
        let line = |fields: Vec<&str>| {
            match fields[..] {
                // A blank line would be no row.
                [one] if one.trim().is_empty() => format!("\"{one}\""),
                _ => {
                    let fields: Vec<String> =
                        fields.iter().map(|field| dialect.field(field)).collect();
                    fields.join(&dialect.delimiter.to_string())
                }
            }
        };
        let name = |column: &usize| self.columns[*column].name.as_str();
        text += &line(columns.iter().map(name).collect());
        for row in rows {
            text += dialect.line_end;
            let field = |column: &usize| self.columns[*column].cells[*row].text.as_str();
            text += &line(columns.iter().map(field).collect());
        }
        if dialect.is_ended {
            text += dialect.line_end;
        }
        text
    }

    /// As JSON Lines.
    pub fn lines(&self, typing: Typing, (rows, columns): &(Order, Order)) -> String {
        let mut text = String::new();
        for (at, row) in rows.iter().enumerate() {
            text += &self.object(typing, *row, columns, at == 0);
            text.push('\n');
        }
        text
    }

    /// A row as a JSON object; the first has all members, so that no column is without one.
    pub fn object(&self, typing: Typing, row: usize, columns: &Order, is_first: bool) -> String {
        let members = columns.iter().filter_map(|column| {
            let column = &self.columns[*column];
            let cell = &column.cells[row];
            let is_blank = cell.text.trim().is_empty();
            let value = match typing {
                Typing::Strings => Value::from(cell.text.as_str()).to_string(),
                Typing::Sparse if is_blank && !is_first => return None,
                _ => match &cell.json {
                    Some(json) => json.clone(),
                    None if is_blank => "null".into(),
                    None => Value::from(cell.text.as_str()).to_string(),
                },
            };
            Some(format!("{}:{value}", Value::from(column.name.as_str())))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }
}

impl Dialect {
    fn field(self, text: &str) -> String {
        // Another mark in a header could be taken for the delimiter.
        let needs = |c: char| "\"\r\n,;\t".contains(c);
        // A first field with the mark of byte order, or "sep=", would be taken for what it is not.
        let is_like_start = text.starts_with('\u{feff}') || text.starts_with("sep=");
        match self.quotes_all || is_like_start || text.contains(needs) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.to_owned(),
        }
    }
}

impl fmt::Display for Sheet {
    /// The table as CSV with the settings that matter, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let csv = self.csv(PLAIN, &self.in_order());
        let typed = self.lines(Typing::Typed, &self.in_order());
        let name = &self.columns[self.target].name;
        write!(f, "target {name:?}, {:?}, ", self.dialect)?;
        write!(
            f,
            "decimal {:?}, day_first {:?}, ",
            self.decimal, self.day_first
        )?;
        write!(
            f,
            "skip_empty {}, CSV {csv:?}, typed {typed:?}",
            self.skips_empty
        )
    }
}
