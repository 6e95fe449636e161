//! Requests of MLflow and SageMaker.

use super::tests::{post, send, text};
use crate::testing::{app, app_without_model, ask, json, mixed_app};
use http::Method;
use serde_json::json;

#[test]
fn mlflows_five_forms_are_answered_alike() {
    let row = json!({"note": "late", "size": 9, "color": "blue"});
    let expected = post(&mixed_app(), "/predict", &row).1["label"].clone();
    for body in [
        json!({"dataframe_split": {"index": [0], "columns": ["size", "note", "color"],
               "data": [[9, "late", "blue"]]}}),
        json!({"dataframe_split": {"data": [["late", 9, null, "blue"]]}}),
        json!({"dataframe_records": [row]}),
        json!({"instances": [row]}),
        json!({"inputs": {"note": ["late"], "size": [[9]], "color": "blue"}}),
        json!({"inputs": [row], "params": {"predict_method": "predict"}}),
    ] {
        let (status, answer) = post(&mixed_app(), "/invocations", &body);
        assert_eq!(status, 200, "{body}: {answer}");
        assert_eq!(answer, json!({"predictions": [expected]}), "{body}");
    }
    let csv = "note,size,color\nlate,9,blue\n";
    let outcome = send(&mixed_app(), "/invocations", "text/csv", csv);
    assert_eq!(
        json(outcome.response.body()),
        json!({"predictions": [expected]})
    );
    let proba = json!({"inputs": [row], "params": {"predict_method": "predict_proba"}});
    let (_, answer) = post(&mixed_app(), "/invocations", &proba);
    assert_eq!(answer["predictions"][0].as_array().unwrap().len(), 3);
}

#[test]
fn mlflows_clients_are_refused_in_their_words() {
    for body in [
        json!({"rows": []}),
        json!({"instances": [], "inputs": []}),
        json!({"dataframe_split": []}),
        json!({"inputs": 3}),
        json!({"instances": [{"note": 3}]}),
        json!({"inputs": {"note": ["a", "b"], "size": [1]}}),
        json!([]),
    ] {
        let (status, answer) = post(&mixed_app(), "/invocations", &body);
        assert_eq!(status, 400, "{body}");
        assert_eq!(answer["error_code"], "BAD_REQUEST", "{answer}");
        assert!(answer["message"].is_string());
    }
    let outcome = send(&app(), "/invocations", "text/plain", "hi");
    assert_eq!(outcome.response.status(), 415);
    assert!(text(&outcome).starts_with("This predictor only supports"));
    let outcome = app().answer(&ask(&Method::GET, "/invocations"));
    assert_eq!(outcome.response.status(), 405);
    assert_eq!(outcome.response.headers()["allow"], "POST");
    for path in ["/ping", "/version"] {
        let outcome = app().answer(&ask(&Method::GET, path));
        assert_eq!(outcome.response.status(), 200);
        assert!(outcome.metrics.is_empty());
    }
    let outcome = app_without_model().answer(&ask(&Method::GET, "/ping"));
    assert_eq!(outcome.response.status(), 503);
}

#[test]
fn sagemakers_forms_are_answered_in_its_words() {
    let csv = "late,9,,blue\nlate,1,true,red\n";
    let outcome = send(&mixed_app(), "/invocations", "text/csv", csv);
    let lines: Vec<&str> = text(&outcome).lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("large,0.98"), "{lines:?}");
    let features = json!({"instances": [{"features": ["late", 9, null, "blue"]}]});
    let json_type = "application/json";
    let outcome = send(
        &mixed_app(),
        "/invocations",
        json_type,
        &features.to_string(),
    );
    let (label, score) = lines[0].split_once(',').unwrap();
    assert_eq!(
        text(&outcome),
        format!("{{\"predictions\":[{{\"predicted_label\":\"{label}\",\"score\":{score}}}]}}")
    );
    let jsonl = "{\"features\": [\"late\", 9, null, \"blue\"]}\n{\"note\": \"a\", \"size\": 1, \"color\": \"red\"}\n";
    let outcome = send(&mixed_app(), "/invocations", "application/jsonlines", jsonl);
    assert_eq!(text(&outcome).lines().count(), 2, "{}", text(&outcome));
    let row = json!({"text": "my parcel"});
    let (_, answer) = post(&app(), "/invocations", &row);
    assert_eq!(answer["label"], "delivery");
}
