//! The event fixtures are what they say: lambda_http, with which the function reads them, takes
//! each for its own kind.

use lambda_http::RequestExt;
use lambda_http::http::Method;
use lambda_http::request::LambdaRequest;
use serde_json::{Value, json};
use support::{Event, Kind};

const BODY: &str = r#"{"text": "my parcel has not arrived"}"#;

/// The event as the function's framework sees it.
fn read(event: &Event) -> LambdaRequest {
    serde_json::from_slice(&event.payload()).expect("with pass_through on, any JSON is some event")
}

fn request(event: &Event) -> lambda_http::Request {
    read(event).into()
}

#[test]
fn each_event_is_recognised_as_its_own_kind() {
    for kind in Kind::ALL {
        let event = Event::load(kind);
        let is_its_own = match (kind, read(&event)) {
            (Kind::HttpApi, LambdaRequest::ApiGatewayV2(event)) => {
                event.route_key.unwrap() == "POST /predict"
            }
            (Kind::FunctionUrl, LambdaRequest::ApiGatewayV2(event)) => {
                event
                    .request_context
                    .domain_name
                    .unwrap()
                    .contains(".lambda-url.")
                    && event.request_context.authorizer.unwrap().iam.is_some()
            }
            (Kind::RestApi, LambdaRequest::ApiGatewayV1(event)) => {
                event.request_context.stage.unwrap() == "prod"
            }
            (Kind::Alb, LambdaRequest::Alb(event)) => event.multi_value_headers.is_empty(),
            (Kind::AlbMultiValue, LambdaRequest::Alb(event)) => event.headers.is_empty(),
            (Kind::Bare, LambdaRequest::PassThrough(text)) => {
                serde_json::from_str::<Value>(&text).unwrap()
                    == json!({"text": "my parcel has not arrived"})
            }
            (_, other) => panic!("{kind:?} was taken for {other:?}"),
        };
        assert!(is_its_own, "{kind:?}");
    }
}

#[test]
fn each_event_is_a_post_to_predict() {
    for kind in Kind::HTTP {
        let request = request(&Event::load(kind));
        assert_eq!(request.method(), Method::POST, "{kind:?}");
        assert_eq!(request.raw_http_path(), "/predict", "{kind:?}");
        assert_eq!(
            request.headers()["content-type"],
            "application/json",
            "{kind:?}"
        );
        assert_eq!(
            request.headers()["content-length"],
            BODY.len().to_string().as_str(),
            "{kind:?}"
        );
        assert_eq!(request.body().as_ref(), BODY.as_bytes(), "{kind:?}");
    }
}

#[test]
fn a_stage_is_in_the_uri_and_not_in_the_raw_path() {
    let request = request(&Event::load(Kind::RestApi).with_path("/health"));
    assert_eq!(request.uri().path(), "/prod/health");
    assert_eq!(request.raw_http_path(), "/health");
}

#[test]
fn a_change_reaches_the_function_through_every_kind() {
    for kind in Kind::HTTP {
        let event = Event::load(kind)
            .with_method("PUT")
            .with_path("/other")
            .with_query(&[("tag", "a b&c"), ("tag", "ü"), ("n", "1")])
            .with_header("Content-Type", "text/plain")
            .with_header("X-Request-Id", "r-1")
            .without_header("ACCEPT")
            .with_body("grüße");
        let request = request(&event);
        assert_eq!(request.method(), Method::PUT, "{kind:?}");
        assert_eq!(request.raw_http_path(), "/other", "{kind:?}");
        assert_eq!(
            request
                .headers()
                .get_all("content-type")
                .iter()
                .collect::<Vec<_>>(),
            ["text/plain"],
            "{kind:?}"
        );
        assert_eq!(request.headers()["content-length"], "7", "{kind:?}");
        assert_eq!(request.headers()["x-request-id"], "r-1", "{kind:?}");
        assert!(!request.headers().contains_key("accept"), "{kind:?}");
        assert_eq!(request.body().as_ref(), "grüße".as_bytes(), "{kind:?}");
        assert_eq!(
            request.query_string_parameters().first("n"),
            Some("1"),
            "{kind:?}"
        );
    }
}

