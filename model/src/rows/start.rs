//! The beginning of a table: its byte order mark, its format and its delimiter.

use super::cutter::{Position, Shape};
use super::fields::blank;
use super::record::{ReadError, ReadErrorKind};
use memchr::{memchr, memchr3};

/// UTF-8's byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Format of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header row, RFC 4180; semicolons where the header has no
    /// comma.
    Csv,
    /// The same with tabs.
    Tsv,
    /// A JSON object a line.
    Jsonl,
}

impl Format {
    /// The format by a file's name; a trailing `.gz` does not matter.
    pub fn of_name(name: &str) -> Option<Format> {
        let name = name.to_ascii_lowercase();
        let stem = name.strip_suffix(".gz").unwrap_or(&name);
        match stem.rsplit_once('.')?.1 {
            "csv" => Some(Format::Csv),
            "tsv" => Some(Format::Tsv),
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            _ => None,
        }
    }

    /// The format of the table `name`; errors call it `place`.
    ///
    /// # Errors
    /// When the name tells none.
    pub fn of_table(name: &str, place: &str) -> Result<Format, ReadError> {
        Format::of_name(name).ok_or_else(|| {
            let what = "its name tells no format; .csv, .tsv or .jsonl, or one of these with .gz, was expected";
            ReadError::at(ReadErrorKind::UnknownFormat, place, None, what)
        })
    }

    /// Delimiter of a table with this header, of which names in quotes are left out.
    fn delimiter(self, header: &[u8]) -> Option<u8> {
        match self {
            // Spreadsheets write semicolons where the comma is the decimal point.
            Format::Csv if header.contains(&b';') && !header.contains(&b',') => Some(b';'),
            Format::Csv => Some(b','),
            Format::Tsv => Some(b'\t'),
            Format::Jsonl => None,
        }
    }

    /// The format of text whose first line is this.
    fn of_first_line(first_line: &[u8]) -> Format {
        if first_line.trim_ascii_start().starts_with(b"{") {
            Format::Jsonl
        } else if first_line.contains(&b'\t') && !first_line.contains(&b',') {
            Format::Tsv
        } else {
            Format::Csv
        }
    }
}

/// The first line without its names in quotes: those may hold delimiters and line ends.
fn outside_quotes(table: &[u8]) -> Vec<u8> {
    let (mut line, mut rest) = (Vec::new(), table);
    // A quote opens a name at its start, or goes on with one: two quotes in it stand for one.
    let mut opens = true;
    loop {
        let end = memchr3(b'"', b'\r', b'\n', rest).unwrap_or(rest.len());
        let (before, after) = rest.split_at(end);
        line.extend_from_slice(before);
        opens = before.last().map_or(opens, |byte| b",;\t".contains(byte));
        rest = match after {
            [b'"', name @ ..] if opens => match memchr(b'"', name) {
                Some(end) => &name[end + 1..],
                None => return line,
            },
            [b'"', name @ ..] => name,
            _ => return line,
        };
    }
}

/// Delimiter that a first line such as `sep=;` names, which spreadsheets write and read, and the
/// line's length with its end.
fn separator_line(table: &[u8]) -> Option<(u8, usize)> {
    let length = table.iter().position(|byte| *byte == b'\n')? + 1;
    let line = table[..length].trim_ascii_end();
    let line = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    let (name, delimiter) = line.split_at_checked(4)?;
    match (name.eq_ignore_ascii_case(b"sep="), delimiter) {
        (true, [delimiter]) if delimiter.is_ascii_punctuation() => Some((*delimiter, length)),
        // The tab was trimmed as a blank.
        (true, []) if table[4..].starts_with(b"\t") => Some((b'\t', length)),
        _ => None,
    }
}

/// Beginning of a table.
pub(super) struct Start {
    /// The first byte of the header, or of the rows where there is none.
    pub position: Position,
    /// The delimiter, and no columns yet.
    pub shape: Shape,
}

impl Start {
    /// Finds it out from the first bytes of a table; without a format, its first line decides. Values
    /// of a table without a header say nothing about its delimiter.
    pub fn of(bytes: &[u8], format: Option<Format>, has_header: bool) -> Start {
        let mut position = Position::at_line(1);
        while bytes[position.at..].starts_with(MARK) {
            position.at += MARK.len();
        }
        let mut named = None;
        if format != Some(Format::Jsonl)
            && let Some((delimiter, length)) = separator_line(&bytes[position.at..])
        {
            position = Position {
                at: position.at + length,
                line: 2,
            };
            named = Some(delimiter);
        }
        let rest = &bytes[position.at..];
        let rest = &rest[blank(rest)..];
        let first_line = outside_quotes(rest);
        let format = format.unwrap_or_else(|| Format::of_first_line(&first_line));
        let header = if has_header { &first_line[..] } else { b"" };
        Start {
            position,
            shape: Shape {
                delimiter: named.or_else(|| format.delimiter(header)),
                columns: Vec::new(),
            },
        }
    }

    /// True if the first record is whole in `bytes`, which this was found out from: more bytes do not
    /// change it.
    pub fn has_record(&self, bytes: &[u8]) -> bool {
        let rest = &bytes[self.position.at..];
        // Of a line end of two bytes, the second one may be on its way.
        !bytes.ends_with(b"\r") && self.shape.last_end(&rest[blank(rest)..]).0 > 0
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, Start};

    #[test]
    fn names_in_quotes_do_not_tell_the_delimiter() {
        let delimiter = |header: &str| {
            Start::of(header.as_bytes(), Some(Format::Csv), true)
                .shape
                .delimiter
        };
        for (header, expected) in [
            ("a;b\n1;2\n", b';'),
            ("a,b;c\n", b','),
            ("\"a,b\";c\n1;2\n", b';'),
            ("a;\"say \"\"x, y\"\"\"\n", b';'),
            ("\"two\nlines\";c\n1;2\n", b';'),
            ("\"a;b\",c\n", b','),
            ("\"a;b\"\n", b','),
            ("5\" pipe;length, m\n", b','),
            ("5\" pipe;length\n", b';'),
            ("5\"\" pipe;length\n1,\"2\"\n", b';'),
            ("\"stays open;a,b\n1,2\n", b','),
        ] {
            assert_eq!(delimiter(header), Some(expected), "{header}");
        }
        let of_any = |header: &str| Start::of(header.as_bytes(), None, true).shape.delimiter;
        assert_eq!(of_any("\"a,b\"\tc\n"), Some(b'\t'));
        assert_eq!(of_any(" {\"a\":1}\n"), None);
    }
}
