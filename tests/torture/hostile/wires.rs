//! Heads and bodies that are not what HTTP says.

use support::http::{Connection, raw};

use super::{Fate, Server, judge};
use crate::table::Row;

/// Sends bytes, says that there are no more, and judges what comes back.
fn send(server: &Server, row: &mut Row, what: &str, fate: Fate, bytes: &[u8]) {
    let exchange = || {
        let mut connection = Connection::open(server.address())?;
        let sent = connection.send(bytes).and_then(|()| connection.finish());
        connection.receive("").or_else(|error| sent.and(Err(error)))
    };
    let result = judge(what, fate, exchange());
    row.tried(result.and_then(|()| server.still_answers(what)));
}

const ROW: &str = r#"{"note": "a", "size": 1, "color": "red"}"#;

/// Lengths that are none, or another body's.
pub fn lengths(server: &Server, row: &mut Row) {
    let head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let length = ROW.len();
    for (what, fate, rest) in [
        (
            "a body that ends early",
            Fate::Refused,
            format!("Content-Length: {}\r\n\r\n{ROW}", length + 100),
        ),
        (
            "a length of 0",
            Fate::Refused,
            format!("Content-Length: 0\r\n\r\n{ROW}"),
        ),
        (
            "a length of 2^63",
            Fate::Refused,
            format!("Content-Length: {}\r\n\r\n{ROW}", 1_u64 << 63),
        ),
        (
            "a length of 2^64 - 1",
            Fate::Refused,
            format!("Content-Length: {}\r\n\r\n{ROW}", u64::MAX),
        ),
        (
            "a length of 10^30",
            Fate::Refused,
            format!("Content-Length: 1{}\r\n\r\n{ROW}", "0".repeat(30)),
        ),
        (
            "a length in hexadecimal",
            Fate::Refused,
            format!("Content-Length: 0x{length:x}\r\n\r\n{ROW}"),
        ),
        (
            "a length with a sign",
            Fate::Refused,
            format!("Content-Length: +{length}\r\n\r\n{ROW}"),
        ),
        (
            "two lengths",
            Fate::Refused,
            format!("Content-Length: {length}\r\nContent-Length: 1\r\n\r\n{ROW}"),
        ),
        (
            "two lengths in one",
            Fate::Refused,
            format!("Content-Length: {length}, 1\r\n\r\n{ROW}"),
        ),
        (
            "a length beside chunks",
            Fate::Either,
            format!(
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{ROW}\r\n0\r\n\r\n"
            ),
        ),
        (
            "chunks in another coding",
            Fate::Refused,
            format!("Transfer-Encoding: gzip\r\n\r\n{ROW}"),
        ),
        (
            "chunked, not last",
            Fate::Refused,
            format!("Transfer-Encoding: chunked, gzip\r\n\r\n{ROW}"),
        ),
        (
            "a chunk of 2^64",
            Fate::Refused,
            format!("Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n{ROW}\r\n0\r\n\r\n"),
        ),
        (
            "a chunk of 2^63",
            Fate::Refused,
            format!("Transfer-Encoding: chunked\r\n\r\n8000000000000000\r\n{ROW}\r\n0\r\n\r\n"),
        ),
        (
            "a chunk that is shorter",
            Fate::Refused,
            format!(
                "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{ROW}\r\n0\r\n\r\n",
                length + 9
            ),
        ),
        (
            "a chunk that is longer",
            Fate::Refused,
            format!("Transfer-Encoding: chunked\r\n\r\n3\r\n{ROW}\r\n0\r\n\r\n"),
        ),
        (
            "a chunk size that is none",
            Fate::Refused,
            format!("Transfer-Encoding: chunked\r\n\r\n-1\r\n{ROW}\r\n0\r\n\r\n"),
        ),
        (
            "no last chunk",
            Fate::Refused,
            format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{ROW}\r\n"),
        ),
        (
            "1 MB of chunk extension",
            Fate::Refused,
            format!(
                "Transfer-Encoding: chunked\r\n\r\n{length:x};{}\r\n{ROW}\r\n0\r\n\r\n",
                "x".repeat(1 << 20)
            ),
        ),
        (
            "1 MB of trailers",
            Fate::Refused,
            format!(
                "Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{ROW}\r\n0\r\n{}\r\n",
                "X-A: b\r\n".repeat(1 << 17)
            ),
        ),
        (
            "200,000 chunks of a byte",
            Fate::Refused,
            format!(
                "Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
                "1\r\nx\r\n".repeat(200_000)
            ),
        ),
    ] {
        send(
            server,
            row,
            what,
            fate,
            (head.to_owned() + &rest).as_bytes(),
        );
    }
}

