//! Where each kind of event has method, path, query, headers and body, and each kind of response
//! its headers.

use serde_json::{Map, Value, json};

use super::Kind;
use crate::message::Headers;

pub(super) fn set_method(kind: Kind, event: &mut Value, method: &str) {
    match kind {
        Kind::HttpApi | Kind::FunctionUrl => {
            event["requestContext"]["http"]["method"] = json!(method);
            set_route(kind, event);
        }
        Kind::RestApi => {
            event["httpMethod"] = json!(method);
            event["requestContext"]["httpMethod"] = json!(method);
        }
        Kind::Alb | Kind::AlbMultiValue => event["httpMethod"] = json!(method),
        Kind::Bare => bare("method"),
    }
}

pub(super) fn set_path(kind: Kind, event: &mut Value, path: &str) {
    match kind {
        Kind::HttpApi | Kind::FunctionUrl => {
            event["rawPath"] = json!(path);
            event["requestContext"]["http"]["path"] = json!(path);
            set_route(kind, event);
        }
        Kind::RestApi => {
            event["path"] = json!(path);
            event["pathParameters"]["proxy"] = json!(path.trim_start_matches('/'));
            let stage = event["requestContext"]["stage"]
                .as_str()
                .unwrap_or_default();
            event["requestContext"]["path"] = json!(format!("/{stage}{path}"));
        }
        Kind::Alb | Kind::AlbMultiValue => event["path"] = json!(path),
        Kind::Bare => bare("path"),
    }
}

/// An HTTP API names the route that matched; a function URL has only `$default`.
fn set_route(kind: Kind, event: &mut Value) {
    if kind == Kind::HttpApi {
        let http = &event["requestContext"]["http"];
        let text = |field: &str| http[field].as_str().unwrap_or_default();
        let route = json!(format!("{} {}", text("method"), text("path")));
        event["requestContext"]["routeKey"] = route.clone();
        event["routeKey"] = route;
    }
}

pub(super) fn set_query(kind: Kind, event: &mut Value, query: &[(&str, &str)]) {
    let encoded: Vec<(String, String)> = query
        .iter()
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    let encoded: Vec<(&str, &str)> = encoded
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    match kind {
        Kind::HttpApi | Kind::FunctionUrl => {
            let pairs: Vec<String> = encoded
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            event["rawQueryString"] = json!(pairs.join("&"));
            // Format 2.0 joins the values of one name with commas.
            event["queryStringParameters"] = collect(query, |values| json!(values.join(",")));
            if query.is_empty() {
                remove(event, "queryStringParameters");
            }
        }
        Kind::RestApi => {
            event["queryStringParameters"] = collect(query, |values| json!(values.last()));
            event["multiValueQueryStringParameters"] = collect(query, |values| json!(values));
            if query.is_empty() {
                event["queryStringParameters"] = Value::Null;
                event["multiValueQueryStringParameters"] = Value::Null;
            }
        }
        // A load balancer leaves the encoding to the function.
        Kind::Alb => {
            event["queryStringParameters"] = collect(&encoded, |values| json!(values.last()))
        }
        Kind::AlbMultiValue => {
            event["multiValueQueryStringParameters"] = collect(&encoded, |values| json!(values));
        }
        Kind::Bare => bare("query"),
    }
}

/// Sets a header, or takes it away where there is no value.
pub(super) fn set_header(kind: Kind, event: &mut Value, name: &str, value: Option<&str>) {
    let lower = name.to_ascii_lowercase();
    match kind {
        // Format 2.0 has cookies apart.
        Kind::HttpApi | Kind::FunctionUrl if lower == "cookie" => match value {
            Some(value) => event["cookies"] = json!(value.split("; ").collect::<Vec<_>>()),
            None => remove(event, "cookies"),
        },
        Kind::HttpApi | Kind::FunctionUrl | Kind::Alb => {
            replace(&mut event["headers"], &lower, value.map(Value::from))
        }
        Kind::AlbMultiValue => {
            replace(
                &mut event["multiValueHeaders"],
                &lower,
                value.map(|value| json!([value])),
            );
        }
        // A REST API hands on the names as the client wrote them.
        Kind::RestApi => {
            replace(&mut event["headers"], name, value.map(Value::from));
            replace(
                &mut event["multiValueHeaders"],
                name,
                value.map(|value| json!([value])),
            );
        }
        Kind::Bare => bare("header"),
    }
}

pub(super) fn set_body(kind: Kind, event: &mut Value, body: Option<&str>, is_base64: bool) {
    match (kind, body) {
        (Kind::Bare, _) => {
            panic!("a bare event is its body: it can't be without one, nor in base64")
        }
        (Kind::HttpApi | Kind::FunctionUrl, None) => remove(event, "body"),
        (Kind::Alb | Kind::AlbMultiValue, None) => event["body"] = json!(""),
        (_, body) => event["body"] = json!(body),
    }
    event["isBase64Encoded"] = json!(is_base64);
}

/// The headers the caller sees of a response: each kind reads only its own fields and ignores the
/// others.
pub(super) fn answer_headers(kind: Kind, response: &Value) -> Headers {
    let mut headers = Headers::default();
    let fields: &[&str] = match kind {
        Kind::HttpApi | Kind::FunctionUrl | Kind::Alb => &["headers"],
        Kind::AlbMultiValue => &["multiValueHeaders"],
        // The gateway merges the two, and a value that stands in both goes out once.
        Kind::RestApi => &["multiValueHeaders", "headers"],
        Kind::Bare => &[],
    };
    for (name, value) in fields
        .iter()
        .flat_map(|field| response[*field].as_object())
        .flatten()
    {
        let values = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let value = value.as_str().map_or_else(|| value.to_string(), Into::into);
            if !headers.all(name).any(|known| known == value) {
                headers.add(name, value);
            }
        }
    }
    if matches!(kind, Kind::HttpApi | Kind::FunctionUrl) {
        let cookies = response["cookies"].as_array().into_iter().flatten();
        for cookie in cookies.filter_map(Value::as_str) {
            headers.add("set-cookie", cookie);
        }
    }
    headers
}

/// Names with what `join` makes of all their values.
fn collect(query: &[(&str, &str)], join: impl Fn(Vec<&str>) -> Value) -> Value {
    let values = |name| {
        query
            .iter()
            .filter(move |(other, _)| *other == name)
            .map(|(_, value)| *value)
            .collect()
    };
    Value::Object(
        query
            .iter()
            .map(|(name, _)| (name.to_string(), join(values(*name))))
            .collect(),
    )
}

/// Replaces the member of an object whose name differs at most in case.
fn replace(object: &mut Value, name: &str, value: Option<Value>) {
    let members = object
        .as_object_mut()
        .expect("the headers of a fixture are an object");
    members.retain(|known, _| !known.eq_ignore_ascii_case(name));
    members.extend(value.map(|value| (name.to_string(), value)));
}

fn remove(event: &mut Value, name: &str) {
    event
        .as_object_mut()
        .and_then(|members: &mut Map<String, Value>| members.remove(name));
}

/// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
fn encode(text: &str) -> String {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if is_unreserved(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn bare(what: &str) -> ! {
    panic!("a bare event is its body: it has no {what}")
}
