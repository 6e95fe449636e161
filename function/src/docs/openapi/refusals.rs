//! Errors of each route, in the wording of the doors themselves.

use super::build::{content, own, reference, text};
use crate::access::asks_for_key;
use crate::browser::Hosts;
use crate::doors;
use crate::problem::{Code, Problem};
use crate::request_id::RequestId;
use crate::routes::{Docs, Door, Inference, Route};
use crate::rules::Rules;
use http::header::CONTENT_TYPE;
use std::collections::BTreeMap;
use utoipa::openapi::response::{Response, Responses};

/// Errors of bodies with rows.
const OF_ROWS: [Code; 29] = [
    Code::EmptyBody,
    Code::InvalidUtf8,
    Code::InvalidJson,
    Code::InvalidTable,
    Code::InvalidGzip,
    Code::BodyTooSlow,
    Code::BodyTooLarge,
    Code::TooManyRows,
    Code::FieldTooLong,
    Code::TooManyColumns,
    Code::TooManyCells,
    Code::TooManyTokens,
    Code::TooManyExplanations,
    Code::TooManySteps,
    Code::RequestTooLarge,
    Code::ForeignOrigin,
    Code::Busy,
    Code::ResponseTooLarge,
    Code::UnsupportedEncoding,
    Code::UnsupportedMediaType,
    Code::NotAnObject,
    Code::MissingField,
    Code::WrongType,
    Code::DuplicateField,
    Code::UnknownField,
    Code::UnknownParameter,
    Code::InvalidTop,
    Code::InvalidExplain,
    Code::ModelNotFinite,
];

/// Error codes of a route.
fn codes(route: &Route, rules: &Rules) -> Vec<Code> {
    let mut codes = Vec::new();
    if rules.keys.are_asked_for() && asks_for_key(Some(route.door), route.path) {
        codes.extend([Code::KeyMissing, Code::KeyWrong, Code::KeysUnavailable]);
    }
    if route.door != Door::Inference(Inference::Live) {
        codes.push(Code::SettingsRefused);
    }
    if !matches!(rules.hosts, Hosts::Any) {
        codes.push(Code::ForeignHost);
    }
    match route.door {
        Door::Index | Door::Version | Door::Docs(Docs::Page) => {}
        Door::Inference(Inference::Server | Inference::Live) => {}
        Door::Health | Door::Ping | Door::Docs(Docs::OpenApi | Docs::Model) => {
            codes.push(Code::ModelUnavailable);
        }
        Door::Inference(Inference::Ready) => codes.push(Code::ModelUnavailable),
        Door::Inference(Inference::Model | Inference::ModelReady) => {
            codes.extend([Code::ModelUnavailable, Code::NotFound]);
        }
        Door::Docs(Docs::Example) => {
            codes.extend([Code::ModelUnavailable, Code::InvalidDoor]);
            codes.extend(rules.hides_schema.then_some(Code::SchemaHidden));
        }
        Door::Predict
        | Door::PredictMany
        | Door::Invocations
        | Door::Inference(Inference::Infer) => {
            codes.push(Code::ModelUnavailable);
            codes.extend(OF_ROWS);
            match route.door {
                Door::Predict | Door::PredictMany => codes.push(Code::ExplainUnavailable),
                Door::Invocations => codes.extend([Code::InvalidProtocol, Code::NotAcceptable]),
                _ => codes.extend([Code::InvalidProtocol, Code::NotFound]),
            }
        }
    }
    codes
}

/// The responses of a route that are refusals.
pub fn responses(route: &Route, rules: &Rules) -> Responses {
    let mut by_status = BTreeMap::new();
    for code in codes(route, rules) {
        // The very response says its status and media type.
        let refusal = doors::refusal(
            Some(route.door),
            &Problem::new(code, ""),
            RequestId::default(),
        );
        let media = refusal.headers().get(CONTENT_TYPE).cloned();
        let (_, told) = by_status
            .entry(refusal.status().as_u16())
            .or_insert((media, Vec::new()));
        told.push(format!("`{}`: {}", code.as_str(), code.help()));
    }
    let mut responses = Responses::new();
    for (status, (media, told)) in by_status {
        let mut response = Response::new(told.join(" "));
        if let Some(media) = media.as_ref().and_then(|media| media.to_str().ok()) {
            let content = match (media, route.door) {
                ("text/plain; charset=utf-8", _) => content(own(text(""))),
                (_, Door::Invocations) => content(reference("MlflowRefusal")),
                (_, Door::Inference(_)) => content(reference("InferenceRefusal")),
                _ => content(reference("Problem")),
            };
            let essence = media.split(';').next().unwrap_or(media);
            response.content.insert(essence.to_owned(), content);
        }
        responses
            .responses
            .insert(status.to_string(), response.into());
    }
    responses
}
