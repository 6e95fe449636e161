//! Columns of a table of captures, and their types.

use crate::answers::Answer;
use crate::captures::Tally;
use crate::members::{Members, is_redacted, text_of};
use model::Model;
use model::format::ColumnKind;
use model::head::Head;
use model::timestamp::Timestamp;
use monitor::capture::Record;
use serde_json::Value;
use std::collections::HashMap;

/// A column that every table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedColumn {
    /// The id by which labels name the row: the client's, or else the function's.
    Id,
    /// The function's id, which is unique.
    EventId,
    /// The time of the answer.
    Time,
    /// The model's name.
    Model,
    /// The model's version.
    Version,
    /// The variant that answered.
    Variant,
    /// The label, or the number of a regression.
    Answer,
    /// The probability of the label.
    Confidence,
}

/// The first columns, with their names.
pub const FIXED: [(FixedColumn, &str); 8] = [
    (FixedColumn::Id, "id"),
    (FixedColumn::EventId, "event_id"),
    (FixedColumn::Time, "time"),
    (FixedColumn::Model, "model"),
    (FixedColumn::Version, "version"),
    (FixedColumn::Variant, "variant"),
    (FixedColumn::Answer, "answer"),
    (FixedColumn::Confidence, "confidence"),
];

/// Columns that are kept, at most: what is captured need not be of one model.
const MOST: usize = 20_000;

/// Type of the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellType {
    /// Text.
    Text,
    /// A number, as an `f64`.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A point in time, in UTC.
    Time,
}

impl CellType {
    fn of(value: &Value) -> CellType {
        match value {
            Value::Bool(_) => CellType::Boolean,
            Value::Number(_) => CellType::Number,
            _ => CellType::Text,
        }
    }

    /// The value as one of this type; null if it is none.
    pub(super) fn convert(self, value: Value) -> Value {
        let text = value.as_str().map(str::trim);
        match (self, value.is_null()) {
            (_, true) => Value::Null,
            (CellType::Text, _) => match value {
                Value::String(text) => Value::String(text),
                other => Value::String(text_of(&other)),
            },
            (CellType::Time, _) => {
                let is_time = text.is_some_and(|text| Timestamp::parse(text, false).is_some());
                if is_time { value } else { Value::Null }
            }
            (CellType::Number, _) => match text {
                Some(text) => text.parse::<f64>().map_or(Value::Null, Value::from),
                None if value.is_number() => value,
                None => Value::Null,
            },
            (CellType::Boolean, _) => match (&value, text.and_then(model::row::boolean)) {
                (Value::Bool(_), _) => value,
                (_, Some(is_true)) => Value::from(is_true),
                _ => Value::Null,
            },
        }
    }

    /// Its name in SQL, as PostgreSQL and DuckDB read it.
    fn sql(self) -> &'static str {
        match self {
            CellType::Text => "text",
            CellType::Number => "double precision",
            CellType::Boolean => "boolean",
            CellType::Time => "timestamp with time zone",
        }
    }
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name in the records.
    pub name: String,
    /// Its name in the table.
    pub header: String,
    /// Type of its values.
    pub cell_type: CellType,
}

/// The columns of a table, the fixed ones first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout(Vec<TableColumn>);

impl Layout {
    /// Columns of a model's rows and answers.
    pub fn of_model(model: &Model<'_>) -> Layout {
        let answer = match model.head {
            Head::Classes(_) => CellType::Text,
            Head::Value(_) => CellType::Number,
        };
        let columns = model.columns.iter().map(|column| {
            let cell_type = match column.kind {
                ColumnKind::Number => CellType::Number,
                ColumnKind::Boolean => CellType::Boolean,
                // A timestamp is what a clock on the wall showed: without a zone it is no point in time.
                ColumnKind::Text | ColumnKind::Category | ColumnKind::Timestamp => CellType::Text,
            };
            (column.name.to_string(), cell_type)
        });
        Layout::new(answer, columns)
    }

    fn new(answer: CellType, columns: impl Iterator<Item = (String, CellType)>) -> Layout {
        let fixed = FIXED.iter().map(|(column, name)| TableColumn {
            name: name.to_string(),
            header: name.to_string(),
            cell_type: match column {
                FixedColumn::Time => CellType::Time,
                FixedColumn::Confidence => CellType::Number,
                FixedColumn::Answer => answer,
                _ => CellType::Text,
            },
        });
        let mut all: Vec<TableColumn> = fixed.collect();
        let columns: Vec<(String, CellType)> = columns.collect();
        for (name, cell_type) in &columns {
            let mut header = name.clone();
            // Databases compare the names of columns without regard to case.
            let is_taken = |header: &str| {
                let is_same = |other: &str| other.eq_ignore_ascii_case(header);
                all.iter().any(|of| is_same(&of.header))
                    || (header != name && columns.iter().any(|(other, _)| is_same(other)))
            };
            while is_taken(&header) {
                header.insert_str(0, "input_");
            }
            all.push(TableColumn {
                name: name.clone(),
                header,
                cell_type: *cell_type,
            });
        }
        Layout(all)
    }

    /// The columns, the fixed ones first.
    pub fn columns(&self) -> &[TableColumn] {
        &self.0
    }

    /// Columns that have another name in the table than in the records.
    pub fn renamed(&self) -> impl Iterator<Item = &TableColumn> {
        self.0.iter().filter(|of| of.name != of.header)
    }

    /// The statement that creates the table in a database.
    pub fn create_table(&self, table: &str) -> String {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let columns = self.0.iter();
        let columns: Vec<String> = columns
            .map(|of| format!("  {} {}", quoted(&of.header), of.cell_type.sql()))
            .collect();
        format!(
            "create table {} (\n{}\n);\n",
            quoted(table),
            columns.join(",\n")
        )
    }
}

/// Finds the columns of records in the order in which they first occur.
#[derive(Debug, Default)]
pub struct LayoutTally {
    places: HashMap<String, usize>,
    columns: Vec<(String, Option<CellType>)>,
    answer: Option<CellType>,
}

impl LayoutTally {
    /// The columns that were found. One without a value, or with values of two types, is text.
    pub fn layout(self) -> Layout {
        let columns = self.columns.into_iter();
        let columns = columns.map(|(name, kind)| (name, kind.unwrap_or(CellType::Text)));
        Layout::new(self.answer.unwrap_or(CellType::Text), columns)
    }
}

/// The type of a column that has had values of type `before`, and has one of type `now`.
fn widened(before: Option<CellType>, now: CellType) -> Option<CellType> {
    match before {
        Some(before) if before != now => Some(CellType::Text),
        _ => Some(now),
    }
}

impl Tally for LayoutTally {
    fn add(&mut self, record: &Record<'_>) {
        if let Some(answer) = Answer::read(&record.output) {
            let kind = match answer.label {
                Some(_) => CellType::Text,
                None => CellType::Number,
            };
            self.answer = widened(self.answer, kind);
        }
        for (name, value) in Members::read(&record.input).unwrap_or_default().0 {
            let place = match self.places.get(&name) {
                Some(place) => *place,
                None if self.columns.len() >= MOST => continue,
                None => {
                    self.places.insert(name.clone(), self.columns.len());
                    self.columns.push((name, None));
                    self.columns.len() - 1
                }
            };
            if !value.is_null() && !is_redacted(&value) {
                let kind = &mut self.columns[place].1;
                *kind = widened(*kind, CellType::of(&value));
            }
        }
    }

    fn merge(&mut self, _other: Self) {
        unreachable!("columns are found by one thread, in order");
    }
}
