//! Tables that cannot be read: one sentence, with the file and the line.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

use flate2::Compression;
use flate2::write::GzEncoder;
use model::rows::{Format, Reader};
use std::io::{self, Cursor, Read, Write};
use std::path::Path;

/// Reads a table until it is refused.
fn refusal_of(input: impl Read + 'static, format: Format) -> String {
    let mut reader = match Reader::new("t", Box::new(input), Some(format)) {
        Ok(reader) => reader,
        Err(error) => return error.to_string(),
    };
    loop {
        match reader.next_record() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the table was read"),
            Err(error) => return error.to_string(),
        }
    }
}

fn csv(table: impl AsRef<[u8]>) -> String {
    refusal_of(Cursor::new(table.as_ref().to_vec()), Format::Csv)
}

fn jsonl(table: impl AsRef<[u8]>) -> String {
    refusal_of(Cursor::new(table.as_ref().to_vec()), Format::Jsonl)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_ragged_row_is_named_by_its_line() {
    let row = "this row has 1 values; 2 were expected, as in the header";
    for end in ["\n", "\r\n"] {
        let table = |lines: &[&str]| csv(lines.join(end));
        assert_eq!(
            table(&["a,b", "1,2", "3", "4,5"]),
            format!("t, line 3: {row}")
        );
        // Right after quoted line ends, and after a blank line.
        assert_eq!(
            table(&["a,b", "\"1\n1\n1\",2", "3"]),
            format!("t, line 5: {row}")
        );
        assert_eq!(table(&["a,b", "", "", "3"]), format!("t, line 4: {row}"));
    }
    assert_eq!(
        csv("a,b\n1,2,3\n"),
        "t, line 2: this row has 3 values; 2 were expected, as in the header"
    );
}

#[test]
fn an_empty_table_has_no_header() {
    for table in ["", "\n", "\r\n\r\n", "\u{feff}"] {
        assert_eq!(csv(table), "t: it is empty; a header row was expected");
        assert_eq!(
            jsonl(table),
            "t: it is empty; a JSON object a line was expected"
        );
    }
    let empty = gzip(b"");
    assert_eq!(csv(&empty), "t: it is empty; a header row was expected");
}

#[test]
fn a_header_must_name_each_column_once() {
    assert_eq!(
        csv("a,b,a\n1,2,3\n"),
        "t, line 1: the column \"a\" is given twice"
    );
    assert_eq!(
        csv(b"a,\xff\n"),
        "t, line 1: column 2 is not UTF-8 text; save the file as UTF-8"
    );
}

#[test]
fn text_that_is_not_utf8_is_named() {
    let sentence = "t, line 3: the column \"b\" is not UTF-8 text; save the file as UTF-8";
    assert_eq!(csv(b"a,b\n1,2\n3,caf\xe9\n"), sentence);
    // Half a character at the end of one field does not join with the next.
    assert!(csv(b"a,b\n\xc3,\xa9\n").starts_with("t, line 2: the column \"a\" is not UTF-8"));
    assert_eq!(
        jsonl(b"{\"a\": 1}\n{\"a\": \"caf\xe9\"}\n"),
        "t, line 2: this is not UTF-8 text; save the file as UTF-8"
    );
}

#[test]
fn utf16_is_named() {
    for table in [&b"\xff\xfea\0,\0"[..], b"\xfe\xff\0a\0,"] {
        assert_eq!(
            csv(table),
            "t, line 1: this is UTF-16 text; save it as UTF-8"
        );
    }
}

#[test]
fn a_quote_that_is_never_closed_is_found_at_the_end() {
    let sentence = "t, line 2: the row that begins here has a quote that is never closed";
    assert_eq!(csv("a,b\n1,\"2\n3,4\n5,6\n"), sentence);
    assert_eq!(csv("a,b\n1,\"2"), sentence);
    assert_eq!(csv("a,b\n1,\"2\"\""), sentence);
    let header = "t, line 1: the row that begins here has a quote that is never closed";
    assert_eq!(csv("\"a,b\n1,2\n"), header);
}

#[test]
fn a_row_that_is_too_long_is_found_where_it_begins() {
    let too_long = |line| {
        format!(
            "t, line {line}: the row that begins here is longer than 16 MB; \
             a closing quote or the line ends may be missing"
        )
    };
    let long = "x".repeat(17 << 20);
    assert_eq!(csv(format!("a\n1\n{long}\n2\n")), too_long(3));
    assert_eq!(csv(&long), too_long(1));
    assert_eq!(
        jsonl(format!("{{\"a\": 1}}\n\n{{\"a\": \"{long}\"}}\n")),
        too_long(3)
    );
    let unclosed = "a,b\n1,2\n3,\"4\n".to_string() + &"5,6\n".repeat(10 << 20);
    assert_eq!(unclosed.len() >> 20, 40);
    assert_eq!(csv(&unclosed), too_long(3));
    assert_eq!(csv(gzip(unclosed.as_bytes())), too_long(3));
}

/// Names were once compared pair by pair: this took minutes.
#[test]
fn a_line_of_very_many_names_is_read_soon() {
    let names: Vec<String> = (0..500_000).map(|i| format!("c{i}")).collect();
    let header = names.join(",") + ",c0\n";
    assert_eq!(csv(header), "t, line 1: the column \"c0\" is given twice");
    let members = names.join("\":1,\"");
    let object = format!("{{\"{members}\":1}}\n");
    let twice = format!("{{\"{members}\":1,\"c7\":1}}\n");
    let sentence = "t, line 3: the field \"c7\" is given twice";
    assert_eq!(jsonl(object.clone() + &object + &twice), sentence);
}

#[test]
fn a_line_that_is_no_object_is_named() {
    for (line, what) in [
        (
            "[1]",
            "invalid type: sequence, expected an object at column 0",
        ),
        (
            "\"x\"",
            "invalid type: string \"x\", expected an object at column 3",
        ),
        ("{\"a\": 1", "EOF while parsing an object at column 7"),
        ("{\"a\": \"x", "EOF while parsing a string at column 8"),
        ("{\"a\": 1} x", "trailing characters at column 10"),
        ("{'a': 1}", "key must be a string at column 2"),
        ("{\"a\": 1e999}", "number out of range at column 11"),
    ] {
        for end in ["", "\n", "\r\n"] {
            assert_eq!(
                jsonl(format!("{{\"a\": 0}}\n{line}{end}")),
                format!("t, line 2: a JSON object was expected: {what}")
            );
        }
    }
}

#[test]
fn a_member_given_twice_is_named() {
    assert_eq!(
        jsonl("{\"a\": 1}\n{\"b\": 1, \"\\u0062\": 2}\n"),
        "t, line 2: the field \"b\" is given twice"
    );
}

#[test]
fn a_first_object_without_members_names_no_column() {
    assert_eq!(
        jsonl("\n{}\n{\"a\": 1}\n"),
        "t, line 2: this object has no members; a member for each column was expected"
    );
}

#[test]
fn damaged_gzip_is_named() {
    let mut table = String::from("a,b\n");
    for i in 0..30_000 {
        table += &format!("{i},{}\n", i * 7919 % 10007);
    }
    let whole = gzip(table.as_bytes());
    let expected = "the gzip data is damaged or cut short";
    for length in [3, 9, 20, whole.len() / 2, whole.len() - 1] {
        let sentence = csv(&whole[..length]);
        assert!(sentence.contains(expected), "{length}: {sentence}");
    }
    let mut flipped = whole.clone();
    let checksum = whole.len() - 8;
    flipped[checksum] ^= 1;
    assert!(csv(&flipped).contains(expected));
    let garbage_behind = [&whole[..], b"garbage"].concat();
    assert!(csv(garbage_behind).contains(expected));
    let cut_between_lines = gzip(&b"{\"a\": 1}\n".repeat(9000));
    let sentence = jsonl(&cut_between_lines[..cut_between_lines.len() - 9]);
    assert!(
        sentence.starts_with("t, line ") && sentence.contains(expected),
        "{sentence}"
    );
}

/// Gives some bytes, then fails.
struct Failing(Cursor<Vec<u8>>, io::ErrorKind);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::new(self.1, "the wire is cut")),
            count => Ok(count),
        }
    }
}

