//! The documentation of the served model, by the real binary: the OpenAPI document is valid, its
//! examples and those of `hearth example` are answered, and schemathesis finds nothing.
//!
//! `make client-tools` installs the validator and schemathesis; without them the tests that need
//! them say so and pass. `SCHEMATHESIS_EXAMPLES` says how many examples a route gets, and
//! `SCHEMATHESIS_SEED`, a number, has it think of others than it does always.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::binary::finish;
use support::doors_model;
use support::http::request;
use support::{Answer, Function, RuntimeApi, client_tool, example, hearth};

/// Examples a route, unless the environment says otherwise: as many as take a minute.
const EXAMPLES: &str = "50";

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

#[track_caller]
fn get(function: &Function, path: &str) -> Value {
    let answer = request(function.address(), "GET", path, &[], b"");
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

fn post(function: &Function, path: &str, content_type: &str, body: &str) -> Answer {
    let headers = [("content-type", content_type)];
    request(function.address(), "POST", path, &headers, body.as_bytes())
}

/// A model of one text, and one of four kinds of columns.
fn models(folder: &tempfile::TempDir) -> [PathBuf; 2] {
    [example::model().to_path_buf(), doors_model::write(folder)]
}

#[test]
fn the_document_is_valid_whatever_is_set() {
    let Some(python) = client_tool("python") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for model in models(&folder) {
        for variables in [
            &[][..],
            &[("HEARTH_HIDE_SCHEMA", "true")],
            &[
                ("HEARTH_UNKNOWN_FIELDS", "refuse"),
                ("HEARTH_MAX_ROWS", "9"),
            ],
            &[("HEARTH_MAX_FIELD_CHARS", "100")],
        ] {
            let function = Function::over_http(&model, variables);
            let document = get(&function, "/openapi.json").to_string();
            let mut command = Command::new(&python);
            command.arg(clients().join("openapi_valid.py"));
            let paths = finish(&mut command, document.as_bytes()).success();
            assert_eq!(paths.stdout.trim(), "20", "{variables:?}");
        }
    }
}

#[test]
fn every_example_of_the_document_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    for model in models(&folder) {
        let function = Function::over_http(&model, &[]);
        let document = get(&function, "/openapi.json");
        let mut examples = 0;
        for (template, operations) in document["paths"].as_object().unwrap() {
            let operation = &operations["post"];
            let Some(contents) = operation["requestBody"]["content"].as_object() else {
                continue;
            };
            let mut path = template.clone();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] == "path" {
                    let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
                    path = path.replace(&name, parameter["schema"]["enum"][0].as_str().unwrap());
                }
            }
            for (media, content) in contents {
                let body = match &content["example"] {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let answer = post(&function, &path, media, &body);
                assert_eq!(
                    answer.status,
                    200,
                    "{path} {media} {body}: {}",
                    answer.text()
                );
                examples += 1;
                if template == "/" {
                    // It describes what /predict takes, too.
                    let there = post(&function, "/predict", media, &body);
                    assert_eq!(there.text(), answer.text(), "{media}");
                }
            }
        }
        // Four media types at /, one at /predict and at /predict-many, three at /invocations, one at
        // each of two paths of /v2.
        assert_eq!(examples, 11);
    }
}

#[test]
fn hearth_prints_what_the_function_tells_and_answers() {
    let folder = tempfile::tempdir().unwrap();
    for model in models(&folder) {
        let function = Function::over_http(&model, &[]);
        let model = model.display().to_string();
        for told in get(&function, "/example")["examples"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let (door, body) = (text(&told["door"]), text(&told["body"]));
            let content_type = text(&told["headers"]["content-type"]);
            let answer = post(&function, &text(&told["path"]), &content_type, &body);
            assert_eq!(answer.status, 200, "{door}: {}", answer.text());
            let print = |rest: &[&str]| {
                let arguments = [&["example", &model, "--door", &door][..], rest].concat();
                hearth(folder.path(), &arguments).success().stdout
            };
            assert_eq!(print(&[]), body + "\n");
            let command = print(&["--curl", "--url", &format!("http://{}", function.address())]);
            if Command::new("curl").arg("--version").output().is_ok() {
                let by_curl = finish(Command::new("sh").args(["-c", &command]), b"").success();
                assert_eq!(by_curl.stdout, answer.text(), "{command}");
            }
        }
    }
}

