//! `hearth train --captures`: captured requests as rows to learn from.

use std::fs;

use serde_json::Value;
use support::traffic::{Shift, captured, put, train, truths, week};
use support::{S3, hearth, hearth_with};
use tempfile::TempDir;

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
    // So does one of another format.
    for name in ["joined.jsonl", "joined.tsv"] {
        let how = ["--captures", "capture.jsonl", "--joined", name, "--json"];
        let told = hearth(&folder, &[&LEARN[..], &how].concat()).success();
        let card_of_other: Value = serde_json::from_str(&told.stdout).unwrap();
        assert_eq!(metrics(&card_of_other), metrics(&card), "{name}");
    }
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