#[test]
fn a_source_that_fails_is_not_called_gzip() {
    for kind in [
        io::ErrorKind::InvalidData,
        io::ErrorKind::UnexpectedEof,
        io::ErrorKind::InvalidInput,
        io::ErrorKind::ConnectionReset,
    ] {
        for (bytes, format, line) in [
            (b"".to_vec(), Format::Csv, ""),
            (b"a,b\n1,2\n".to_vec(), Format::Csv, ", line 3"),
            (b"a,b\n1,2\n3".to_vec(), Format::Csv, ", line 3"),
            (b"{\"a\": 1}\n{\"a\"".to_vec(), Format::Jsonl, ", line 2"),
            (gzip(b"a,b\n1,2\n")[..11].to_vec(), Format::Csv, ""),
            (gzip(b"a,b\n1,2\n")[..12].to_vec(), Format::Csv, ", line 1"),
        ] {
            let sentence = refusal_of(Failing(Cursor::new(bytes), kind), format);
            assert_eq!(sentence, format!("t{line}: the wire is cut"));
        }
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let open = |path: &Path| Reader::open(path).err().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        open(Path::new("rows.xlsx")),
        "rows.xlsx: its name tells no format; .csv, .tsv or .jsonl, or one of these with .gz, was expected"
    );
    assert_eq!(
        open(Path::new("none.csv")),
        "none.csv: No such file or directory (os error 2)"
    );
    let inner = folder.path().join("folder.csv");
    std::fs::create_dir(&inner).unwrap();
    assert!(open(&inner).ends_with("folder.csv: this is a folder; a file was expected"));
}
