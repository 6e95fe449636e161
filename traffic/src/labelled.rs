//! Captured rows with their true labels, joined with the table that a model was trained on.
//!
//! [`LabelledRows`] collects the records whose id has a true label, each once, and [`append`] writes the
//! training table and behind it those rows by their times, in the notation of the table. A column with the
//! time of each captured row lets training hold out the newest.

mod lines;
mod notation;

pub use lines::TableForm;

use crate::answers::Answer;
use crate::captures::Tally;
use crate::members::{Members, is_redacted};
use crate::truth::Truth;
use anyhow::{Result, bail};
use lines::Lines;
use model::row::Value as TableValue;
use model::rows::Reader;
use model::timestamp::Timestamp;
use monitor::capture::Record;
use notation::{ColumnNotation, JoinedCell};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Labels of the table that are kept to name those that it lacks; with more, the target is a number.
const LABELS: usize = 10_000;

/// A captured row whose true label is known.
#[derive(Debug, PartialEq)]
struct LabelledRow {
    time: String,
    id: String,
    members: Members,
    truth: String,
}

/// Captured rows with true labels, in memory: as many as there are labels at most.
pub struct LabelledRows<'a> {
    truth: &'a Truth,
    rows: Vec<LabelledRow>,
    without_columns: u64,
    answers_labels: bool,
    redacted: BTreeMap<String, u64>,
}

/// A joined table and what it holds.
#[derive(Debug, Default)]
pub struct Joined {
    /// Rows of the training table.
    pub old_rows: u64,
    /// Captured rows behind them.
    pub new_rows: u64,
    /// Captured rows that the training table has already.
    pub known_rows: u64,
    /// Captured rows without a time.
    pub without_time: u64,
    /// Times of the first and the last captured row.
    pub period: Option<[String; 2]>,
    /// Columns of the training table that no captured row has.
    pub missing: Vec<String>,
    /// Columns of captured rows that the training table lacks.
    pub left_out: Vec<String>,
    /// Columns that were redacted, with the number of rows.
    pub redacted: BTreeMap<String, u64>,
    /// Labels of the training table; `None` where the target is a number.
    pub labels: Option<Vec<String>>,
}

