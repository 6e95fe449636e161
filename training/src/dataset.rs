//! The tables of a training, read and split, with what was found out about them.

mod cut;

use crate::columns::{self, ColumnChoice, ColumnChoices, Input, Use};
use crate::doubts::repeats::{self, Rows};
use crate::doubts::{self, Finding};
use crate::notes::{Note, NoteKind};
use crate::overview::{self, ColumnOverview, Role, left_out};
use crate::params::Params;
use crate::source::Tables;
use crate::spelling;
use crate::split::{self, RowSplit};
use crate::table::{self, Table, Targets};
use crate::target::{Answers, Target};
use anyhow::{Result, bail};
use model::MAX_NAME;
use model::card::DataFile;
use progress::Progress;

/// Training and test rows.
pub struct Dataset {
    /// The place of the table, as errors name it.
    pub data: String,
    /// The table that is learnt from.
    pub table: Table,
    /// A table to measure on, of its own.
    test: Option<Table>,
    /// That table's file.
    pub test_file: Option<DataFile>,
    /// Answers to learn: labels, or numbers.
    pub answers: Answers,
    /// The rows to learn from.
    pub training: Vec<usize>,
    /// Their targets.
    pub target: Target,
    /// The rows to measure on.
    testing: Vec<usize>,
    /// Rows read.
    pub rows: usize,
    /// Reading of each column of the table, and of the target.
    pub chosen: ColumnChoices,
    /// The columns of the training table, in their order.
    pub overview: Vec<ColumnOverview>,
    /// Notes about them.
    pub notes: Vec<Note>,
    /// For each test row, whether a training row has its values; none where that does not matter.
    pub seen: Option<Vec<bool>>,
}

impl Dataset {
    /// The table and rows to measure on.
    pub fn testing(&self) -> (&Table, &[usize]) {
        (self.test.as_ref().unwrap_or(&self.table), &self.testing)
    }
}

/// Reads the tables and judges their columns.
///
/// # Errors
/// When a table cannot be read or learnt from: file, line, column.
pub fn read(params: &Params, tables: Tables<'_>, progress: &dyn Progress) -> Result<Dataset> {
    let path = tables.train;
    let chosen = columns::choose(path, params)?;
    if let Some(long) = chosen
        .columns
        .iter()
        .find(|column| column.name.len() > MAX_NAME)
    {
        let start: String = long.name.chars().take(40).collect();
        bail!(
            "{path}: the name of the column {start:?}… has {} bytes; at most {MAX_NAME} were expected",
            long.name.len()
        );
    }
    let step = progress.step("read", 0);
    let mut table = table::read(path, &inputs_of(&chosen.columns), &chosen, params)?;
    let rows = table.rows();
    let (answers, codes) = match &table.targets {
        Targets::Labels(targets) => {
            let (labels, codes) = split::encode(path, targets)?;
            (Answers::Labels(labels), codes)
        }
        Targets::Values(values) => {
            if values.iter().all(|value| *value == values[0]) {
                bail!(
                    "{path}: every row has the target {}; values that differ were expected",
                    values[0]
                );
            }
            (Answers::Values, vec![0; rows])
        }
    };
    step.done(&format!(
        "{path}: {rows} rows{}{}",
        match &answers {
            Answers::Labels(labels) => format!(", {} labels", labels.len()),
            Answers::Values => String::new(),
        },
        match table.skipped {
            0 => String::new(),
            skipped => format!(", {skipped} rows without target or text left out"),
        }
    ));
    let times = cut::times(path, &table, params.split.as_ref())?;
    let labels = answers.labels();
    let mut notes = columns_of(&mut table, &chosen, &codes, labels.len(), params);
    let target = target_looks(&answers, params);
    let look = |table: &Table, notes: &[Note], rows: &[usize]| {
        overview::overview(&chosen.columns, (table, rows), notes, &target)
    };
    if table.columns.is_empty() {
        let overview = look(&table, &notes, &[]);
        let is_left_out = |column: &&ColumnOverview| column.role == Role::LeftOut;
        let left_out = overview.iter().filter(is_left_out);
        let reasons: Vec<String> = left_out
            .map(|column| format!("{}: {}", column.name, column.why_left_out()))
            .collect();
        bail!(
            "{path}: no column is left to learn from ({})",
            reasons.join("; ")
        );
    }
    let is_drawn = tables.test.is_none() && params.split.is_none();
    notes.extend(doubts::of_table(&table, is_drawn));
    let target_name = params.target.as_deref().unwrap_or_default();
    notes.extend(spelling::notes(&table, target_name));
    notes.extend(doubts::of_labels(target_name, labels, &codes));
    let (test, test_file) = match tables.test {
        Some(at) => {
            let columns = table.columns.iter();
            let inputs: Vec<(String, Input)> = columns
                .map(|column| (column.name.clone(), column.input.clone()))
                .collect();
            let mut test = table::read(at, &inputs, &chosen, params)?;
            notes.extend(test.notes.drain(..).map(|note| Note {
                text: format!("{at}: {}", note.text),
                ..note
            }));
            let file = table::describe(at, test.rows())?;
            (Some(test), Some(file))
        }
        None => (None, None),
    };
    let RowSplit { training, testing } = match &test {
        Some(test) => RowSplit {
            training: (0..rows).collect(),
            testing: (0..test.rows()).collect(),
        },
        None => cut::cut(path, params, labels, &codes, times.as_deref())?,
    };
    // Of the training rows, as the model file and GET /docs have them.
    let overview = look(&table, &notes, &training);
    let values = Rows::of(&table);
    let tested = repeats::fingerprints(test.as_ref().unwrap_or(&table), &testing);
    let seen = values.seen(&training, &tested);
    notes.extend(doubts::of_rows(values.repeats(), seen.as_deref()));
    let target = match &table.targets {
        Targets::Labels(_) => Target::Classes {
            codes,
            count: labels.len(),
        },
        Targets::Values(values) => Target::Values(values.clone()),
    };
    let target = target.pick(&training);
    Ok(Dataset {
        data: path.to_string(),
        table,
        test,
        test_file,
        answers,
        training,
        target,
        testing,
        rows,
        chosen,
        overview,
        notes,
        seen,
    })
}

