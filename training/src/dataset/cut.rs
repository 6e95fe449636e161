//! Split of a table's rows into those that train and those that measure.

use crate::doubts;
use crate::params::{Params, SplitBy};
use crate::source::Source;
use crate::split::{self, RowSplit};
use crate::table::Table;
use anyhow::{Result, bail};
use model::format::ColumnKind;

/// Splits the rows of a table into those to train on and those to measure on: by `times`, one per row,
/// or drawn at random.
pub(super) fn cut(
    path: &dyn Source,
    params: &Params,
    labels: &[String],
    codes: &[u32],
    times: Option<&[f64]>,
) -> Result<RowSplit> {
    let split = match times {
        Some(times) => split::split_by_time(times, params.holdout),
        None => split::split(codes, labels.len().max(1), params.holdout, params.seed),
    };
    if split.testing.is_empty() {
        bail!(
            "{path}: {} rows are too few to hold any out for measuring; give --test or a greater --holdout",
            codes.len()
        );
    }
    let mut is_trained = vec![false; labels.len()];
    for row in &split.training {
        if let Some(is_trained) = is_trained.get_mut(codes[*row] as usize) {
            *is_trained = true;
        }
    }
    if let Some(label) = is_trained.iter().position(|is_trained| !is_trained) {
        bail!(
            "{path}: all rows of the label {:?} are among the newest, which are held out; give a smaller \
             --holdout, or leave these rows out of the table",
            labels[label]
        );
    }
    Ok(split)
}

/// The points in time to split by, one a row; none where the split is drawn at random.
pub(super) fn times(
    path: &dyn Source,
    table: &Table,
    split: Option<&SplitBy>,
) -> Result<Option<Vec<f64>>> {
    let Some(SplitBy::Time(name)) = split else {
        return Ok(None);
    };
    let Some(column) = table.columns.iter().find(|column| column.name == *name) else {
        bail!(
            "{path}: split is time={name}, and it has no such column of times; a timestamp or a number \
             was expected"
        );
    };
    match column.input.kind {
        ColumnKind::Timestamp | ColumnKind::Number => Ok(Some(doubts::points_in_time(column))),
        kind => bail!(
            "{path}: split is time={name}, and the column is a {}; a timestamp or a number was expected",
            kind.name()
        ),
    }
}
