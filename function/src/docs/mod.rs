//! The documentation of the model that is served, made from that model when it is asked for: a cold
//! start pays nothing for it.
//!
//! - [`openapi`]: every route as an OpenAPI 3.1 document, with the model's own fields and labels.
//! - [`card`]: what the model is, takes and gives, and its model card.
//! - [`example`]: requests that work as they stand.
//!
//! Where the schema is hidden ([`Rules::hides_schema`]), the document knows rows in general, the
//! card has no fields, and there are no examples.

pub mod card;
pub mod example;
pub mod openapi;

use crate::problem::Problem;
use crate::request::{Request, Response, json, response};
use crate::routes::Docs;
use crate::rules::Rules;
use crate::served::Served;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};

/// How long an answer may be kept, and by whom: a page that is loaded again need not ask again, a
/// model that is replaced is seen within a minute, and no cache between gives it to others.
const KEPT: &str = "private, max-age=60";

/// Answers a request for documentation; `served` is the model, or why there is none.
///
/// # Errors
/// When there is no model, or what is asked for is not told.
pub fn answer(
    docs: Docs,
    served: Result<&Served, Problem>,
    rules: &Rules,
    request: &Request<'_>,
) -> Result<Response, Problem> {
    let body = match docs {
        Docs::Page => return Ok(page()),
        Docs::OpenApi => openapi::document(served?, rules),
        Docs::Model => json(&card::card(served?, rules)),
        Docs::Example => example::answer(served?, rules, request.query)?,
    };
    let mut response = response(StatusCode::OK, "application/json", body);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(KEPT));
    Ok(response)
}

fn page() -> Response {
    response(StatusCode::OK, "text/html; charset=utf-8", Vec::new())
}

#[cfg(test)]
mod tests;
