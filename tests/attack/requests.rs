//! Requests of few bytes that would take much memory or time.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use support::Answer;
use support::http::{Connection, render};

/// Longest wait for an answer: many requests may wait behind each other.
const PATIENCE: Duration = Duration::from_secs(180);

pub const JSON: (&str, &str) = ("content-type", "application/json");
pub const CSV: (&str, &str) = ("content-type", "text/csv");
pub const LINES: (&str, &str) = ("content-type", "application/jsonl");
pub const GZIP: (&str, &str) = ("content-encoding", "gzip");

/// A path, headers and a body.
pub type Asked = (&'static str, Vec<(&'static str, &'static str)>, Vec<u8>);

pub fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn instances(row: &str, count: usize) -> Vec<u8> {
    format!("{{\"instances\":[{}]}}", vec![row; count].join(",")).into_bytes()
}

/// The answer to a request that may wait behind many others; `None` where the connection is closed
/// without one.
pub fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Option<Answer>> {
    let mut connection = Connection::open(address)?;
    connection.set_patience(PATIENCE)?;
    // A refusal may come before all is sent.
    let _ = connection.send(&render(address, method, path, headers, body));
    connection.receive(method)
}

/// Requests of few bytes that would take much of a model `wide`.
pub fn small_and_large() -> Vec<Asked> {
    let rows = instances("{}", 10_000);
    let tensor = |shape: &str, data: &str| {
        format!(r#"{{"inputs":[{{"name":"z","shape":{shape},"datatype":"FP64","data":{data}}}]}}"#)
            .into_bytes()
    };
    let names = vec!["x"; 3_000_000].join(",");
    let nested = format!("{{\"instances\":[{}]}}", vec!["[[1]]"; 1_000_000].join(","));
    let objects = format!(
        "{{\"instances\":[{}]}}",
        vec![r#"{"a":1}"#; 700_000].join(",")
    );
    let escaped = format!("{{\"instances\":[{}]}}", vec![r#""\n""#; 900_000].join(","));
    let zeros = format!("[{}0]", "0,".repeat(2_900_000));
    vec![
        ("/predict", vec![JSON, GZIP], gzipped(&rows)),
        ("/predict?explain=1000", vec![JSON, GZIP], gzipped(&rows)),
        ("/predict", vec![JSON], rows.clone()),
        ("/invocations", vec![JSON, GZIP], gzipped(&rows)),
        (
            "/v2/models/wide/infer",
            vec![JSON],
            tensor("[10000,0]", "[]"),
        ),
        (
            "/v2/models/wide/infer",
            vec![JSON, GZIP],
            gzipped(&tensor("[2900000]", &zeros)),
        ),
        ("/predict", vec![CSV, GZIP], gzipped(names.as_bytes())),
        ("/invocations", vec![CSV, GZIP], gzipped(names.as_bytes())),
        (
            "/predict",
            vec![LINES, GZIP],
            gzipped("{}\n".repeat(10_000).as_bytes()),
        ),
        ("/predict", vec![JSON, GZIP], gzipped(nested.as_bytes())),
        ("/predict", vec![JSON, GZIP], gzipped(objects.as_bytes())),
        ("/predict", vec![JSON, GZIP], gzipped(escaped.as_bytes())),
        ("/invocations", vec![JSON, GZIP], gzipped(zeros.as_bytes())),
        (
            "/invocations",
            vec![JSON, GZIP],
            gzipped(format!("{{\"inputs\":{{\"c0\":{zeros}}}}}").as_bytes()),
        ),
        ("/predict", vec![JSON, GZIP], gzipped(&vec![b' '; 6 << 20])),
        (
            "/predict",
            vec![JSON, GZIP],
            gzipped(format!("{{{}\"b\":0}}", "\"a\":0,".repeat(900_000)).as_bytes()),
        ),
    ]
}
