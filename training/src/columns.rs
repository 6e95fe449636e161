//! Which columns of a table are learnt from, and what they hold.
//!
//! [`choose`] reads the whole table once and makes a [`Profile`] of each column: how many values are
//! numbers, times, booleans or codes, and which are not. `inference` turns a profile into a verdict: the
//! column's type and notation with the reason, and notes where the table can be read in another
//! way.

mod distinct;
mod example;
mod inference;
mod names;
mod numbers;
mod profile;
mod times;
mod verdict;
mod words;

pub use distinct::Distinct;
pub use example::{Example, shortened};
pub use numbers::Numbers;
pub use profile::{Counted, Profile};
pub use times::Times;
pub use verdict::{Input, Use, Verdict};
pub use words::MissingWords;

use crate::notes::{Note, NoteKind};
use crate::params::{Decimal, Params};
use crate::source::Source;
use anyhow::{Result, bail};
use inference::{Judge, TableRules};
use model::format::Task;
use model::notation::Notation;
use model::row::Value;

/// A column of the training table.
#[derive(Clone, Debug)]
pub struct ColumnChoice {
    /// Its name.
    pub name: String,
    /// Counts of its values.
    pub profile: Profile,
    /// Its use, with the reason.
    pub verdict: Verdict,
}

/// Decisions about the columns of a table.
#[derive(Clone, Debug)]
pub struct ColumnChoices {
    /// Its columns, in their order.
    pub columns: Vec<ColumnChoice>,
    /// Task of the model.
    pub task: Task,
    /// Notation of the target's values.
    pub target: Notation<'static>,
    /// Rows read.
    pub rows: usize,
    /// Notes on the table as a whole.
    pub notes: Vec<Note>,
}

/// Decides about each column of the table `at`, and about the target.
///
/// # Errors
/// When the table cannot be read, a named column is not in it, or no column is left to learn from.
pub fn choose(at: &dyn Source, params: &Params) -> Result<ColumnChoices> {
    let mut reader = at.rows()?;
    let Some(target) = &params.target else {
        bail!(
            "--target is missing: the column to be answered, one of {}",
            reader.columns().join(", ")
        );
    };
    let missing = MissingWords::new(&params.missing, &params.not_missing);
    let mut profiles: Vec<Profile> = Vec::new();
    let (mut rows, mut headers) = (0, None);
    while let Some(record) = reader.next_record()? {
        if repeats_header(&record.values, reader.columns()) {
            let (count, _) = headers.get_or_insert((0, record.line));
            *count += 1;
            continue;
        }
        // A column of JSON Lines that no line before had is empty in them.
        let columns = record.values.len();
        profiles.resize_with(columns, || Profile {
            empty: rows,
            distinct: Distinct::of_columns(columns),
            ..Profile::default()
        });
        for (profile, value) in profiles.iter_mut().zip(record.values) {
            profile.add(record.line, value, |word| missing.has(word));
        }
        rows += 1;
    }
    let named = [target].into_iter().chain(params.columns.keys());
    for name in named.chain(&params.drop).chain(&params.keep) {
        reader.column(name)?;
    }
    if rows == 0 {
        bail!("{at}: there are no rows under the header; training rows were expected");
    }
    let names = reader.columns().to_vec();
    let inputs = || {
        names
            .iter()
            .zip(&profiles)
            .filter(|(name, _)| *name != target)
    };
    let rules = TableRules {
        day_first: params.day_first,
        decimal_comma: params.decimal.map(Decimal::is_comma).or_else(|| {
            agreed(inputs().filter_map(|(_, profile)| profile.numbers.decimal_comma()))
        }),
        has_semicolons: reader.delimiter() == Some(b';'),
        missing: &missing,
        // A column of words that is the only one is meant, however few words its values have.
        is_lone: inputs()
            .filter(|(name, _)| !params.drop.contains(name))
            .count()
            == 1,
    };
    let mut columns = Vec::with_capacity(names.len());
    let mut told = None;
    for (name, profile) in names.iter().zip(profiles) {
        let judge = Judge::new(name, &profile, &rules);
        let verdict = match params.columns.get(name) {
            _ if name == target => {
                told = Some((judge.task(), judge.target_notation()));
                judge.target()
            }
            // Rows can be split by a column that is not learnt from; it is left out after that.
            _ if params.drop.contains(name) && !params.splits_by(name) => {
                Verdict::left_out("dropped")
            }
            Some(kind) => judge.given(*kind),
            None if params.keep.contains(name) => judge.kept(),
            None => judge.infer(),
        };
        columns.push(ColumnChoice {
            name: name.clone(),
            profile,
            verdict,
        });
    }
    check_inputs(at, &columns)?;
    let mut notes = Vec::new();
    if let Some((count, line)) = headers {
        let text = match count {
            1 => "a row repeats the header and is left out".to_string(),
            count => format!("{count} rows repeat the header and are left out"),
        };
        notes.push(Note {
            line: Some(line),
            ..Note::new(NoteKind::LeftOut, text)
        });
    }
    let (task, target) = told.unwrap_or((Task::Classification, Notation::default()));
    Ok(ColumnChoices {
        task: params.task.or(params.estimator.task()).unwrap_or(task),
        target,
        columns,
        rows,
        notes,
    })
}

/// Notation of a target's numbers as text, inferred as [`choose`] infers it; `decimal_comma` is the decimal
/// mark of other columns, where it is known.
pub fn target_notation<'t>(
    name: &str,
    texts: impl IntoIterator<Item = &'t str>,
    decimal_comma: Option<bool>,
) -> Notation<'static> {
    let missing = MissingWords::new(&[], &[]);
    let mut profile = Profile::default();
    for (text, line) in texts.into_iter().zip(1..) {
        let value = Value::Text(text.into());
        profile.add(line, Some(value), |word| missing.has(word));
    }
    let rules = TableRules {
        day_first: None,
        decimal_comma,
        has_semicolons: false,
        missing: &missing,
        is_lone: false,
    };
    Judge::new(name, &profile, &rules).target_notation()
}

/// True if a row's values are the names of their columns, as where tables were joined end to end.
pub fn repeats_header(values: &[Option<Value<'_>>], names: &[String]) -> bool {
    let is_name = |(value, name): (&Option<Value<'_>>, &String)| match value {
        Some(Value::Text(text)) => text == name,
        _ => false,
    };
    names.len() > 1 && values.len() == names.len() && values.iter().zip(names).all(is_name)
}

/// The value that all have; `None` if they differ or there are none.
fn agreed(mut told: impl Iterator<Item = bool>) -> Option<bool> {
    let first = told.next()?;
    told.all(|other| other == first).then_some(first)
}

fn check_inputs(at: &dyn Source, columns: &[ColumnChoice]) -> Result<()> {
    if let [only] = columns {
        bail!(
            "{at}: it has the target {:?} and nothing else; a column to learn from was expected",
            only.name
        );
    }
    let is_input = |column: &ColumnChoice| matches!(column.verdict.what, Use::Input(_));
    if !columns.iter().any(is_input) {
        let reasons: Vec<String> = columns
            .iter()
            .filter_map(|column| match &column.verdict.what {
                Use::LeftOut(why) => Some(format!("{}: {why}", column.name)),
                _ => None,
            })
            .collect();
        bail!(
            "{at}: no column is left to learn from ({}); take one back with --keep COLUMN, or name its \
             type with --kind COLUMN=KIND",
            reasons.join("; ")
        );
    }
    Ok(())
}
