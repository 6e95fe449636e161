//! The Runtime API these tests stand on, asked by hand as the function would ask it.

use std::net::SocketAddr;
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use support::http::{Connection, render, request};
use support::runtime_api::{FUNCTION_ARN, MAX_RESPONSE};
use support::{Answer, Event, Invocation, Kind, Outcome, RuntimeApi};

const NEXT: &str = "/2018-06-01/runtime/invocation/next";
const INIT_ERROR: &str = "/2018-06-01/runtime/init/error";

fn path(request_id: &str, what: &str) -> String {
    format!("/2018-06-01/runtime/invocation/{request_id}/{what}")
}

/// Takes the next event: its request ID and the answer it came in.
fn next(address: SocketAddr) -> (String, Answer) {
    let answer = request(address, "GET", NEXT, &[], b"");
    assert_eq!(answer.status, 200);
    let request_id = answer
        .headers
        .get("lambda-runtime-aws-request-id")
        .map(String::from);
    (request_id.expect("an event has a request ID"), answer)
}

fn post(address: SocketAddr, path: &str, body: &[u8]) -> Answer {
    request(address, "POST", path, &[], body)
}

/// Runs `function` against an API that is invoked once, and returns how that ended.
fn invoke(invocation: impl Into<Invocation>, function: impl FnOnce(SocketAddr)) -> Outcome {
    let api = RuntimeApi::start();
    let invocation = invocation.into();
    thread::scope(|scope| {
        let outcome: ScopedJoinHandle<'_, Outcome> = scope.spawn(|| api.invoke(invocation));
        function(api.address());
        outcome
            .join()
            .expect("an invocation ends in one way or another")
    })
}

fn error_type(answer: &Answer) -> (u16, String) {
    let error_type = answer.json()["errorType"].as_str().map(String::from);
    (
        answer.status,
        error_type.expect("a refusal has an errorType"),
    )
}

#[test]
fn an_event_goes_out_and_its_response_comes_back() {
    let event = Event::load(Kind::Bare);
    let mut asked = String::new();
    let outcome = invoke(&event, |api| {
        let (request_id, answer) = next(api);
        assert_eq!(answer.body, event.payload());
        let headers = &[("Lambda-Runtime-Function-Response-Mode", "buffered")];
        let accepted = request(api, "POST", &path(&request_id, "response"), headers, b"{}");
        assert_eq!(accepted.status, 202);
        asked = request_id;
    });
    let report = outcome.response();
    assert_eq!(report.request_id, Some(asked));
    assert_eq!(report.body, b"{}");
    assert_eq!(
        report.headers.get("lambda-runtime-function-response-mode"),
        Some("buffered")
    );
}

#[test]
fn the_headers_of_an_event_are_lambda_s() {
    let before = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let trace_id = "Root=1-69577ab5-1f0a3c5e7b9d2f4a6c8e0b1d;Parent=2e4f6a8c0b1d3e5f;Sampled=0";
    let invocation = Invocation::new("{}")
        .with_trace_id(trace_id)
        .within(Duration::from_secs(10));
    invoke(invocation, |api| {
        let (request_id, answer) = next(api);
        let header = |name| answer.headers.get(name).unwrap();
        assert_eq!(header("content-type"), "application/json");
        assert_eq!(header("lambda-runtime-invoked-function-arn"), FUNCTION_ARN);
        assert_eq!(
            answer
                .headers
                .all("lambda-runtime-trace-id")
                .collect::<Vec<_>>(),
            [trace_id]
        );
        let lengths: Vec<usize> = request_id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{request_id} is no UUID");
        let deadline: u128 = header("lambda-runtime-deadline-ms").parse().unwrap();
        let after = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_millis();
        assert!(
            (before + 10_000..=after + 10_000).contains(&deadline),
            "{deadline}"
        );
        post(api, &path(&request_id, "response"), b"{}");
    });
}

