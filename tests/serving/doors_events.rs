//! The events that ship with the crates that read them: each is answered or refused as it deserves,
//! none ends the function.

use std::path::{Path, PathBuf};
use std::process::Command;

use lambda_http::request::LambdaRequest;
use serde_json::{Value, json};
use support::doors_model;
use support::{Function, RuntimeApi};

/// The crates whose sources hold samples of events.
const CRATES: [&str; 2] = ["lambda_http", "aws_lambda_events"];

/// Every JSON file in the sources of those crates, wherever cargo keeps them.
///
/// Cargo is asked for this machine's dependencies only: those of other systems were never fetched,
/// since nothing here is built for them.
fn samples() -> Vec<(PathBuf, Value)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", "host-tuple"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let reason = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata failed: {reason}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        if CRATES.iter().any(|name| package["name"] == *name) {
            let manifest = Path::new(package["manifest_path"].as_str().unwrap());
            collect(manifest.parent().unwrap(), &mut found);
        }
    }
    found.sort();
    let read = |path: PathBuf| {
        let value = serde_json::from_slice(&std::fs::read(&path).unwrap()).ok()?;
        Some((path, value))
    };
    found.into_iter().filter_map(read).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
}

/// True if lambda_http reads an event as an HTTP request.
fn is_http(event: &Value) -> bool {
    let read = serde_json::from_str::<LambdaRequest>(&event.to_string());
    !matches!(read, Ok(LambdaRequest::PassThrough(_)) | Err(_))
}

#[test]
fn every_sample_is_answered_or_refused_and_the_next_one_too() {
    let samples = samples();
    assert!(samples.len() >= 10, "only {} samples", samples.len());
    let folder = tempfile::tempdir().unwrap();
    let api = RuntimeApi::start();
    let function = Function::in_lambda(&api, doors_model::write(&folder), &[]);
    let mut requests = 0;
    for (path, event) in &samples {
        let name = path.file_name().unwrap().display();
        let answer = api.invoke(event.to_string().as_str()).response();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        if !is_http(event) {
            // A bare event that is no row: it is told what is missing.
            let code = answer["code"].as_str().unwrap();
            assert!(
                ["missing_field", "not_an_object"].contains(&code),
                "{name}: {answer}"
            );
            continue;
        }
        requests += 1;
        let status = answer["statusCode"].as_u64().unwrap();
        assert!(
            status == 200 || (400..500).contains(&status),
            "{name}: {answer}"
        );
        assert!(answer["headers"].is_object(), "{name}: {answer}");
    }
    assert!(requests >= 8, "only {requests} requests");
    let log = function.stderr_lines().join("\n");
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
}

#[test]
fn every_sample_that_asks_for_an_answer_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let api = RuntimeApi::start();
    let _function = Function::in_lambda(&api, doors_model::write(&folder), &[]);
    let row = doors_model::rows(5, 1)[0].object().to_string();
    let expected: Value = {
        let answer = api.invoke(row.as_str()).response();
        serde_json::from_slice(&answer.body).unwrap()
    };
    assert!(expected["label"].is_string(), "{expected}");
    for (path, mut event) in samples() {
        if !is_http(&event) {
            continue;
        }
        event["body"] = json!(row);
        event["isBase64Encoded"] = json!(false);
        for (place, value) in [
            ("httpMethod", "POST"),
            ("path", "/predict"),
            ("rawPath", "/predict"),
        ] {
            if event.get(place).is_some() {
                event[place] = json!(value);
            }
        }
        // Those of the samples are not ours, and refused.
        for query in [
            "queryStringParameters",
            "multiValueQueryStringParameters",
            "rawQueryString",
        ] {
            if let Some(members) = event.as_object_mut() {
                members.remove(query);
            }
        }
        let context = &mut event["requestContext"];
        if context.get("http").is_some() {
            context["http"]["method"] = json!("POST");
            context["http"]["path"] = json!("/predict");
        }
        for headers in ["headers", "multiValueHeaders"] {
            if let Some(headers) = event.get_mut(headers).and_then(Value::as_object_mut) {
                headers.retain(|name, _| !name.to_ascii_lowercase().starts_with("content-"));
                // Not gzipped, so that it can be compared.
                headers.retain(|name, _| !name.eq_ignore_ascii_case("accept-encoding"));
            }
        }
        let answer = api.invoke(event.to_string().as_str()).response();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer["statusCode"], 200, "{}: {answer}", path.display());
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(body, expected, "{}", path.display());
    }
}

/// Lambda says in this variable how many events an environment may have at once. The function
/// answers one at a time, which is right for any number: it takes microseconds, on one core.
#[test]
fn it_answers_one_at_a_time_whatever_it_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let api = RuntimeApi::start();
    let model = doors_model::write(&folder);
    let function = Function::in_lambda(&api, model, &[("AWS_LAMBDA_MAX_CONCURRENCY", "8")]);
    let rows = doors_model::rows(6, 8);
    std::thread::scope(|scope| {
        for row in &rows {
            let api = &api;
            scope.spawn(move || {
                let answer = api.invoke(row.object().to_string().as_str()).response();
                let answer: Value = serde_json::from_slice(&answer.body).unwrap();
                assert!(answer["label"].is_string(), "{answer}");
            });
        }
    });
    assert_eq!(function.emf_lines(8).len(), 8);
}
