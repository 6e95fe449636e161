//! Bodies that are no rows.

use std::io::Write;
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use support::http::{raw, render};

use super::{DEADLINE, Fate, Server, judge};
use crate::table::Row;

/// Sends a body and judges the answer.
fn post(
    server: &Server,
    row: &mut Row,
    what: &str,
    fate: Fate,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) {
    let start = Instant::now();
    let got = raw(
        server.address(),
        &render(server.address(), "POST", path, headers, body),
    );
    let mut result = judge(&format!("{what} at {path}"), fate, got);
    if result.is_ok() && start.elapsed() > DEADLINE {
        result = Err(format!("{what} at {path}: {:?}", start.elapsed()));
    }
    row.tried(result.and_then(|()| server.still_answers(what)));
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];
const PATHS: [&str; 3] = ["/predict", "/invocations", "/v2/models/four/infer"];

/// Bodies that no door takes, and some that one does.
pub fn json(server: &Server, row: &mut Row) {
    let deep =
        |open: &str, close: &str| (open.repeat(100_000) + &close.repeat(100_000)).into_bytes();
    let token = |first: &str| format!("{{\"note\": {first}{}", "9".repeat(6_000_000)).into_bytes();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        (
            "invalid UTF-8",
            b"{\"note\": \"\xff\xfe\", \"size\": 1, \"color\": \"red\"}".to_vec(),
        ),
        ("UTF-16", b"\xff\xfe{\0}\0".to_vec()),
        (
            "1e400",
            br#"{"note": "", "size": 1e400, "color": "red"}"#.to_vec(),
        ),
        (
            "-1e400",
            br#"{"note": "", "size": -1e400, "color": "red"}"#.to_vec(),
        ),
        (
            "NaN",
            br#"{"note": "", "size": NaN, "color": "red"}"#.to_vec(),
        ),
        (
            "Infinity",
            br#"{"note": "", "size": -Infinity, "color": "red"}"#.to_vec(),
        ),
        ("100,000 lists", deep("[", "]")),
        ("100,000 objects", deep("{\"a\":", "}")),
        ("100,000 lists, cut", deep("[", "")),
        (
            "100,000 lists as a value",
            [b"{\"note\": ".to_vec(), deep("[", "]"), b"}".to_vec()].concat(),
        ),
        (
            "100,000 objects in instances",
            [
                b"{\"instances\": [".to_vec(),
                deep("{\"a\":", "}"),
                b"]}".to_vec(),
            ]
            .concat(),
        ),
        (
            "twins",
            br#"{"note": "a", "note": "b", "size": 1, "color": "red"}"#.to_vec(),
        ),
        (
            "twin lists",
            br#"{"instances": [], "instances": []}"#.to_vec(),
        ),
        ("twin tensors", br#"{"inputs": [], "inputs": []}"#.to_vec()),
        ("a number of 6 MB", token("")),
        ("a text of 6 MB that does not end", token("\"")),
        ("6 MB of blanks", vec![b' '; 6_000_000]),
        ("6 MB of commas", vec![b','; 6_000_000]),
        (
            "a million empty rows",
            format!("{{\"instances\": [{}{{}}]}}", "{},".repeat(1_000_000)).into_bytes(),
        ),
        (
            "a million fields",
            format!(
                "{{{}\"z\": 1}}",
                (0..400_000)
                    .map(|n| format!("\"f{n}\":0,"))
                    .collect::<String>()
            )
            .into_bytes(),
        ),
    ];
    for path in PATHS {
        for (what, body) in &cases {
            // Clients of MLflow write missing values so, and `/invocations` reads them.
            let is_missing = matches!(*what, "NaN" | "Infinity") && path == "/invocations";
            let fate = match is_missing {
                true => Fate::Answered,
                false => Fate::Refused,
            };
            post(server, row, what, fate, path, &JSON, body);
        }
    }
    let text = format!(
        "{{\"note\": \"{}\", \"size\": -0, \"color\": \"red\"}}",
        "x".repeat(6_000_000)
    );
    post(
        server,
        row,
        "a word of 6 MB, and -0",
        Fate::Answered,
        "/predict",
        &JSON,
        text.as_bytes(),
    );
    let words = format!(
        "{{\"note\": \"{}\", \"size\": 5e-324, \"color\": \"red\"}}",
        "a bc ".repeat(1_200_000)
    );
    post(
        server,
        row,
        "2.4 million words",
        Fate::Answered,
        "/predict",
        &JSON,
        words.as_bytes(),
    );
    let csv = [("content-type", "text/csv")];
    for (what, body) in [
        (
            "a CSV quote that is never closed",
            b"note,size,urgent,color\n\"a,1,,red\n".to_vec(),
        ),
        ("a CSV of 6 MB in a line", vec![b'a'; 6_000_000]),
        ("a million columns", vec![b','; 1_000_000]),
        (
            "a CSV with NUL",
            b"note,size,urgent,color\na,\0,,red\n".to_vec(),
        ),
        (
            "a CSV that is not UTF-8",
            b"note,size,urgent,color\n\xff,1,,red\n".to_vec(),
        ),
    ] {
        for path in ["/predict", "/invocations"] {
            let fate = if what.contains("6 MB") {
                Fate::Either
            } else {
                Fate::Refused
            };
            post(server, row, what, fate, path, &csv, &body);
        }
    }
}