#[test]
fn an_error_ends_its_invocation() {
    let outcome = invoke("{}", |api| {
        let (request_id, _) = next(api);
        let body = br#"{"errorType":"Model","errorMessage":"the text is too long"}"#;
        let headers = &[("Lambda-Runtime-Function-Error-Type", "Runtime.Model")];
        assert_eq!(
            request(api, "POST", &path(&request_id, "error"), headers, body).status,
            202
        );
    });
    let report = outcome.error();
    assert_eq!(report.error_type(), Some("Runtime.Model"));
    assert_eq!(report.json()["errorMessage"], "the text is too long");
}

#[test]
fn an_init_error_ends_every_invocation_until_somebody_starts() {
    let api = RuntimeApi::start();
    let body = br#"{"errorType":"Init","errorMessage":"no model"}"#;
    let headers = &[("Lambda-Runtime-Function-Error-Type", "Runtime.InitError")];
    assert_eq!(
        request(api.address(), "POST", INIT_ERROR, headers, body).status,
        202
    );
    for _ in 0..2 {
        let report = api.invoke("{}").init_error();
        assert_eq!(
            (report.request_id.as_deref(), report.error_type()),
            (None, Some("Runtime.InitError"))
        );
    }
    thread::scope(|scope| {
        let function = scope.spawn(|| {
            let (request_id, _) = next(api.address());
            post(api.address(), &path(&request_id, "response"), b"1");
        });
        api.wait_for_polls(1);
        assert_eq!(api.invoke("{}").response().body, b"1");
        function.join().unwrap();
    });
}

#[test]
fn what_is_wrong_is_refused_as_lambda_refuses_it() {
    let outcome = invoke("{}", |api| {
        let (request_id, _) = next(api);
        let unknown = path("00000000-0000-4000-8000-00000000dead", "response");
        assert_eq!(
            error_type(&post(api, &unknown, b"{}")),
            (400, "InvalidRequestID".into())
        );
        assert_eq!(
            post(api, "/2018-06-01/runtime/restore/next", b"").status,
            404
        );
        assert_eq!(request(api, "GET", "/", &[], b"").status, 404);
        assert_eq!(post(api, NEXT, b"").status, 405);
        assert_eq!(
            post(api, &path(&request_id, "response"), b"first").status,
            202
        );
        for what in ["response", "error"] {
            assert_eq!(
                error_type(&post(api, &path(&request_id, what), b"second")),
                (400, "InvalidRequestID".into())
            );
        }
    });
    assert_eq!(outcome.response().body, b"first");
}

#[test]
fn a_response_over_six_megabytes_is_too_large() {
    let largest = vec![b' '; MAX_RESPONSE];
    let outcome = invoke("{}", |api| {
        let (request_id, _) = next(api);
        assert_eq!(
            post(api, &path(&request_id, "response"), &largest).status,
            202
        );
    });
    assert_eq!(outcome.response().body.len(), MAX_RESPONSE);

    let outcome = invoke("{}", |api| {
        let (request_id, _) = next(api);
        let answer = post(
            api,
            &path(&request_id, "response"),
            &[&largest[..], b" "].concat(),
        );
        assert_eq!(error_type(&answer), (413, "RequestEntityTooLarge".into()));
    });
    assert_eq!(outcome, Outcome::TooLarge(MAX_RESPONSE + 1));
}