#[test]
fn events_that_hearth_prints_are_answered_in_lambda() {
    let folder = tempfile::tempdir().unwrap();
    for model in models(&folder) {
        let api = RuntimeApi::start();
        let _function = Function::in_lambda(&api, &model, &[]);
        let model = model.display().to_string();
        let row = hearth(folder.path(), &["example", &model]).success().stdout;
        let bare: Value =
            serde_json::from_slice(&api.invoke(row.as_str()).response().body).unwrap();
        assert!(bare["label"].is_string(), "{bare}");
        for door in ["event-v1", "event-v2", "alb", "url"] {
            let arguments = ["example", &model, "--door", door];
            let event = hearth(folder.path(), &arguments).success().stdout;
            let answer = api.invoke(event.as_str()).response();
            let answer: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(answer["statusCode"], 200, "{door}: {answer}");
            let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
            assert_eq!(body, bare, "{door}");
        }
        let refused = hearth(
            folder.path(),
            &["example", &model, "--door", "alb", "--curl"],
        );
        assert_eq!(refused.status.code(), Some(1));
        assert!(refused.stderr.contains("--data-file"), "{}", refused.stderr);
    }
}

#[test]
fn in_lambda_there_is_documentation_only_where_it_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let model = doors_model::write(&folder);
    let event = serde_json::json!({
        "version": "2.0", "rawPath": "/docs", "rawQueryString": "", "headers": {},
        "requestContext": {"http": {"method": "GET", "path": "/docs"}, "stage": "$default"},
        "isBase64Encoded": false,
    });
    for (variables, status) in [(&[][..], 404), (&[("HEARTH_DOCS", "on")], 200)] {
        let api = RuntimeApi::start();
        let _function = Function::in_lambda(&api, &model, variables);
        let answer = api.invoke(event.to_string().as_str()).response();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer["statusCode"], status, "{answer}");
    }
}

/// Lets schemathesis look for what contradicts the document.
fn nothing_is_found(model: &Path, variables: &[(&str, &str)], rest: &[&str]) {
    let Some(schemathesis) = client_tool("schemathesis") else {
        return;
    };
    // So many rows are tried, too: of 10,000 each would be fine, and the answer too large.
    let variables = [variables, &[("HEARTH_MAX_ROWS", "100")]].concat();
    let function = Function::over_http(model, &variables);
    let examples = env::var("SCHEMATHESIS_EXAMPLES").unwrap_or_else(|_| EXAMPLES.to_owned());
    let url = format!("http://{}", function.address());
    let document = format!("{url}/openapi.json");
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(schemathesis);
    command
        .arg("--config-file")
        .arg(clients().join("schemathesis.toml"))
        .args(["run", &document, "--url", &url, "--max-examples", &examples])
        .arg("--continue-on-failure")
        .args(rest)
        .current_dir(folder.path())
        .env("PYTHONPATH", clients())
        .env("SCHEMATHESIS_HOOKS", "schemathesis_hooks");
    // One or the other: of both it takes the seed, but says that it used none.
    match env::var("SCHEMATHESIS_SEED") {
        Ok(seed) => command.args(["--seed", &seed]),
        Err(_) => command.arg("--generation-deterministic"),
    };
    let finished = finish(&mut command, b"");
    println!("{}", finished.stdout);
    assert!(finished.status.success());
}

#[test]
fn schemathesis_finds_nothing_against_a_model_of_text() {
    nothing_is_found(example::model(), &[], &[]);
}

#[test]
fn schemathesis_finds_nothing_against_a_model_of_four_kinds_of_columns() {
    let folder = tempfile::tempdir().unwrap();
    nothing_is_found(&doors_model::write(&folder), &[], &[]);
}

#[test]
fn schemathesis_finds_nothing_where_keys_are_asked_for_and_fields_refused() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        ("HEARTH_API_KEY", "sesame"),
        ("HEARTH_UNKNOWN_FIELDS", "refuse"),
    ];
    let key = ["--header", "x-api-key:sesame"];
    nothing_is_found(&doors_model::write(&folder), &variables, &key);
}
