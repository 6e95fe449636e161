//! The HTTP server against requests that are wrong, by mistake or on purpose: each is refused, none
//! disturbs the next.

use std::thread;

use support::example::{answers, model};
use support::http::{Connection, raw, render, request};
use support::{Answer, Function};

const JSON: (&str, &str) = ("content-type", "application/json");

/// The server's limit for a body, which is Lambda's: 6 MiB.
const LIMIT: usize = 6 << 20;

fn predict(function: &Function, body: &[u8]) -> Answer {
    request(function.address(), "POST", "/predict", &[JSON], body)
}

/// Checks that the server is up and healthy.
#[track_caller]
fn still_answers(function: &Function, after: &str) {
    let answer = predict(function, br#"{"text": "where is my parcel"}"#);
    assert_eq!(
        answer.text(),
        answers(&["where is my parcel"])[0],
        "after {after}"
    );
}

#[test]
fn a_body_that_is_no_row_is_refused_with_the_reason() {
    let mut function = Function::over_http(model(), &[]);
    let nested = |open: &str, close: &str| {
        let depth = 100_000;
        format!(
            "{{\"text\": {}{}}}",
            open.repeat(depth),
            close.repeat(depth)
        )
        .into_bytes()
    };
    let bodies: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("nothing", b"".to_vec(), 400, "empty_body"),
        ("blanks", b" \r\n\t".to_vec(), 400, "empty_body"),
        ("a form", b"text=parcel".to_vec(), 400, "invalid_json"),
        (
            "Latin-1",
            b"{\"text\": \"\xe9\"}".to_vec(),
            400,
            "invalid_utf8",
        ),
        (
            "half a row",
            b"{\"text\": \"par".to_vec(),
            400,
            "invalid_json",
        ),
        (
            "two rows",
            b"{\"text\": \"a\"}{}".to_vec(),
            400,
            "invalid_json",
        ),
        ("NaN", b"{\"text\": NaN}".to_vec(), 400, "invalid_json"),
        (
            "half a surrogate",
            br#"{"text": "\ud800"}"#.to_vec(),
            400,
            "invalid_json",
        ),
        (
            "half a surrogate",
            br#"{"text": "\ude42\ud83d"}"#.to_vec(),
            400,
            "invalid_json",
        ),
        (
            "a control character",
            b"{\"text\": \"\x01\"}".to_vec(),
            400,
            "invalid_json",
        ),
        (
            "a comment",
            b"{\"text\": \"a\" /* b */}".to_vec(),
            400,
            "invalid_json",
        ),
        (
            "a byte order mark",
            b"\xef\xbb\xbf{}".to_vec(),
            400,
            "invalid_json",
        ),
        (
            "a number too large",
            b"{\"text\": 1e400}".to_vec(),
            400,
            "invalid_json",
        ),
        (
            "a list of a list",
            b"[{\"text\": \"a\"}, [\"a\"]]".to_vec(),
            422,
            "not_an_object",
        ),
        (
            "a twin",
            br#"{"text": "a", "text": "a"}"#.to_vec(),
            422,
            "duplicate_field",
        ),
        (
            "an escaped twin",
            br#"{"text": "a", "\u0074ext": "b"}"#.to_vec(),
            422,
            "duplicate_field",
        ),
        (
            "another case",
            br#"{"Text": "a"}"#.to_vec(),
            422,
            "missing_field",
        ),
        ("null", br#"{"text": null}"#.to_vec(), 422, "wrong_type"),
        ("deep lists", nested("[", "]"), 422, "wrong_type"),
        (
            "deep objects",
            nested("{\"a\":", "1}").to_vec(),
            400,
            "invalid_json",
        ),
        ("deep and cut", nested("[", ""), 400, "invalid_json"),
    ];
    for (what, body, status, code) in &bodies {
        let answer = predict(&function, body);
        let problem = answer.json();
        let got = (answer.status, problem["code"].as_str());
        assert_eq!(got, (*status, Some(*code)), "{what}: {problem}");
        assert_eq!(
            answer.headers.get("content-type"),
            Some("application/problem+json")
        );
        assert!(
            answer.body.len() < 1_000,
            "{what} is not repeated at length: {problem}"
        );
    }
    still_answers(&function, "all of them");
    assert_eq!(function.terminate().code(), Some(0));
    let errors = function.emf_lines(bodies.len() + 1);
    assert_eq!(
        errors.iter().filter(|line| line["error"] == 1).count(),
        bodies.len()
    );
}

#[test]
fn unusual_json_that_is_a_row_is_answered() {
    let function = Function::over_http(model(), &[]);
    let expected = answers(&["a 🙂 parcel"]);
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    for body in [
        r#"{"text": "a \ud83d\ude42 parcel"}"#.to_string(),
        "\r\n\t{ \"text\"\n:\t\"a 🙂 parcel\" }\n".to_string(),
        r#"{"\u0074ext": "\u0061 🙂 parcel"}"#.to_string(),
        r#"{"id": 1e300, "text": "a 🙂 parcel", "id": [{}, null, false]}"#.to_string(),
        format!("{{\"more\": {deep}, \"text\": \"a 🙂 parcel\"}}"),
    ] {
        let answer = predict(&function, body.as_bytes());
        assert_eq!(
            answer.text(),
            expected[0],
            "{}",
            &body[..body.len().min(100)]
        );
    }
}

#[test]
fn what_is_not_http_is_refused_and_forgotten() {
    let mut function = Function::over_http(model(), &[]);
    let address = function.address();
    let long_header = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n",
        "x".repeat(1 << 20)
    );
    let many_headers = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
        "X-A: b\r\n".repeat(5_000)
    );
    let both = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef";
    let bad_chunk = "POST /predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n";
    for (what, bytes, refusals) in [
        (
            "garbage",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\r\n\r\n".to_vec(),
            &[400][..],
        ),
        ("no version", b"GET /\r\n\r\n".to_vec(), &[400]),
        (
            "no colon",
            b"GET / HTTP/1.1\r\nHost a\r\n\r\n".to_vec(),
            &[400],
        ),
        (
            "a length that is none",
            b"POST /predict HTTP/1.1\r\nContent-Length: -1\r\n\r\n".to_vec(),
            &[400],
        ),
        ("two lengths", both.into(), &[400]),
        ("a chunk size that is none", bad_chunk.into(), &[400]),
        ("a long header", long_header.into(), &[400, 431]),
        ("many headers", many_headers.into(), &[400, 431]),
        (
            "a long path",
            format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 17)).into(),
            &[400, 414, 431],
        ),
    ] {
        // A server may as well close without a word.
        if let Ok(Some(answer)) = raw(address, &bytes) {
            assert!(
                refusals.contains(&answer.status),
                "{what}: {}",
                answer.status
            );
        }
        still_answers(&function, what);
    }
    assert_eq!(function.has_ended(), None);
    let log = function.stderr_lines().join("\n");
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn a_client_that_goes_away_in_the_middle_disturbs_nobody() {
    let function = Function::over_http(model(), &[]);
    let whole = render(
        function.address(),
        "POST",
        "/predict",
        &[JSON],
        &[b' '; 1_000],
    );
    for end in [0, 1, 20, whole.len() / 2, whole.len() - 1] {
        let mut connection = Connection::open(function.address()).unwrap();
        connection.send(&whole[..end]).unwrap();
        drop(connection);
        still_answers(&function, "a cut request");
    }
}

#[test]
fn a_body_over_the_limit_is_refused_and_one_at_the_limit_is_read() {
    let function = Function::over_http(model(), &[]);
    let body = |length: usize| {
        let mut body = br#"{"text": "where is my parcel"}"#.to_vec();
        body.resize(length, b' ');
        body
    };
    assert_eq!(predict(&function, &body(LIMIT)).status, 200);
    // Stated, in chunks that don't state it, and by several at a time.
    assert_eq!(predict(&function, &body(LIMIT + 1)).status, 413);
    let chunks = [
        format!("{:x}\r\n", LIMIT + 1).as_bytes(),
        &body(LIMIT + 1),
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    let headers = [JSON, ("transfer-encoding", "chunked")];
    let refused = request(function.address(), "POST", "/predict", &headers, &chunks);
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (413, Some("body_too_large"))
    );
    thread::scope(|scope| {
        for _ in 0..4 {
            let large = body(8 << 20);
            let function = &function;
            scope.spawn(move || assert_eq!(predict(function, &large).status, 413));
        }
    });
    still_answers(&function, "large bodies");
}