fn inputs_of(columns: &[ColumnChoice]) -> Vec<(String, Input)> {
    let input = |choice: &ColumnChoice| match &choice.verdict.what {
        Use::Input(input) => Some((choice.name.clone(), input.clone())),
        _ => None,
    };
    columns.iter().filter_map(input).collect()
}

/// The target as the overview shows it.
fn target_looks(answers: &Answers, params: &Params) -> String {
    let how = match params.task {
        Some(_) => "given",
        None => "--task overrides",
    };
    match answers {
        Answers::Labels(labels) => format!("{} labels: classification ({how})", labels.len()),
        Answers::Values => format!("numbers: regression ({how})"),
    }
}

/// Leaves columns out that have one value, number the rows or copy the target. Returns the notes on all
/// columns: those that are left out, what gives the target away, and how values are read.
fn columns_of(
    table: &mut Table,
    chosen: &ColumnChoices,
    codes: &[u32],
    labels: usize,
    params: &Params,
) -> Vec<Note> {
    let mut notes = Vec::new();
    table
        .columns
        .retain(|column| !params.drop.contains(&column.name));
    for choice in &chosen.columns {
        if let Use::LeftOut(why) = &choice.verdict.what
            && !params.drop.contains(&choice.name)
        {
            let can_be_kept = choice.profile.values > 0 && choice.profile.nested == 0;
            let why = match can_be_kept {
                true => doubts::kept_by(why, &choice.name),
                false => why.clone(),
            };
            notes.push(left_out(&choice.name, NoteKind::LeftOut, &why));
        }
    }
    table.columns.retain(|column| {
        let is_constant = column.is_constant();
        if is_constant {
            let why = "every row has the same value";
            notes.push(left_out(&column.name, NoteKind::LeftOut, why));
        }
        !is_constant
    });
    let mut findings = doubts::of_columns(table, codes, labels, params);
    doubts::keep_last(&mut findings);
    let mut findings = findings.into_iter();
    table.columns.retain(|column| {
        let finding = findings.next().flatten();
        notes.extend(finding.iter().map(|finding| finding.note(&column.name)));
        !matches!(finding, Some(Finding::LeaveOut(..)))
    });
    notes.extend_from_slice(&chosen.notes);
    notes.append(&mut table.notes);
    // How a column that is left out was to be read matters to nobody.
    for choice in &chosen.columns {
        let is_input = table
            .columns
            .iter()
            .any(|column| column.name == choice.name);
        if is_input || choice.verdict.what == Use::Target {
            notes.extend_from_slice(&choice.verdict.notes);
        }
    }
    notes
}
