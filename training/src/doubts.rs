//! Doubts about a table: what may make a model look better than it is, found before it is fitted.
//!
//! - [`numbering`] finds columns that number the rows, [`leak`] columns that give the target away.
//! - [`repeats`] finds rows that stand on both sides of the split, [`order`] rows that lie in the order
//!   of time, [`labels`] labels of one row.
//! - [`figures`] compares cross-validation with the test rows, after the fit.
//!
//! Each is a pure function with few false alarms, by a threshold that its module states; here they
//! become notes. A column that numbers the rows, or is a copy of the target, is left out;
//! everything else is only reported, since a column may well determine the target and be known in
//! time.

pub mod figures;
mod grid;
pub mod labels;
pub mod leak;
pub mod numbering;
pub mod order;
pub mod repeats;

use crate::evaluation::figures::text;
use crate::notes::{Note, NoteKind, option};
use crate::overview::left_out;
use crate::params::Params;
use crate::scripts;
use crate::table::{Column, Data, Table, Targets};
use leak::Leak;
use model::card::Metrics;
use model::format::ColumnKind;
use rayon::prelude::*;

/// A finding about a column, with its reason as a main clause that begins with `it`.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// It is not to be learnt from.
    LeaveOut(NoteKind, String),
    /// It is learnt from, and a person should look at it; the clause ends with what to do.
    Tell(NoteKind, String),
}

impl Finding {
    /// The note on the column `name`, with the option that decides otherwise.
    pub fn note(&self, name: &str) -> Note {
        match self {
            Finding::LeaveOut(kind, why) => left_out(name, *kind, &kept_by(why, name)),
            Finding::Tell(kind, text) => Note::of_column(name, *kind, None, text.as_str()),
        }
    }
}

/// The reason why the column `name` is left out, with the option that takes it back.
pub fn kept_by(why: &str, name: &str) -> String {
    format!("{why}; --keep {} includes it", option(name))
}

/// Findings about the columns of `table`, in their order; `codes` are those of its labels,
/// below `labels`. Columns of `params.keep` are what a person has looked at.
pub fn of_columns(
    table: &Table,
    codes: &[u32],
    labels: usize,
    params: &Params,
) -> Vec<Option<Finding>> {
    let find = |column: &Column| {
        let is_kept = params.keep.contains(&column.name);
        (!is_kept)
            .then(|| of_column(column, &table.targets, codes, labels))
            .flatten()
    };
    table.columns.par_iter().map(find).collect()
}

/// If every column would be left out, takes those back that only seem to number the rows: a measure
/// that the table is sorted by, say.
pub fn keep_last(findings: &mut [Option<Finding>]) {
    let is_left_out = |finding: &Option<Finding>| matches!(finding, Some(Finding::LeaveOut(..)));
    if !findings.iter().all(is_left_out) {
        return;
    }
    for finding in findings.iter_mut().flatten() {
        if let Finding::LeaveOut(NoteKind::Key, why) = finding {
            let text = format!("{why}; learnt from, since no other column is left");
            *finding = Finding::Tell(NoteKind::Key, text);
        }
    }
}

fn of_column(column: &Column, targets: &Targets, codes: &[u32], labels: usize) -> Option<Finding> {
    let name = option(&column.name);
    let (reason, kind, is_certain) = match (numbering_of(column), column.input.given) {
        (Some((reason, true)), false) => (reason, NoteKind::LeftOut, true),
        (Some((reason, _)), _) => (reason, NoteKind::Key, true),
        (None, _) => {
            let leak = leak::leak(column, targets, codes, labels)?;
            (leak.reason(), NoteKind::Leak, leak == Leak::Copy)
        }
    };
    // A type that was given says that the column is meant.
    if is_certain && !column.input.given {
        return Some(Finding::LeaveOut(kind, reason));
    }
    let advice = match kind {
        NoteKind::Key => format!("leave it out with --drop {name}, or say --keep {name}"),
        _ => format!(
            "leave it out with --drop {name} if it is known only after the answer, else say --keep {name}"
        ),
    };
    Some(Finding::Tell(kind, format!("{reason}; {advice}")))
}

/// The reason why a column numbers the rows, and whether that is certain.
fn numbering_of(column: &Column) -> Option<(String, bool)> {
    let Data::Number(numbers) = &column.data else {
        return None;
    };
    // Row numbers have no thousands, currency or percent.
    let is_number =
        column.input.kind == ColumnKind::Number && column.input.notation.number.is_plain();
    let found = is_number.then(|| numbering::numbering(&column.name, numbers))??;
    Some((found.reason(numbers.len()), found.is_certain))
}

