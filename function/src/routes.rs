//! The routes: one table for routing, errors and documentation.

use crate::problem::{Code, Problem};
use http::Method;
use serde::Serialize;

/// Something to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The method to ask with.
    pub method: &'static str,
    /// The path to ask at; a step in braces stands for any.
    pub path: &'static str,
    /// The response, in one sentence.
    pub answer: &'static str,
    /// Its door.
    #[serde(skip)]
    pub door: Door,
}

impl Route {
    /// True of the route whose place in the OpenAPI document is for every form of a request; the
    /// others of its door, which take as many, have one.
    pub fn takes_any_form(&self) -> bool {
        self.path == "/"
    }
}

/// Handler of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The list of routes.
    Index,
    /// Readiness, and the model.
    Health,
    /// The answers to rows.
    Predict,
    /// The answers to many rows, in one form of request and of response.
    PredictMany,
    /// Readiness, as one line.
    Ping,
    /// The function's version, in a line.
    Version,
    /// The answers to rows, as MLflow and SageMaker ask.
    Invocations,
    /// The Open Inference Protocol.
    Inference(Inference),
    /// The documentation of the model that is served.
    Docs(Docs),
}

impl Door {
    /// True if it reads a body of rows.
    pub fn takes_rows(self) -> bool {
        matches!(
            self,
            Door::Predict
                | Door::PredictMany
                | Door::Invocations
                | Door::Inference(Inference::Infer)
        )
    }
}

/// Documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Docs {
    /// The page for people.
    Page,
    /// The OpenAPI document.
    OpenApi,
    /// The model card.
    Model,
    /// Requests that work as they stand.
    Example,
}

/// Requests of the Open Inference Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inference {
    /// Metadata of the server.
    Server,
    /// Liveness of the server.
    Live,
    /// Readiness of the server.
    Ready,
    /// Metadata of the model.
    Model,
    /// Readiness of the model.
    ModelReady,
    /// The answers to rows.
    Infer,
}

const fn route(
    method: &'static str,
    path: &'static str,
    door: Door,
    answer: &'static str,
) -> Route {
    Route {
        method,
        path,
        answer,
        door,
    }
}

/// Every route.
#[rustfmt::skip] // a table
pub static ROUTES: [Route; 21] = [
    route("POST", "/predict", Door::Predict,
        "The label or value of a row, or of many; ?top=K keeps the first K labels, ?explain=K adds the K greatest contributions."),
    route("POST", "/predict-many", Door::PredictMany,
        "The labels or values of the rows in {\"instances\": [{…}, {…}]}, as {\"predictions\": [{…}, {…}]}."),
    route("POST", "/", Door::Predict, "The same as POST /predict."),
    route("GET", "/health", Door::Health, "Readiness of the function, and its model."),
    route("GET", "/", Door::Index, "This list."),
    route("POST", "/invocations", Door::Invocations, "The answers to rows, for MLflow's and SageMaker's clients."),
    route("GET", "/ping", Door::Ping, "Readiness of the function, for MLflow and SageMaker."),
    route("GET", "/version", Door::Version, "The version of the function, for MLflow."),
    route("GET", "/v2", Door::Inference(Inference::Server), "Metadata of this server; all of /v2 follows the Open Inference Protocol."),
    route("GET", "/v2/health/live", Door::Inference(Inference::Live), "Liveness of the function."),
    route("GET", "/v2/health/ready", Door::Inference(Inference::Ready), "Readiness of the function."),
    route("GET", "/v2/models/{name}", Door::Inference(Inference::Model), "Inputs and outputs of the model."),
    route("GET", "/v2/models/{name}/ready", Door::Inference(Inference::ModelReady), "Readiness of the model."),
    route("POST", "/v2/models/{name}/infer", Door::Inference(Inference::Infer), "The answers to rows, as tensors."),
    route("GET", "/v2/models/{name}/versions/{version}", Door::Inference(Inference::Model), "Inputs and outputs of this version of the model."),
    route("GET", "/v2/models/{name}/versions/{version}/ready", Door::Inference(Inference::ModelReady), "Readiness of this version of the model."),
    route("POST", "/v2/models/{name}/versions/{version}/infer", Door::Inference(Inference::Infer), "This version's answers to rows, as tensors."),
    route("GET", "/docs", Door::Docs(Docs::Page), "A page for people: the model card, and a form to try the model."),
    route("GET", "/openapi.json", Door::Docs(Docs::OpenApi), "The OpenAPI document of all routes, with the model's own fields."),
    route("GET", "/model", Door::Docs(Docs::Model), "The model card: fields, labels, metrics, provenance."),
    route("GET", "/example", Door::Docs(Docs::Example), "Requests that work unchanged; ?door=predict, mlflow, sagemaker or v2 picks one."),
];

