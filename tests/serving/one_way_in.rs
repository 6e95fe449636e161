//! One way in for rows: the same rows, however they are written, get the same answers and the same
//! faults from the reader of tables, from batch (and so `hearth predict`) and from the function.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::LazyLock;
use support::doors_model;

use batch::{Form, Settings, pipeline};
use function::request_id::RequestId;
use function::{App, Body, Request};
use http::Method;
use model::Model;
use model::row::Row;
use model::rows::{Blocks, Format, Reader};
use model::score::Scorer;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());
static BYTES: LazyLock<Vec<u8>> =
    LazyLock::new(|| std::fs::read(doors_model::write(&FOLDER)).unwrap());
static MODEL: LazyLock<Model<'static>> = LazyLock::new(|| Model::open(&BYTES).unwrap());
static APP: LazyLock<App> = LazyLock::new(|| {
    let path = doors_model::write(&FOLDER).display().to_string();
    App::from_environment(&move |name| match name {
        "MODEL_PATH" => Some(path.clone()),
        "HEARTH_EMF" => Some("off".to_owned()),
        _ => None,
    })
});

/// What becomes of a table's rows: the label and its probability, or the first fault.
type Outcomes = Vec<Result<(String, f64), String>>;

/// A column of the generated table, and its value in each row.
#[derive(Clone, Debug)]
struct Column {
    name: String,
    values: Vec<String>,
}

#[derive(Clone, Debug)]
struct Rows {
    columns: Vec<Column>,
    count: usize,
    /// For each value, whether it stands in quotes where it need not.
    quotes: Vec<bool>,
    line_end: &'static str,
    ends_last_line: bool,
    has_mark: bool,
    has_separator_line: bool,
}

impl Rows {
    /// As delimited text, and the line of each row.
    fn delimited(&self, delimiter: char) -> (String, Vec<u64>) {
        let mut text = String::new();
        if self.has_mark {
            text.push('\u{feff}');
        }
        if self.has_separator_line {
            text.push_str(&format!("sep={delimiter}{}", self.line_end));
        }
        let mut quotes = self.quotes.iter().cycle();
        let mut lines = Vec::new();
        for row in 0..=self.count {
            lines.push(1 + text.matches('\n').count() as u64);
            for (place, column) in self.columns.iter().enumerate() {
                let value = match row.checked_sub(1) {
                    Some(row) => &column.values[row],
                    None => &column.name,
                };
                if place > 0 {
                    text.push(delimiter);
                }
                let must = value.contains([delimiter, '"', '\n', '\r', ';', '\t'])
                    || (value.is_empty() && self.columns.len() == 1);
                match must || *quotes.next().unwrap() {
                    true => text.push_str(&format!("\"{}\"", value.replace('"', "\"\""))),
                    false => text.push_str(value),
                }
            }
            if row < self.count || self.ends_last_line {
                text.push_str(self.line_end);
            }
        }
        (text, lines.split_off(1))
    }

    /// As JSON objects: values of numbers and booleans with their types, where `typed`.
    fn objects(&self, typed: bool) -> Vec<Value> {
        let object = |row: usize| {
            let member = |column: &Column| {
                let text = &column.values[row];
                let value = match column.name.as_str() {
                    "size" if typed => text.parse::<f64>().map_or(json!(text), Value::from),
                    "urgent" if typed => text.parse::<bool>().map_or(json!(text), Value::from),
                    "color" if typed && text.is_empty() => Value::Null,
                    _ => json!(text),
                };
                (column.name.clone(), value)
            };
            Value::Object(self.columns.iter().map(member).collect::<Map<_, _>>())
        };
        (0..self.count).map(object).collect()
    }
}

fn json_lines(objects: &[Value]) -> (String, Vec<u64>) {
    let lines: Vec<String> = objects.iter().map(|object| format!("{object}\n")).collect();
    (lines.concat(), (1..=objects.len() as u64).collect())
}

/// By the reader that training uses.
fn by_reader(text: &str, format: Format) -> Result<Outcomes, String> {
    let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
    let mut reader = Reader::new("t", input, Some(format)).map_err(|error| error.to_string())?;
    let mut outcomes = Vec::new();
    while let Some(record) = reader.next_record().map_err(|error| error.to_string())? {
        let mut fault = None;
        let names = reader.columns().iter().map(String::as_str);
        let places = MODEL.columns.places(names, |found| {
            fault.get_or_insert_with(|| found.to_string());
        });
        let value = |place: &Option<usize>| place.and_then(|place| record.values[place].clone());
        let row = Row::new(&MODEL.columns, places.iter().map(value));
        outcomes.push(match row {
            Ok(row) => {
                let answer = Scorer::default().answer(&MODEL, &row).unwrap();
                let label = answer.label().unwrap().to_string();
                Ok((label, answer.confidence().unwrap()))
            }
            Err(error) => Err(error.to_string()),
        });
    }
    Ok(outcomes)
}

