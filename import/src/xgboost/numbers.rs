//! Numbers of XGBoost's JSON, which has `NaN`, `Infinity` and `-Infinity` besides those of JSON.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// A number, also one that JSON does not have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(pub f32);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f32<E>(self, number: f32) -> Result<Number, E> {
        Ok(Number(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
        Ok(Number(number as f32))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
        Ok(Number(number as f32))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
        Ok(Number(number as f32))
    }

    fn visit_unit<E>(self) -> Result<Number, E> {
        Ok(Number(f32::NAN))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        match text {
            "inf" => Ok(Number(f32::INFINITY)),
            "-inf" => Ok(Number(f32::NEG_INFINITY)),
            other => Err(E::custom(format!("{other:?} is no number"))),
        }
    }
}

/// The document in plain JSON: `null` in place of `NaN`, the strings `inf` and `-inf` in place of
/// infinite numbers.
pub fn plain(json: &[u8]) -> Cow<'_, [u8]> {
    const WORDS: [(&[u8], &[u8]); 3] = [
        (b"NaN", b"null"),
        (b"Infinity", b"\"inf\""),
        (b"-Infinity", b"\"-inf\""),
    ];
    let mut plain: Vec<u8> = Vec::new();
    let (mut at, mut copied, mut is_text) = (0, 0, false);
    while let Some(byte) = json.get(at) {
        match (byte, is_text) {
            (b'"', _) => is_text = !is_text,
            // What stands behind it is part of the text.
            (b'\\', true) => at += 1,
            (b'N' | b'I' | b'-', false) => {
                let mut words = WORDS.iter();
                if let Some((word, with)) = words.find(|(word, _)| json[at..].starts_with(word)) {
                    plain.extend_from_slice(&json[copied..at]);
                    plain.extend_from_slice(with);
                    at += word.len();
                    copied = at;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    plain.extend_from_slice(&json[copied..]);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_outside_of_texts_become_plain_json() {
        let json = br#"{"NaN \" NaN": [NaN, -Infinity, Infinity, -1, 1.5, 2], "x": "Infinity"}"#;
        let read = plain(json);
        let expected = br#"{"NaN \" NaN": [null, "-inf", "inf", -1, 1.5, 2], "x": "Infinity"}"#;
        assert_eq!(read, expected.as_slice());
        assert!(matches!(plain(b"[1, \"NaN\"]"), Cow::Borrowed(_)));
        let numbers: Vec<Number> =
            serde_json::from_slice(&plain(b"[NaN,-Infinity,2,0.1]")).unwrap();
        assert!(numbers[0].0.is_nan());
        assert_eq!(numbers[1..], [f32::NEG_INFINITY, 2.0, 0.1].map(Number));
    }
}
