//! Every variable with every kind of value that cannot be meant.

use super::{HELP, Reader, Settings};
use crate::app::App;
use crate::testing::{ask, json, predict, served_mixed};
use http::{HeaderMap, Method};

/// Stands in place of bytes that are not UTF-8.
const NOT_UTF_8: &str = "\u{fffd}\u{fffd}";

/// Variables that protect, a value that each takes, and values that it does not.
const PROTECTING: [(&str, &str, &[&str]); 17] = [
    ("HEARTH_API_KEY", "secret", &[]),
    (
        "HEARTH_API_KEY_FILE",
        "/dev/null",
        &["/nowhere", "/", "/dev/null"],
    ),
    (
        "HEARTH_ALLOWED_ORIGINS",
        "https://a.example",
        &["a.example", "https://a.example/", "https://*.example"],
    ),
    ("HEARTH_ALLOWED_HOSTS", "a.example", &[]),
    (
        "HEARTH_UNKNOWN_FIELDS",
        "refuse",
        &["REFUSE", "Refuse", "true", "strict"],
    ),
    ("HEARTH_HIDE_SCHEMA", "true", &["TRUE", "True", "1", "yes"]),
    ("HEARTH_DOCS", "off", &["OFF", "false", "0", "no"]),
    ("HEARTH_MAX_BODY_BYTES", "100", &["0", "-1", "1MB", "1e3"]),
    ("HEARTH_MAX_ROWS", "10", &["0", "-1", "10k", "1.5"]),
    ("HEARTH_MAX_FIELD_CHARS", "10", &["0", "ten"]),
    ("HEARTH_MEMORY_MB", "128", &["0", "128MB"]),
    ("HEARTH_MAX_CELLS", "10", &["0", "all"]),
    ("HEARTH_MAX_TOKENS", "10", &["0", "all"]),
    ("HEARTH_MAX_EXPLANATIONS", "10", &["0", "all"]),
    ("HEARTH_MAX_STEPS", "10", &["0", "all"]),
    ("HEARTH_MAX_CONNECTIONS", "10", &["0", "all"]),
    ("HEARTH_CAPTURE_REDACT", "note", &["NOTE", "note,mail"]),
];

/// Variables whose default protects nobody and harms nobody.
const OTHERS: [&str; 14] = [
    "HOST",
    "PORT",
    "MODEL_PATH",
    "HEARTH_LOG",
    "HEARTH_BASE_PATH",
    "HEARTH_EMF",
    "HEARTH_EMF_WINDOW",
    "HEARTH_EMF_NAMESPACE",
    "HEARTH_EMF_DIMENSIONS",
    "AWS_EMF_SERVICE_NAME",
    "HEARTH_DRIFT_ROWS",
    "HEARTH_CAPTURE",
    "HEARTH_VARIANT_BY",
    "HEARTH_SHADOW_SAMPLE",
];

fn app(variable: &str, value: &str) -> App {
    let get = |name: &str| match name {
        _ if name == variable => Some(value.to_owned()),
        // Without it, what is redacted does not matter.
        "HEARTH_CAPTURE" => Some("1".to_owned()),
        _ => None,
    };
    App::new(Ok(served_mixed()), &get)
}

const ROW: &[u8] = br#"{"note": "late", "size": 1, "color": "red"}"#;

fn status_of_a_row(app: &App) -> u16 {
    let headers = HeaderMap::new();
    let mut request = predict(ROW);
    request.headers = Some(&headers);
    app.answer(&request).response.status().as_u16()
}

#[test]
fn what_protects_and_cannot_be_understood_refuses_everything() {
    for (variable, good, bad) in PROTECTING {
        for value in ["", " ", "\t\n", NOT_UTF_8].iter().chain(bad) {
            let app = app(variable, value);
            assert_eq!(status_of_a_row(&app), 503, "{variable}={value:?}");
            let health = app.answer(&ask(&Method::GET, "/health")).response;
            assert_eq!(health.status(), 503, "{variable}={value:?}");
            let problem = json(health.body());
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(variable), "{variable}={value:?}: {detail}");
            assert!(
                value.trim().len() < 4 || !detail.contains(value.trim()),
                "{detail}"
            );
            for path in ["/", "/model", "/docs", "/openapi.json", "/ping", "/v2"] {
                let told = app.answer(&ask(&Method::GET, path)).response;
                assert_eq!(told.status(), 503, "{path}: {variable}={value:?}");
            }
            let live = app.answer(&ask(&Method::GET, "/v2/health/live")).response;
            assert_eq!(live.status(), 200, "the process runs");
        }
        if variable != "HEARTH_API_KEY_FILE" {
            let app = app(variable, good);
            let health = app.answer(&ask(&Method::GET, "/health")).response;
            assert_eq!(health.status(), 200, "{variable}={good}");
        }
    }
}

#[test]
fn what_does_not_protect_falls_back_to_its_default() {
    for variable in OTHERS {
        for value in ["", " ", NOT_UTF_8, "?"] {
            let app = app(variable, value);
            assert_eq!(status_of_a_row(&app), 200, "{variable}={value:?}");
        }
    }
}

#[test]
fn every_variable_is_one_or_the_other() {
    let names = HELP.lines().filter_map(|line| {
        let name = line.strip_prefix("  ")?.split_once("  ")?.0;
        let legal = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        (!name.is_empty() && name.bytes().all(legal)).then_some(name)
    });
    // The last is Lambda's own; the other refuses by itself what it cannot read.
    let apart = ["HEARTH_VARIANTS", "AWS_LAMBDA_RUNTIME_API"];
    let protecting = PROTECTING.iter().map(|(name, ..)| *name);
    let mut known: Vec<&str> = protecting.chain(OTHERS).chain(apart).collect();
    let mut names: Vec<&str> = names.collect();
    known.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let get = |name: &str| match name {
        "HEARTH_MAX_ROWS" => Some("10k".to_owned()),
        "HEARTH_DOCS" => Some("false".to_owned()),
        _ => None,
    };
    let reader = Reader::new(&get);
    Settings::read(&reader);
    let refusal = reader.finish().unwrap();
    assert_eq!(refusal.code().as_str(), "settings_refused");
    for variable in ["HEARTH_MAX_ROWS", "HEARTH_DOCS"] {
        assert!(refusal.detail().contains(variable), "{refusal:?}");
    }
}
