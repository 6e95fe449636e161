//! The function in Lambda: every kind of event gets the answer that `hearth predict` gives, and
//! every refusal says how to ask.

use std::collections::HashMap;

use serde_json::{Value, json};
use support::example::{answers, answers_with, card, model, row};
use support::{Event, Function, Kind, RuntimeApi};

/// Texts of every sort: as customers write, with what JSON escapes, of other scripts, and none.
const TEXTS: [&str; 6] = [
    "Where is my parcel? The courier never came.",
    "she said \"refund\"\nand \\ then\tleft",
    "Überweisung für 日本語 🙂 naïve\u{301} ½",
    "qqxz vvkq",
    "\u{0}\u{7f}\u{2028}",
    "",
];

fn post(function: &RuntimeApi, event: &Event) -> support::Answer {
    event.answer(&function.invoke(event).response().body)
}

#[test]
fn every_kind_of_event_gets_the_answer_of_hearth_predict_byte_for_byte() {
    let api = RuntimeApi::start();
    let _function = Function::in_lambda(&api, model(), &[]);
    for (text, expected) in TEXTS.iter().zip(answers(&TEXTS)) {
        for kind in Kind::ALL {
            let answer = post(&api, &Event::load(kind).with_body(&row(text)));
            let got = (answer.status, answer.text());
            assert_eq!(got, (200, expected.as_str()), "{kind:?} {text:?}");
            if kind != Kind::Bare {
                assert_eq!(answer.headers.get("content-type"), Some("application/json"));
            }
        }
    }
}

#[test]
fn a_body_in_base64_is_the_same_body() {
    let api = RuntimeApi::start();
    let _function = Function::in_lambda(&api, model(), &[]);
    for (text, expected) in TEXTS.iter().zip(answers(&TEXTS)) {
        for kind in Kind::HTTP {
            let event = Event::load(kind).with_base64_body(row(text).as_bytes());
            let answer = post(&api, &event);
            assert_eq!((answer.status, answer.text()), (200, expected.as_str()));
        }
    }
}

#[test]
fn top_in_the_query_is_top_on_the_command_line() {
    let api = RuntimeApi::start();
    let _function = Function::in_lambda(&api, model(), &[]);
    let expected = answers_with(&TEXTS[..1], &["--top", "2"]);
    for kind in Kind::HTTP {
        let event = Event::load(kind)
            .with_query(&[("top", "2")])
            .with_body(&row(TEXTS[0]));
        let answer = post(&api, &event);
        assert_eq!(answer.text(), expected[0], "{kind:?}");
        let probabilities = answer.json()["probabilities"].clone();
        assert_eq!(probabilities.as_object().map(|top| top.len()), Some(2));
    }
}

