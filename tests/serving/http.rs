//! The function as a plain HTTP server: the same answers over connections that stay open, many at a
//! time, to the end.

use std::net::TcpStream;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::Function;
use support::example::{answers, answers_with, model, row, rows};
use support::http::{Connection, render, request};
use support::process::send_sigterm;

const JSON: (&str, &str) = ("content-type", "application/json");

/// Sends a row of this text on a connection that stays open, and returns the answer's body.
fn ask(connection: &mut Connection, function: &Function, text: &str) -> String {
    let request = render(
        function.address(),
        "POST",
        "/predict",
        &[JSON],
        row(text).as_bytes(),
    );
    let answer = connection.send(&request);
    let answer = answer.and_then(|()| connection.receive("POST"));
    let answer = answer.expect("the connection holds").expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().to_string()
}

#[test]
fn one_connection_carries_many_requests_of_every_kind() {
    let function = Function::over_http(model(), &[]);
    let texts = ["where is my parcel", "", "naïve 🙂"];
    let expected = answers(&texts);
    let mut connection = Connection::open(function.address()).unwrap();
    for (text, expected) in texts.iter().zip(&expected) {
        assert_eq!(ask(&mut connection, &function, text), *expected);
        // A refusal, and the answer to HEAD, leave the connection in order.
        for (method, path, status) in [
            ("HEAD", "/health", 200),
            ("GET", "/nowhere", 404),
            ("HEAD", "/predict", 405),
        ] {
            let head = render(function.address(), method, path, &[], b"");
            connection.send(&head).unwrap();
            let answer = connection.receive(method).unwrap().expect("an answer");
            assert_eq!((answer.status, method), (status, method));
        }
    }
    function.emf_lines(9);
}

#[test]
fn two_requests_in_one_packet_get_two_answers_in_their_order() {
    let function = Function::over_http(model(), &[]);
    let texts = ["where is my parcel", "cancel my plan"];
    let requests = texts.map(|text| {
        let body = row(text);
        render(
            function.address(),
            "POST",
            "/predict",
            &[JSON],
            body.as_bytes(),
        )
    });
    let mut connection = Connection::open(function.address()).unwrap();
    connection.send(&requests.concat()).unwrap();
    for expected in answers(&texts) {
        let answer = connection.receive("POST").unwrap().expect("an answer");
        assert_eq!(answer.text(), expected);
    }
}

#[test]
fn head_says_what_get_says_without_the_body() {
    let function = Function::over_http(model(), &[]);
    for path in ["/", "/health"] {
        let get = request(function.address(), "GET", path, &[], b"");
        let head = request(function.address(), "HEAD", path, &[], b"");
        assert_eq!((get.status, head.status), (200, 200));
        let type_of =
            |answer: &support::Answer| answer.headers.get("content-type").map(String::from);
        assert_eq!(type_of(&get), type_of(&head));
        assert!(get.json().is_object() && head.body.is_empty());
    }
    let index = request(function.address(), "GET", "/", &[], b"").json();
    let example = index["example"].to_string();
    let answer = function.predict(&[], &example);
    assert_eq!(answer.status, 200, "the example of / is answered");
}

#[test]
fn a_chunked_body_and_a_slash_at_the_end_are_as_good() {
    let function = Function::over_http(model(), &[]);
    let text = "where is my parcel";
    let (first, second) = (&row(text)[..7], &row(text)[7..]);
    let chunks = format!(
        "7\r\n{first}\r\n{:x};a=b\r\n{second}\r\n0\r\n\r\n",
        second.len()
    );
    let headers = [JSON, ("transfer-encoding", "chunked")];
    let path = "/predict/?top=1";
    let answer = request(
        function.address(),
        "POST",
        path,
        &headers,
        chunks.as_bytes(),
    );
    assert_eq!(answer.text(), answers_with(&[text], &["--top", "1"])[0]);
}

#[test]
fn ids_of_the_caller_stand_in_the_metrics() {
    let function = Function::over_http(model(), &[("AWS_EMF_SERVICE_NAME", "mail")]);
    let trace = "Root=1-69577ab5-1f0a3c5e7b9d2f4a6c8e0b1d;Sampled=1";
    let headers = [("x-request-id", "abc-123"), ("x-amzn-trace-id", trace)];
    let long = "x".repeat(5_000);
    let body = row("where is my parcel");
    let first = function.predict(&headers, &body);
    let second = function.predict(&[("x-request-id", &long)], &body);
    let lines = function.emf_lines(2);
    assert_eq!(
        (&lines[0]["requestId"], &lines[0]["traceId"]),
        (&json!("abc-123"), &json!(trace))
    );
    assert_eq!(first.headers.get("x-request-id"), Some("abc-123"));
    assert_eq!(lines[0]["service"], "mail");
    // An id that is too long for a log is replaced, and the answer says by which.
    let drawn = second.headers.get("x-request-id").unwrap();
    assert_eq!(lines[1]["requestId"], drawn);
    assert_eq!(drawn.len(), 32);
    for absent in [
        "traceId",
        "functionVersion",
        "memorySize",
        "lambdaRequestId",
    ] {
        assert_eq!(lines[1][absent], Value::Null, "{absent}");
    }
}

