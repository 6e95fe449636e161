//! `GET /openapi.json`: every route as an OpenAPI 3.1 document, <https://spec.openapis.org/oas/v3.1.1>.
//!
//! What routes there are and what they are for is in [`crate::routes`]; what they refuse, and how, is
//! asked of the doors themselves; the schemas of answers are those of the types that serve. What the
//! model decides (fields, labels, examples) is made from the model.

mod answers;
mod build;
mod refusals;
mod requests;
mod rows;

use crate::access::Keys;
use crate::routes::{Door, Route, routes};
use crate::rules::Rules;
use crate::served::Served;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, PathItem, PathsBuilder};
use utoipa::openapi::schema::{Components, ComponentsBuilder};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, Server};

/// The document, as JSON.
pub fn document(served: &Served, rules: &Rules) -> Vec<u8> {
    // Not by our own `json`: this one is compiled with utoipa, for size.
    of(served, rules).to_json().unwrap_or_default().into_bytes()
}

fn of(served: &Served, rules: &Rules) -> OpenApi {
    let mut paths = PathsBuilder::new();
    for route in routes(rules.shows_docs) {
        let method = match route.method {
            "GET" => HttpMethod::Get,
            _ => HttpMethod::Post,
        };
        let item = PathItem::new(method, operation(route, served, rules));
        paths = paths.path(route.path, item);
    }
    let identity = &served.identity;
    let about = format!(
        "What the model {:?} knows, asked over HTTP: by a protocol of its own, and by those of MLflow, \
         SageMaker and the Open Inference Protocol. Bodies may be gzipped (content-encoding: gzip).",
        identity.name
    );
    let info = InfoBuilder::new()
        .title(&identity.name)
        .version(&identity.version)
        .description(Some(about));
    let mut document = OpenApiBuilder::new()
        .info(info.build())
        // Where this document came from, whatever stage or path stands before it.
        .servers(Some([Server::new("./")]))
        .paths(paths.build())
        .components(Some(components(served, rules)));
    if asks_for_keys(rules) {
        let by = |name: &str| SecurityRequirement::new(name, [""; 0]);
        document = document.security(Some([by("key"), by("bearer")]));
    }
    document.build()
}

fn asks_for_keys(rules: &Rules) -> bool {
    !matches!(rules.keys, Keys::Open)
}

fn operation(route: &Route, served: &Served, rules: &Rules) -> Operation {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(id(route)))
        .summary(Some(route.answer))
        .tag(tag(route.door))
        .parameters(Some(requests::parameters(route, served, rules)))
        .request_body(requests::body(route.door, served, rules))
        .responses(
            refusals::responses(route, rules)
                .response("200", answers::of(route.door))
                .build(),
        );
    if asks_for_keys(rules) && !refusals::asks_for_key(route) {
        operation = operation.security(SecurityRequirement::default());
    }
    operation.build()
}

/// A name that a program can have for a route, e.g. `get_v2_models_name`.
fn id(route: &Route) -> String {
    let steps = route.path.split(|c: char| !c.is_ascii_alphanumeric());
    let named = steps.filter(|step| !step.is_empty());
    named.fold(route.method.to_ascii_lowercase(), |id, step| {
        id + "_" + step
    })
}

fn tag(door: Door) -> &'static str {
    match door {
        Door::Predict => "predict",
        Door::Invocations | Door::Ping | Door::Version => "MLflow and SageMaker",
        Door::Inference(_) => "Open Inference Protocol",
        Door::Docs(_) | Door::Index => "documentation",
        Door::Health => "health",
    }
}

fn components(served: &Served, rules: &Rules) -> Components {
    let mut components = ComponentsBuilder::new()
        .schema("Row", rows::row(served, rules))
        .schema("RowInOrder", rows::in_order(served, rules));
    components = requests::add_schemas(components, served, rules);
    components = answers::add_schemas(components, served);
    components = refusals::add_schemas(components);
    if asks_for_keys(rules) {
        let key = ApiKey::Header(ApiKeyValue::new("x-api-key"));
        components = components
            .security_scheme("key", SecurityScheme::ApiKey(key))
            .security_scheme(
                "bearer",
                SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
            );
    }
    components.build()
}
