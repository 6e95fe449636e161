//! The rules of delimited text, RFC 4180, and of what is not RFC 4180: where values and records end.
//!
//! Where RFC 4180 has no rule, the rules are those of the `csv` crate: a quote opens a value only as
//! its first byte, what follows a closed quote is plain, and `\r` ends a record by itself. A search
//! jumps from one byte that matters to the next, and nothing is copied.

use memchr::{memchr, memchr3};
use std::borrow::Cow;

/// A value, as it lies in the table.
#[derive(Clone, Copy)]
pub(super) struct FieldRange {
    /// The first byte, behind an opening quote.
    start: usize,
    /// Behind the last byte, before a closing quote.
    end: usize,
    /// The byte that ends the value, a delimiter or a line end, or the end of the bytes.
    pub stop: usize,
    /// There are quotes between `start` and `end` that are not text.
    has_quotes: bool,
    /// The value begins with a quote that is never closed.
    pub is_open: bool,
}

impl FieldRange {
    /// The value that begins at `at`.
    pub fn of(bytes: &[u8], at: usize, delimiter: u8) -> FieldRange {
        let plain_end = |at: usize| {
            let rest = &bytes[at..];
            at + memchr3(delimiter, b'\n', b'\r', rest).unwrap_or(rest.len())
        };
        let range = |start, end, stop| FieldRange {
            start,
            end,
            stop,
            has_quotes: false,
            is_open: false,
        };
        if bytes.get(at) != Some(&b'"') {
            let end = plain_end(at);
            return range(at, end, end);
        }
        let start = at + 1;
        let (mut at, mut has_quotes) = (start, false);
        loop {
            let Some(quote) = memchr(b'"', &bytes[at..]) else {
                return FieldRange {
                    has_quotes,
                    is_open: true,
                    ..range(start, bytes.len(), bytes.len())
                };
            };
            let close = at + quote;
            match bytes.get(close + 1) {
                // The first of two stands for one.
                Some(b'"') => (at, has_quotes) = (close + 2, true),
                Some(byte) if *byte != delimiter && !is_line_end(byte) => {
                    let end = plain_end(close + 1);
                    return FieldRange {
                        has_quotes: true,
                        ..range(start, end, end)
                    };
                }
                _ => {
                    return FieldRange {
                        has_quotes,
                        ..range(start, close, close + 1)
                    };
                }
            }
        }
    }

    /// The value's bytes, without the quotes that are not text.
    pub fn bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        let mut rest = &bytes[self.start..self.end];
        if !self.has_quotes {
            return Cow::Borrowed(rest);
        }
        let mut text = Vec::with_capacity(rest.len());
        while let Some(quote) = memchr(b'"', rest) {
            text.extend_from_slice(&rest[..quote]);
            rest = &rest[quote + 1..];
            match rest.first() {
                Some(b'"') => {
                    text.push(b'"');
                    rest = &rest[1..];
                }
                // It closed the value, and what follows is plain.
                _ => break,
            }
        }
        text.extend_from_slice(rest);
        Cow::Owned(text)
    }
}

pub(super) fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Number of the bytes at the start that are blank lines.
pub(super) fn blank(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_line_end(byte)).count()
}