impl<'a> LabelledRows<'a> {
    /// No row yet.
    pub fn new(truth: &'a Truth) -> LabelledRows<'a> {
        LabelledRows {
            truth,
            rows: Vec::new(),
            without_columns: 0,
            answers_labels: false,
            redacted: BTreeMap::new(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without a row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rows with a true label whose columns cannot be read without a model.
    pub fn without_columns(&self) -> u64 {
        self.without_columns
    }
}

impl Tally for LabelledRows<'_> {
    fn add(&mut self, record: &Record<'_>) {
        let Some(truth) = self.truth.take_of(record) else {
            return;
        };
        let Some(members) = Members::read(&record.input) else {
            self.without_columns += 1;
            return;
        };
        for (name, _) in members.0.iter().filter(|(_, value)| is_redacted(value)) {
            *self.redacted.entry(name.clone()).or_default() += 1;
        }
        let answer = Answer::read(&record.output);
        self.answers_labels |= answer.is_some_and(|answer| answer.label.is_some());
        self.rows.push(LabelledRow {
            time: record.inference_time.to_string(),
            id: record.event_id.to_string(),
            members,
            truth: truth.to_string(),
        });
    }

    fn merge(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.without_columns += other.without_columns;
        self.answers_labels |= other.answers_labels;
        for (name, rows) in other.redacted {
            *self.redacted.entry(name).or_default() += rows;
        }
    }
}

/// Names of the two columns that captured rows get.
#[derive(Clone, Copy, Debug)]
pub struct JoinColumns<'a> {
    /// Column of the true label.
    pub target: &'a str,
    /// Column of the time at which a row was captured.
    pub time: &'a str,
}

/// Writes the rows of `table`, and behind them the labelled rows in the order of their times.
///
/// # Errors
/// When the table cannot be read, lacks the target, or shares no other column with the captured rows.
pub fn append(
    mut table: Reader,
    labelled: LabelledRows<'_>,
    columns: JoinColumns<'_>,
    form: TableForm,
    out: &mut Vec<u8>,
) -> Result<Joined> {
    let target = table.column(columns.target)?;
    let name = table.name().to_string();
    let mut joined = Joined {
        redacted: labelled.redacted,
        ..Joined::default()
    };
    // The columns of JSON Lines grow while they are read, and a CSV needs them all in its header.
    let mut old = Vec::new();
    while let Some(record) = table.next_record()? {
        old.push(record);
    }
    let mut names = table.columns().to_vec();
    let time = names.iter().position(|name| name == columns.time);
    let has_time = time.is_some();
    let time = time.unwrap_or(names.len());
    if !has_time {
        names.push(columns.time.to_string());
    }
    let mut writer = Lines::new(form, &names, out);
    let mut notations: Vec<ColumnNotation> = names.iter().map(|_| Default::default()).collect();
    let (mut known, mut labels) = (HashSet::new(), BTreeSet::new());
    for record in &old {
        let mut cells = Vec::with_capacity(names.len());
        for (value, notation) in record.values.iter().zip(&mut notations) {
            let cell = cell(value.as_ref(), &name, record.line)?;
            notation.look(&cell);
            cells.push(cell);
        }
        cells.resize(names.len(), JoinedCell::default());
        let label = &cells[target].text;
        if labels.len() <= LABELS && !label.is_empty() && !labels.contains(label) {
            labels.insert(label.clone());
        }
        if !cells[time].text.is_empty() {
            known.insert(fingerprint(&cells));
        }
        writer.write(&cells)?;
        joined.old_rows += 1;
    }
    let mut rows = labelled.rows;
    rows.sort_by(|a, b| (&a.time, &a.id).cmp(&(&b.time, &b.id)));
    let members: BTreeSet<&str> = rows
        .iter()
        .flat_map(|row| row.members.0.iter().map(|(name, _)| name.as_str()))
        .collect();
    let is_own = |name: &str| name == columns.target || name == columns.time;
    let others = names.iter().filter(|name| !is_own(name));
    joined.missing = others
        .filter(|name| !members.contains(name.as_str()))
        .cloned()
        .collect();
    let left_out = members
        .iter()
        .filter(|name| !names.iter().any(|own| own == *name));
    joined.left_out = left_out.map(|name| name.to_string()).collect();
    if members.len() == joined.left_out.len() {
        bail!(
            "{name}: no captured row has one of its columns ({}): they have {}",
            names.join(", "),
            joined.left_out.join(", ")
        );
    }
    for row in &rows {
        let cell = |(name, notation): (&String, &ColumnNotation)| match row.members.value(name) {
            _ if name == columns.target => notation.truth(&row.truth),
            Some(value) => notation.cell(value),
            None => JoinedCell::default(),
        };
        let mut cells: Vec<JoinedCell> = names.iter().zip(&notations).map(cell).collect();
        if cells[time].text.is_empty() {
            cells[time] = JoinedCell::text(row.time.clone());
        }
        joined.without_time += u64::from(Timestamp::parse(&cells[time].text, false).is_none());
        if !known.insert(fingerprint(&cells)) {
            joined.known_rows += 1;
            continue;
        }
        joined.period = Some(match joined.period.take() {
            Some([first, _]) => [first, row.time.clone()],
            None => [row.time.clone(), row.time.clone()],
        });
        writer.write(&cells)?;
        joined.new_rows += 1;
    }
    let are_labels = labelled.answers_labels && labels.len() <= LABELS;
    joined.labels = are_labels.then(|| labels.into_iter().collect());
    Ok(joined)
}

/// A digest of a row's texts.
fn fingerprint(cells: &[JoinedCell]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for cell in cells {
        cell.text.hash(&mut hasher);
    }
    hasher.finish()
}

/// A value of the training table as it is written.
fn cell(value: Option<&TableValue<'_>>, table: &str, line: u64) -> Result<JoinedCell> {
    Ok(match value {
        None | Some(TableValue::Missing) => JoinedCell::default(),
        Some(TableValue::Text(text)) => JoinedCell::text(text.to_string()),
        Some(TableValue::Number(number)) => JoinedCell::bare(number),
        Some(TableValue::Integer(number)) => JoinedCell::bare(number),
        Some(TableValue::Boolean(yes)) => JoinedCell::bare(yes),
        Some(other) => bail!(
            "{table}, line {line}: a value is {}; a table with captured rows has text, numbers and booleans \
             only",
            other.kind()
        ),
    })
}

#[cfg(test)]
mod tests;
