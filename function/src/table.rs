//! CSV and TSV bodies, by RFC 4180, with a header row or without.

use crate::budgets::Work;
use crate::faults::{Fault, step};
use crate::intake::{Intake, occurrences};
use crate::problem::{Code, Problem};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use model::row::{Value, expected};
use model::rows::separator_line;
use std::borrow::Cow;

/// Most columns of a table that the model does not have.
const UNKNOWN_COLUMNS: usize = 1_000;

/// A table's records, one after the other.
struct Records<'s, 'a> {
    work: &'s Work<'s>,
    bytes: &'a [u8],
    at: usize,
    line: u64,
    /// Most fields of a record.
    most: usize,
    parser: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

impl<'s, 'a> Records<'s, 'a> {
    fn new(intake: &Intake<'s, '_>, bytes: &'a [u8], delimiter: u8) -> Records<'s, 'a> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        // Spreadsheets name the delimiter in a line of its own.
        let (delimiter, bytes, line) = match separator_line(bytes) {
            Some((named, length)) => (named, &bytes[length..], 2),
            None => (delimiter, bytes, 1),
        };
        Records {
            work: &intake.context().work,
            bytes,
            at: 0,
            line,
            most: intake.served().model().columns.len() + UNKNOWN_COLUMNS,
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            fields: vec![0; 1024],
            ends: vec![0; 32],
        }
    }

    /// The next record's line and values; blank lines are passed over.
    fn next(&mut self) -> Result<Option<(u64, Vec<String>)>, Problem> {
        let rest = &self.bytes[self.at..];
        let blank = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n'));
        self.skip(blank.count());
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let line = self.line;
        let (mut written, mut count) = (0, 0);
        loop {
            let at_end = self.at == self.bytes.len();
            // The last record may lack its line end.
            let rest = if at_end {
                b"\n"
            } else {
                &self.bytes[self.at..]
            };
            let (fields, ends) = (&mut self.fields[written..], &mut self.ends[count..]);
            let (result, read, wrote, ended) = self.parser.read_record(rest, fields, ends);
            if !at_end {
                self.skip(read);
            }
            (written, count) = (written + wrote, count + ended);
            match result {
                ReadRecordResult::OutputFull => {
                    self.work.take(self.fields.len() * 2)?;
                    self.fields.resize(self.fields.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() > self.most => {
                    return Err(self.too_many(line));
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty if at_end => {
                    return Err(refusal(
                        line,
                        "the row that begins here has a quote that is never closed",
                    ));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        if count > self.most {
            return Err(self.too_many(line));
        }
        let mut start = 0;
        let values = self.ends[..count].iter().map(|end| {
            let bytes = &self.fields[start..*end];
            start = *end;
            // The body is UTF-8 as a whole, and is cut at ASCII bytes only.
            String::from_utf8_lossy(bytes).into_owned()
        });
        Ok(Some((line, values.collect())))
    }

    fn too_many(&self, line: u64) -> Problem {
        let detail = format!(
            "line {line}: this row has more than {} values, which is the limit",
            self.most
        );
        Problem::new(Code::TooManyColumns, detail)
    }

    fn skip(&mut self, count: usize) {
        let passed = &self.bytes[self.at..][..count];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at += count;
    }
}

fn refusal(line: u64, what: &str) -> Problem {
    Problem::new(Code::InvalidTable, format!("line {line}: {what}")).expected("CSV by RFC 4180")
}

/// True if the first row of a table names columns of the model, including all required ones.
pub fn has_header(intake: &Intake<'_, '_>, bytes: &[u8], delimiter: u8) -> bool {
    let Ok(Some((_, names))) = Records::new(intake, bytes, delimiter).next() else {
        return false;
    };
    let served = intake.served();
    names.iter().any(|name| served.column(name, 0).is_some())
        && (names.len() != served.model().columns.len()
            || names.iter().all(|name| served.column(name, 0).is_some()))
}

/// Takes in the rows under a header row.
///
/// # Errors
/// When it is no table, or more than the function takes.
pub fn add_with_header(
    intake: &mut Intake<'_, '_>,
    bytes: &[u8],
    delimiter: u8,
) -> Result<(), Problem> {
    let mut records = Records::new(intake, bytes, delimiter);
    let Some((header_line, names)) = records.next()? else {
        return Ok(());
    };
    let served = intake.served();
    let places: Vec<Option<usize>> = (0..)
        .zip(&names)
        .map(|(index, name)| served.column(name, index))
        .collect();
    check_header(intake, header_line, &names, &places);
    let mut index = 0;
    while let Some((line, values)) = records.next()? {
        if values.len() != names.len() {
            let (got, expected) = (values.len(), names.len());
            return Err(refusal(
                line,
                &format!("this row has {got} values; {expected} were expected, as in the header"),
            ));
        }
        let mut row = vec![None; served.model().columns.len()];
        for (place, value) in places.iter().zip(values) {
            if let Some(column) = place {
                row[*column] = Some(Value::Text(Cow::Owned(value)));
            }
        }
        // Missing columns have been reported with the header.
        for (value, column) in row.iter_mut().zip(&served.model().columns) {
            if value.is_none() && !column.optional {
                *value = Some(stand_in(column.kind));
            }
        }
        let pointer = |name: &str, _| format!("/{index}{}", step(name));
        intake.add(row, Some(line), &pointer)?;
        index += 1;
    }
    Ok(())
}

/// A value that every column of the kind takes.
fn stand_in(kind: model::format::ColumnKind) -> Value<'static> {
    match kind {
        model::format::ColumnKind::Text => Value::Text("".into()),
        _ => Value::Missing,
    }
}

/// Takes in rows whose values stand in the model's order.
///
/// # Errors
/// As [`add_with_header`].
pub fn add_without_header(
    intake: &mut Intake<'_, '_>,
    bytes: &[u8],
    delimiter: u8,
) -> Result<(), Problem> {
    let mut records = Records::new(intake, bytes, delimiter);
    let mut index = 0;
    while let Some((line, values)) = records.next()? {
        let values = values.into_iter().map(|value| Value::Text(value.into()));
        let pointer = |_: &str, at: usize| format!("/{index}/{at}");
        let whole = format!("/{index}");
        intake.add_in_order(values, Some(line), &whole, &pointer)?;
        index += 1;
    }
    Ok(())
}

fn check_header(
    intake: &mut Intake<'_, '_>,
    line: u64,
    names: &[String],
    places: &[Option<usize>],
) {
    let columns = &intake.served().model().columns;
    for (column, count) in columns.iter().zip(occurrences(places, columns.len())) {
        let (code, what) = match count {
            0 if column.optional => continue,
            0 => (Code::MissingField, "does not name"),
            1 => continue,
            _ => (Code::DuplicateField, "names twice"),
        };
        intake.fault(|| Fault {
            pointer: step(column.name),
            line: Some(line),
            detail: format!("the header {what} the column {:?}", column.name),
            code,
            expected: expected(column.kind),
        });
    }
    for (name, place) in names.iter().zip(places) {
        if place.is_none() {
            intake.unknown(name, Some(line));
        }
    }
}