/// Behind the last record that ends in `bytes`, which begin with a record; 0 if none ends. `true` if
/// the bytes end within quotes.
pub(super) fn last_end(bytes: &[u8], delimiter: u8) -> (usize, bool) {
    let (mut at, mut end) = (0, 0);
    loop {
        let FieldRange { stop, is_open, .. } = FieldRange::of(bytes, at, delimiter);
        let Some(byte) = bytes.get(stop) else {
            return (end, is_open);
        };
        at = stop + 1;
        if *byte != delimiter {
            end = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FieldRange, is_line_end, last_end};
    use csv_core::{ReadRecordResult, ReaderBuilder};
    use proptest::prelude::*;

    /// The values of each record, and where it ends.
    type Records = Vec<(Vec<Vec<u8>>, usize)>;

    fn by_field_range(bytes: &[u8], delimiter: u8) -> Records {
        let (mut at, mut records) = (0, Vec::new());
        loop {
            at += bytes[at..]
                .iter()
                .take_while(|byte| is_line_end(byte))
                .count();
            if at == bytes.len() {
                return records;
            }
            let mut values = Vec::new();
            loop {
                let range = FieldRange::of(bytes, at, delimiter);
                values.push(range.bytes(bytes).into_owned());
                at = bytes.len().min(range.stop + 1);
                if bytes.get(range.stop) != Some(&delimiter) {
                    break;
                }
            }
            records.push((values, at));
        }
    }

    fn by_csv_core(bytes: &[u8], delimiter: u8) -> Records {
        let mut parser = ReaderBuilder::new().delimiter(delimiter).build();
        let (mut fields, mut ends) = (vec![0; 1000], vec![0; 1000]);
        // It takes a byte order mark off the first record; in a table that is the header.
        parser.read_record(b"\n", &mut fields, &mut ends);
        let (mut at, mut records) = (0, Vec::new());
        loop {
            at += bytes[at..]
                .iter()
                .take_while(|byte| is_line_end(byte))
                .count();
            if at == bytes.len() {
                return records;
            }
            let (mut result, read, mut wrote, mut count) =
                parser.read_record(&bytes[at..], &mut fields, &mut ends);
            at += read;
            if result == ReadRecordResult::InputEmpty {
                let (last, _, more, ended) =
                    parser.read_record(&[], &mut fields[wrote..], &mut ends[count..]);
                (result, wrote, count) = (last, wrote + more, count + ended);
            }
            assert_eq!(result, ReadRecordResult::Record);
            let starts = [0].into_iter().chain(ends[..count].iter().copied());
            let spans = starts.zip(&ends[..count]);
            let values = spans.map(|(start, end)| fields[start..*end].to_vec());
            records.push((values.collect(), at));
            assert!(wrote <= fields.len());
        }
    }

    fn values(text: &str) -> Vec<Vec<String>> {
        let text_of = |value: &Vec<u8>| String::from_utf8(value.clone()).unwrap();
        let records = by_field_range(text.as_bytes(), b',');
        let texts = records.iter().map(|(v, _)| v.iter().map(text_of).collect());
        texts.collect()
    }

    #[test]
    fn quotes_are_undone() {
        assert_eq!(
            values("a,\"b, c\",\"say \"\"yes\"\"\"\r\n\"two\nlines\",,\"\"\n"),
            [["a", "b, c", "say \"yes\""], ["two\nlines", "", ""]]
        );
        // No legal CSV, and still read as everybody reads it.
        assert_eq!(values("a\"b\",\"c\"d\",\"e"), [["a\"b\"", "cd\"", "e"]]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_split_as_csv_core_splits_them(
            pieces in prop::collection::vec(
                prop_oneof![
                    6 => prop::sample::select(&b"a\",\n\r\t;"[..]).prop_map(|byte| vec![byte]),
                    1 => any::<u8>().prop_map(|byte| vec![byte]),
                    1 => Just(b"\xef\xbb\xbf".to_vec()),
                    1 => Just(b"\"a \"\"word\"\", two\nlines\"".to_vec()),
                ],
                0..40,
            ),
            delimiter in prop::sample::select(&b",;\t"[..]),
        ) {
            let bytes = pieces.concat();
            prop_assert_eq!(by_field_range(&bytes, delimiter), by_csv_core(&bytes, delimiter));
        }

        #[test]
        fn the_last_end_is_that_of_the_last_record(
            pieces in prop::collection::vec(
                prop::sample::select(vec!["a", ",", "\n", "\r", "\"", "\"\"", "\"x,\ny\""]),
                0..40,
            ),
        ) {
            let bytes = pieces.concat().into_bytes();
            let (end, is_open) = last_end(&bytes, b',');
            let mut records = by_csv_core(&bytes, b',');
            // A record that ends within quotes, or without a line end, goes on behind these bytes.
            records.pop_if(|(_, end)| is_open || !is_line_end(&bytes[*end - 1]));
            let last = records.last().map_or(0, |(_, end)| *end);
            // Blank lines are ends, too.
            let between = &bytes[last.min(end)..end];
            prop_assert!(end >= last && between.iter().all(is_line_end), "{} {}", end, last);
            prop_assert!(!is_open || end < bytes.len());
        }
    }
}
