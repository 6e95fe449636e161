//! The EMF lines of requests to a real model file.

use crate::request::Request;
use crate::request_id::RequestId;
use crate::testing::{app, app_in, emf_line, json, predict};
use serde_json::json;

const ROW: &[u8] = br#"{"text": "my parcel is late", "id": 7}"#;

#[test]
fn the_emf_line_of_a_row_has_every_metric_and_property() {
    let app = app_in(&[
        ("HEARTH_EMF_DIMENSIONS", "service,stage=prod"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "7"),
    ]);
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    let outcome = app.answer(&Request {
        request_id: RequestId::new(None, Some("8476a536")),
        trace_id: Some(trace),
        ..predict(ROW)
    });
    let line = emf_line(&outcome);
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    let metrics = directive["Metrics"].as_array().unwrap();
    let names: Vec<_> = metrics
        .iter()
        .map(|metric| metric["Name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "input.num_chars",
            "input.num_tokens",
            "input.oov_ratio",
            "prediction.confidence",
            "prediction.entropy",
            "prediction.margin",
            "latency.handler",
            "latency.parse",
            "latency.features",
            "latency.score",
            "latency.write",
            "cold_start"
        ]
    );
    assert_eq!(directive["Dimensions"], json!([["service", "stage"]]));
    assert_eq!(line["service"], "mail-sorter");
    assert_eq!(line["input.num_chars"], 17);
    assert_eq!(line["input.num_tokens"], 4);
    assert_eq!(line["input.oov_ratio"], 0.5);
    let answer = json(outcome.response.body());
    let probability = answer["probabilities"]["delivery"].as_f64().unwrap();
    assert_eq!(
        line["prediction.confidence"],
        json!((probability * 1e4).round() / 1e4)
    );
    assert_eq!(line["modelVersion"], "v7");
    assert_eq!(line["requestId"], "8476a536");
    assert_eq!(line["traceId"], trace);
    assert_eq!(line["memorySize"], "512");
    assert_eq!(line["functionVersion"], "7");
    let line = std::str::from_utf8(&outcome.metrics).unwrap();
    assert!(!line.contains("parcel"), "a payload is never in the log");
}

#[test]
fn only_the_first_request_of_a_process_is_cold() {
    let app = app();
    let cold_start = |body| emf_line(&app.answer(&predict(body)))["cold_start"].clone();
    assert_eq!(cold_start(b"{}"), 1);
    assert_eq!(cold_start(ROW), 0);
    assert_eq!(cold_start(ROW), 0);
}

#[test]
fn a_trace_that_is_not_kept_is_not_written() {
    let outcome = app().answer(&Request {
        trace_id: Some("Root=1-5759e988;Sampled=0"),
        ..predict(ROW)
    });
    assert!(emf_line(&outcome).get("traceId").is_none());
}
