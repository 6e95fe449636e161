//! Our own door: a row as a JSON object, or many as `{"instances": [...]}`, CSV or JSON Lines.
//!
//! One row gets its answer, many get `{"predictions": [...]}` with an answer each; JSON Lines get
//! JSON Lines, and who accepts `text/csv` gets label and probability.

use crate::body::{self, Media, check_text, media, unknown_media};
use crate::context::Context;
use crate::doors::header_parameter;
use crate::faults::{Fault, step};
use crate::intake::Intake;
use crate::json::{Json, invalid};
use crate::members::{self, BodyContent};
use crate::problem::{Code, Problem};
use crate::report::{self, Reply, predictions, push_report};
use crate::request::Request;
use crate::scoring::{self, Asked, wants_csv};
use crate::table;

/// Expected type of a row.
const OBJECT: &str = "a JSON object";

/// Answers the rows of a request.
///
/// # Errors
/// When it holds no rows that the model can answer, or the model is damaged.
pub fn answer(context: &Context<'_>, request: &Request<'_>) -> Result<Reply, Problem> {
    let served = context.served;
    let bytes = || body::bytes(request, context.rules, &context.work);
    let with_example = |problem: Problem| problem.example(served.example);
    match media(request.content_type) {
        Media::Json => {
            let bytes = bytes()?;
            check_text(&bytes, OBJECT).map_err(with_example)?;
            json(context, request, &bytes)
        }
        Media::Table(delimiter) => {
            let bytes = bytes()?;
            check_text(&bytes, "CSV").map_err(with_example)?;
            let mut intake = Intake::new(context);
            match header_parameter(request.content_type) {
                Some(false) => table::add_without_header(&mut intake, &bytes, delimiter)?,
                _ => table::add_with_header(&mut intake, &bytes, delimiter)?,
            }
            many(context, request, intake)
        }
        Media::JsonLines => {
            let bytes = bytes()?;
            check_text(&bytes, "JSON Lines").map_err(with_example)?;
            lines(context, request, &bytes)
        }
        Media::Unknown => Err(with_example(unknown_media(request.content_type))),
    }
}

/// Answers a JSON body.
///
/// # Errors
/// As [`answer`].
pub fn json(context: &Context<'_>, request: &Request<'_>, bytes: &[u8]) -> Result<Reply, Problem> {
    let served = context.served;
    let with_example = |problem: Problem| problem.example(served.example);
    let asked = Asked::of_query(request.query)?;
    let mut intake = Intake::new(context);
    match members::read(context, bytes)
        .map_err(|error| with_example(invalid(error, &context.work)))?
    {
        BodyContent::Row(values, names) => {
            intake.add_members(values, &names, None, &|name, _| step(name))?;
            let rows = intake.finish()?;
            let answers = scoring::answer(context, &rows, asked.with_warnings())?;
            let mut body = Vec::with_capacity(256);
            for answered in answers.iter() {
                push_report(&mut body, context, answered, asked.top);
            }
            return Ok(Reply::json(body, answers));
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
    many(context, request, intake)
}

/// Answers many rows by one object, or by CSV.
fn many(
    context: &Context<'_>,
    request: &Request<'_>,
    intake: Intake<'_, '_>,
) -> Result<Reply, Problem> {
    let asked = Asked::of_query(request.query)?;
    let rows = intake.finish()?;
    if wants_csv(request) {
        let answers = scoring::answer(context, &rows, asked)?;
        return Reply::csv(context, answers);
    }
    let answers = scoring::answer(context, &rows, asked.with_warnings())?;
    let body = predictions(context, &answers, |body, answered| {
        push_report(body, context, answered, asked.top);
    })?;
    Ok(Reply::json(body, answers))
}

fn lines(context: &Context<'_>, request: &Request<'_>, bytes: &[u8]) -> Result<Reply, Problem> {
    let asked = Asked::of_query(request.query)?;
    let mut intake = Intake::new(context);
    intake.add_lines(bytes, |line| line)?;
    let rows = intake.finish()?;
    let answers = scoring::answer(context, &rows, asked.with_warnings())?;
    let body = report::lines(context, &answers, |body, answered| {
        push_report(body, context, answered, asked.top);
    })?;
    Ok(Reply {
        media_type: "application/x-ndjson",
        ..Reply::json(body, answers)
    })
}