fn answer_of(report: &Value) -> (String, f64) {
    let label = report["label"].as_str().unwrap().to_string();
    let probability = report["probabilities"][&label].as_f64();
    (label, probability.unwrap())
}

fn by_batch(text: &str, format: Format, lines: &[u64]) -> Result<Outcomes, String> {
    let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
    let table = Blocks::new("t", input, Some(format)).map_err(|error| error.to_string())?;
    let settings = Settings {
        id: None,
        top: None,
        explain: None,
        form: Form::Jsonl,
        keeps_formulas: false,
    };
    let (mut answers, mut bad) = (Vec::new(), Vec::new());
    let mut keep = |lines: &[u8]| {
        bad.extend_from_slice(lines);
        Ok(())
    };
    pipeline::run(
        &MODEL,
        &settings,
        table,
        ("answers", &mut answers),
        Some(&mut keep),
    )
    .map_err(|error| error.to_string())?;
    let parsed = |bytes: &[u8]| -> Vec<Value> {
        let lines = bytes.split(|byte| *byte == b'\n').filter(|l| !l.is_empty());
        lines.map(|l| serde_json::from_slice(l).unwrap()).collect()
    };
    let bad: BTreeMap<u64, String> = parsed(&bad)
        .iter()
        .map(|row| {
            let reason = row["reason"].as_str().unwrap().to_string();
            (row["line"].as_u64().unwrap(), reason)
        })
        .collect();
    let mut answers = parsed(&answers).into_iter();
    let outcome = |line: &u64| match bad.get(line) {
        Some(reason) => Err(reason.clone()),
        None => Ok(answer_of(&answers.next().unwrap())),
    };
    Ok(lines.iter().map(outcome).collect())
}

/// By the function: the answers, or the first fault of each row, by its index, and those of the
/// whole table.
#[derive(Debug)]
enum Answered {
    All(Vec<(String, f64)>),
    Refused(BTreeMap<usize, String>, Vec<String>),
}

fn by_function(content_type: &str, body: &str, lines: &[u64]) -> Answered {
    let response = APP.handle(&Request {
        method: &Method::POST,
        path: "/predict",
        query: None,
        headers: None,
        content_type: Some(content_type),
        body: Body::Whole(body.as_bytes()),
        request_id: RequestId::default(),
        trace_id: None,
        takes_binary: false,
    });
    let (status, body) = (response.status().as_u16(), response.into_body());
    let body = String::from_utf8(body).unwrap();
    if status == 200 {
        let reports = match content_type {
            "application/x-ndjson" => body
                .lines()
                .map(|l| serde_json::from_str(l).unwrap())
                .collect(),
            _ => serde_json::from_str::<Value>(&body).unwrap()["predictions"]
                .as_array()
                .unwrap()
                .clone(),
        };
        return Answered::All(reports.iter().map(answer_of).collect());
    }
    let problem: Value = serde_json::from_str(&body).unwrap();
    let (mut of_rows, mut of_table) = (BTreeMap::new(), Vec::new());
    let faults = problem["errors"].as_array();
    for fault in faults.unwrap_or_else(|| panic!("{status}: {body}")) {
        let detail = fault["detail"].as_str().unwrap().to_string();
        let row = match fault["line"].as_u64() {
            Some(line) => lines.iter().position(|at| *at == line),
            None => fault["pointer"].as_str().and_then(|pointer| {
                pointer
                    .strip_prefix("/instances/")?
                    .split('/')
                    .next()?
                    .parse()
                    .ok()
            }),
        };
        match row {
            Some(row) => _ = of_rows.entry(row).or_insert(detail),
            None => of_table.push(detail),
        }
    }
    Answered::Refused(of_rows, of_table)
}

/// Holds the function's answers against those of batch.
#[track_caller]
fn compare(what: &str, expected: &Result<Outcomes, String>, got: Answered) {
    match (expected, got) {
        (Ok(expected), Answered::All(answers)) => {
            let answers: Outcomes = answers.into_iter().map(Ok).collect();
            assert_eq!(&answers, expected, "{what}");
        }
        (Ok(expected), Answered::Refused(of_rows, of_table)) => {
            let faults = expected.iter().enumerate();
            let faults = faults.filter_map(|(row, one)| Some((row, one.as_ref().err()?.clone())));
            assert_eq!(of_rows, faults.collect(), "{what}");
            assert!(of_table.is_empty(), "{what}: {of_table:?}");
        }
        (Err(error), Answered::Refused(_, of_table)) => {
            assert!(error.contains(&of_table[0]), "{what}: {error} {of_table:?}");
        }
        (Err(error), Answered::All(_)) => panic!("{what}: answered, and batch says {error}"),
    }
}