#[test]
fn every_refusal_is_a_problem_with_its_status_and_its_code() {
    let api = RuntimeApi::start();
    let function = Function::in_lambda(&api, model(), &[]);
    let mut asked = 0;
    for kind in Kind::HTTP {
        let event = || Event::load(kind);
        let with = |body: &str| event().with_body(body);
        for (event, status, code) in [
            (event().with_path("/nowhere"), 404, "not_found"),
            (event().with_method("DELETE"), 405, "method_not_allowed"),
            (
                event().with_header("content-type", "text/plain"),
                415,
                "unsupported_media_type",
            ),
            (event().without_body(), 400, "empty_body"),
            (with("text=parcel"), 400, "invalid_json"),
            (event().with_base64_body(b"\xff"), 400, "invalid_utf8"),
            (event().with_query(&[("top", "0")]), 400, "invalid_top"),
            (with("[]"), 422, "not_an_object"),
            (with(r#"{"body": "parcel"}"#), 422, "missing_field"),
            (with(r#"{"text": 5}"#), 422, "wrong_type"),
            (
                with(r#"{"text": "a", "text": "b"}"#),
                422,
                "duplicate_field",
            ),
        ] {
            let answer = post(&api, &event);
            let problem = answer.json();
            assert_eq!((answer.status, &problem["code"]), (status, &json!(code)));
            assert_eq!(problem["status"], status, "{problem}");
            assert_eq!(
                answer.headers.get("content-type"),
                Some("application/problem+json")
            );
            let allow = (status == 405).then_some("POST");
            assert_eq!(answer.headers.get("allow"), allow);
            asked += 1;
        }
    }
    let lines = function.emf_lines(asked);
    assert!(lines.iter().all(|line| line["error"] == 1));
}

#[test]
fn the_example_in_a_refusal_is_answered() {
    let api = RuntimeApi::start();
    let _function = Function::in_lambda(&api, model(), &[]);
    let refused = post(&api, &Event::load(Kind::HttpApi).with_body("{}"));
    let problem = refused.json();
    assert_eq!(problem["field"], "/text");
    let example = problem["example"].to_string();
    let answer = post(&api, &Event::load(Kind::HttpApi).with_body(&example));
    assert_eq!(answer.status, 200, "{example}");
}

#[test]
fn a_bare_event_that_is_no_row_gets_the_problem_as_its_answer() {
    let api = RuntimeApi::start();
    let _function = Function::in_lambda(&api, model(), &[]);
    // The last is what a queue would send if it were connected by mistake.
    for (event, code) in [
        ("{}", "missing_field"),
        (r#"{"text": null}"#, "wrong_type"),
        ("[]", "not_an_object"),
        ("null", "not_an_object"),
        ("\"parcel\"", "not_an_object"),
        ("17", "not_an_object"),
        (
            r#"{"Records": [{"eventSource": "aws:sqs", "body": "x"}]}"#,
            "missing_field",
        ),
    ] {
        let problem = api.invoke(event).response().json();
        assert_eq!(problem["code"], code, "{event}");
        assert_eq!(problem["status"], 422, "{event}");
    }
}

#[test]
fn health_names_the_model_and_costs_no_metrics() {
    let api = RuntimeApi::start();
    let mut function = Function::in_lambda(&api, model(), &[]);
    for kind in Kind::HTTP {
        let event = Event::load(kind).with_method("GET").with_path("/health");
        let health = post(&api, &event.without_body());
        let (status, health) = (health.status, health.json());
        assert_eq!((status, &health["status"]), (200, &json!("ok")), "{kind:?}");
        assert_eq!(health["model"]["name"], "messages");
        let digest = health["model"]["digest"].as_str().map(String::from);
        let card: HashMap<String, Value> = serde_json::from_value(card(model())).unwrap();
        assert_eq!(card["sha256"].as_str(), digest.as_deref());
    }
    function.terminate();
    assert!(function.stdout_lines().is_empty());
}

#[test]
fn without_a_model_it_stays_up_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("cut.hearth");
    let whole = std::fs::read(model()).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    for (path, reason) in [
        (folder.path().join("missing.hearth"), "cannot be read"),
        (cut, "is damaged"),
        (folder.path().to_path_buf(), "cannot be read"),
    ] {
        let api = RuntimeApi::start();
        let mut function = Function::in_lambda(&api, &path, &[]);
        for kind in Kind::HTTP.into_iter().cycle().take(12) {
            let answer = post(&api, &Event::load(kind));
            let problem = answer.json();
            assert_eq!(answer.status, 503);
            assert_eq!(problem["code"], "model_unavailable");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(reason), "{detail}");
            assert!(!detail.contains('/'), "a stranger reads a path: {detail}");
        }
        assert_eq!(function.has_ended(), None);
        function.emf_lines(12);
        let log = function.stderr_lines().join("\n");
        assert!(log.contains(path.to_str().unwrap()), "{log}");
        assert!(!log.contains("panicked"), "{log}");
    }
}

#[test]
fn an_answer_states_the_id_of_the_client_and_else_lambdas() {
    let api = RuntimeApi::start();
    let settings = [("HEARTH_CAPTURE", "1")];
    let function = Function::in_lambda(&api, model(), &settings);
    let mut expected = Vec::new();
    for kind in Kind::HTTP {
        for sent in [None, Some("order-17"), Some("two words")] {
            let event = Event::load(kind).with_body(&row(TEXTS[0]));
            let event = match sent {
                Some(id) => event.with_header("X-Request-Id", id),
                None => event,
            };
            let report = api.invoke(&event).response();
            let lambdas = report.request_id.clone().unwrap();
            let chosen = sent.filter(|id| *id == "order-17");
            let stated = chosen.unwrap_or(&lambdas).to_owned();
            let answer = event.answer(&report.body);
            assert_eq!(answer.status, 200, "{kind:?} {sent:?}");
            assert_eq!(answer.headers.get("x-request-id"), Some(stated.as_str()));
            expected.push((stated, chosen.is_some(), lambdas));
        }
    }
    // The last record may be written after its answer.
    let lines: Vec<Value> = function
        .wait_for_stdout(30)
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (records, metrics): (Vec<&Value>, Vec<&Value>) = lines
        .iter()
        .partition(|line| line.get("captureData").is_some());
    assert_eq!((records.len(), metrics.len()), (15, 15));
    for ((stated, is_clients, lambdas), (record, line)) in
        expected.iter().zip(records.iter().zip(metrics))
    {
        assert_eq!(line["requestId"], stated.as_str());
        let about = &record["eventMetadata"];
        assert_eq!(about["eventId"], lambdas.as_str());
        let (client, own) = match is_clients {
            true => (json!(stated), json!(lambdas)),
            false => (Value::Null, Value::Null),
        };
        assert_eq!(
            (&about["inferenceId"], &line["lambdaRequestId"]),
            (&client, &own)
        );
    }
}

#[test]
fn sigterm_ends_it_while_it_waits_for_an_event() {
    let api = RuntimeApi::start();
    let mut function = Function::in_lambda(&api, model(), &[]);
    post(&api, &Event::load(Kind::RestApi));
    api.wait_for_polls(2);
    assert_eq!(function.has_ended(), None);
    function.terminate();
    assert_eq!(function.stdout_lines().len(), 1);
}

#[test]
fn several_events_at_once_where_lambda_gives_several() {
    let api = RuntimeApi::start();
    let mut function = Function::in_lambda(&api, model(), &[("AWS_LAMBDA_MAX_CONCURRENCY", "4")]);
    // Before any event has come: each of the four waits for one of its own.
    api.wait_for_polls(4);
    let expected = answers(&TEXTS);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for (text, expected) in TEXTS.iter().zip(&expected) {
                    let answer = post(&api, &Event::load(Kind::HttpApi).with_body(&row(text)));
                    assert_eq!((answer.status, answer.text()), (200, expected.as_str()));
                }
            });
        }
    });
    let lines = function.emf_lines(8 * TEXTS.len());
    let ids = lines.iter().map(|line| line["requestId"].to_string());
    let ids: std::collections::HashSet<String> = ids.collect();
    assert_eq!(ids.len(), lines.len(), "a line each, and each its own");
    let cold = lines.iter().filter(|line| line["cold_start"] == 1);
    assert_eq!(cold.count(), 1);
    function.terminate();
}