#[test]
fn each_kind_has_its_own_form_of_a_query() {
    let query = [("tag", "a b"), ("tag", "ü")];
    let event = |kind| Event::load(kind).with_query(&query).value().clone();
    for kind in [Kind::HttpApi, Kind::FunctionUrl] {
        assert_eq!(event(kind)["rawQueryString"], "tag=a%20b&tag=%C3%BC");
        assert_eq!(
            event(kind)["queryStringParameters"],
            json!({"tag": "a b,ü"})
        );
        assert_eq!(
            request(&Event::load(kind).with_query(&query))
                .query_string_parameters()
                .all("tag")
                .unwrap(),
            ["a b", "ü"]
        );
    }
    assert_eq!(
        event(Kind::RestApi)["queryStringParameters"],
        json!({"tag": "ü"})
    );
    assert_eq!(
        event(Kind::RestApi)["multiValueQueryStringParameters"],
        json!({"tag": ["a b", "ü"]})
    );
    assert_eq!(
        event(Kind::Alb)["queryStringParameters"],
        json!({"tag": "%C3%BC"})
    );
    assert_eq!(
        event(Kind::AlbMultiValue)["multiValueQueryStringParameters"],
        json!({"tag": ["a%20b", "%C3%BC"]})
    );
}

#[test]
fn a_body_in_base64_arrives_as_bytes() {
    for kind in Kind::HTTP {
        let request = request(&Event::load(kind).with_base64_body(b"\xff\x00{}"));
        assert_eq!(request.body().as_ref(), b"\xff\x00{}", "{kind:?}");
        assert_eq!(request.headers()["content-length"], "4", "{kind:?}");
    }
}

#[test]
fn a_get_has_no_body() {
    for kind in Kind::HTTP {
        let request = request(
            &Event::load(kind)
                .with_method("GET")
                .with_path("/health")
                .without_body(),
        );
        assert!(request.body().as_ref().is_empty(), "{kind:?}");
        assert!(!request.headers().contains_key("content-type"), "{kind:?}");
    }
}

#[test]
fn cookies_stand_apart_and_arrive_as_one_header() {
    let event = Event::load(Kind::HttpApi).with_header("Cookie", "a=1; b=2");
    assert_eq!(event.value()["cookies"], json!(["a=1", "b=2"]));
    assert_eq!(request(&event).headers()["cookie"], "a=1; b=2");
}

#[test]
fn each_kind_reads_its_own_fields_of_a_response() {
    let response = json!({
        "statusCode": 415,
        "headers": {"content-type": "application/json"},
        "multiValueHeaders": {"content-type": ["application/json"], "vary": ["accept", "origin"]},
        "cookies": ["a=1"],
        "body": "e30=",
        "isBase64Encoded": true,
    });
    for (kind, vary, cookies) in [
        (Kind::HttpApi, 0, 1),
        (Kind::FunctionUrl, 0, 1),
        (Kind::RestApi, 2, 0),
        (Kind::Alb, 0, 0),
        (Kind::AlbMultiValue, 2, 0),
    ] {
        let answer = Event::load(kind).answer(response.to_string().as_bytes());
        assert_eq!((answer.status, answer.json()), (415, json!({})), "{kind:?}");
        assert_eq!(
            answer.headers.all("Content-Type").collect::<Vec<_>>(),
            ["application/json"],
            "{kind:?}"
        );
        assert_eq!(answer.headers.all("vary").count(), vary, "{kind:?}");
        assert_eq!(
            answer.headers.all("set-cookie").count(),
            cookies,
            "{kind:?}"
        );
    }
    let answer = Event::load(Kind::Bare).answer(br#"{"label": "delivery"}"#);
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"label": "delivery"}))
    );
}

#[test]
fn a_bare_event_is_its_body() {
    let event = Event::load(Kind::Bare).with_body(r#"{"text": "hello"}"#);
    assert_eq!(event.payload(), br#"{"text":"hello"}"#);
}

#[test]
#[should_panic(expected = "a bare event is its body: it has no path")]
fn a_bare_event_has_no_path() {
    Event::load(Kind::Bare).with_path("/health");
}
