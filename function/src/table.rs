//! CSV and TSV bodies, with a header row or without.

use crate::faults::step;
use crate::intake::Intake;
use crate::problem::{Code, Problem};
use model::row::Value;
use model::rows::{Content, Fields, Format, Table};

/// Most columns of a table that the model does not have.
const UNKNOWN_COLUMNS: usize = 1_000;

/// A table's records, one after the other.
struct Records<'a> {
    table: Table<'a>,
    /// Most values of a record.
    most: usize,
}

impl<'a> Records<'a> {
    fn new(
        intake: &Intake<'_, '_>,
        bytes: &'a [u8],
        delimiter: u8,
        has_header: bool,
    ) -> Records<'a> {
        let format = match delimiter {
            b'\t' => Format::Tsv,
            _ => Format::Csv,
        };
        let most = intake.served().model().columns.len() + UNKNOWN_COLUMNS;
        Records {
            table: Table::new(bytes, format, has_header, most),
            most,
        }
    }

    /// Reads the header row: its line, unless the table is empty.
    fn header(&mut self) -> Result<Option<u64>, Problem> {
        let Some((line, header)) = self.table.header() else {
            return Ok(None);
        };
        let count = header.map_err(|what| refusal(line, &what))?;
        check_count(count, self.most, line)?;
        Ok(Some(line))
    }

    /// The next record's line and values.
    fn next(&mut self) -> Result<Option<(u64, Fields<'_, 'a>)>, Problem> {
        let Some(record) = self.table.next() else {
            return Ok(None);
        };
        let Content::Fields(fields) = record.content else {
            return Ok(None);
        };
        check_count(fields.count(), self.most, record.line)?;
        Ok(Some((record.line, fields)))
    }
}

fn check_count(count: usize, most: usize, line: u64) -> Result<(), Problem> {
    if count <= most {
        return Ok(());
    }
    let detail = format!("line {line}: this row has more than {most} values, which is the limit");
    Err(Problem::new(Code::TooManyColumns, detail))
}

fn refusal(line: u64, what: &str) -> Problem {
    Problem::new(Code::InvalidTable, format!("line {line}: {what}")).expected("CSV by RFC 4180")
}

/// True if the first row of a table names columns of the model, including all required ones.
pub fn has_header(intake: &Intake<'_, '_>, bytes: &[u8], delimiter: u8) -> bool {
    let mut records = Records::new(intake, bytes, delimiter, true);
    let Ok(Some(_)) = records.header() else {
        return false;
    };
    let (served, names) = (intake.served(), records.table.columns());
    let is_known = |name: &String| served.column(name).is_some();
    names.iter().any(is_known)
        && (names.len() != served.model().columns.len() || names.iter().all(is_known))
}

/// Takes in the rows under a header row.
///
/// # Errors
/// When it is no table, or more than the function takes.
pub fn add_with_header<'a>(
    intake: &mut Intake<'_, 'a>,
    bytes: &'a [u8],
    delimiter: u8,
) -> Result<(), Problem> {
    let mut records = Records::new(intake, bytes, delimiter, true);
    let Some(header_line) = records.header()? else {
        return Ok(());
    };
    let names = records.table.columns().iter().map(String::as_str);
    let places = intake.places(names, Some(header_line), &step);
    let mut index = 0;
    while let Some((line, fields)) = records.next()? {
        let values = fields
            .check()
            .and_then(|()| fields.values(&places).collect());
        let row = values.map_err(|what: String| refusal(line, &what))?;
        let pointer = |name: &str, _| format!("/{index}{}", step(name));
        intake.add_placed(row, Some(line), &pointer)?;
        index += 1;
    }
    if is_one_line(bytes) {
        intake.explain_first_fault(ONE_LINE);
    }
    Ok(())
}

/// The likely reason why a table of one line is wrong.
const ONE_LINE: &str =
    "; the table is one line: curl's -d removes line ends, --data-binary keeps them";

fn is_one_line(bytes: &[u8]) -> bool {
    let mut bytes = bytes.trim_ascii_end().iter();
    !bytes.any(|byte| matches!(byte, b'\n' | b'\r'))
}

/// Takes in rows whose values stand in the model's order.
///
/// # Errors
/// As [`add_with_header`].
pub fn add_without_header<'a>(
    intake: &mut Intake<'_, 'a>,
    bytes: &'a [u8],
    delimiter: u8,
) -> Result<(), Problem> {
    let mut records = Records::new(intake, bytes, delimiter, false);
    let mut index = 0;
    while let Some((line, fields)) = records.next()? {
        let texts = fields.texts().map(|text| text.map(Value::Text));
        let values = fields.check_closed().and_then(|()| texts.collect());
        let values: Vec<_> = values.map_err(|what: String| refusal(line, &what))?;
        let pointer = |_: &str, at: usize| format!("/{index}/{at}");
        let whole = format!("/{index}");
        let is_too_long = values.len() > intake.served().model().columns.len();
        intake.add_in_order(values.into_iter(), Some(line), &whole, &pointer)?;
        if is_too_long && is_one_line(bytes) {
            intake.explain_first_fault(ONE_LINE);
        }
        index += 1;
    }
    Ok(())
}