/// Asks every reader for the same rows.
fn check(rows: &Rows) {
    for (delimiter, format, content_type) in [
        (',', Format::Csv, "text/csv"),
        (';', Format::Csv, "text/csv; header=present"),
        ('\t', Format::Tsv, "text/tab-separated-values"),
    ] {
        let (text, lines) = rows.delimited(delimiter);
        let expected = by_batch(&text, format, &lines);
        compare(&text, &expected, by_function(content_type, &text, &lines));
        if let Ok(expected) = expected {
            assert_eq!(by_reader(&text, format), Ok(expected), "{text}");
        }
    }
    let mut names: Vec<&str> = rows
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return;
    }
    let of_csv = by_batch(&rows.delimited(',').0, Format::Csv, &rows.delimited(',').1);
    for typed in [false, true] {
        let objects = rows.objects(typed);
        let (text, lines) = json_lines(&objects);
        let expected = by_batch(&text, Format::Jsonl, &lines);
        if of_csv.is_ok() {
            assert_eq!(expected, of_csv, "{text}");
        }
        compare(
            &text,
            &expected,
            by_function("application/x-ndjson", &text, &lines),
        );
        let instances = json!({ "instances": objects }).to_string();
        compare(
            &instances,
            &expected,
            by_function("application/json", &instances, &[]),
        );
        if rows.count > 0 {
            assert_eq!(by_reader(&text, Format::Jsonl), expected, "{text}");
        }
    }
}

/// Values of a column; `odd` ones are refused in columns of numbers and booleans.
fn value(name: &'static str) -> BoxedStrategy<String> {
    let words = |words: &[&'static str]| select(words.to_vec()).prop_map(String::from);
    match name {
        "note" => prop_oneof![
            words(&[
                "late parcel",
                "",
                "a, b",
                "\"so\" late",
                "two\nlines",
                "ünïcode;x\ty"
            ]),
            "[a-z \",;]{0,8}",
        ]
        .boxed(),
        "size" => prop_oneof![
            8 => words(&["1.5", "7", "", "NA", "-0.25", "1e2"]),
            1 => words(&["big", "1,5", "[1]"]),
        ]
        .boxed(),
        "urgent" => {
            prop_oneof![8 => words(&["true", "false", "", "n/a"]), 1 => words(&["maybe"])].boxed()
        }
        "color" => words(&["red", " light blue ", "pink", "", "\"green\""]).boxed(),
        _ => words(&["", "7", "x, \"y\""]).boxed(),
    }
}

fn tables() -> impl Strategy<Value = Rows> {
    let columns = |names: Vec<&'static str>, count: usize| {
        let column = |name: &'static str| {
            prop::collection::vec(value(name), count).prop_map(move |values| (name, values))
        };
        names.into_iter().map(column).collect::<Vec<_>>()
    };
    let names = (
        any::<bool>(),
        select(vec!["note", "note", "text", "both"]),
        0..12usize,
        any::<bool>(),
    )
        .prop_map(|(urgent, note, header, other)| {
            let mut names = vec!["size", "color"];
            names.extend(urgent.then_some("urgent"));
            names.extend(other.then_some("other"));
            match note {
                "both" => names.extend(["note", "text"]),
                name => names.push(name),
            }
            match header {
                0 => names.retain(|name| *name != "size"),
                1 => names.push("color"),
                _ => {}
            }
            names
        });
    (names, 1..5usize)
        .prop_flat_map(move |(names, count)| (Just(count), columns(names, count)))
        .prop_flat_map(|(count, columns)| (Just(count), Just(columns).prop_shuffle()))
        .prop_flat_map(|(count, columns)| {
            let style = (
                prop::collection::vec(any::<bool>(), 7),
                select(vec!["\n", "\r\n"]),
                any::<bool>(),
                any::<bool>(),
                prop::bool::weighted(0.2),
            );
            (Just(count), Just(columns), style)
        })
        .prop_map(|(count, columns, style)| {
            let (quotes, line_end, ends_last_line, has_mark, has_separator_line) = style;
            let column = |(name, values): (&'static str, Vec<String>)| Column {
                name: name.to_string(),
                values,
            };
            Rows {
                columns: columns.into_iter().map(column).collect(),
                count,
                quotes,
                line_end,
                ends_last_line,
                has_mark,
                has_separator_line,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn rows_get_the_same_answers_and_faults_however_they_come(rows in tables()) {
        check(&rows);
    }
}