#[test]
fn every_answer_has_an_id_of_its_own_and_a_refusal_says_it_twice() {
    let function = Function::over_http(model(), &[("HEARTH_API_KEY", "sesame")]);
    let key = ("x-api-key", "sesame");
    let mut seen = std::collections::HashSet::new();
    for (method, path, headers, status) in [
        ("GET", "/", &[key][..], 200),
        ("GET", "/health", &[], 200),
        ("HEAD", "/ping", &[], 200),
        ("GET", "/docs", &[], 200),
        ("GET", "/v2/health/live", &[], 200),
        ("POST", "/predict", &[], 401),
        ("POST", "/predict", &[key, JSON], 400),
        ("POST", "/invocations", &[key, JSON], 400),
        ("OPTIONS", "/predict", &[key], 405),
        ("GET", "/nowhere", &[key], 404),
    ] {
        let answer = request(function.address(), method, path, headers, b"");
        assert_eq!(answer.status, status, "{method} {path}");
        let id = answer.headers.get("x-request-id").unwrap().to_owned();
        if answer.headers.get("content-type") == Some("application/problem+json") {
            assert_eq!(answer.json()["request_id"], id.as_str(), "{method} {path}");
        }
        assert!(seen.insert(id), "{method} {path}");
    }
}

#[test]
fn twenty_clients_at_once_get_each_its_own_answers() {
    const CLIENTS: usize = 20;
    const REQUESTS: usize = 50;
    let rows = rows();
    let texts: Vec<&str> = rows.iter().map(|(text, _)| text.as_str()).collect();
    let texts = &texts[..CLIENTS * REQUESTS];
    let expected = answers(texts);
    let mut function = Function::over_http(model(), &[]);
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (function, expected) = (&function, &expected);
            scope.spawn(move || {
                let mut connection = Connection::open(function.address()).unwrap();
                for index in client * REQUESTS..(client + 1) * REQUESTS {
                    assert_eq!(
                        ask(&mut connection, function, texts[index]),
                        expected[index]
                    );
                }
            });
        }
    });
    assert_eq!(function.terminate().code(), Some(0));
    let lines = function.emf_lines(CLIENTS * REQUESTS);
    let sum = |name: &str| {
        lines
            .iter()
            .filter_map(|line| line[name].as_u64())
            .sum::<u64>()
    };
    let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
    assert_eq!(sum("input.num_chars"), characters as u64);
    assert_eq!((sum("cold_start"), sum("error")), (1, 0));
}

#[test]
fn sigterm_answers_what_is_under_way_lets_nobody_in_and_ends_well() {
    let mut function = Function::over_http(model(), &[]);
    let address = function.address();
    let _idle = Connection::open(address).unwrap();
    let request = render(
        address,
        "POST",
        "/predict",
        &[JSON],
        row("my parcel").as_bytes(),
    );
    let (first, second) = request.split_at(request.len() - 5);
    let mut connection = Connection::open(address).unwrap();
    connection.send(first).unwrap();
    // That the next client is answered says that this one was accepted before.
    support::http::request(address, "GET", "/health", &[], b"");

    send_sigterm(function.id());
    let start = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(8), "it still listens");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(function.has_ended(), None, "a request is under way");
    connection.send(second).unwrap();
    let answer = connection.receive("POST").unwrap().expect("an answer");
    assert_eq!(answer.text(), answers(&["my parcel"])[0]);
    assert_eq!(function.wait().code(), Some(0));
    function.emf_lines(1);
}

#[test]
fn what_cannot_start_says_why_and_ends_with_a_failure() {
    let running = Function::over_http(model(), &[]);
    let port = running.address().port().to_string();
    let program = support::binary("function");
    for (variable, value, expected) in [
        ("PORT", port.as_str(), "cannot listen on 127.0.0.1:"),
        (
            "PORT",
            "http",
            "PORT is \"http\"; a number from 0 to 65535 was expected",
        ),
        (
            "AWS_LAMBDA_RUNTIME_API",
            "127.0.0.1:9",
            "AWS_LAMBDA_FUNCTION_NAME is not",
        ),
    ] {
        let output = Command::new(&program)
            .env(variable, value)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        assert!(
            told.contains(expected) && told.contains("function: "),
            "{told}"
        );
        assert!(!told.contains("panicked"), "{told}");
    }
}
