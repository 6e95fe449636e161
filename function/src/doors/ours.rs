//! Our own door: a row as a JSON object, or many as `{"instances": [...]}`, CSV or JSON Lines.
//!
//! One row gets its answer, many get `{"predictions": [...]}` with one answer per row; JSON Lines get
//! JSON Lines, and a client that accepts `text/csv` gets label and probability.

use super::non_finite;
use super::rows::RowsRequest;
use crate::body::{Media, check_text, header_parameter, media, unknown_media};
use crate::context::Context;
use crate::faults::{Fault, step};
use crate::intake::Intake;
use crate::json::{Json, invalid};
use crate::members::{self, BodyContent};
use crate::options::{ScoreOptions, WarningForm};
use crate::problem::{Code, Problem};
use crate::report::{self, Reply, predictions, push_report, wants_csv};
use crate::request::Request;
use crate::scoring::ScoredRows;
use crate::table;

/// Expected type of a row.
const OBJECT: &str = "a JSON object";

/// Form of a response; `top` is the number of labels to keep, the most probable ones.
#[derive(Clone, Copy, Debug)]
pub enum PredictForm {
    /// The answer to one row.
    Row {
        /// Number of labels.
        top: Option<usize>,
    },
    /// An object with the answers to many rows.
    Rows {
        /// Number of labels.
        top: Option<usize>,
    },
    /// One answer per line.
    Lines {
        /// Number of labels.
        top: Option<usize>,
    },
    /// Label and probability, or value, per line.
    Csv,
}

/// Rows and their form.
type Read<'a> = Result<RowsRequest<'a, PredictForm>, Problem>;

fn with_example(context: &Context<'_>) -> impl Fn(Problem) -> Problem {
    let example = context.served.example();
    move |problem| problem.example(example)
}

/// Checks that the body has a media type that this door reads.
///
/// # Errors
/// When it has another.
pub fn check_media(context: &Context<'_>, request: &Request<'_>) -> Result<(), Problem> {
    match media(request.content_type) {
        Media::Unknown => Err(with_example(context)(unknown_media(request.content_type))),
        _ => Ok(()),
    }
}

/// Reads the rows of a request with this body.
///
/// # Errors
/// When it holds no rows that the model can answer.
pub fn read<'a>(context: &Context<'_>, request: &Request<'_>, body: &'a [u8]) -> Read<'a> {
    let check = |expected| check_text(body, expected).map_err(with_example(context));
    match media(request.content_type) {
        Media::Json => {
            check(OBJECT)?;
            read_json(context, request, body)
        }
        Media::Table(delimiter) => {
            check("CSV")?;
            let mut intake = Intake::new(context);
            match header_parameter(request.content_type) {
                Some(false) => table::add_without_header(&mut intake, body, delimiter)?,
                _ => table::add_with_header(&mut intake, body, delimiter)?,
            }
            many(request, intake)
        }
        Media::JsonLines => {
            check("JSON Lines")?;
            let options = ScoreOptions::of_query(request.query)?;
            let mut intake = Intake::new(context);
            intake.add_lines(body, |line| line)?;
            Ok(RowsRequest {
                rows: intake.finish()?,
                options: options.with_warnings(WarningForm::Rows),
                form: PredictForm::Lines { top: options.top },
            })
        }
        Media::Unknown => Err(with_example(context)(unknown_media(request.content_type))),
    }
}

/// Reads a JSON body.
///
/// # Errors
/// As [`read`].
pub fn read_json<'a>(context: &Context<'_>, request: &Request<'_>, body: &'a [u8]) -> Read<'a> {
    let options = ScoreOptions::of_query(request.query)?;
    let mut intake = Intake::new(context);
    match members::read(context, body)
        .map_err(|error| with_example(context)(invalid_json(error, context, body)))?
    {
        BodyContent::Row(values, names) => {
            intake.add_members(values, &names, None, &|name, _| step(name))?;
            return Ok(RowsRequest {
                rows: intake.finish()?,
                options: options.with_warnings(WarningForm::Rows),
                form: PredictForm::Row { top: options.top },
            });
        }
        BodyContent::Many(Json::Array(list)) => intake.add_list("/instances", list)?,
        BodyContent::Many(other) => intake.fault(|| Fault {
            pointer: "/instances".to_owned(),
            line: None,
            detail: format!(
                "\"instances\" is {}; a list of rows was expected",
                other.kind()
            ),
            code: Code::WrongType,
            expected: "a list of rows",
        }),
        BodyContent::Twice => intake.fault(|| Fault {
            pointer: "/instances".to_owned(),
            line: None,
            detail: "\"instances\" is given twice".to_owned(),
            code: Code::DuplicateField,
            expected: "a list of rows",
        }),
        BodyContent::NoObject(got) => intake.not_an_object(String::new(), None, got)?,
    }
    many(request, intake)
}

/// The problem of a body that the parser refused.
fn invalid_json(error: serde_json::Error, context: &Context<'_>, body: &[u8]) -> Problem {
    let problem = invalid(error, &context.work);
    match problem.code() == Code::InvalidJson && non_finite::is_in(body) {
        true => Problem::new(
            Code::InvalidJson,
            "the body has NaN or Infinity, which are not JSON; send null for a missing value",
        )
        .expected(OBJECT),
        false => problem,
    }
}

/// Many rows, answered by one object, or by CSV.
fn many<'a>(request: &Request<'_>, intake: Intake<'_, 'a>) -> Read<'a> {
    let options = ScoreOptions::of_query(request.query)?;
    let rows = intake.finish()?;
    let (form, warnings) = match wants_csv(request) {
        true => (PredictForm::Csv, WarningForm::Counts),
        false => (PredictForm::Rows { top: options.top }, WarningForm::Rows),
    };
    Ok(RowsRequest {
        rows,
        options: options.with_warnings(warnings),
        form,
    })
}

/// Writes the scored rows in a form.
///
/// # Errors
/// When the response would be larger than one may be.
pub fn write(
    form: PredictForm,
    context: &Context<'_>,
    scored: &ScoredRows<'_>,
) -> Result<Reply, Problem> {
    match form {
        PredictForm::Row { top } => {
            let mut body = Vec::with_capacity(256);
            for row in scored.iter() {
                push_report(&mut body, context, row, top);
            }
            Ok(Reply::json(body))
        }
        PredictForm::Rows { top } => {
            let push = |body: &mut Vec<u8>, row: &_| push_report(body, context, row, top);
            Ok(Reply::json(predictions(context, scored, push)?))
        }
        PredictForm::Lines { top } => {
            let push = |body: &mut Vec<u8>, row: &_| push_report(body, context, row, top);
            let body = report::lines(context, scored, push)?;
            Ok(Reply::json(body).media_type("application/x-ndjson"))
        }
        PredictForm::Csv => Reply::csv(context, scored),
    }
}
