//! What there is to ask for: one table, from which requests are routed, refused and taught.

use crate::problem::{Code, Problem};
use http::Method;
use serde::Serialize;

/// Something to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The method to ask with.
    pub method: &'static str,
    /// The path to ask at.
    pub path: &'static str,
    /// What comes back, in one sentence.
    pub answer: &'static str,
    #[serde(skip)]
    door: Door,
    #[serde(skip)]
    allow: &'static str,
}

/// What is behind a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The list of routes.
    Index,
    /// Whether the function can answer, and with which model.
    Health,
    /// The answer to a row.
    Predict,
}

/// Every route.
pub const ROUTES: [Route; 3] = [
    Route {
        method: "POST",
        path: "/predict",
        answer: "The label of a row, with the probability of every label, or of the first K with ?top=K.",
        door: Door::Predict,
        allow: "POST",
    },
    Route {
        method: "GET",
        path: "/health",
        answer: "Whether the function can answer, and with which model.",
        door: Door::Health,
        allow: "GET, HEAD",
    },
    Route {
        method: "GET",
        path: "/",
        answer: "This list.",
        door: Door::Index,
        allow: "GET, HEAD",
    },
];

/// The door that `method` and `path` lead to; one slash at the path's end does not count.
///
/// # Errors
/// When nothing is there, or it answers another method.
pub fn find(method: &Method, path: &str) -> Result<Door, Problem> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let route = ROUTES
        .iter()
        .find(|route| route.path.strip_suffix('/').unwrap_or(route.path) == path);
    let Some(route) = route else {
        let known = ROUTES.map(|route| format!("{} {}", route.method, route.path));
        return Err(Problem::new(
            Code::NotFound,
            format!(
                "there is nothing at this path; ask for one of: {}",
                known.join(", ")
            ),
        ));
    };
    match (route.door, method) {
        (Door::Predict, &Method::POST) => Ok(route.door),
        (Door::Index | Door::Health, &Method::GET | &Method::HEAD) => Ok(route.door),
        (_, _) => Err(Problem::new(
            Code::MethodNotAllowed,
            format!("{} answers only {}", route.path, route.allow),
        )
        .allow(route.allow)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Door, ROUTES, find};
    use http::Method;

    #[test]
    fn every_route_of_the_table_leads_to_its_door() {
        for route in ROUTES {
            for method in route.allow.split(", ") {
                let method = method.parse().unwrap();
                assert_eq!(find(&method, route.path).ok(), Some(route.door));
            }
            assert!(route.allow.starts_with(route.method));
        }
    }

    #[test]
    fn a_slash_at_the_end_is_tolerated_but_not_two() {
        assert_eq!(find(&Method::POST, "/predict/").ok(), Some(Door::Predict));
        assert_eq!(find(&Method::GET, "").ok(), Some(Door::Index));
        for path in ["/predict//", "//", "/Predict", "/predict/x", "predict", "*"] {
            assert!(find(&Method::POST, path).is_err(), "{path}");
        }
    }
}
