//! Which columns of a table are learnt from, and what they hold.

mod sample;

use crate::params::Params;
use crate::table;
use anyhow::{Result, bail};
use model::format::{ColumnKind, Task};
use sample::Sample;
use storage::Location;

/// Rows that are looked at to infer the kinds of columns.
const SAMPLE: usize = 5000;

/// What becomes of a column of the training table.
#[derive(Clone, Debug, PartialEq)]
pub enum Use {
    /// It is the target.
    Target,
    /// It is learnt from.
    Input(Input),
    /// It is left out, with the reason.
    LeftOut(String),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its kind.
    pub kind: ColumnKind,
    /// Of a timestamp: `1/2/2026` is the 1st of February.
    pub day_first: bool,
    /// It was given, not inferred.
    pub given: bool,
}

/// What a table is learnt by.
pub struct Chosen {
    /// What becomes of each column, in their order.
    pub uses: Vec<(String, Use)>,
    /// What the target's values look like.
    pub task: Task,
}

/// What becomes of each column of the table `at`, and what is answered.
///
/// # Errors
/// When the table cannot be read, a named column is not in it, or no column is left to learn from.
pub fn choose(at: &Location, params: &Params) -> Result<Chosen> {
    let mut reader = table::open(at)?;
    let Some(target) = &params.target else {
        bail!(
            "--target is missing: the column to be answered, one of {}",
            reader.columns().join(", ")
        );
    };
    let named = [target].into_iter().chain(params.columns.keys());
    for name in named.chain(&params.drop) {
        reader.column(name)?;
    }
    let names = reader.columns().to_vec();
    let mut samples = vec![Sample::default(); names.len()];
    let mut rows = 0;
    while rows < SAMPLE
        && let Some(record) = reader.next_record()?
    {
        rows += 1;
        for (sample, value) in samples.iter_mut().zip(record.values) {
            sample.add(value);
        }
    }
    if rows == 0 {
        bail!("{at}: there is no row under the header; rows to learn from were expected");
    }
    let free = |name: &String| {
        name != target && !params.drop.contains(name) && !params.columns.contains_key(name)
    };
    // A lone column of words is meant, however few words its values have.
    let mut of_words = names
        .iter()
        .zip(&samples)
        .filter(|(name, sample)| free(name) && !sample.is_numeric());
    let is_lone = params.columns.is_empty()
        && names.iter().filter(|name| free(name)).count() <= 2
        && of_words.next().is_some()
        && of_words.next().is_none();
    let uses: Vec<(String, Use)> = names
        .iter()
        .zip(&samples)
        .map(|(name, sample)| {
            let what = match params.columns.get(name) {
                _ if name == target => Use::Target,
                _ if params.drop.contains(name) => Use::LeftOut("dropped".into()),
                Some(kind) => Use::Input(Input {
                    kind: *kind,
                    day_first: sample.is_day_first(params.day_first),
                    given: true,
                }),
                None => sample.infer(name, is_lone, params.day_first),
            };
            (name.clone(), what)
        })
        .collect();
    if let [(only, _)] = uses.as_slice() {
        bail!(
            "{at}: it has the target {only:?} and nothing else; a column to learn from was expected"
        );
    }
    if !uses.iter().any(|(_, what)| matches!(what, Use::Input(_))) {
        let reasons: Vec<String> = uses
            .iter()
            .filter_map(|(name, what)| match what {
                Use::LeftOut(why) => Some(format!("{name}: {why}")),
                _ => None,
            })
            .collect();
        bail!(
            "{at}: no column is left to learn from ({}); name one with --kind COLUMN=KIND",
            reasons.join("; ")
        );
    }
    let target = names.iter().zip(&samples).find(|(name, _)| *name == target);
    let task = target.map_or(Task::Classification, |(_, sample)| sample.task());
    Ok(Chosen { uses, task })
}
