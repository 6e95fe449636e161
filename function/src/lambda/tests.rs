//! Events of every kind, as Lambda hands them over.

use super::{answer_bare, answer_http, make_safe, without_stage};
use crate::request_id::RequestId;
use crate::testing::{app, app_in, json};
use lambda_http::request::LambdaRequest;

#[test]
fn a_stage_in_front_of_the_path_does_not_count() {
    for (path, stage, expected) in [
        ("/prod/predict", Some("prod"), "/predict"),
        ("/predict", Some("prod"), "/predict"),
        ("/predict", Some("$default"), "/predict"),
        ("/predict", None, "/predict"),
        ("/predict", Some("predict"), "/predict"),
        ("/production", Some("prod"), "/production"),
        ("/predict", Some("pre"), "/predict"),
    ] {
        assert_eq!(without_stage(path, stage), expected, "{path} {stage:?}");
    }
}

#[test]
fn a_bare_event_is_answered_by_the_answer_itself_in_its_own_order() {
    let reply = answer_bare(
        &app(),
        r#"{"text": "my parcel"}"#,
        RequestId::new(None, Some("r1")),
        None,
    )
    .unwrap();
    let (delivery, refund) = (
        reply.get().find("\"delivery\":").unwrap(),
        reply.get().find("\"refund\":").unwrap(),
    );
    let billing = reply.get().find("\"billing\":").unwrap();
    assert!(delivery < refund.min(billing), "{reply}");
    let refused = answer_bare(&app(), "[]", RequestId::new(None, Some("r2")), None).unwrap();
    assert_eq!(json(refused.get().as_bytes())["code"], "not_an_object");
}

fn http_api(stage: &str, path: &str, query: &str, host: &str) -> LambdaRequest {
    serde_json::from_value(http_event(stage, path, query, host)).unwrap()
}

fn http_event(stage: &str, path: &str, query: &str, host: &str) -> serde_json::Value {
    serde_json::json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
        "headers": {"host": host, "content-type": "application/json"},
        "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "a.example.com",
            "domainPrefix": "a", "requestId": "x", "routeKey": "$default", "stage": stage,
            "time": "02/Jan/2026:07:58:45 +0000", "timeEpoch": 1,
            "http": {"method": "POST", "path": path, "protocol": "HTTP/1.1",
                     "sourceIp": "192.0.2.1", "userAgent": "t"}
        },
        "body": "{\"text\": \"my parcel\"}", "isBase64Encoded": false
    })
}

#[test]
fn an_http_api_with_a_named_stage_reaches_the_model() {
    let mut event = http_api("prod", "/prod/predict", "top=1", "a.example.com");
    make_safe(&mut event);
    let response = answer_http(&app(), &event.into());
    assert_eq!(response.status(), 200);
    let answer = json(response.body());
    assert_eq!(answer["label"], "delivery");
    assert_eq!(answer["probabilities"].as_object().unwrap().len(), 1);
}

#[test]
fn an_event_that_no_url_can_be_made_of_is_answered_all_the_same() {
    let mut event = http_api("$default", "/predict", "utm_a=<\"é>&top=2", "[:a b");
    make_safe(&mut event);
    let response = answer_http(&app(), &event.into());
    assert_eq!(response.status(), 200);
    assert_eq!(
        json(response.body())["probabilities"]
            .as_object()
            .unwrap()
            .len(),
        2
    );
}

/// As in Lambda, where the gateway checks the host.
const ANY_HOST: (&str, &str) = ("HEARTH_ALLOWED_HOSTS", "*");

/// The status of an event's answer, where these variables are set.
fn status(event: &serde_json::Value, variables: &'static [(&str, &str)]) -> u16 {
    let mut event: LambdaRequest = serde_json::from_value(event.clone()).unwrap();
    make_safe(&mut event);
    let response = answer_http(&app_in(variables), &event.into());
    response.status().as_u16()
}

fn rest_api(path: &str) -> serde_json::Value {
    serde_json::json!({
        "resource": "/{proxy+}", "path": path, "httpMethod": "POST",
        "headers": {"content-type": "application/json", "host": "api.example.com"},
        "multiValueHeaders": {
            "content-type": ["application/json"], "host": ["api.example.com"]
        },
        "queryStringParameters": null, "multiValueQueryStringParameters": null,
        "pathParameters": {"proxy": "predict"}, "stageVariables": null,
        "requestContext": {
            "resourceId": "r", "resourcePath": "/{proxy+}", "httpMethod": "POST", "path": path,
            "accountId": "111122223333", "protocol": "HTTP/1.1", "stage": "prod",
            "domainPrefix": "api", "requestTimeEpoch": 1, "requestId": "x",
            "identity": {"sourceIp": "192.0.2.1"}, "domainName": "api.example.com", "apiId": "a"
        },
        "body": "{\"text\": \"my parcel\"}", "isBase64Encoded": false
    })
}

fn balancer(path: &str) -> serde_json::Value {
    let group = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/t/1";
    serde_json::json!({
        "requestContext": {"elb": {"targetGroupArn": group}},
        "httpMethod": "POST", "path": path, "queryStringParameters": {},
        "headers": {"content-type": "application/json", "host": "lb.example.com"},
        "body": "{\"text\": \"my parcel\"}", "isBase64Encoded": false
    })
}

#[test]
fn a_path_that_a_domain_or_balancer_adds_is_left_out() {
    for (path, behind_ml) in [
        ("/predict", 200),
        ("/ml/predict", 200),
        ("/ml/v1/predict", 404),
        ("/ml/prod/predict", 404),
    ] {
        let events = [
            http_event("prod", path, "", "a.example.com"),
            rest_api(path),
            balancer(path),
        ];
        for event in &events {
            assert_eq!(status(event, &[ANY_HOST]), 200, "{path}");
        }
        for event in &events {
            let variables = &[ANY_HOST, ("HEARTH_BASE_PATH", "/ml")];
            assert_eq!(status(event, variables), behind_ml, "{path} behind /ml");
        }
    }
    for path in ["/nothing", "/ml/nothing", "/ml/", "/predict/nothing"] {
        assert_eq!(status(&balancer(path), &[ANY_HOST]), 404, "{path}");
    }
}
