//! `hearth captures` and `hearth train --captures`: captured requests by id, as tables that DuckDB and
//! PostgreSQL read, and as rows to learn from.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use monitor::capture::{Record, push_record};
use serde_json::{Value, json};
use support::traffic::{Shift, captured, put, train, truths, week};
use support::{Postgres, S3, binary::finish, client_tool, hearth, hearth_with};
use tempfile::TempDir;

/// Texts that break a careless writer of tables; the last one holds a NUL, which no text of PostgreSQL has.
const TEXTS: [&str; 9] = [
    "",
    "a, \"b\"",
    "two\nlines\r\n",
    "\\.",
    "=1+1",
    "ß 日本 \u{1f642}",
    "NULL",
    "  padded ",
    "nul\0byte",
];

/// Captures with a row for each of [`TEXTS`].
fn awkward(folder: &TempDir) {
    let mut lines = Vec::new();
    for (number, text) in TEXTS.iter().enumerate() {
        let is_odd = number % 2 == 1;
        let amount = if is_odd { json!(0.1) } else { Value::Null };
        let row = json!({"note": text, "amount": amount, "new": is_odd, "id": number});
        let answer = json!({"label": "a \"b\"", "probabilities": {"a \"b\"": 0.75, "c": 0.25}});
        push_record(
            &mut lines,
            &Record {
                input: row.to_string().into(),
                output: answer.to_string().into(),
                event_id: format!("event/{number}").into(),
                inference_id: Some(format!("chosen/{number}").into()),
                inference_time: "2026-01-05T00:00:00Z".into(),
                model_name: "mails".into(),
                model_version: "1.2".into(),
                variant: is_odd.then(|| "b".into()),
            },
        );
    }
    put(folder.path(), "capture.jsonl", &lines);
}

/// Writes the awkward captures as tables of every format.
fn tables() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    awkward(&folder);
    for output in ["awkward.csv", "awkward.jsonl", "awkward.parquet"] {
        let arguments = ["captures", "table", "capture.jsonl", "--output", output];
        let create = ["--create-table", "create.sql"];
        let told = hearth(&folder, &[&arguments[..], &create].concat()).success();
        let note = "the column \"id\" of the rows is \"input_id\" in the table";
        assert!(told.stderr.contains(note), "{}", told.stderr);
        assert!(
            told.stderr.contains("9 rows of 12 columns"),
            "{}",
            told.stderr
        );
    }
    folder
}

/// The rows that every reader shall find; texts as hexadecimal UTF-8.
fn expected(nul: &str) -> String {
    let mut rows = String::new();
    for (number, text) in TEXTS.iter().enumerate() {
        let text: String = text
            .replace('\0', nul)
            .bytes()
            .fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            });
        let is_odd = number % 2 == 1;
        let (amount, variant) = if is_odd { ("0.1", "b") } else { ("", "") };
        let _ = writeln!(
            rows,
            "chosen/{number}|event/{number}|1767571200|{variant}|a \"b\"|0.75|{text}|{amount}|{}|{number}",
            i32::from(is_odd)
        );
    }
    rows
}

#[test]
fn duckdb_reads_every_format() {
    let Some(python) = client_tool("python") else {
        return;
    };
    let has_duckdb = Command::new(&python).args(["-c", "import duckdb"]).output();
    if !has_duckdb.unwrap().status.success() {
        eprintln!("skipped: duckdb is not there; make client-tools installs it");
        return;
    }
    let folder = tables();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/duckdb_query.py");
    for (table, nul) in [
        (
            "read_csv('awkward.csv', allow_quoted_nulls = false)",
            "\u{fffd}",
        ),
        ("read_json('awkward.jsonl')", "\0"),
        ("'awkward.parquet'", "\0"),
    ] {
        let query = format!(
            "select id, event_id, epoch(time::timestamptz)::bigint, variant, answer, confidence, \
             lower(hex(encode(note))), amount, new::int, input_id::bigint from {table} order by event_id"
        );
        let mut command = Command::new(&python);
        command.arg(&script).current_dir(&folder);
        let rows = finish(&mut command, query.as_bytes()).success().stdout;
        assert_eq!(rows, expected(nul), "{table}");
    }
}

