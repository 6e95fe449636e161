//! The test rows as a previous model takes them, where the new one has other columns.

use crate::columns::Input;
use crate::dataset::Dataset;
use crate::params::Params;
use crate::source::Source;
use crate::table::{self, Table};
use anyhow::{Result, bail};
use model::Model;
use model::column::Column;
use model::notation::{Notation, NumberFormat};
use std::borrow::Cow;

/// The table to measure on with the columns of a previous model, read once more from its file; `None`
/// where the table that was read has them all.
///
/// # Errors
/// When the file lacks a column that the model needs, or a value that it takes.
pub fn table(
    previous: &Model<'_>,
    read: &Dataset,
    file: &dyn Source,
    params: &Params,
) -> Result<Option<Table>> {
    let (table, _) = read.testing();
    let has = |column: &&Column<'_>| table.columns.iter().any(|own| own.name == column.name);
    if previous.columns.iter().all(|column| has(&column)) {
        return Ok(None);
    }
    let in_file = file.rows()?.columns().to_vec();
    let is_there =
        |column: &&Column<'_>| !column.optional || in_file.iter().any(|name| name == column.name);
    let columns = previous.columns.iter().filter(is_there);
    let inputs: Vec<(String, Input)> = columns.map(input).collect();
    let again = table::read(file, &inputs, &read.chosen, params)?;
    if again.rows() != table.rows() {
        bail!(
            "{file}: {} rows have a value for its columns and {} for those of this model",
            again.rows(),
            table.rows()
        );
    }
    Ok(Some(again))
}

fn input(column: &Column<'_>) -> (String, Input) {
    let notation = &column.notation;
    let number = &notation.number;
    let input = Input {
        kind: column.kind,
        notation: Notation {
            number: NumberFormat {
                prefix: owned(&number.prefix),
                suffix: owned(&number.suffix),
                decimal_comma: number.decimal_comma,
                grouping: number.grouping,
            },
            missing: notation.missing.as_deref().map(owned),
            day_first: notation.day_first,
            time: notation.time,
            whole_codes: notation.whole_codes,
        },
        given: true,
    };
    (column.name.to_string(), input)
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_string())
}