/// Number of routes at the end of the table that are documentation.
const DOCS: usize = 4;

/// Every route that there is, with the documentation or without.
pub fn routes(with_docs: bool) -> &'static [Route] {
    &ROUTES[..ROUTES.len() - if with_docs { 0 } else { DOCS }]
}

/// The door that `method` and `path` lead to; one slash at the path's end does not count.
///
/// # Errors
/// When nothing is there, or it answers another method.
pub fn find(method: &Method, path: &str, with_docs: bool) -> Result<Door, Problem> {
    let routes = routes(with_docs);
    let mut at_path = routes.iter().filter(|route| matches(route.path, path));
    let asked = if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    if let Some(route) = at_path.clone().find(|route| route.method == asked) {
        return Ok(route.door);
    }
    let Some(route) = at_path.next() else {
        let known = routes
            .iter()
            .map(|route| format!("{} {}", route.method, route.path));
        let known: Vec<String> = known.collect();
        return Err(Problem::new(
            Code::NotFound,
            format!(
                "there is nothing at this path; ask for one of: {}",
                known.join(", ")
            ),
        ));
    };
    let allow = match (route.method, at_path.next()) {
        ("GET", _) => "GET, HEAD",
        (_, Some(_)) => "GET, HEAD, POST",
        (_, None) => "POST",
    };
    let detail = format!("{} answers only {allow}", route.path);
    Err(Problem::new(Code::MethodNotAllowed, detail).allow(allow))
}

/// True if a route is at this path, by whatever method.
pub fn is_route(path: &str) -> bool {
    ROUTES.iter().any(|route| matches(route.path, path))
}

/// The door that a path belongs to, whatever the method and whether anything is there: it knows how
/// to refuse.
pub fn door_of(path: &str) -> Option<Door> {
    if path == "/v2" || path.starts_with("/v2/") {
        return Some(Door::Inference(Inference::Server));
    }
    let route = ROUTES.iter().find(|route| matches(route.path, path));
    route.map(|route| route.door)
}

fn matches(template: &str, path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    let template = template.strip_suffix('/').unwrap_or(template);
    if !template.contains('{') {
        return template == path;
    }
    let (mut expected, mut steps) = (template.split('/'), path.split('/'));
    loop {
        match (expected.next(), steps.next()) {
            (None, None) => return true,
            (Some(expected), Some(step)) => {
                let is_any = expected.starts_with('{') && !step.is_empty();
                if !is_any && expected != step {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Door, Inference, ROUTES, find};
    use http::Method;

    #[test]
    fn every_route_of_the_table_leads_to_its_door() {
        for route in ROUTES {
            let path = route.path.replace("{name}", "m").replace("{version}", "1");
            let method = route.method.parse().unwrap();
            assert_eq!(find(&method, &path, true).ok(), Some(route.door));
            if route.method == "GET" {
                assert_eq!(find(&Method::HEAD, &path, true).ok(), Some(route.door));
            }
            let problem = find(&Method::DELETE, &path, true).unwrap_err();
            assert_eq!(problem.code().as_str(), "method_not_allowed");
        }
    }

    #[test]
    fn without_documentation_its_paths_are_unknown_and_untold() {
        let docs = ["/docs", "/openapi.json", "/model", "/example"];
        for path in docs {
            assert!(find(&Method::GET, path, true).is_ok(), "{path}");
            let problem = find(&Method::GET, path, false).unwrap_err();
            assert_eq!(problem.code().as_str(), "not_found");
            for told in docs.map(|path| format!("GET {path},")) {
                assert!(!problem.detail().contains(&told), "{}", problem.detail());
            }
        }
        assert!(find(&Method::GET, "/health", false).is_ok());
    }

    #[test]
    fn a_slash_at_the_end_is_tolerated_but_not_two() {
        assert_eq!(
            find(&Method::POST, "/predict/", true).ok(),
            Some(Door::Predict)
        );
        assert_eq!(find(&Method::GET, "", true).ok(), Some(Door::Index));
        assert_eq!(find(&Method::POST, "", true).ok(), Some(Door::Predict));
        let server = Door::Inference(Inference::Server);
        assert_eq!(find(&Method::GET, "/v2/", true).ok(), Some(server));
        for path in [
            "/predict//",
            "//",
            "/Predict",
            "/predict/x",
            "predict",
            "*",
            "/v2/models//infer",
            "/v2/models/a/b/infer",
        ] {
            assert!(find(&Method::POST, path, true).is_err(), "{path}");
        }
    }
}
