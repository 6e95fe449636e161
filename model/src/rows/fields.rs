//! A record to its values, by RFC 4180: quotes are undone, and a value that has none inside is
//! left where it lies.
//!
//! The rules where RFC 4180 has none are those of `csv-core`, which reads the header: a quote opens
//! a value only as its first byte, what follows a closed one is plain, and `\r` ends a record by
//! itself. That parser looks at each byte; this one jumps from one that matters to the next.

/// Where a value lies.
#[derive(Clone, Copy)]
struct FieldRange {
    start: usize,
    end: usize,
    /// In the copies, not in the table.
    copied: bool,
}

/// The values of one record after the other. Keep it: it reuses its memory.
pub(super) struct Splitter {
    delimiter: u8,
    spans: Vec<FieldRange>,
    /// Values that had quotes inside, without them.
    copies: Vec<u8>,
}

impl Splitter {
    pub fn new(delimiter: u8) -> Splitter {
        Splitter {
            delimiter,
            spans: Vec::new(),
            copies: Vec::new(),
        }
    }

    /// Splits the record that begins at `at`, and says where it ends: behind one byte of its line
    /// end.
    pub fn split(&mut self, bytes: &[u8], mut at: usize) -> usize {
        self.spans.clear();
        self.copies.clear();
        loop {
            let stop = match bytes.get(at) {
                Some(b'"') => self.quoted(bytes, at + 1),
                _ => {
                    let end = self.plain_end(bytes, at);
                    self.keep(at, end, false);
                    end
                }
            };
            at = bytes.len().min(stop + 1);
            if bytes.get(stop) != Some(&self.delimiter) {
                return at;
            }
        }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// A value of the record that was split last, which lies in `bytes`.
    pub fn get<'a>(&'a self, bytes: &'a [u8], index: usize) -> &'a [u8] {
        let FieldRange { start, end, copied } = self.spans[index];
        let bytes = if copied { &self.copies } else { bytes };
        &bytes[start..end]
    }

    fn keep(&mut self, start: usize, end: usize, copied: bool) {
        self.spans.push(FieldRange { start, end, copied });
    }

    /// Where the plain bytes from `at` on end.
    fn plain_end(&self, bytes: &[u8], at: usize) -> usize {
        let rest = &bytes[at..];
        let found = memchr::memchr3(self.delimiter, b'\n', b'\r', rest);
        at + found.unwrap_or(rest.len())
    }

    fn is_end(&self, byte: Option<&u8>) -> bool {
        byte.is_none_or(|byte| *byte == self.delimiter || matches!(byte, b'\r' | b'\n'))
    }

    /// A value behind its opening quote; where it ends.
    fn quoted(&mut self, bytes: &[u8], start: usize) -> usize {
        let quote = |at: usize| {
            let rest = &bytes[at..];
            at + memchr::memchr(b'"', rest).unwrap_or(rest.len())
        };
        let mut at = start;
        let mut close = quote(at);
        if self.is_end(bytes.get(close + 1)) {
            self.keep(start, close, false);
            return bytes.len().min(close + 1);
        }
        let copy = self.copies.len();
        let end = loop {
            self.copies.extend_from_slice(&bytes[at..close]);
            match bytes.get(close + 1) {
                // The first of two stands for one.
                Some(b'"') => {
                    self.copies.push(b'"');
                    at = close + 2;
                    close = quote(at);
                }
                _ => {
                    let rest = bytes.len().min(close + 1);
                    let end = self.plain_end(bytes, rest);
                    self.copies.extend_from_slice(&bytes[rest..end]);
                    break end;
                }
            }
        };
        self.keep(copy, self.copies.len(), true);
        end
    }
}

#[cfg(test)]
mod tests {
    use super::Splitter;
    use csv_core::{ReadRecordResult, ReaderBuilder};
    use proptest::prelude::*;

    /// The values of each record, and where it ends.
    type Records = Vec<(Vec<Vec<u8>>, usize)>;

    fn is_end(byte: &u8) -> bool {
        matches!(byte, b'\r' | b'\n')
    }

    fn by_splitter(bytes: &[u8], delimiter: u8) -> Records {
        let mut splitter = Splitter::new(delimiter);
        let (mut at, mut records) = (0, Vec::new());
        loop {
            at += bytes[at..].iter().take_while(|byte| is_end(byte)).count();
            if at == bytes.len() {
                return records;
            }
            at = splitter.split(bytes, at);
            let values = (0..splitter.len()).map(|index| splitter.get(bytes, index).to_vec());
            records.push((values.collect(), at));
        }
    }

    fn by_csv_core(bytes: &[u8], delimiter: u8) -> Records {
        let mut parser = ReaderBuilder::new().delimiter(delimiter).build();
        let (mut fields, mut ends) = (vec![0; 1000], vec![0; 1000]);
        // It takes a byte order mark off the first record; in a table that is the header.
        parser.read_record(b"\n", &mut fields, &mut ends);
        let (mut at, mut records) = (0, Vec::new());
        loop {
            at += bytes[at..].iter().take_while(|byte| is_end(byte)).count();
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
        let records = by_splitter(text.as_bytes(), b',');
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
            prop_assert_eq!(by_splitter(&bytes, delimiter), by_csv_core(&bytes, delimiter));
        }
    }
}
