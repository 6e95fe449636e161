//! `POST /predict-many`: the rows of `{"instances": [...]}`, each an object, answered by
//! `{"predictions": [...]}`.
//!
//! `POST /predict` answers the same body, and others. Here there is one form of request and one of
//! response, so that clients that are generated from the OpenAPI document have a type for each.

use super::{Layout, OBJECT, Read, finish, invalid_json};
use crate::body::{Media, check_text, media, unknown_media};
use crate::context::Context;
use crate::doors::instances::{missing, no_list, not_json, twice};
use crate::faults::Fault;
use crate::intake::Intake;
use crate::json::Json;
use crate::options::ScoreOptions;
use crate::problem::Problem;
use crate::request::Request;

/// Checks that the body is JSON.
///
/// # Errors
/// When it has another media type.
pub fn check_many_media(request: &Request<'_>) -> Result<(), Problem> {
    match media(request.content_type) {
        Media::Json => Ok(()),
        Media::Unknown => Err(unknown_media(request)),
        Media::Table(_) | Media::JsonLines => Err(not_json()),
    }
}

/// Reads the rows of a request with this body.
///
/// # Errors
/// When it is no such object, or a row does not fit the model.
pub fn read_many<'a>(context: &Context<'_>, request: &Request<'_>, body: &'a [u8]) -> Read<'a> {
    // The example that the others show is one row, which is not answered here.
    read(context, request, body).map_err(|problem| problem.example(None))
}

fn read<'a>(context: &Context<'_>, request: &Request<'_>, body: &'a [u8]) -> Read<'a> {
    check_text(body, OBJECT)?;
    let options = ScoreOptions::of_query(request.query)?;
    let mut intake = Intake::new(context);
    let tree = Json::read(body, &context.work);
    match tree.map_err(|error| invalid_json(error, context, body))? {
        Json::Object(members) => {
            let named = members.into_iter().filter(|(name, _)| name == "instances");
            let mut lists = named.map(|(_, list)| list);
            match (lists.next(), lists.next()) {
                (Some(_), Some(_)) => intake.fault(twice),
                (Some(Json::Array(rows)), None) => intake.add_objects("/instances", rows)?,
                (Some(other), None) => intake.fault(|| no_list(&other)),
                (None, _) => intake.fault(missing),
            }
        }
        other => intake.fault(|| Fault::no_rows(other.kind())),
    }
    finish(intake, options, Layout::Rows)
}
