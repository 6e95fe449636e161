//! The documentation of the model that is served, made from that model when it is asked for: a cold
//! start pays nothing for it.
//!
//! - [`openapi`]: every route as an OpenAPI 3.1 document, with the model's own fields and labels.
//! - [`card`]: what the model is, takes and gives, and its model card.
//! - [`example`]: requests that work as they stand.
//! - [`mod@index`]: the routes.
//! - [`mod@page`]: the same for people, with a form to ask the model.
//!
//! Where the schema is hidden ([`Rules::hides_schema`]), the document knows rows in general, the
//! card has no fields, and there are no examples.

pub mod card;
pub mod example;
pub mod index;
pub mod openapi;
pub mod page;

use crate::problem::Problem;
use crate::request::{Request, Response, json, response};
use crate::routes::Docs;
use crate::rules::Rules;
use crate::served::ServedModel;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

/// Cache-Control of the documentation: a reload needs no request, a replaced model is visible
/// within a minute, and no shared cache gives it to others.
const KEPT: &str = "private, max-age=60";

const JSON: &str = "application/json";

/// Answers a request for documentation; `served` is the model, or the problem for want of one.
///
/// # Errors
/// If there is no model, or the document is hidden.
pub fn answer(
    docs: Docs,
    served: Result<&ServedModel, Problem>,
    rules: &Rules,
    request: &Request<'_>,
) -> Result<Response, Problem> {
    let (media_type, body) = match docs {
        Docs::Page => (page::page().media_type, page::page().body.clone()),
        Docs::OpenApi => (JSON, openapi::document(served?, rules)),
        Docs::Model => (JSON, json(&card::card(served?, rules))),
        Docs::Example => (JSON, example::answer(served?, rules, request.query)?),
    };
    let mut response = response(StatusCode::OK, media_type, body);
    let headers = response.headers_mut();
    let mut say = |name, value| headers.insert(name, HeaderValue::from_static(value));
    say(CACHE_CONTROL, KEPT);
    if docs == Docs::Page {
        let policy = page::page().content_security_policy;
        say(CONTENT_SECURITY_POLICY, policy);
        say(REFERRER_POLICY, "no-referrer");
        say(X_CONTENT_TYPE_OPTIONS, "nosniff");
    }
    Ok(response)
}

#[cfg(test)]
mod decision_tests;
#[cfg(test)]
mod tests;
