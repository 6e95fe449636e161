//! A table that fails, made smaller as long as it fails.

use std::time::Duration;

use super::sheet::Sheet;
use crate::measure::processor_time;

/// Processor time for one table.
const LONGEST: Duration = Duration::from_secs(20);

/// The smallest table found that fails, and how it fails.
pub fn shrunk(
    sheet: Sheet,
    what: String,
    check: &impl Fn(&Sheet) -> Result<bool, String>,
) -> (Sheet, String) {
    let end = processor_time() + LONGEST;
    let (mut best, mut told) = (sheet, what);
    loop {
        let smaller = candidates(&best).find_map(|candidate| {
            let is_late = processor_time() > end;
            let what = (!is_late).then(|| check(&candidate).err())??;
            Some((candidate, what))
        });
        match smaller {
            Some((sheet, what)) => (best, told) = (sheet, what),
            None => return (best, told),
        }
    }
}

/// Tables with fewer columns or rows, those that lack most first.
fn candidates(sheet: &Sheet) -> impl Iterator<Item = Sheet> + '_ {
    let columns = (0..sheet.columns.len()).filter(|at| *at != sheet.target);
    let without_column = columns.filter(|_| sheet.columns.len() > 2).map(|at| {
        let mut smaller = sheet.clone();
        smaller.columns.remove(at);
        smaller.target -= usize::from(at < sheet.target);
        smaller
    });
    let rows = sheet.rows();
    let sizes = std::iter::successors(Some(rows.div_ceil(2)), |size| {
        (*size > 1).then(|| size.div_ceil(2))
    });
    let spans = sizes.flat_map(move |size| (0..rows).step_by(size).map(move |at| (at, size)));
    let without_rows = spans.filter(move |_| rows > 1).map(move |(at, size)| {
        let mut smaller = sheet.clone();
        for column in &mut smaller.columns {
            column.cells.drain(at..(at + size).min(rows));
        }
        smaller
    });
    without_column.chain(without_rows.filter(|smaller| smaller.rows() > 0))
}