/// Request lines and headers.
pub fn heads(server: &Server, row: &mut Row) {
    for path in [
        "/../../../../etc/passwd",
        "/predict/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/..\\..\\etc\\passwd",
        "//etc/passwd",
        "/v2/models/../../../etc/passwd",
        "/v2/models/..%2f..%2fetc%2fpasswd/ready",
        "/v2/models/four/versions/../../../etc/passwd",
        "/predict%00.json",
        "/model.hearth",
        "/four.hearth",
        "/.env",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "*",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let result = judge(
            path,
            Fate::Refused,
            raw(server.address(), request.as_bytes()),
        );
        row.tried(result.and_then(|()| server.still_answers(path)));
    }
    let flood = |count: usize, size: usize| -> String {
        (0..count)
            .map(|n| format!("X-{n}: {}\r\n", "y".repeat(size)))
            .collect()
    };
    for (what, fate, request) in [
        (
            "10,000 headers",
            Fate::Refused,
            format!(
                "GET /health HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
                flood(10_000, 1)
            ),
        ),
        (
            "50 headers of 100 KB",
            Fate::Refused,
            format!(
                "GET /health HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
                flood(50, 100_000)
            ),
        ),
        (
            "a header without an end",
            Fate::Refused,
            format!("GET /health HTTP/1.1\r\nX: {}", "y".repeat(1 << 20)),
        ),
        (
            "a path of 1 MB",
            Fate::Refused,
            format!("GET /{} HTTP/1.1\r\n\r\n", "a/".repeat(1 << 19)),
        ),
        (
            "a query of 60 KB",
            Fate::Either,
            format!(
                "GET /health?{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "top=1&".repeat(10_000)
            ),
        ),
        (
            "a method of 100 KB",
            Fate::Refused,
            format!("{} / HTTP/1.1\r\nHost: localhost\r\n\r\n", "A".repeat(100_000)),
        ),
        (
            "a proxy is wanted",
            Fate::Refused,
            "CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n".into(),
        ),
        (
            "TRACE",
            Fate::Refused,
            "TRACE /predict HTTP/1.1\r\nHost: localhost\r\nCookie: secret\r\n\r\n".into(),
        ),
        (
            "HTTP/2 without TLS",
            Fate::Refused,
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(),
        ),
        (
            "HTTP/9.9",
            Fate::Refused,
            "GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n".into(),
        ),
        (
            "a blank before the colon",
            Fate::Refused,
            "GET /health HTTP/1.1\r\nHost : a\r\n\r\n".into(),
        ),
        (
            "a folded header",
            Fate::Refused,
            "GET /health HTTP/1.1\r\nHost: localhost\r\n b\r\n\r\n".into(),
        ),
        (
            "a NUL in a header",
            Fate::Refused,
            "GET /health HTTP/1.1\r\nHost: a\0b\r\n\r\n".into(),
        ),
        (
            "line feeds alone",
            Fate::Either,
            "GET /health HTTP/1.1\nHost: localhost\n\n".into(),
        ),
        (
            "an upgrade",
            Fate::Either,
            "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n".into(),
        ),
        (
            "an expectation that is none",
            Fate::Either,
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nExpect: 999\r\nContent-Length: 2\r\n\r\n{}"
                .into(),
        ),
        (
            "TLS",
            Fate::Refused,
            "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}".into(),
        ),
        ("nothing", Fate::Refused, String::new()),
    ] {
        send(server, row, what, fate, request.as_bytes());
    }
}
