//! Inputs made worse: bytes, and trees of JSON.

use serde_json::{Value, json};
use support::tables::Draw;

/// Inputs on which parsers often fail.
const WORDS: [&[u8]; 36] = [
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xc3",
    b"\r\n",
    b"\n",
    b"\r",
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\\",
    b"NaN",
    b"-0",
    b"1e400",
    b"-1e-400",
    b"18446744073709551616",
    b"0.1e",
    b"null",
    b"true",
    b"&a ",
    b"*a",
    b"<<: *a",
    b"!!binary",
    b"\x1f\x8b\x08",
    b"../../etc",
];

/// Numbers at which counts and offsets turn.
pub fn odd_number(draw: &mut Draw) -> u64 {
    match draw.below(5) {
        0 => draw.below(300) as u64,
        1 => u64::from(u32::MAX) - draw.below(64) as u64,
        2 => u64::MAX - draw.below(64) as u64,
        3 => 1 << draw.below(64),
        _ => (draw.share() * u64::MAX as f64) as u64,
    }
}

/// A place and a length within `length` bytes, short as a rule.
fn span(draw: &mut Draw, length: usize) -> (usize, usize) {
    let at = draw.below(length.max(1));
    let most = match draw.below(4) {
        0 => length - at.min(length),
        _ => (length - at.min(length)).min(40),
    };
    (at, draw.below(most + 1))
}

/// Does one to four things to `bytes`; `other` is another input of the kind, parts of which may come
/// in. What is made stays under `limit` bytes.
pub fn bytes(draw: &mut Draw, mut bytes: Vec<u8>, other: &[u8], limit: usize) -> Vec<u8> {
    for _ in 0..1 + draw.below(4) {
        let length = bytes.len();
        let (at, count) = span(draw, length);
        match draw.below(11) {
            0 | 1 if length > 0 => bytes[at] ^= 1 << draw.below(8),
            2 if length > 0 => bytes[at] = draw.below(256) as u8,
            3 => bytes.truncate(at),
            4 => drop(bytes.drain(at..at + count)),
            5 => {
                let word = WORDS[draw.below(WORDS.len())];
                bytes.splice(at..at, word.iter().copied());
            }
            // The same again, once or very often.
            6 => {
                let piece = bytes[at..at + count].to_vec();
                let times = [1, 2, 50, 5_000][draw.below(4)];
                let times = times.min(limit / piece.len().max(1));
                bytes.splice(at..at, piece.repeat(times));
            }
            7 => {
                let (from, many) = span(draw, other.len());
                bytes.splice(at..at + count, other[from..from + many].iter().copied());
            }
            8 if length >= 8 => {
                let at = at.min(length - 8);
                let number = odd_number(draw).to_le_bytes();
                let width = [1, 2, 4, 8][draw.below(4)];
                bytes[at..at + width].copy_from_slice(&number[..width]);
            }
            // Deep: a thousand brackets now and then, a hundred thousand seldom.
            9 if draw.below(8) == 0 => {
                let open = [&b"["[..], b"{\"a\":", b"- ", b"(", b"[{\"a\":"][draw.below(5)];
                let depth = [100, 1_000, 100_000][draw.below(3)].min(limit / open.len());
                bytes.splice(at..at, open.repeat(depth));
            }
            _ => {
                let number = odd_number(draw).to_string();
                bytes.splice(at..at + count, number.into_bytes());
            }
        }
        bytes.truncate(limit);
    }
    bytes
}

/// A value that is seldom expected.
fn odd_value(draw: &mut Draw) -> Value {
    match draw.below(14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(odd_number(draw)),
        3 => json!(-1),
        4 => json!(-0.0),
        5 => json!(1e308),
        6 => json!(5e-324),
        7 => json!(""),
        8 => json!("x".repeat([1, 1_000, 300_000][draw.below(3)])),
        9 => json!("\u{0}\u{202e}\u{feff}<script>"),
        10 => json!([]),
        11 => json!({}),
        12 => json!(vec![0; [1, 1_000, 100_000][draw.below(3)]]),
        _ => (0..[1, 10, 90][draw.below(3)]).fold(json!(1), |inner, _| json!([inner])),
    }
}

/// Changes one place in a tree: replaced, lost, doubled, renamed, or changed for another.
pub fn tree(draw: &mut Draw, value: &mut Value) {
    match value {
        Value::Array(items) if !items.is_empty() && draw.below(5) > 0 => {
            let at = draw.below(items.len());
            match draw.below(6) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                2 => items.insert(at, odd_value(draw)),
                _ => tree(draw, &mut items[at]),
            }
        }
        Value::Object(members) if !members.is_empty() && draw.below(5) > 0 => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = &names[draw.below(names.len())];
            match draw.below(7) {
                0 => drop(members.remove(name)),
                1 => {
                    let value = members.remove(name).unwrap_or_default();
                    members.insert(format!("{name}x"), value);
                }
                2 => drop(members.insert("more".into(), odd_value(draw))),
                3 => {
                    let other = members[&names[draw.below(names.len())]].clone();
                    members.insert(name.clone(), other);
                }
                _ => tree(draw, &mut members[name]),
            }
        }
        _ => *value = odd_value(draw),
    }
}

/// JSON with some places changed; bytes made worse where it is none, and in one case of four.
pub fn json(draw: &mut Draw, input: &[u8]) -> Vec<u8> {
    match serde_json::from_slice::<Value>(input) {
        Ok(mut value) if draw.below(4) > 0 => {
            for _ in 0..1 + draw.below(3) {
                tree(draw, &mut value);
            }
            value.to_string().into_bytes()
        }
        _ => bytes(draw, input.to_vec(), input, 1 << 20),
    }
}