#[test]
fn postgres_copies_the_csv() {
    let Some(postgres) = Postgres::start() else {
        return;
    };
    let folder = tables();
    let create = fs::read_to_string(folder.path().join("create.sql")).unwrap();
    let csv = folder.path().join("awkward.csv");
    let rows = postgres.run(&format!(
        "{create}\\copy awkward from '{}' with (format csv, header true)\n\
         select id, event_id, extract(epoch from time)::bigint, variant, answer, confidence, \
         encode(convert_to(note, 'UTF8'), 'hex'), amount, new::int, input_id::bigint \
         from awkward order by event_id;\n",
        csv.display()
    ));
    assert_eq!(rows, expected("\u{fffd}"));
}

#[test]
fn a_request_is_found_by_either_of_its_ids() {
    let folder = tempfile::tempdir().unwrap();
    awkward(&folder);
    let get = |id: &str| hearth(&folder, &["captures", "get", id, "capture.jsonl", "--json"]);
    for id in ["chosen/1", "event/1"] {
        let found: Value = serde_json::from_str(&get(id).success().stdout).unwrap();
        assert_eq!(found["row"]["note"], TEXTS[1], "{id}");
        assert_eq!(
            (&found["answer"]["label"], &found["variant"]),
            (&json!("a \"b\""), &json!("b"))
        );
    }
    let all = get("chosen").success().stdout;
    let ids = all
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone());
    let expected: Vec<Value> = (0..9).map(|row| json!(format!("chosen/{row}"))).collect();
    assert_eq!(ids.collect::<Vec<_>>(), expected);
    // Nothing in a row can command the terminal.
    let shown = hearth(&folder, &["captures", "get", "event/8", "capture.jsonl"]).success();
    assert!(shown.stdout.contains("nul\\u0000byte"), "{}", shown.stdout);
    let told = get("none");
    assert_eq!(told.status.code(), Some(1));
    assert!(
        told.stderr.contains("theirs look like \"chosen/0\""),
        "{}",
        told.stderr
    );
}

#[test]
fn a_table_without_a_format_is_refused_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    awkward(&folder);
    for (arguments, part) in [
        (
            &["capture.jsonl", "--output", "t.xlsx"][..],
            "captures cannot be written as .xlsx",
        ),
        (
            &["capture.jsonl", "--output", "table"],
            "one that ends in .csv, .jsonl or .parquet",
        ),
        (&["-", "--output", "t.csv"], "name its columns with --model"),
        (&["none/", "--output", "t.csv"], "none/"),
    ] {
        let told = hearth(&folder, &[&["captures", "table"][..], arguments].concat());
        assert_eq!(told.status.code(), Some(1), "{}", told.stderr);
        assert!(told.stderr.contains(part), "{}", told.stderr);
        assert!(!folder.path().join("t.csv").exists());
    }
}

/// A folder with the table that a model was trained on, the model, and two weeks of captures with their
/// truths, the second with another unit of `weight`; of the last ten rows the truth is not known yet.
fn weeks() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let model = train(folder.path(), 1_000);
    let mut sent = week(1, Shift::None, 150);
    sent.extend(week(2, Shift::Number, 160));
    put(
        folder.path(),
        "capture.jsonl",
        &captured(&model, &sent, None),
    );
    put(folder.path(), "labels.csv", truths(&sent[..300]).as_bytes());
    folder
}

const LEARN: [&str; 13] = [
    "train",
    "--data",
    "customers.csv",
    "--target",
    "outcome",
    "--estimator",
    "logistic_regression",
    "--truth",
    "labels.csv",
    "--against",
    "customers.hearth",
    "--out",
    "next.hearth",
];