/// Tensors of the Open Inference Protocol.
pub fn tensors(server: &Server, row: &mut Row) {
    let tensor = |name: &str, kind: &str, shape: Value, data: Value| json!({"name": name, "datatype": kind, "shape": shape, "data": data});
    let with = |first: Value| {
        json!({"inputs": [
            first,
            tensor("size", "FP64", json!([1]), json!([1.5])),
            tensor("urgent", "BOOL", json!([1]), json!([true])),
            tensor("color", "BYTES", json!([1]), json!(["red"])),
        ]})
    };
    let note = |shape: Value, data: Value| with(tensor("note", "BYTES", shape, data));
    let cases = [
        (
            "no shape",
            with(json!({"name": "note", "datatype": "BYTES", "data": ["a"]})),
        ),
        ("a shape of nothing", note(json!([0]), json!([]))),
        ("a shape that is no list", note(json!(1), json!(["a"]))),
        ("a shape below nothing", note(json!([-1]), json!(["a"]))),
        ("half a row", note(json!([0.5]), json!(["a"]))),
        ("more rows than data", note(json!([2]), json!(["a"]))),
        ("less rows than data", note(json!([1]), json!(["a", "b"]))),
        ("rows without end", note(json!([u64::MAX]), json!(["a"]))),
        (
            "rows whose product runs over",
            note(json!([1_u64 << 33, 1_u64 << 33]), json!(["a"])),
        ),
        (
            "a dimension too many",
            note(json!([1, 3]), json!(["a", "b", "c"])),
        ),
        ("100 dimensions", note(json!(vec![2; 100]), json!(["a"]))),
        ("numbers for text", note(json!([1]), json!([7]))),
        (
            "a type that is none",
            with(tensor("note", "FP8", json!([1]), json!(["a"]))),
        ),
        (
            "a type that does not fit",
            with(tensor("note", "INT32", json!([1]), json!(["a"]))),
        ),
        (
            "no name",
            with(json!({"datatype": "BYTES", "shape": [1], "data": ["a"]})),
        ),
        (
            "a stranger",
            with(tensor("other", "BYTES", json!([1]), json!(["a"]))),
        ),
        (
            "twins",
            with(tensor("size", "FP64", json!([1]), json!([1]))),
        ),
        (
            "binary data that did not come",
            with(
                json!({"name": "note", "datatype": "BYTES", "shape": [1], "parameters": {"binary_data_size": 1_u64 << 40}}),
            ),
        ),
        ("no inputs", json!({"inputs": []})),
        ("inputs that are none", json!({"inputs": {"note": "a"}})),
    ];
    for (what, body) in cases {
        let body = body.to_string();
        post(
            server,
            row,
            what,
            Fate::Refused,
            PATHS[2],
            &JSON,
            body.as_bytes(),
        );
    }
}

/// Bodies that say that they are compressed.
pub fn gzip(server: &Server, row: &mut Row) {
    let zip = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let whole = br#"{"note": "a", "size": 1, "color": "red"}"#;
    let zipped = zip(whole);
    let mut wrong = zipped.clone();
    let at = wrong.len() - 6;
    wrong[at] ^= 1;
    let bomb = zip(&vec![b' '; 100 << 20]);
    let members = zip(&vec![b' '; 5 << 20]).repeat(20);
    for (what, coding, fate, body) in [
        ("100 MB in 500 KB", "gzip", Fate::Refused, bomb.clone()),
        ("20 members of 5 MB", "gzip", Fate::Refused, members),
        ("a bomb in a bomb", "gzip", Fate::Refused, zip(&bomb)),
        (
            "a gzip that is cut",
            "gzip",
            Fate::Refused,
            zipped[..zipped.len() - 9].to_vec(),
        ),
        ("a wrong checksum", "gzip", Fate::Refused, wrong),
        ("no gzip", "gzip", Fate::Refused, whole.to_vec()),
        ("nothing at all", "gzip", Fate::Refused, Vec::new()),
        ("twice", "gzip, gzip", Fate::Refused, zip(&zipped)),
        ("brotli", "br", Fate::Refused, whole.to_vec()),
        (
            "a coding that is none",
            "\u{e9}",
            Fate::Refused,
            whole.to_vec(),
        ),
        ("a whole one", "gzip", Fate::Answered, zipped.clone()),
    ] {
        let headers = [JSON[0], ("content-encoding", coding)];
        for path in &PATHS[..if fate == Fate::Answered { 1 } else { 3 }] {
            post(server, row, what, fate, path, &headers, &body);
        }
    }
}
