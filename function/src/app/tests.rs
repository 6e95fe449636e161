//! Requests and what they get, over a real model file.

use crate::app::{App, HandledRequest};
use crate::request::{Body, Request};
use crate::testing::{
    app, app_in, app_with_damaged_weights, app_without_model, ask, emf_line, json, predict,
};
use http::Method;
use serde_json::{Value, json};

const ROW: &[u8] = br#"{"text": "my parcel is late", "id": 7}"#;

/// The problem that `request` gets, and its EMF line.
fn refusal(app: &App, request: &Request<'_>, status: u16, code: &str) -> (HandledRequest, Value) {
    let outcome = app.answer(request);
    let body = json(outcome.response.body());
    assert_eq!(outcome.response.status(), status, "{body}");
    assert_eq!(
        outcome.response.headers()["content-type"],
        "application/problem+json"
    );
    assert_eq!(body["code"], code, "{body}");
    assert_eq!(body["status"], status);
    assert_eq!(body["type"], "about:blank");
    assert_eq!(
        body["title"],
        outcome.response.status().canonical_reason().unwrap()
    );
    let line = emf_line(&outcome);
    assert_eq!(line["error"], 1);
    assert_eq!(line["status"], status);
    assert_eq!(line["code"], code);
    assert!(line["latency.handler"].is_number());
    assert!(line.get("prediction.confidence").is_none());
    (outcome, body)
}

#[test]
fn a_row_gets_its_label_and_every_probability() {
    let outcome = app().answer(&predict(ROW));
    assert_eq!(outcome.response.status(), 200);
    assert_eq!(
        outcome.response.headers()["content-type"],
        "application/json"
    );
    let answer = json(outcome.response.body());
    assert_eq!(answer["label"], "delivery");
    let probabilities = answer["probabilities"].as_object().unwrap();
    assert_eq!(probabilities.len(), 3);
    let sum: f64 = probabilities.values().map(|p| p.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-12);
    assert_eq!(
        answer["model"],
        json!({"name": "mail-sorter", "version": "v7"})
    );
}

#[test]
fn top_limits_the_probabilities() {
    let with_query = |query: &'static str| Request {
        query: Some(query),
        ..predict(ROW)
    };
    for (query, count) in [("top=1", 1), ("top=2", 2), ("top=99", 3)] {
        let answer = json(app().answer(&with_query(query)).response.body());
        let probabilities = answer["probabilities"].as_object().unwrap();
        assert_eq!(probabilities.len(), count, "{query}");
        assert!(probabilities.contains_key("delivery"));
    }
    let (_, problem) = refusal(&app(), &with_query("top=0"), 400, "invalid_top");
    assert!(problem["detail"].as_str().unwrap().contains("?top=3"));
}

#[test]
fn the_content_type_and_a_slash_at_the_end_may_miss_or_be_there() {
    for content_type in [None, Some("application/json; charset=utf-8")] {
        for path in ["/predict", "/predict/"] {
            let request = Request {
                content_type,
                path,
                ..predict(ROW)
            };
            assert_eq!(app().answer(&request).response.status(), 200);
        }
    }
}

#[test]
fn health_tells_which_model_answers_and_leaves_no_emf_line() {
    let app = app();
    let outcome = app.answer(&ask(&Method::GET, "/health"));
    let health = json(outcome.response.body());
    assert_eq!(health["status"], "ok");
    assert_eq!(health["model"]["name"], "mail-sorter");
    assert_eq!(health["model"]["version"], "v7");
    assert_eq!(health["model"]["git_revision"], "0123abc");
    assert_eq!(health["model"]["digest"].as_str().unwrap().len(), 64);
    assert_eq!(health["function"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(outcome.metrics.is_empty());

    let head = app.answer(&ask(&Method::HEAD, "/health")).response;
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers(), outcome.response.headers());
    assert!(head.body().is_empty());
}

#[test]
fn the_root_lists_what_there_is() {
    let outcome = app().answer(&ask(&Method::GET, "/"));
    let index = json(outcome.response.body());
    let routes = index["routes"].as_array().unwrap();
    assert_eq!(routes.len(), 21);
    assert_eq!(routes[0]["path"], "/predict");
    assert!(outcome.metrics.is_empty());
    // The example that it shows is one that works.
    let row = index["example"].to_string();
    let answer = app().answer(&predict(row.as_bytes()));
    assert_eq!(answer.response.status(), 200);
}

#[test]
fn an_unknown_path_is_told_the_known_ones() {
    let (_, problem) = refusal(&app(), &ask(&Method::GET, "/nothing"), 404, "not_found");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("POST /predict"), "{detail}");
    assert!(detail.contains("GET /health"), "{detail}");
}