#[test]
fn a_model_learns_from_captured_rows_and_is_measured_on_the_newest() {
    let folder = weeks();
    let how = [
        "--captures",
        "capture.jsonl",
        "--joined",
        "joined.csv",
        "--json",
    ];
    let told = hearth(&folder, &[&LEARN[..], &how].concat()).success();
    let card: Value = serde_json::from_str(&told.stdout).unwrap();
    let rows = |card: &Value| card["data"]["train"]["rows"].as_u64();
    assert_eq!(rows(&card["card"]).or(rows(&card)), Some(1_300), "{card}");
    let joined = fs::read_to_string(folder.path().join("joined.csv")).unwrap();
    let lines: Vec<&str> = joined.lines().collect();
    assert_eq!(lines.len(), 1_301);
    assert_eq!(
        lines[0],
        "note,amount,plan,weight,discount,outcome,captured_at"
    );
    let times: Vec<&str> = lines[1_001..]
        .iter()
        .map(|line| line.rsplit_once(',').unwrap().1)
        .collect();
    assert!(times.is_sorted(), "the rows keep their order in time");
    assert!(
        lines[1_000].ends_with(','),
        "rows of the old table have no time"
    );
    // The joined table gives the same model by itself: a pull request needs no captures.
    let again = [
        "train",
        "--data",
        "joined.csv",
        "--target",
        "outcome",
        "--estimator",
        "logistic_regression",
        "--split",
        "time=captured_at",
        "--name",
        "customers",
        "--out",
        "again.hearth",
        "--json",
    ];
    let again: Value = serde_json::from_str(&hearth(&folder, &again).success().stdout).unwrap();
    let metrics = |card: &Value| card["card"]["metrics"].clone();
    assert_eq!(metrics(&again), metrics(&card));
    // Rows that are in the table already are not learnt from twice.
    let twice = [
        "train",
        "--data",
        "joined.csv",
        "--target",
        "outcome",
        "--estimator",
        "logistic_regression",
        "--captures",
        "capture.jsonl",
        "--truth",
        "labels.csv",
        "--out",
        "twice.hearth",
    ];
    let told = hearth(&folder, &twice);
    assert_eq!(told.status.code(), Some(1));
    assert!(
        told.stderr.contains("there is nothing new to learn"),
        "{}",
        told.stderr
    );
}

#[test]
fn what_is_joined_is_told() {
    let folder = weeks();
    let labels = fs::read_to_string(folder.path().join("labels.csv")).unwrap();
    let (first, rest) = labels["id,truth\n".len()..].split_once('\n').unwrap();
    let id = first.split_once(',').unwrap().0;
    let labels = format!("id,truth\n{id},Stays\n{rest}nowhere,stays\n");
    put(folder.path(), "labels.csv", labels.as_bytes());
    let told = hearth(
        &folder,
        &[&LEARN[..], &["--captures", "capture.jsonl"]].concat(),
    )
    .success();
    for part in [
        "300 captured rows with true labels behind 1000 rows of customers.csv",
        "300 of 301 have a captured row",
        "labels that the training table lacks: \"Stays\" (1 rows; did you mean \"stays\"?)",
        "the newest 20 % of the rows with a time in captured_at",
        "1300 rows, 1240 to train on, 60 to test on",
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    for (arguments, part) in [
        (
            &["--split", "random"][..],
            "split is random; leave split out",
        ),
        (&["--test", "customers.csv"], "there is a test table, too"),
        (
            &["--joined", "joined.parquet"],
            "the joined table cannot be written as .parquet",
        ),
    ] {
        let captures = ["--captures", "capture.jsonl"];
        let told = hearth(&folder, &[&LEARN[..], &captures, arguments].concat());
        assert_eq!(told.status.code(), Some(1), "{}", told.stdout);
        assert!(told.stderr.contains(part), "{}", told.stderr);
    }
}

#[test]
fn tables_are_read_from_and_written_to_s3() {
    let Some(s3) = S3::start() else { return };
    s3.make_bucket("captures");
    let folder = weeks();
    let bytes = fs::read(folder.path().join("capture.jsonl")).unwrap();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for (key, lines) in [
        ("records/day=1/a", &lines[..150]),
        ("records/day=2/b", &lines[150..]),
    ] {
        let at = format!("s3://captures/{key}").parse().unwrap();
        s3.store().put(&at, &lines.concat()).unwrap();
    }
    let environment = s3.environment();
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let output = "s3://captures/tables/all.csv";
    let arguments = [
        "captures",
        "table",
        "s3://captures/records/",
        "--output",
        output,
    ];
    hearth_with(&folder, &arguments, &environment, b"").success();
    let table = s3.store().read_all(&output.parse().unwrap()).unwrap();
    assert_eq!(String::from_utf8(table).unwrap().lines().count(), 311);
    let learn = [&LEARN[..], &["--captures", "s3://captures/records/"]].concat();
    let told = hearth_with(&folder, &learn, &environment, b"").success();
    assert!(
        told.stdout.contains("300 captured rows with true labels"),
        "{}",
        told.stdout
    );
}
