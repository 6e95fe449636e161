//! `GET /openapi.json`: every route as an OpenAPI 3.1 document, <https://spec.openapis.org/oas/v3.1.1>.
//!
//! The routes come from [`crate::routes`], their errors from the doors themselves. Fields, labels
//! and examples come from the model; parts that are the same for all models are a table, which a
//! test compares with real responses.

mod answers;
mod build;
mod cells;
mod refusals;
mod requests;
mod rows;
mod types;

use crate::access::asks_for_key;
use crate::request_id::HEADER;
use crate::routes::{Docs, Door, Inference, Route, routes};
use crate::rules::Rules;
use crate::served::ServedModel;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::schema::Components;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Info, OpenApi, RefOr, Server};

/// The document, as JSON.
pub fn document(served: &ServedModel, rules: &Rules) -> Vec<u8> {
    // Not by our own `json`: this one is compiled in utoipa already.
    of(served, rules).to_json().unwrap_or_default().into_bytes()
}

fn of(served: &ServedModel, rules: &Rules) -> OpenApi {
    let mut paths = Paths::new();
    for route in routes(rules.shows_docs) {
        let item = paths.paths.entry(route.path.to_owned()).or_default();
        let place = match route.method {
            "GET" => &mut item.get,
            _ => &mut item.post,
        };
        *place = Some(operation(route, served, rules));
    }
    let identity = served.identity();
    let mut info = Info::new(identity.name.as_str(), identity.version.as_str());
    info.description = Some(format!(
        "What the model {:?} knows, asked over HTTP: by a protocol of its own, and by those of MLflow, \
         SageMaker and the Open Inference Protocol. Bodies may be gzipped (content-encoding: gzip).",
        identity.name
    ));
    let mut document = OpenApi::new(info, paths);
    // Where this document came from, whatever stage or path stands before it.
    document.servers = Some(vec![Server::new("./")]);
    document.components = Some(components(served, rules));
    if rules.keys.are_asked_for() {
        let by = |name: &str| SecurityRequirement::new(name, [""; 0]);
        document.security = Some(vec![by("key"), by("bearer")]);
    }
    document
}

fn operation(route: &Route, served: &ServedModel, rules: &Rules) -> Operation {
    let mut operation = Operation::new();
    operation.operation_id = Some(id(route));
    operation.summary = Some(route.answer.to_owned());
    operation.description = description(route).map(str::to_owned);
    operation.tags = Some(vec![tag(route.door).to_owned()]);
    let parameters = requests::parameters(route, served, rules);
    operation.parameters = (!parameters.is_empty()).then_some(parameters);
    operation.request_body = requests::body(route, served, rules);
    operation.responses = refusals::responses(route, rules);
    let answer = answers::of(route);
    let responses = &mut operation.responses.responses;
    responses.insert("200".to_owned(), answer.into());
    for response in responses.values_mut() {
        if let RefOr::T(response) = response {
            let header = requests::id_of_response();
            response.headers.insert(HEADER.to_owned(), header);
        }
    }
    if rules.keys.are_asked_for() && !asks_for_key(Some(route.door), route.path) {
        operation.security = Some(vec![SecurityRequirement::default()]);
    }
    operation
}

/// The name of a function that asks for a route, in clients that are generated from the document.
fn id(route: &Route) -> String {
    let id = match route.door {
        Door::Predict if route.takes_any_form() => "predictAny",
        Door::Predict => "predict",
        Door::PredictMany => "predictMany",
        Door::Invocations => "invoke",
        Door::Ping => "ping",
        Door::Version => "getVersion",
        Door::Health => "getHealth",
        Door::Index => "getRoutes",
        Door::Inference(Inference::Server) => "getServer",
        Door::Inference(Inference::Live) => "isServerLive",
        Door::Inference(Inference::Ready) => "isServerReady",
        Door::Inference(Inference::Model) => "getModelMetadata",
        Door::Inference(Inference::ModelReady) => "isModelReady",
        Door::Inference(Inference::Infer) => "infer",
        Door::Docs(Docs::Page) => "getPage",
        Door::Docs(Docs::OpenApi) => "getOpenApi",
        Door::Docs(Docs::Model) => "getModelCard",
        Door::Docs(Docs::Example) => "getExamples",
    };
    match route.path.contains("{version}") {
        true => format!("{id}OfVersion"),
        false => id.to_owned(),
    }
}

/// The forms of request that an operation describes, where a route takes more.
fn description(route: &Route) -> Option<&'static str> {
    Some(match route.door {
        Door::Predict if route.takes_any_form() => {
            "Every form of request that POST /predict takes: a row, many rows, a table, JSON Lines."
        }
        Door::Predict => {
            "One row, one answer. What POST / describes is answered here, too; it stands there so that \
             this operation has one type of request and one of response."
        }
        Door::PredictMany => "Rows are objects, and body and response are JSON.",
        _ => return None,
    })
}

fn tag(door: Door) -> &'static str {
    match door {
        Door::Predict | Door::PredictMany => "predict",
        Door::Invocations | Door::Ping | Door::Version => "MLflow and SageMaker",
        Door::Inference(_) => "Open Inference Protocol",
        Door::Docs(_) | Door::Index => "documentation",
        Door::Health => "health",
    }
}

fn components(served: &ServedModel, rules: &Rules) -> Components {
    let mut components = Components::new();
    types::add(&mut components);
    requests::add_schemas(&mut components, served, rules);
    answers::add_schemas(&mut components, served);
    if rules.keys.are_asked_for() {
        let key = ApiKey::Header(ApiKeyValue::new("x-api-key"));
        let bearer = Http::new(HttpAuthScheme::Bearer);
        for (name, scheme) in [
            ("key", SecurityScheme::ApiKey(key)),
            ("bearer", SecurityScheme::Http(bearer)),
        ] {
            components.security_schemes.insert(name.to_owned(), scheme);
        }
    }
    components
}

#[cfg(test)]
mod tests;