#[test]
fn a_response_may_come_in_chunks_with_trailers() {
    let outcome = invoke("{}", |api| {
        let (request_id, _) = next(api);
        let headers = &[("Transfer-Encoding", "chunked")];
        let body =
            b"4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\nLambda-Runtime-Function-Error-Type: Late\r\n\r\n";
        assert_eq!(
            request(api, "POST", &path(&request_id, "response"), headers, body).status,
            202
        );
    });
    let report = outcome.response();
    assert_eq!(report.body, br#"{"a":1}"#);
    assert_eq!(report.error_type(), Some("Late"));
}

#[test]
fn a_body_may_wait_for_a_word() {
    let outcome = invoke("{}", |api| {
        let (request_id, _) = next(api);
        let mut connection = Connection::open(api).unwrap();
        let headers = &[("Expect", "100-continue"), ("Content-Length", "2")];
        connection
            .send(&render(
                api,
                "POST",
                &path(&request_id, "response"),
                headers,
                b"",
            ))
            .unwrap();
        assert_eq!(connection.receive_any("POST").unwrap().unwrap().status, 100);
        connection.send(b"{}").unwrap();
        assert_eq!(connection.receive_any("POST").unwrap().unwrap().status, 202);
    });
    assert_eq!(outcome.response().body, b"{}");
}

#[test]
fn one_connection_serves_event_after_event() {
    let api = RuntimeApi::start();
    let address = api.address();
    thread::scope(|scope| {
        let function = scope.spawn(move || {
            let mut connection = Connection::open(address).unwrap();
            let mut call = |method, path: &str, body: &[u8]| {
                connection
                    .send(&render(address, method, path, &[], body))
                    .unwrap();
                connection.receive(method).unwrap().unwrap()
            };
            for _ in 0..3 {
                let answer = call("GET", NEXT, b"");
                let early = call("GET", NEXT, b"");
                assert_eq!(
                    error_type(&early),
                    (403, "InvalidStateTransition".into()),
                    "it holds an event"
                );
                let request_id = answer.headers.get("lambda-runtime-aws-request-id").unwrap();
                assert_eq!(
                    call("POST", &path(request_id, "response"), &answer.body).status,
                    202
                );
            }
        });
        for event in ["1", "2", "3"] {
            assert_eq!(api.invoke(event).response().body, event.as_bytes());
        }
        function.join().unwrap();
    });
}

#[test]
fn an_invocation_times_out_and_a_late_response_is_refused() {
    let api = RuntimeApi::start();
    let short = Invocation::new("{}").within(Duration::from_millis(50));
    assert_eq!(api.invoke(short.clone()), Outcome::TimedOut, "nobody asked");
    thread::scope(|scope| {
        let taken = scope.spawn(|| next(api.address()).0);
        api.wait_for_polls(1);
        assert_eq!(api.invoke(short), Outcome::TimedOut, "nobody answered");
        let late = post(
            api.address(),
            &path(&taken.join().unwrap(), "response"),
            b"{}",
        );
        assert_eq!(error_type(&late), (400, "InvalidRequestID".into()));
    });
}

/// A function killed while it waits for an event must not take the next one into its grave.
#[test]
fn an_event_is_not_lost_to_a_function_that_is_gone() {
    let api = RuntimeApi::start();
    let mut gone = Connection::open(api.address()).unwrap();
    gone.send(&render(api.address(), "GET", NEXT, &[], b""))
        .unwrap();
    api.wait_for_polls(1);
    drop(gone);
    thread::scope(|scope| {
        let outcome = scope.spawn(|| api.invoke("7"));
        let (request_id, answer) = next(api.address());
        assert_eq!(answer.body, b"7");
        post(api.address(), &path(&request_id, "response"), b"{}");
        outcome.join().unwrap().response();
    });
}

#[test]
fn a_function_sees_the_api_go() {
    let api = RuntimeApi::start();
    let mut connection = Connection::open(api.address()).unwrap();
    connection
        .send(&render(api.address(), "GET", NEXT, &[], b""))
        .unwrap();
    api.wait_for_polls(1);
    drop(api);
    assert_eq!(connection.receive("GET").unwrap(), None);
}

#[test]
#[should_panic(expected = "expected a response, but the function failed with oh no")]
fn an_outcome_that_was_not_expected_says_what_it_was() {
    let outcome = invoke("{}", |api| {
        let (request_id, _) = next(api);
        post(api, &path(&request_id, "error"), b"oh no");
    });
    outcome.response();
}