/// Notes on the columns that are learnt from: text by characters, rows in the order of time where
/// `is_drawn` says that the test rows are drawn at random.
pub fn of_table(table: &Table, is_drawn: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    for column in &table.columns {
        if let Data::Text(texts) = &column.data
            && let Some(found) = scripts::unspaced(texts.iter().map(String::as_str))
        {
            let text = format!(
                "learnt by characters and pairs of them: {} of {} rows have {} text, which has no \
                 spaces between words",
                found.rows,
                texts.len(),
                found.script
            );
            notes.push(Note::of_column(&column.name, NoteKind::Format, None, text));
        }
    }
    let ordered = table
        .columns
        .iter()
        .find(|column| is_drawn && clock(column).is_some_and(|times| order::is_in_order(&times)));
    if let Some(column) = ordered {
        let text = format!(
            "the rows are in the order of this column, and the test rows are drawn from among them at \
             random: figures of rows that are newer than all of training may be worse; hold out the \
             newest with --split time={0}, or say --split random",
            option(&column.name)
        );
        notes.push(Note::of_column(&column.name, NoteKind::Order, None, text));
    }
    notes
}

/// The points in time of a column that has such.
fn clock(column: &Column) -> Option<Vec<f64>> {
    match &column.data {
        Data::Time(_) => Some(points_in_time(column)),
        Data::Number(_) => numbering::is_clock(&column.name).then(|| points_in_time(column)),
        _ => None,
    }
}

/// The values of a column on a line, one a row: days of a timestamp, a number as it is; NaN where
/// there is none.
pub fn points_in_time(column: &Column) -> Vec<f64> {
    match &column.data {
        Data::Time(times) => {
            let days = times
                .iter()
                .map(|time| time.map_or(f64::NAN, |time| time.days()));
            days.collect()
        }
        Data::Number(numbers) => numbers.clone(),
        Data::Category { codes, .. } => vec![f64::NAN; codes.len()],
        Data::Text(texts) => vec![f64::NAN; texts.len()],
    }
}

/// Notes on the labels of the column `target`.
pub fn of_labels(target: &str, labels: &[String], codes: &[u32]) -> Vec<Note> {
    let mut notes = Vec::new();
    let lone = labels::lone(labels, codes);
    if let [(first, row), rest @ ..] = lone.as_slice() {
        let which = match rest.len() {
            0 => format!("the label {first:?} has one row only (row {})", row + 1),
            more => format!(
                "{} labels, such as {first:?} (row {}), have one row only",
                more + 1,
                row + 1
            ),
        };
        let text = format!("{which}: it is trained on and cannot be measured; is it a mistake?");
        notes.push(Note::of_column(target, NoteKind::Stray, None, text));
    }
    notes
}

/// Notes on rows that repeat; `seen` says of each test row whether a training row has its values.
pub fn of_rows(found: Option<repeats::Repeats>, seen: Option<&[bool]>) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(seen) = seen {
        let count = seen.iter().filter(|seen| **seen).count();
        let text = format!(
            "{count} of {} test rows have the values of a training row in every column: they are answered \
             from memory, and figures are better than new rows will have them; remove repeated rows from \
             the table",
            seen.len()
        );
        notes.push(Note::new(NoteKind::Leak, text));
    }
    if let Some(found) = found.filter(|found| found.conflicting > 0) {
        let text = format!(
            "{} have the values of another row in every column, and another target: no model can be right \
             about both",
            counted(found.conflicting)
        );
        notes.push(Note::new(NoteKind::Conflict, text));
    }
    notes
}

/// The note on a figure that cross-validation and the test rows disagree about.
pub fn of_figures(metrics: &Metrics, has_test_table: bool) -> Option<Note> {
    let found = figures::disagreement(metrics)?;
    let (of_folds, of_test) = (text(found.folds_figure), text(found.test_figure));
    let why = match (found.is_worse, has_test_table) {
        (true, true) => {
            "the test rows differ from the training rows, as later ones do, or training rows repeat or \
             share a key; trust the figure of the test rows"
        }
        (true, false) => {
            "training rows repeat or share a key, or the test rows are of another kind; trust the figure \
             of the test rows"
        }
        (false, _) => {
            "the test rows are easier than the training rows, or repeat them; trust the folds"
        }
    };
    let (folds, title) = (found.folds, found.title);
    Some(Note::new(
        NoteKind::Disagree,
        format!(
            "{folds} folds have {title} {of_folds}, the test rows {of_test}, which is further apart than \
             chance makes it: {why}"
        ),
    ))
}

fn counted(rows: usize) -> String {
    match rows {
        1 => "1 row".to_string(),
        rows => format!("{rows} rows"),
    }
}
