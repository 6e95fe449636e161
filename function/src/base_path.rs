//! The path before the routes, which a gateway, a custom domain or a proxy adds.
//!
//! API Gateway puts a stage before the path, a custom domain its mapping (`/ml/predict`), and a load
//! balancer or proxy passes on the path that it matched (`/api/predict`). No event says which part of
//! its path that is. So in Lambda leading segments that lead to no route are left out, unless
//! `HEARTH_BASE_PATH` names them. Over plain HTTP only `HEARTH_BASE_PATH` counts.

use crate::environment::Reader;
use crate::routes::is_route;

const VARIABLE: &str = "HEARTH_BASE_PATH";

/// Most segments before a route: API mappings of several levels and a stage.
const SEGMENTS: usize = 8;

/// The path of `HEARTH_BASE_PATH`, if it is set; it begins with a slash and ends without one, or is
/// empty for `/`.
#[derive(Debug, Default)]
pub struct BasePath(Option<String>);

impl BasePath {
    /// The base path of the environment. A wrong value is logged, and there is no base path.
    pub fn read(reader: &Reader<'_>) -> BasePath {
        let Some(text) = reader.optional(VARIABLE) else {
            return BasePath(None);
        };
        let inner = text.trim().trim_matches('/');
        if !inner
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"?#\"<>".contains(&byte))
        {
            reader.warn(format!(
                "{VARIABLE} is not a path such as /ml: requests are read without it"
            ));
            return BasePath(None);
        }
        // `/` names no path, and turns off the search for one.
        BasePath(Some(match inner {
            "" => String::new(),
            _ => format!("/{inner}"),
        }))
    }

    /// The part of a request's path behind the base path; a path without it is left as it is, because
    /// health checks may come past the proxy.
    pub fn strip<'a>(&self, path: &'a str) -> &'a str {
        let base = self.0.as_deref();
        match base.and_then(|base| path.strip_prefix(base)) {
            Some("") => "/",
            Some(rest) if rest.starts_with('/') => rest,
            _ => path,
        }
    }

    /// The part of an event's path that is a route.
    pub fn strip_event<'a>(&self, path: &'a str) -> &'a str {
        if self.0.is_some() || is_route(path) {
            return self.strip(path);
        }
        let starts = path.match_indices('/').skip(1).take(SEGMENTS);
        let mut ends = starts.map(|(start, _)| &path[start..]);
        // The root is behind every path.
        ends.find(|end| end.len() > 1 && is_route(end))
            .unwrap_or(path)
    }
}

#[cfg(test)]
mod tests {
    use super::BasePath;
    use crate::environment::Reader;

    fn base(value: Option<&'static str>) -> BasePath {
        let get = |name: &str| value.filter(|_| name == super::VARIABLE).map(str::to_owned);
        BasePath::read(&Reader::new(&get))
    }

    #[test]
    fn a_base_path_is_left_out_and_nothing_else() {
        for value in ["/ml/v1", "ml/v1", "/ml/v1/", " /ml/v1 "] {
            let base = base(Some(value));
            for (path, expected) in [
                ("/ml/v1/predict", "/predict"),
                ("/ml/v1", "/"),
                ("/ml/v1/", "/"),
                ("/predict", "/predict"),
                ("/ml/v1x/predict", "/ml/v1x/predict"),
                ("/ml/predict", "/ml/predict"),
                ("/a/ml/v1/predict", "/a/ml/v1/predict"),
            ] {
                assert_eq!(base.strip(path), expected, "{value:?} {path}");
                assert_eq!(base.strip_event(path), expected, "{value:?} {path}");
            }
        }
        for value in [None, Some("/"), Some("/a?b"), Some("/a b"), Some("/é")] {
            assert_eq!(base(value).strip("/ml/predict"), "/ml/predict", "{value:?}");
        }
    }

    #[test]
    fn a_base_path_of_a_slash_leaves_the_paths_of_events_alone() {
        for path in ["/ml/predict", "/predict", "/a/b/health"] {
            assert_eq!(base(Some("/")).strip_event(path), path);
            assert_eq!(base(Some("/")).strip(path), path);
        }
    }

    #[test]
    fn without_a_base_path_segments_before_a_route_of_an_event_are_left_out() {
        for (path, expected) in [
            ("/ml/predict", "/predict"),
            ("/ml/prod/predict", "/predict"),
            ("/api/health/", "/health/"),
            ("/api/v2/models/a%20b/infer", "/v2/models/a%20b/infer"),
            ("/v2/models/predict", "/v2/models/predict"),
            ("/v2/models/health/ready", "/v2/models/health/ready"),
            ("/ml", "/ml"),
            ("/ml/", "/ml/"),
            ("/ml//", "/ml//"),
            ("/predict/x", "/predict/x"),
            ("/a/b/c/d/e/f/g/h/i/predict", "/a/b/c/d/e/f/g/h/i/predict"),
            ("", ""),
            ("*", "*"),
        ] {
            assert_eq!(base(None).strip_event(path), expected, "{path}");
        }
    }
}
