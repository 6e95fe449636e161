//! Tables to typed columns: what is read of a file, and which rows train and which test.

use crate::columns::Input;
use crate::params::Params;
use anyhow::{Result, bail};
use model::card::DataFile;
use model::digest::Hasher;
use model::format::{ColumnKind, Task};
use model::row::{Cell, MISSING, Row, Value, expected};
use model::rows::{Format, ReadError, Reader, Record};
use model::timestamp::Timestamp;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use storage::{Location, Store};

/// More different categories than this are no categories.
const CATEGORIES: usize = 50_000;

/// A table, by columns.
pub struct Table {
    /// The columns that are learnt from.
    pub columns: Vec<Column>,
    /// What is learnt.
    pub targets: Targets,
    /// Rows that `skip_empty` left out.
    pub skipped: usize,
}

/// A column that is learnt from.
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
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

/// What is learnt, one a row.
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

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.targets.len()
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

    /// What its values look like, for the terminal.
    pub fn looks(&self) -> String {
        let rows = match &self.data {
            Data::Text(texts) => texts.len(),
            Data::Number(numbers) => numbers.len(),
            Data::Category { codes, .. } => codes.len(),
            Data::Time(times) => times.len(),
        };
        let missing = (0..rows).filter(|row| self.cell(*row).is_missing()).count();
        let mut looks = match &self.data {
            Data::Text(texts) => {
                let longest = texts.iter().map(String::len).max().unwrap_or(0);
                format!("up to {longest} bytes")
            }
            Data::Number(numbers) => {
                let present = || numbers.iter().copied().filter(|number| !number.is_nan());
                let least = present().fold(f64::INFINITY, f64::min);
                let greatest = present().fold(f64::NEG_INFINITY, f64::max);
                format!("{least} to {greatest}")
            }
            Data::Category { names, .. } => {
                format!(
                    "{} values",
                    names.iter().filter(|name| !name.is_empty()).count()
                )
            }
            Data::Time(times) => {
                let mut sorted: Vec<Timestamp> = times.iter().flatten().copied().collect();
                sorted.sort_by(|a, b| a.days().total_cmp(&b.days()));
                let order = match self.input.day_first {
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

    /// Whether every row has the same value.
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

/// Opens a table, a file or an object in S3; its name tells the format.
///
/// # Errors
/// When it cannot be read, has no known format, or has no legal header.
pub fn open(at: &Location) -> Result<Reader> {
    if let Location::File(path) = at {
        return Ok(Reader::open(path)?);
    }
    let name = at.to_string();
    let format = Format::of_name(&at.name()).ok_or_else(|| {
        let what = "its name tells no format; .csv, .tsv or .jsonl, or one of these with .gz, was expected";
        ReadError::at(&name, None, what)
    })?;
    let input = Store::from_env().read(at)?;
    Ok(Reader::new(&name, input, Some(format))?)
}

/// A column while it is read.
struct Filling {
    column: Column,
    codes: HashMap<String, u32>,
}

impl Filling {
    fn new(name: &str, input: Input) -> Filling {
        let data = match input.kind {
            ColumnKind::Text => Data::Text(Vec::new()),
            ColumnKind::Number | ColumnKind::Boolean => Data::Number(Vec::new()),
            ColumnKind::Category => Data::Category {
                names: Vec::new(),
                codes: Vec::new(),
            },
            ColumnKind::Timestamp => Data::Time(Vec::new()),
        };
        Filling {
            column: Column {
                name: name.to_string(),
                input,
                data,
            },
            codes: HashMap::new(),
        }
    }

    fn push(&mut self, cell: Cell<'_>) {
        match (&mut self.column.data, cell) {
            (Data::Text(texts), Cell::Text(text)) => texts.push(text.into_owned()),
            (Data::Number(numbers), Cell::Number(number)) => numbers.push(number),
            (Data::Time(times), Cell::Time(time)) => times.push(time),
            (Data::Category { names, codes }, Cell::Category(name)) => {
                codes.push(match self.codes.get(name.as_ref()) {
                    Some(code) => *code,
                    None => {
                        let code = names.len() as u32;
                        self.codes.insert(name.to_string(), code);
                        names.push(name.into_owned());
                        code
                    }
                });
            }
            // `Cell::new` gives a column a cell of its kind.
            _ => {}
        }
    }
}

/// Reads the columns of `inputs` and the target of each row.
///
/// # Errors
/// When the table cannot be read, a value is not of its column's kind, or a row lacks its target
/// or all its texts and `skip_empty` does not say to leave it out: file, line and column.
pub fn read(
    at: &Location,
    inputs: &[(String, Input)],
    task: Task,
    params: &Params,
) -> Result<Table> {
    let mut reader = open(at)?;
    let target = params.target.as_deref().unwrap_or_default();
    let target_index = reader.column(target)?;
    let indices = inputs
        .iter()
        .map(|(name, _)| reader.column(name))
        .collect::<Result<Vec<_>, _>>()?;
    let mut columns: Vec<Filling> = inputs
        .iter()
        .map(|(name, input)| Filling::new(name, *input))
        .collect();
    let mut targets = match task {
        Task::Classification => Targets::Labels(Vec::new()),
        Task::Regression => Targets::Values(Vec::new()),
    };
    let all_text = inputs
        .iter()
        .all(|(_, input)| input.kind == ColumnKind::Text);
    let mut skipped = 0;
    while let Some(mut record) = reader.next_record()? {
        let value = record.values[target_index].take();
        let line = record.line;
        let refuse = |what: String| ReadError::at(reader.name(), Some(line), what);
        let answer = answer(target, value, task).map_err(refuse)?;
        let cells = cells(&mut record, inputs, &indices).map_err(refuse)?;
        let no_text = all_text
            && cells
                .iter()
                .all(|cell| matches!(cell, Cell::Text(text) if text.trim().is_empty()));
        if no_text || answer.is_none() {
            if params.skip_empty {
                skipped += 1;
                continue;
            }
            let what = match inputs {
                _ if answer.is_none() => format!("the target {target:?} is empty"),
                [(column, _)] => format!("the text {column:?} is empty"),
                _ => {
                    let names: Vec<&str> = inputs.iter().map(|(name, _)| name.as_str()).collect();
                    format!("all texts ({}) are empty", names.join(", "))
                }
            };
            bail!(refuse(format!(
                "{what}; fill it in, or leave such rows out with --skip-empty"
            )));
        }
        match (&mut targets, answer) {
            (Targets::Labels(labels), Some(Answer::Label(label))) => labels.push(label),
            (Targets::Values(values), Some(Answer::Value(value))) => values.push(value),
            _ => {}
        }
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
            let (name, count) = (&column.column.name, column.codes.len());
            if count > CATEGORIES {
                bail!(refuse(format!(
                    "the category {name:?} has more than {CATEGORIES} different values; leave it out \
                     with --drop {name}, or say --kind {name}=text"
                )));
            }
        }
    }
    if targets.is_empty() {
        bail!("{at}: it has no rows to learn from");
    }
    let columns = columns.into_iter().map(|filling| filling.column).collect();
    Ok(Table {
        columns,
        targets,
        skipped,
    })
}

enum Answer {
    Label(String),
    Value(f64),
}

/// The target of a row; `None` where it has none.
fn answer(target: &str, value: Option<Value<'_>>, task: Task) -> Result<Option<Answer>, String> {
    let is_missing = |text: &str| text.is_empty() || MISSING.contains(&text);
    let wrong = |got: &str, expected: &str| {
        Err(format!(
            "the target {target:?} is {got}; {expected} was expected"
        ))
    };
    match (task, value) {
        (_, None | Some(Value::Missing)) => Ok(None),
        (Task::Classification, Some(Value::Text(text))) => {
            let label = text.into_owned();
            Ok((!label.trim().is_empty()).then_some(Answer::Label(label)))
        }
        (Task::Classification, Some(Value::Number(number))) => {
            Ok(Some(Answer::Label(number.to_string())))
        }
        (Task::Classification, Some(Value::Boolean(yes))) => {
            Ok(Some(Answer::Label(yes.to_string())))
        }
        (Task::Regression, Some(Value::Text(text))) if is_missing(text.trim()) => Ok(None),
        (Task::Regression, Some(Value::Number(number))) if number.is_finite() => {
            Ok(Some(Answer::Value(number)))
        }
        (Task::Regression, Some(Value::Text(text))) => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(Answer::Value(number))),
            _ => Err(format!(
                "the target {target:?} is {:?}; a number was expected, since the task is regression",
                shortened(&text)
            )),
        },
        (Task::Classification, Some(other)) => wrong(other.kind(), "a label"),
        (Task::Regression, Some(other)) => wrong(other.kind(), "a number"),
    }
}

fn cells(
    record: &mut Record,
    inputs: &[(String, Input)],
    indices: &[usize],
) -> Result<Vec<Cell<'static>>, String> {
    let cell = |(index, (name, input)): (&usize, &(String, Input))| {
        let value = match record.values[*index].take() {
            // Of text, an empty one is a text.
            None | Some(Value::Missing) => return Ok(Cell::missing(input.kind)),
            Some(value) => value,
        };
        let shown = match &value {
            Value::Text(text) => Some(shortened(text)),
            _ => None,
        };
        Cell::new(input.kind, input.day_first, value).map_err(|got| {
            let got = shown.map_or(got.to_string(), |text| format!("{text:?}"));
            let advice = match input.given {
                true => String::new(),
                false => format!(
                    "; empty it where there is no value, or say --kind {name}=category or --drop {name}"
                ),
            };
            let expected = expected(input.kind);
            format!("the column {name:?} is {got}; {expected} was expected{advice}")
        })
    };
    indices.iter().zip(inputs).map(cell).collect()
}

/// As much of a text as an error shows.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

/// Hashes the table's bytes as they lie.
///
/// # Errors
/// When it cannot be read.
pub fn describe(at: &Location, rows: usize) -> Result<DataFile> {
    let mut file = Store::from_env().read(at)?;
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            count => hasher.write(&buffer[..count]),
        }
    }
    Ok(DataFile {
        name: at.name(),
        sha256: hasher.finish_hex(),
        rows,
    })
}
