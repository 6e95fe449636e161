//! The rows of a file to typed columns and the target of each row.

use super::cells::{Answer, Refused, answer, cells, empty_target};
use super::{Column, Data, Table, Targets};
use crate::columns::{ColumnChoices, Input, repeats_header};
use crate::notes::{Note, NoteKind, option};
use crate::params::Params;
use crate::source::Source;
use anyhow::{Result, bail};
use model::card::DataFile;
use model::digest::Hasher;
use model::format::{ColumnKind, Task};
use model::row::Cell;
use model::rows::{ReadError, ReadErrorKind};
use std::collections::HashMap;

/// More different categories than this are no categories.
const CATEGORIES: usize = 50_000;

/// A column while it is read.
struct Filling {
    column: Column,
    codes: HashMap<String, u32>,
}

impl Filling {
    fn new(name: &str, input: &Input) -> Filling {
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
                input: input.clone(),
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

/// Reads the columns of `inputs` and the target of each row, which `chosen` says how to read.
///
/// # Errors
/// When the table cannot be read, a value is not of its column's type, or a row lacks its target
/// or all its texts and `skip_empty` does not say to leave it out: file, line and column.
pub fn read(
    at: &dyn Source,
    inputs: &[(String, Input)],
    chosen: &ColumnChoices,
    params: &Params,
) -> Result<Table> {
    let mut reader = at.rows()?;
    let target = params.target.as_deref().unwrap_or_default();
    let names = inputs.iter().map(|(name, _)| name.as_str());
    reader.expect_columns(names.chain([target]));
    let target_index = reader.column(target)?;
    let indices = inputs
        .iter()
        .map(|(name, _)| reader.column(name))
        .collect::<Result<Vec<_>, _>>()?;
    let mut columns: Vec<Filling> = inputs
        .iter()
        .map(|(name, input)| Filling::new(name, input))
        .collect();
    let mut targets = match chosen.task {
        Task::Classification => Targets::Labels(Vec::new()),
        Task::Regression => Targets::Values(Vec::new()),
    };
    let all_text = inputs
        .iter()
        .all(|(_, input)| input.kind == ColumnKind::Text);
    let (mut skipped, mut gaps) = (0, Vec::new());
    let mut number = 0;
    let mut notes = Vec::new();
    while let Some(mut record) = reader.next_record()? {
        number += 1;
        if repeats_header(&record.values, reader.columns()) {
            gaps.push(number);
            continue;
        }
        let value = record.values[target_index].take();
        let line = record.line;
        let refuse =
            |what: String| ReadError::at(ReadErrorKind::BadValue, reader.name(), Some(line), what);
        let cells = match cells(&mut record, inputs, &indices) {
            Ok(cells) => cells,
            Err(Refused {
                is_heading: true, ..
            }) => {
                notes.push(heading(line));
                gaps.push(number);
                continue;
            }
            Err(Refused { what, .. }) => bail!(refuse(what)),
        };
        let answer = answer(target, value, chosen).map_err(refuse)?;
        let no_text = all_text
            && cells
                .iter()
                .all(|cell| matches!(cell, Cell::Text(text) if text.trim().is_empty()));
        let what = match (&answer, inputs) {
            (Answer::None(word), _) => Some(empty_target(target, word.as_deref(), chosen.task)),
            _ if !no_text => None,
            (_, [(column, _)]) => Some(format!("the text {column:?} is empty; fill it in")),
            _ => {
                let names: Vec<&str> = inputs.iter().map(|(name, _)| name.as_str()).collect();
                let names = names.join(", ");
                Some(format!("all texts ({names}) are empty; fill one in"))
            }
        };
        if let Some(what) = what {
            if params.skip_empty {
                skipped += 1;
                gaps.push(number);
                continue;
            }
            bail!(refuse(format!(
                "{what}, or leave such rows out with --skip-empty"
            )));
        }
        match (&mut targets, answer) {
            (Targets::Labels(labels), Answer::Label(label)) => labels.push(label),
            (Targets::Values(values), Answer::Value(value)) => values.push(value),
            _ => {}
        }
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
            let (name, count) = (&column.column.name, column.codes.len());
            if count > CATEGORIES {
                let typed = option(name);
                bail!(refuse(format!(
                    "the category {name:?} has more than {CATEGORIES} different values; leave it out \
                     with --drop {typed}, or say --kind {typed}=text"
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
        gaps,
        notes,
    })
}

/// The note on a row that is left out since it has words where all columns of numbers have numbers.
fn heading(line: u64) -> Note {
    Note {
        line: Some(line),
        ..Note::new(
            NoteKind::Stray,
            "a row has words in all columns of numbers, as a row of units or headings has, and is left out",
        )
    }
}

/// Hashes the table's bytes as they lie.
///
/// # Errors
/// When it cannot be read.
pub fn describe(at: &dyn Source, rows: usize) -> Result<DataFile> {
    let mut file = at.bytes()?;
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
