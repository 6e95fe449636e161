//! Tables are read as they are written: CSV, TSV, JSON Lines, each also gzipped.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

use flate2::Compression;
use flate2::write::GzEncoder;
use model::row::Value;
use model::rows::{Blocks, Format, Reader, Record};
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::{Cursor, Read, Write};

/// A table's columns and records.
fn read(bytes: &[u8], format: Option<Format>) -> (Vec<String>, Vec<Record>) {
    let input = Box::new(Cursor::new(bytes.to_vec()));
    let mut reader = Reader::new("t", input, format).unwrap();
    let mut records = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        records.push(record);
    }
    (reader.columns().to_vec(), records)
}

/// A record of text.
fn text(line: u64, values: &[&str]) -> Record {
    let values = values
        .iter()
        .map(|v| Some(Value::Text(v.to_string().into())));
    Record {
        line,
        values: values.collect(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn csv_has_a_header_and_quotes() {
    let (columns, records) = read(b"text,label\n\"a, \"\"b\"\"\",x\n,\n", Some(Format::Csv));
    assert_eq!(columns, ["text", "label"]);
    assert_eq!(records, [text(2, &["a, \"b\"", "x"]), text(3, &["", ""])]);
}

#[test]
fn csv_may_have_semicolons_where_its_header_has_no_comma() {
    let (columns, records) = read(b"text;label\n1,5 kg;\"a;b\"\n", Some(Format::Csv));
    assert_eq!(columns, ["text", "label"]);
    assert_eq!(records, [text(2, &["1,5 kg", "a;b"])]);
}

#[test]
fn a_column_without_a_name_gets_that_of_pandas() {
    let (columns, _) = read(b",text,\n0,a,b\n", Some(Format::Csv));
    assert_eq!(columns, ["Unnamed: 0", "text", "Unnamed: 2"]);
}

#[test]
fn tsv_has_quotes_too() {
    let (columns, records) = read(b"a,b\tc\n\"x\ty\"\t5\" pipe\n", Some(Format::Tsv));
    assert_eq!(columns, ["a,b", "c"]);
    assert_eq!(records, [text(2, &["x\ty", "5\" pipe"])]);
}

#[test]
fn a_record_tells_the_line_on_which_it_begins() {
    let lines = ["a,b", "\"1\n\n1\",2", "", "3,\"4\n\"", "5,6"];
    let expected = [
        text(2, &["1\n\n1", "2"]),
        text(6, &["3", "4\n"]),
        text(8, &["5", "6"]),
    ];
    for end in ["\n", "\r\n"] {
        for last in ["", end] {
            let table = lines.join(end) + last;
            assert_eq!(
                read(table.as_bytes(), Some(Format::Csv)).1,
                expected,
                "{table:?}"
            );
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_column() {
    for (table, format) in [
        (&b"\xef\xbb\xbfa,b\n1,2\n"[..], Format::Csv),
        (b"\xef\xbb\xbf{\"a\": \"1\", \"b\": \"2\"}\n", Format::Jsonl),
    ] {
        let (columns, _) = read(table, Some(format));
        assert_eq!(columns, ["a", "b"]);
        assert_eq!(read(&gzip(table), None), read(table, Some(format)));
    }
}

#[test]
fn gzip_is_told_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let plain = b"a,b\n1,2\n3,4\n";
    let members = [gzip(b"a,b\n1,"), gzip(b""), gzip(b"2\n3,4\n")].concat();
    for (name, bytes) in [
        ("plain.csv", plain.to_vec()),
        ("plain-in-truth.csv.gz", plain.to_vec()),
        ("zipped.CSV.GZ", gzip(plain)),
        ("zipped-in-truth.csv", gzip(plain)),
        ("members.csv.gz", members),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut reader = Reader::open(&path).unwrap();
        assert_eq!(
            reader.next_record().unwrap(),
            Some(text(2, &["1", "2"])),
            "{name}"
        );
        assert_eq!(reader.next_record().unwrap(), Some(text(3, &["3", "4"])));
        assert_eq!(reader.next_record().unwrap(), None);
    }
}

#[test]
fn a_header_alone_is_a_table_without_rows() {
    for table in [&b"a,b"[..], b"a,b\n", b"\r\n\na,b\r\n\r\n"] {
        let (columns, records) = read(table, Some(Format::Csv));
        assert_eq!((columns.len(), records.len()), (2, 0));
    }
}

#[test]
fn json_lines_have_the_members_of_all_objects_as_columns() {
    let table = concat!(
        "{\"text\": \"a\\n\", \"label\": 1, \"on\": true}\n",
        "\r\n",
        "{\"label\": -2.5, \"other\": [1], \"text\": null}\r\n",
        "  {\"on\": [1, {}], \"label\": {\"a\": 1}}",
    );
    let (columns, records) = read(table.as_bytes(), Some(Format::Jsonl));
    assert_eq!(columns, ["text", "label", "on", "other"]);
    let expected = [
        (
            1,
            vec![
                Some(Value::Text("a\n".into())),
                Some(Value::Number(1.0)),
                Some(Value::Boolean(true)),
            ],
        ),
        (
            3,
            vec![
                Some(Value::Missing),
                Some(Value::Number(-2.5)),
                None,
                Some(Value::Array),
            ],
        ),
        (4, vec![None, Some(Value::Object), Some(Value::Array), None]),
    ]
    .map(|(line, values)| Record { line, values });
    assert_eq!(records, expected);
}

#[test]
fn columns_of_json_lines_can_be_expected() {
    let table = "{\"b\": 1}\n{\"c\": 2, \"a\": 3}\n";
    let input = Box::new(Cursor::new(table));
    let mut reader = Reader::new("t", input, Some(Format::Jsonl)).unwrap();
    reader.expect_columns(["a", "b"]);
    assert_eq!(reader.columns(), ["b", "a"]);
    let one = |number: f64| Some(Value::Number(number));
    let first = reader.next_record().unwrap().unwrap();
    assert_eq!(first.values, [one(1.0), None]);
    let second = reader.next_record().unwrap().unwrap();
    assert_eq!(second.values, [None, one(3.0), one(2.0)]);
    assert_eq!(reader.columns(), ["b", "a", "c"]);
}

#[test]
fn whole_numbers_of_json_keep_every_digit() {
    let table = "{\"id\": 9007199254740993}\n{\"id\": -9223372036854775808}\n{\"id\": 7}\n";
    let (_, records) = read(table.as_bytes(), Some(Format::Jsonl));
    let shown = records.iter().map(|record| match &record.values[..] {
        [Some(Value::Integer(number))] => number.to_string(),
        [Some(Value::Number(number))] => number.to_string(),
        other => panic!("{other:?}"),
    });
    let expected = ["9007199254740993", "-9223372036854775808", "7"];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

#[test]
fn a_line_that_names_the_delimiter_is_no_header() {
    for (table, format) in [
        ("sep=;\r\na;b\r\n1,5;2\r\n", Some(Format::Csv)),
        ("\u{feff}\"sep=;\"\na;b\n1,5;2\n", Some(Format::Csv)),
        ("SEP=|\na|b\n1,5|2\n", None),
        ("sep=\t\na\tb\n1,5\t2\n", Some(Format::Csv)),
    ] {
        let (columns, records) = read(table.as_bytes(), format);
        assert_eq!(columns, ["a", "b"], "{table:?}");
        assert_eq!((records.len(), records[0].line), (1, 3), "{table:?}");
        assert_eq!(records[0].values[0], Some(Value::Text("1,5".into())));
    }
    // A column may have such a name.
    let (columns, _) = read(b"sep=;,b\n1,2\n", Some(Format::Csv));
    assert_eq!(columns, ["sep=;", "b"]);
}

#[test]
fn the_first_line_tells_the_format() {
    for (table, columns) in [
        ("{\"a\": 1, \"b\": 2}\n", vec!["a", "b"]),
        ("a,b\tc\n", vec!["a", "b\tc"]),
        ("a b\tc\n{\n", vec!["a b", "c"]),
        ("a\n1,\t2", vec!["a"]),
    ] {
        let reader = Reader::new("t", Box::new(Cursor::new(table)), None).unwrap();
        assert_eq!(reader.columns(), columns, "{table:?}");
    }
}

/// Gives a byte at a time, and is interrupted before each.
struct Slow(Cursor<Vec<u8>>, bool);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 = !self.1;
        match self.1 {
            true => Err(std::io::ErrorKind::Interrupted.into()),
            false => self.0.read(&mut buffer[..1]),
        }
    }
}

#[test]
fn a_slow_source_gives_the_same_table() {
    let long = "x".repeat(70_000);
    for table in [
        format!("{long},b\r\n1,\"2\r\n3\"\r\n\r\n4,5"),
        format!("{{\"{long}\": 1}}\n\n{{\"{long}\": 2}}\n"),
    ] {
        for bytes in [table.clone().into_bytes(), gzip(table.as_bytes())] {
            let slow = Slow(Cursor::new(bytes.clone()), false);
            let mut reader = Reader::new("t", Box::new(slow), None).unwrap();
            let (columns, records) = read(&bytes, None);
            assert_eq!(reader.columns(), columns);
            for record in records {
                assert_eq!(reader.next_record().unwrap(), Some(record));
            }
            assert_eq!(reader.next_record().unwrap(), None);
        }
    }
}

/// The end of a pipe whose writer makes no more bytes before somebody took those that there are.
struct Waiting;

impl Read for Waiting {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        panic!("a row is waited for");
    }
}

#[test]
fn a_table_is_open_once_its_header_is_here() {
    for (header, columns) in [
        ("a,b\n", Some(["a", "b"])),
        ("\u{feff}a\tb\r\n", Some(["a", "b"])),
        ("sep=;\r\na;b\r\n", Some(["a", "b"])),
        ("\n\n\"a\n\n\n1\",b\n", Some(["a\n\n\n1", "b"])),
        ("{\"a\": 1}\n", None),
    ] {
        for length in 1..=header.len() {
            let (start, end) = header.as_bytes().split_at(length);
            let pieces = Cursor::new(start.to_vec()).chain(Cursor::new(end.to_vec()));
            let blocks = Blocks::new("t", Box::new(pieces.chain(Waiting)), None).unwrap();
            let columns = columns.map(|columns| columns.map(str::to_string).to_vec());
            assert_eq!(blocks.columns(), columns.as_deref(), "{header:?}");
        }
    }
}

#[test]
fn a_column_is_found_by_its_name() {
    let input = Box::new(Cursor::new(b"text,label\n"));
    let reader = Reader::new("t.csv", input, Some(Format::Csv)).unwrap();
    assert_eq!((reader.name(), reader.column("label")), ("t.csv", Ok(1)));
    assert_eq!(
        reader.column("Label").unwrap_err().to_string(),
        "t.csv: there is no column \"Label\"; it has text, label; did you mean \"label\"?"
    );
}

#[test]
fn a_name_tells_a_format() {
    for (name, format) in [
        ("a.csv", Some(Format::Csv)),
        ("b/a.b.TSV.gz", Some(Format::Tsv)),
        ("a.ndjson", Some(Format::Jsonl)),
        ("a.jsonl.gz", Some(Format::Jsonl)),
        ("csv", None),
        ("a.gz", None),
        ("a.xlsx", None),
    ] {
        assert_eq!(Format::of_name(name), format, "{name}");
    }
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z ]{0,6}", "[a\"',;\t\n\r]{0,6}", "\\PC{0,12}"]
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1usize..5).prop_flat_map(|width| vec(vec(field(), width), 0..12))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_the_csv_crate_writes_is_read_back(
        rows in rows(),
        tabs in any::<bool>(),
        crlf in any::<bool>(),
        always_quote in any::<bool>(),
        zipped in any::<bool>(),
    ) {
        let (delimiter, format) = if tabs { (b'\t', Format::Tsv) } else { (b',', Format::Csv) };
        let width = rows.first().map_or(1, Vec::len);
        let columns: Vec<String> = (0..width).map(|i| format!("column {i}")).collect();
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for row in std::iter::once(&columns).chain(&rows) {
            // A record begins one line behind the line ends written before it.
            let line = 1 + bytes.iter().filter(|b| **b == b'\n').count() as u64;
            let fields: Vec<&str> = row.iter().map(String::as_str).collect();
            expected.push(text(line, &fields));
            let mut writer = csv::WriterBuilder::new()
                .delimiter(delimiter)
                .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
                .quote_style(if always_quote { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
                .from_writer(&mut bytes);
            writer.write_record(row).unwrap();
            writer.flush().unwrap();
        }
        if zipped {
            bytes = gzip(&bytes);
        }
        let (read_columns, records) = read(&bytes, Some(format));
        prop_assert_eq!(read_columns, columns);
        prop_assert_eq!(records, &expected[1..]);
    }

    #[test]
    fn json_lines_are_read_back(rows in vec(field(), 1..9), zipped in any::<bool>()) {
        let mut table = String::new();
        for row in &rows {
            table += &serde_json::json!({ "text": row }).to_string();
            table.push('\n');
        }
        let bytes = if zipped { gzip(table.as_bytes()) } else { table.into_bytes() };
        let expected: Vec<Record> = (1..).zip(&rows).map(|(line, row)| text(line, &[row])).collect();
        prop_assert_eq!(read(&bytes, None).1, expected);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..200), format in 0..4) {
        let format = [None, Some(Format::Csv), Some(Format::Tsv), Some(Format::Jsonl)][format as usize];
        for bytes in [bytes.clone(), [&b"a,\"b\"\n"[..], &bytes].concat(), [&[0x1f, 0x8b, 8][..], &bytes].concat()] {
            if let Ok(mut reader) = Reader::new("t", Box::new(Cursor::new(bytes)), format) {
                while let Ok(Some(record)) = reader.next_record() {
                    prop_assert_eq!(record.values.len(), reader.columns().len());
                }
            }
        }
    }
}
