//! The tables of a training, read and split, with what was found out about them.

use crate::candidates::Kinds;
use crate::columns::{self, Choice, Input, Use};
use crate::notes::{Note, NoteKind};
use crate::params::Params;
use crate::preprocess::Target;
use crate::progress::Progress;
use crate::spelling;
use crate::split;
use crate::table::{self, Table, Targets};
use anyhow::{Result, bail};
use model::card::DataFile;
use model::format::{ColumnKind, Task};
use std::collections::HashMap;
use storage::Location;

/// What is learnt from and measured on.
pub struct Read {
    /// Where the table came from.
    pub data: Location,
    /// The table that is learnt from.
    pub table: Table,
    /// A table to measure on, of its own.
    test: Option<Table>,
    /// That table's file.
    pub test_file: Option<DataFile>,
    /// What is answered.
    pub task: Task,
    /// The labels, in the order of their codes; none of regression.
    pub labels: Vec<String>,
    /// The rows to learn from.
    pub training: Vec<usize>,
    /// Their targets.
    pub target: Target,
    /// The rows to measure on.
    testing: Vec<usize>,
    /// Rows read.
    pub rows: usize,
    /// What a person should know of them.
    pub notes: Vec<Note>,
}

impl Read {
    /// The table and rows to measure on.
    pub fn testing(&self) -> (&Table, &[usize]) {
        (self.test.as_ref().unwrap_or(&self.table), &self.testing)
    }
}

impl Kinds {
    /// Those of a table's columns.
    pub fn of(table: &Table) -> Kinds {
        let is_text = |column: &table::Column| column.input.kind == ColumnKind::Text;
        Kinds {
            text: table.columns.iter().any(is_text),
            other: !table.columns.iter().all(is_text),
        }
    }
}

/// Reads what `params` name.
///
/// # Errors
/// When a table cannot be read or learnt from: file, line, column.
pub fn read(params: &Params, progress: Progress) -> Result<Read> {
    let Some(path) = &params.data else {
        bail!("--data is missing: the table to learn from (.csv, .tsv or .jsonl, also .gz)");
    };
    let chosen = columns::choose(path, params)?;
    let task = chosen.task;
    let mut inputs: Vec<(String, Input)> = Vec::new();
    let mut reasons: HashMap<String, String> = HashMap::new();
    let mut notes = chosen.notes.clone();
    for Choice { name, verdict, .. } in &chosen.columns {
        notes.extend_from_slice(&verdict.notes);
        match &verdict.what {
            Use::Target => progress.note(&format!(
                "column      {name}: target of {}{}",
                task.name(),
                if params.task.is_some() {
                    ""
                } else {
                    " (--task says otherwise)"
                }
            )),
            Use::Input(input) => {
                reasons.insert(name.clone(), verdict.reason.clone());
                inputs.push((name.clone(), input.clone()));
            }
            Use::LeftOut(why) => progress.note(&format!("column      {name}: left out, {why}")),
        }
    }
    let step = progress.step("read", 0);
    let mut table = table::read(path, &inputs, &chosen, params)?;
    let rows = table.rows();
    notes.append(&mut table.notes);
    notes.extend(spelling::notes(
        &table,
        params.target.as_deref().unwrap_or_default(),
    ));
    let (kept, constant): (Vec<_>, Vec<_>) = table
        .columns
        .into_iter()
        .partition(|column| !column.is_constant());
    table.columns = kept;
    let (labels, codes) = match &table.targets {
        Targets::Labels(targets) => split::encode(path, targets)?,
        Targets::Values(values) => {
            if values.iter().all(|value| *value == values[0]) {
                bail!(
                    "{path}: every row has the target {}; values that differ were expected",
                    values[0]
                );
            }
            (Vec::new(), vec![0; rows])
        }
    };
    step.done(&format!(
        "{path}: {rows} rows{}{}",
        match labels.len() {
            0 => String::new(),
            count => format!(", {count} labels"),
        },
        match table.skipped {
            0 => String::new(),
            skipped => format!(", {skipped} rows without target or text left out"),
        }
    ));
    let names = table
        .columns
        .iter()
        .map(|column| column.name.chars().count());
    let width = names.max().unwrap_or(0).clamp(6, 30);
    for column in &table.columns {
        let (name, kind) = (&column.name, column.input.kind.name());
        let how = if column.input.given {
            "given"
        } else {
            "inferred"
        };
        let looks = column.looks();
        let reason = match reasons.get(name).map(String::as_str) {
            None | Some("") => String::new(),
            Some(reason) => format!(" ({reason})"),
        };
        progress.note(&format!(
            "column      {name:width$}  {kind:9}  {how:8}  {looks}{reason}"
        ));
    }
    for note in &notes {
        progress.note(&format!("note        {note}"));
    }
    for column in &constant {
        let text = "left out, every row has the same value";
        let note = Note::of_column(&column.name, NoteKind::LeftOut, None, text);
        progress.note(&format!("column      {note}"));
        notes.push(note);
    }
    if table.columns.is_empty() {
        bail!("{path}: no column is left to learn from; every one has one value only");
    }
    let inputs: Vec<(String, Input)> = table
        .columns
        .iter()
        .map(|column| (column.name.clone(), column.input.clone()))
        .collect();
    let classes = labels.len().max(1);
    let (training, testing, test, test_file) = match &params.test {
        Some(at) => {
            let mut test = table::read(at, &inputs, &chosen, params)?;
            notes.extend(test.notes.drain(..).map(|note| Note {
                text: format!("{at}: {}", note.text),
                ..note
            }));
            let file = table::describe(at, test.rows())?;
            let testing = (0..test.rows()).collect();
            ((0..rows).collect(), testing, Some(test), Some(file))
        }
        None => {
            let (train, test) = split::split(&codes, classes, params.holdout, params.seed);
            if test.is_empty() {
                bail!(
                    "{path}: {rows} rows are too few to hold any out for measuring; give --test or a greater --holdout"
                );
            }
            (train, test, None, None)
        }
    };
    let target = match &table.targets {
        Targets::Labels(_) => Target::Classes {
            codes,
            count: labels.len(),
        },
        Targets::Values(values) => Target::Values(values.clone()),
    };
    let target = target.pick(&training);
    Ok(Read {
        data: path.clone(),
        table,
        test,
        test_file,
        task,
        labels,
        training,
        target,
        testing,
        rows,
        notes,
    })
}