#[test]
fn a_wrong_method_is_told_the_right_one() {
    for (method, path, allow) in [
        (Method::GET, "/predict", "POST"),
        (Method::HEAD, "/predict", "POST"),
        (Method::POST, "/health", "GET, HEAD"),
        (Method::DELETE, "/", "GET, HEAD, POST"),
    ] {
        let outcome = app().answer(&ask(&method, path));
        assert_eq!(outcome.response.status(), 405);
        assert_eq!(outcome.response.headers()["allow"], allow);
        assert_eq!(emf_line(&outcome)["code"], "method_not_allowed");
    }
}

#[test]
fn curl_without_a_header_is_told_which_one() {
    let request = Request {
        content_type: Some("application/x-www-form-urlencoded"),
        ..predict(ROW)
    };
    let (_, problem) = refusal(&app(), &request, 415, "unsupported_media_type");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("-H 'content-type: application/json'"),
        "{detail}"
    );
}

#[test]
fn a_body_that_is_no_row_is_told_what_is_wrong_and_what_works() {
    let example = json!({"text": "my parcel is late"});
    for (body, status, code, field, expected, word) in [
        (&b""[..], 400, "empty_body", None, "a JSON object", "empty"),
        (b" \n", 400, "empty_body", None, "a JSON object", "empty"),
        (
            b"{\"text\": \"\xff\"}",
            400,
            "invalid_utf8",
            None,
            "UTF-8",
            "offset 10",
        ),
        (
            b"{\"text\": ",
            400,
            "invalid_json",
            None,
            "a JSON object",
            "line 1 column 9",
        ),
        (
            b"{\"text\": \"a\"} b",
            400,
            "invalid_json",
            None,
            "a JSON object",
            "line 1 column 15",
        ),
        (
            b"[]",
            422,
            "not_an_object",
            None,
            "a JSON object",
            "an array",
        ),
        (b"null", 422, "not_an_object", None, "a JSON object", "null"),
        (
            b"{}",
            422,
            "missing_field",
            Some("/text"),
            "a string",
            "\"text\"",
        ),
        (
            b"{\"Text\": \"a\"}",
            422,
            "missing_field",
            Some("/text"),
            "a string",
            "\"text\"",
        ),
        (
            b"{\"text\": null}",
            422,
            "wrong_type",
            Some("/text"),
            "a string",
            "null",
        ),
        (
            b"{\"text\": [1]}",
            422,
            "wrong_type",
            Some("/text"),
            "a string",
            "an array",
        ),
        (
            b"{\"text\": 1, \"text\": 2}",
            422,
            "duplicate_field",
            Some("/text"),
            "one value",
            "twice",
        ),
    ] {
        let (_, problem) = refusal(&app(), &predict(body), status, code);
        assert_eq!(problem["field"].as_str(), field, "{problem}");
        assert_eq!(problem["expected"], expected, "{problem}");
        assert_eq!(problem["example"], example, "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(word), "{detail}");
    }
}

#[test]
fn a_body_that_did_not_come_whole_is_refused_where_it_counts() {
    for (body, status, code) in [
        (Body::TooLarge, 413, "body_too_large"),
        (Body::TooSlow, 408, "body_too_slow"),
    ] {
        let request = Request {
            body,
            ..predict(b"")
        };
        refusal(&app(), &request, status, code);
        let request = Request {
            body,
            ..ask(&Method::GET, "/health")
        };
        assert_eq!(app().answer(&request).response.status(), 200);
    }
}

#[test]
fn a_damaged_model_is_no_answer() {
    let app = app_with_damaged_weights();
    let (_, problem) = refusal(&app, &predict(ROW), 500, "model_not_finite");
    assert!(problem.get("example").is_none());
}

#[test]
fn without_a_model_it_says_so_and_keeps_the_path_to_itself() {
    let app = app_without_model();
    for request in [predict(ROW), ask(&Method::GET, "/health")] {
        let (outcome, problem) = refusal(&app, &request, 503, "model_unavailable");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("No such file"), "{detail}");
        let line = std::str::from_utf8(&outcome.metrics).unwrap();
        assert!(!line.contains("secret") && !problem.to_string().contains("secret"));
        assert!(!line.contains("modelVersion"));
    }
    let index = app.answer(&ask(&Method::GET, "/")).response;
    assert_eq!(index.status(), 200);
    assert!(json(index.body()).get("model").is_none());
}

#[test]
fn many_threads_may_ask_at_once() {
    let app = app_in(&[("HEARTH_DRIFT_ROWS", "0")]);
    let expected = app.answer(&predict(ROW)).response.into_body();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let outcome = app.answer(&predict(ROW));
                    assert_eq!(outcome.response.body(), &expected);
                    assert_eq!(emf_line(&outcome)["cold_start"], 0);
                }
            });
        }
    });
}
