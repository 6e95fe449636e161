//! JSON objects in the lines of a log.
//!
//! `aws logs tail` puts time and stream in front of a message, Firehose may join messages, and a
//! subscription of CloudWatch Logs packs them into a batch (the CloudWatch Logs user guide, "Real-time
//! processing of log data with subscriptions").

use serde::Deserialize;
use std::borrow::Cow;

/// Bytes that are read of an object that fails, over and over, for each byte of its text.
const REREAD: usize = 64;

/// Passes each message of a line to `visit`: those of a batch, or else the line itself.
pub fn messages(line: &[u8], visit: &mut dyn FnMut(&[u8])) {
    if line.trim_ascii_start().starts_with(br#"{"messageType":"#)
        && let Ok(batch) = serde_json::from_slice::<Batch<'_>>(line)
    {
        let messages = batch.log_events.iter().map(|event| &event.message);
        messages.for_each(|message| visit(message.as_bytes()));
        return;
    }
    visit(line);
}

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(rename = "logEvents", borrow)]
    log_events: Vec<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    message: Cow<'a, str>,
}

/// The objects of a message that begin alike. Text before, between and after them is skipped.
pub struct Objects<'a> {
    text: &'a [u8],
    start: &'static [u8],
    /// Bytes that failed objects may still take: one that holds thousands that begin like itself, and
    /// does not end, would be read thousands of times.
    left: usize,
}

impl<'a> Objects<'a> {
    /// The objects in `text` that begin with `start`.
    pub fn new(text: &'a [u8], start: &'static [u8]) -> Objects<'a> {
        let left = text.len().saturating_mul(REREAD);
        Objects { text, start, left }
    }

    /// The next object, read as `T`. `Some(None)` is an object that is cut short or does not fit; `None` is
    /// the end.
    pub fn read_next<T: Deserialize<'a>>(&mut self) -> Option<Option<T>> {
        // Most messages begin with the object.
        let mut parts = self.text.windows(self.start.len());
        let at = parts.position(|part| part == self.start)?;
        let text = &self.text[at..];
        let mut values = serde_json::Deserializer::from_slice(text).into_iter::<T>();
        match values.next()? {
            Ok(object) => {
                self.text = &text[values.byte_offset().max(self.start.len())..];
                Some(Some(object))
            }
            Err(error) => {
                // The column counts bytes, from the last line end on.
                let read = match error.line() {
                    1 => error.column(),
                    _ => text.len(),
                };
                self.left = self.left.saturating_sub(read);
                self.text = match self.left {
                    0 => &[],
                    _ => &text[self.start.len()..],
                };
                Some(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::IgnoredAny;
    use std::collections::BTreeMap;

    const START: &[u8] = br#"{"a""#;

    /// The objects of a line; -1 stands for one that fails.
    fn objects(line: &[u8]) -> Vec<i64> {
        let mut all = Vec::new();
        messages(line, &mut |message| {
            let mut objects = Objects::new(message, START);
            while let Some(object) = objects.read_next::<BTreeMap<&str, i64>>() {
                all.push(object.map_or(-1, |object| object["a"]));
            }
        });
        all
    }

    #[test]
    fn objects_are_found_among_text() {
        for (line, expected) in [
            (r#"2026-01-05 stream {"a":1}{"a":2} end"#, vec![1, 2]),
            (r#"{"a":"x"}{"a":3}"#, vec![-1, 3]),
            // The second begins within what was read of the first.
            (r#"{"a":{"a":4}"#, vec![-1, 4]),
            (r#"{"a":"#, vec![-1]),
            (r#"{"b":1}"#, vec![]),
            ("", vec![]),
        ] {
            assert_eq!(objects(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn a_batch_is_opened() {
        let events =
            r#""logEvents":[{"message":"{\"a\":1}"},{"message":"END"},{"message":"{\"a\":2}"}]"#;
        let batch = format!(r#" {{"messageType":"DATA_MESSAGE",{events}}}"#);
        assert_eq!(objects(batch.as_bytes()), [1, 2]);
        // What only begins like one is a message.
        assert_eq!(objects(br#"{"messageType":1} {"a":3}"#), [3]);
    }

    #[test]
    fn objects_within_each_other_are_not_read_without_end() {
        let nested = r#"{"a":"#.repeat(100_000);
        let mut objects = Objects::new(nested.as_bytes(), START);
        let mut count = 0;
        while let Some(object) = objects.read_next::<IgnoredAny>() {
            assert!(object.is_none());
            count += 1;
        }
        assert!((REREAD..3 * REREAD).contains(&count), "{count}");
    }
}
