//! The block Data: the table, its columns, and how its values were read.

use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use std::io::{self, Write};
use training::dataset::Dataset;
use training::notes::Note;
use training::overview::{ColumnOverview, Role};

/// Shows a table as training reads it.
///
/// # Errors
/// When it cannot be written.
pub fn show(page: &mut Page<impl Write>, read: &Dataset) -> io::Result<()> {
    let (training, testing) = (read.training.len(), read.testing().1.len());
    page.head(
        "Data",
        format!(
            "{}: {} rows, {training} to train on, {testing} to test on",
            read.data, read.rows
        ),
    )?;
    page.table(&columns(&read.overview))?;
    let remarks = read
        .notes
        .iter()
        .filter(|note| is_remark(note, &read.overview));
    page.checks(remarks.map(|note| (Mark::Fact, note.to_string())))
}

/// A row for each column: name, type, and its values or the reason why it is left out.
fn columns(overview: &[ColumnOverview]) -> Table {
    let mut table = Table::indented(2)
        .text("", Fit::Cut)
        .text("", Fit::Whole)
        .text("", Fit::Wrap);
    for column in overview {
        let (kind, looks) = match (column.role, column.kind) {
            (Role::Input, Some(kind)) => {
                let given = if column.given { " (given)" } else { "" };
                let kind = Text::from(kind).and(Tone::Quiet, given);
                (kind, Text::from(column.looks.as_str()))
            }
            (Role::Target, _) => (
                Text::toned(Tone::Strong, "target"),
                Text::from(column.looks.as_str()),
            ),
            _ => (
                Text::toned(Tone::Quiet, "left out"),
                Text::toned(Tone::Quiet, column.why_left_out()),
            ),
        };
        table.row([Text::from(column.name.as_str()), kind, looks]);
    }
    table
}

/// True for a note that is no doubt and that the columns do not show: a rule by which values were read.
fn is_remark(note: &Note, overview: &[ColumnOverview]) -> bool {
    let shows = |column: &ColumnOverview| {
        column.role == Role::LeftOut && note.column.as_ref() == Some(&column.name)
    };
    !note.kind.is_doubt() && !overview.iter().any(shows)
}
