//! Our own door: a row as a JSON object, or many as `{"instances": [...]}`, a list of objects, CSV or
//! JSON Lines.
//!
//! One row gets its answer, many get `{"predictions": [...]}` with one answer per row; JSON Lines get
//! JSON Lines, and a client that accepts `text/csv` gets label and probability.

mod many;

pub use many::{check_many_media, read_many};

use super::rows::RowsRequest;
use super::{instances, non_finite};
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

/// Form of a response.
#[derive(Clone, Copy, Debug)]
pub struct PredictForm {
    layout: Layout,
    /// Number of labels to keep, the most probable ones; CSV has one anyway.
    top: Option<usize>,
}

/// Layout of a response.
#[derive(Clone, Copy, Debug)]
enum Layout {
    /// The answer to one row.
    Row,
    /// An object with the answers to many rows.
    Rows,
    /// One answer per line.
    Lines,
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
        Media::Unknown => Err(with_example(context)(unknown_media(request))),
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
            let options = ScoreOptions::of_query(request.query)?;
            finish(intake, options, layout_of_many(request))
        }
        Media::JsonLines => {
            check("JSON Lines")?;
            let options = ScoreOptions::of_query(request.query)?;
            let mut intake = Intake::new(context);
            intake.add_lines(body, |line| line)?;
            finish(intake, options, Layout::Lines)
        }
        Media::Unknown => Err(with_example(context)(unknown_media(request))),
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
            return finish(intake, options, Layout::Row);
        }
        BodyContent::Many(Json::Array(list)) => intake.add_list("/instances", list)?,
        BodyContent::Many(other) => intake.fault(|| instances::no_list(&other)),
        BodyContent::Twice => intake.fault(instances::twice),
        BodyContent::List(list) => intake.add_objects("", list)?,
        BodyContent::NoRows(got) => intake.fault(|| Fault::no_rows(got)),
    }
    finish(intake, options, layout_of_many(request))
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

/// Many rows are answered by one object, or by CSV.
fn layout_of_many(request: &Request<'_>) -> Layout {
    match wants_csv(request) {
        true => Layout::Csv,
        false => Layout::Rows,
    }
}

fn finish<'a>(intake: Intake<'_, 'a>, options: ScoreOptions, layout: Layout) -> Read<'a> {
    let warnings = match layout {
        // It has no place for them beside an answer.
        Layout::Csv => WarningForm::Counts,
        Layout::Row | Layout::Rows | Layout::Lines => WarningForm::Rows,
    };
    Ok(RowsRequest {
        rows: intake.finish()?,
        options: options.with_warnings(warnings),
        form: PredictForm {
            layout,
            top: options.top,
        },
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
    let push = |body: &mut Vec<u8>, row: &_| push_report(body, context, row, form.top);
    match form.layout {
        Layout::Row => {
            let mut body = Vec::with_capacity(256);
            for row in scored.iter() {
                push(&mut body, row);
            }
            Ok(Reply::json(body))
        }
        Layout::Rows => Ok(Reply::json(predictions(context, scored, push)?)),
        Layout::Lines => {
            let body = report::lines(context, scored, push)?;
            Ok(Reply::json(body).media_type("application/x-ndjson"))
        }
        Layout::Csv => Reply::csv(context, scored),
    }
}
