//! `GET /`: an endpoint that somebody finds without its documentation explains itself.

use crate::request::json;
use crate::routes::{Route, routes};
use crate::rules::Rules;
use crate::served::ServedModel;
use model::answer::Identity;
use serde::Serialize;
use serde_json::value::RawValue;

/// Body of `GET /`.
#[derive(Serialize)]
struct Index<'a> {
    /// The model's name and version, if there is a model.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a Identity>,
    /// The routes.
    routes: &'a [Route],
    /// A body for `/predict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'static RawValue>,
}

/// The routes, with the model's name and an example, if there is a model.
pub fn index(served: Option<&ServedModel>, rules: &Rules) -> Vec<u8> {
    json(&Index {
        model: served.map(|served| served.identity()),
        routes: routes(rules.shows_docs),
        example: served
            .filter(|_| !rules.hides_schema)
            .and_then(|served| served.example()),
    })
}
