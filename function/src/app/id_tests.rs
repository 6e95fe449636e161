//! The id of a request, in its response and its metrics.

use crate::request::Request;
use crate::request_id::{DrawnId, HEADER, RequestId};
use crate::testing::{app, app_in, ask, emf_line, headers, json, predict};
use http::Method;

#[test]
fn every_response_states_the_id_of_its_request() {
    let app = app_in(&[("HEARTH_ALLOWED_ORIGINS", "https://a.example")]);
    let id = RequestId::new(Some("order-17"), None);
    let asks = headers(&[
        ("origin", "https://a.example"),
        ("access-control-request-method", "POST"),
    ]);
    let (get, head, options, delete) = (Method::GET, Method::HEAD, Method::OPTIONS, Method::DELETE);
    let preflight = Request {
        headers: Some(&asks),
        ..ask(&options, "/predict")
    };
    for (request, status) in [
        (predict(br#"{"text": "my parcel"}"#), 200),
        (predict(br#"{"text": 1}"#), 422),
        (predict(b"{"), 400),
        (ask(&get, "/"), 200),
        (ask(&get, "/health"), 200),
        (ask(&head, "/health"), 200),
        (ask(&get, "/docs"), 200),
        (ask(&get, "/openapi.json"), 200),
        (ask(&get, "/v2/health/ready"), 200),
        (ask(&get, "/nothing"), 404),
        (ask(&delete, "/predict"), 405),
        (ask(&options, "/predict"), 405),
        (preflight, 204),
    ] {
        let request = Request {
            request_id: id,
            ..request
        };
        let outcome = app.answer(&request);
        let what = format!("{} {}", request.method, request.path);
        assert_eq!(outcome.response.status(), status, "{what}");
        assert_eq!(outcome.response.headers()[HEADER], "order-17", "{what}");
        if status >= 400 {
            let problem = json(outcome.response.body());
            assert_eq!(problem["request_id"], "order-17", "{what}");
        }
    }
}

#[test]
fn the_metrics_have_the_id_of_the_response_and_lambdas_own_beside_it() {
    let line = |request_id| {
        emf_line(&app().answer(&Request {
            request_id,
            ..predict(br#"{"text": "my parcel"}"#)
        }))
    };
    let of_client = line(RequestId::new(Some("order-17"), Some("8476a536")));
    assert_eq!(of_client["requestId"], "order-17");
    assert_eq!(of_client["lambdaRequestId"], "8476a536");
    let drawn = DrawnId::draw();
    let of_function = line(RequestId::new(None, Some(drawn.as_str())));
    assert_eq!(of_function["requestId"], drawn.as_str());
    assert!(of_function.get("lambdaRequestId").is_none());
}

#[test]
fn a_page_of_an_allowed_origin_may_read_and_send_the_id() {
    for origins in ["*", "https://a.example"] {
        let app = match origins {
            "*" => app_in(&[("HEARTH_ALLOWED_ORIGINS", "*")]),
            _ => app_in(&[("HEARTH_ALLOWED_ORIGINS", "https://a.example")]),
        };
        let headers = headers(&[
            ("origin", "https://a.example"),
            ("access-control-request-method", "POST"),
        ]);
        let request = Request {
            headers: Some(&headers),
            ..predict(br#"{"text": "my parcel"}"#)
        };
        let response = app.answer(&request).response;
        let readable = response.headers()["access-control-expose-headers"].to_str();
        assert!(readable.unwrap().contains(HEADER), "{origins}");
        let options = Method::OPTIONS;
        let request = Request {
            headers: Some(&headers),
            ..ask(&options, "/predict")
        };
        let response = app.answer(&request).response;
        let sendable = response.headers()["access-control-allow-headers"].to_str();
        assert!(sendable.unwrap().contains(HEADER), "{origins}");
    }
}
