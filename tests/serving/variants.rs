//! Variants: several models in one process, who gets which, and the shadow behind them.

use std::collections::HashMap;

use serde_json::{Value, json};
use support::function::emf_line;
use support::http::request;
use support::{Answer, Event, Function, Kind, RuntimeApi, small};
use tempfile::TempDir;

const JSON: (&str, &str) = ("content-type", "application/json");

/// Three models: `a` and `c` say the same, `b` something else.
fn models() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, turn) in [("a", 0), ("b", 1), ("c", 0)] {
        let file = folder.path().join(format!("{name}.hearth"));
        std::fs::write(file, small::model(name, turn)).unwrap();
    }
    folder
}

/// `HEARTH_VARIANTS` for these names and weights.
fn list(folder: &TempDir, variants: &[(&str, u32)]) -> String {
    let path = folder.path().display();
    let all = variants
        .iter()
        .map(|(name, weight)| format!("{name}={path}/{name}.hearth:{weight}"));
    all.collect::<Vec<_>>().join(",")
}

fn ask(function: &Function, headers: &[(&str, &str)], body: &Value) -> Answer {
    let answer = function.predict(headers, &body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

fn variant(answer: &Answer) -> String {
    answer.headers.get("x-hearth-variant").unwrap().to_owned()
}

#[test]
fn who_asks_by_the_same_key_gets_the_same_variant_of_every_process() {
    let folder = models();
    let even = list(&folder, &[("a", 50), ("b", 50)]);
    let more = list(&folder, &[("a", 80), ("b", 20)]);
    let assigned = |variants: &str, by: &str| -> HashMap<usize, String> {
        let settings = [("HEARTH_VARIANTS", variants), ("HEARTH_VARIANT_BY", by)];
        let function = Function::over_http("/nowhere", &settings);
        let of = |user: usize| {
            let id = format!("user-{user}");
            let row = json!({"text": "parcel", "customer": id});
            let answer = ask(&function, &[("x-user", &id)], &row);
            let name = variant(&answer);
            let body = answer.json();
            assert_eq!(
                (&body["variant"], &body["model"]["version"]),
                (&json!(name), &json!(name))
            );
            assert_eq!(
                body["label"],
                if name == "a" { "delivery" } else { "refund" }
            );
            (user, name)
        };
        (0..100).map(of).collect()
    };
    let by_header = assigned(&even, "header:X-User");
    assert_eq!(by_header, assigned(&even, "field:customer"));
    let count = |all: &HashMap<usize, String>| all.values().filter(|name| *name == "a").count();
    assert!((25..75).contains(&count(&by_header)), "{by_header:?}");
    // More for `a` takes nobody away from it.
    let shifted = assigned(&more, "header:x-user");
    assert!(count(&shifted) > count(&by_header));
    let lost = by_header
        .iter()
        .find(|(user, name)| *name == "a" && shifted[user] != "a");
    assert_eq!(lost, None);
}

#[test]
fn metrics_capture_and_every_door_name_the_variant() {
    let folder = models();
    let variants = list(&folder, &[("a", 1), ("b", 1)]);
    let settings = [
        ("HEARTH_VARIANTS", variants.as_str()),
        ("HEARTH_VARIANT_BY", "header:x-user"),
        ("HEARTH_CAPTURE", "1"),
    ];
    let mut function = Function::over_http("/nowhere", &settings);
    let mut names = Vec::new();
    for (path, body) in [
        ("/predict", json!({"text": "parcel"})),
        ("/invocations", json!({"instances": [{"text": "parcel"}]})),
        (
            "/v2/models/small/infer",
            json!({"inputs": [
                {"name": "text", "shape": [1], "datatype": "BYTES", "data": ["parcel"]},
            ]}),
        ),
        ("/predict", json!([])),
    ] {
        let headers = [JSON, ("x-user", "user-7"), ("x-request-id", "r")];
        let answer = request(
            function.address(),
            "POST",
            path,
            &headers,
            body.to_string().as_bytes(),
        );
        names.push(variant(&answer));
    }
    assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
    // A version that only one of them has is asked for by its path.
    let path = "/v2/models/small/versions/b/ready";
    assert_eq!(
        request(function.address(), "GET", path, &[], b"").status,
        200
    );
    function.terminate();
    let lines = function.stdout_lines();
    let (records, metrics): (Vec<&String>, Vec<&String>) =
        lines.iter().partition(|line| line.contains("captureData"));
    assert_eq!(records.len(), 3);
    for record in records {
        let record: Value = serde_json::from_str(record).unwrap();
        assert_eq!(record["eventMetadata"]["variant"], names[0].as_str());
    }
    let of_requests = metrics.iter().map(|line| emf_line(line));
    let of_requests = of_requests.filter(|line| line.get("latency.handler").is_some());
    let of_requests: Vec<Value> = of_requests.collect();
    assert_eq!(of_requests.len(), 4);
    for line in of_requests {
        assert_eq!(line["variant"], names[0].as_str());
        let dimensions = &line["_aws"]["CloudWatchMetrics"][0]["Dimensions"];
        assert_eq!(dimensions, &json!([["service", "variant"]]));
    }
}

/// The last line of a shadow that tells of this many rows.
fn shadow(function: &mut Function, name: &str) -> Value {
    function.terminate();
    let lines = function.stdout_lines();
    let told = lines.iter().map(|line| emf_line(line));
    let mut told = told.filter(|line| line.get("shadow.rows").is_some() && line["variant"] == name);
    told.next()
        .unwrap_or_else(|| panic!("no line of {name}: {lines:#?}"))
}

#[test]
fn a_shadow_answers_nobody_and_is_compared() {
    let folder = models();
    for (name, agreement) in [("b", 0.0), ("c", 1.0)] {
        let variants = list(&folder, &[("a", 1), (name, 0)]);
        let mut function = Function::over_http("/nowhere", &[("HEARTH_VARIANTS", &variants)]);
        for word in small::WORDS {
            let answer = ask(&function, &[], &json!({"text": word}));
            assert_eq!(variant(&answer), "a");
        }
        let line = shadow(&mut function, name);
        assert_eq!(line["shadow.rows"], 3);
        assert_eq!(line["shadow.agreement"], agreement);
        let distance = line["shadow.distance"].as_f64().unwrap();
        // One word speaks by 3 for its label: e^3 / (e^3 + 2) less 1 / (e^3 + 2).
        let far = (3f64.exp() - 1.0) / (3f64.exp() + 2.0);
        let expected = if name == "b" { far } else { 0.0 };
        assert!((distance - expected).abs() < 1e-3, "{line}");
    }
}

#[test]
fn what_cannot_be_opened_is_said_and_the_others_serve() {
    let folder = models();
    let variants = list(&folder, &[("a", 1), ("gone", 99)]);
    let mut function = Function::over_http("/nowhere", &[("HEARTH_VARIANTS", &variants)]);
    for _ in 0..5 {
        assert_eq!(variant(&ask(&function, &[], &json!({"text": ""}))), "a");
    }
    function.terminate();
    let log = function.stderr_lines().join("\n");
    assert!(
        log.contains("\"variant\":\"gone\"") && log.contains("does not serve"),
        "{log}"
    );

    for (variants, word) in [
        ("a=x", "HEARTH_VARIANTS"),
        ("a=/nowhere:1", "the variant \"a\""),
    ] {
        let function = Function::over_http("/nowhere", &[("HEARTH_VARIANTS", variants)]);
        let answer = function.predict(&[], "{}");
        assert_eq!(answer.status, 503);
        assert!(
            answer.json()["detail"].as_str().unwrap().contains(word),
            "{}",
            answer.text()
        );
    }
}

#[test]
fn in_lambda_a_bare_event_is_assigned_by_a_field() {
    let folder = models();
    let api = RuntimeApi::start();
    let variants = list(&folder, &[("a", 1), ("b", 1)]);
    let settings = [
        ("HEARTH_VARIANTS", variants.as_str()),
        ("HEARTH_VARIANT_BY", "field:user"),
    ];
    let function = Function::in_lambda(&api, "/nowhere", &settings);
    let mut seen = HashMap::new();
    for user in [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6] {
        let body = json!({"text": "parcel", "user": user}).to_string();
        let event = Event::load(Kind::Bare).with_body(&body);
        let answer: Value = serde_json::from_slice(&api.invoke(&event).response().body).unwrap();
        let name = answer["variant"].as_str().unwrap().to_owned();
        assert_eq!(*seen.entry(user).or_insert_with(|| name.clone()), name);
    }
    assert_eq!(function.wait_for_stdout(12).len(), 12);
}
