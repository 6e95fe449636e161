//! Small tables and captures, joined.

use super::*;
use std::fs;
use storage::Store;

fn truth(text: &str) -> Truth {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.csv");
    fs::write(&path, text).unwrap();
    Truth::read(&Store::from_env(), &path.into()).unwrap()
}

fn reader(table: &str, name: &str) -> Reader {
    let input = Box::new(std::io::Cursor::new(table.as_bytes().to_vec()));
    let format = model::rows::Format::of_name(name);
    Reader::new(name, input, format).unwrap()
}

fn captured<'a>(truth: &'a Truth, records: &[(&str, u32, &str)]) -> LabelledRows<'a> {
    let mut rows = LabelledRows::new(truth);
    for (id, day, input) in records {
        rows.add(&Record {
            input: (*input).into(),
            output: r#"{"label":"ham","probabilities":{"ham":0.9}}"#.into(),
            event_id: (*id).into(),
            inference_time: format!("2026-01-{day:02}T00:00:00Z").into(),
            ..Record::default()
        });
    }
    rows
}

const COLUMNS: JoinColumns<'_> = JoinColumns {
    target: "label",
    time: "captured_at",
};

fn joined(table: &str, records: &[(&str, u32, &str)]) -> (String, Joined) {
    let truth = truth("id,truth\na,ham\nb,spam\nc,eggs\n");
    let mut out = Vec::new();
    let rows = captured(&truth, records);
    let form = TableForm::Delimited(b',');
    let joined = append(reader(table, "old.csv"), rows, COLUMNS, form, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), joined)
}

const OLD: &str = "id,text,label\n1,\"x, y\",ham\n2,z,spam\n";

#[test]
fn captured_rows_follow_by_their_times() {
    let records = [
        ("b", 3, r#"{"text":"new","extra":1}"#),
        ("a", 2, r#"{"text":"older"}"#),
        ("a", 2, r#"{"text":"older"}"#),
        ("d", 1, r#"{"text":"without a label"}"#),
    ];
    let (text, joined) = joined(OLD, &records);
    assert_eq!(
        text,
        "id,text,label,captured_at\n1,\"x, y\",ham,\n2,z,spam,\n\
         ,older,ham,2026-01-02T00:00:00Z\n,new,spam,2026-01-03T00:00:00Z\n"
    );
    assert_eq!((joined.old_rows, joined.new_rows), (2, 2));
    assert_eq!(
        (joined.missing, joined.left_out),
        (vec!["id".into()], vec!["extra".into()])
    );
    assert_eq!(joined.labels, Some(vec!["ham".into(), "spam".into()]));
}

#[test]
fn rows_that_were_joined_before_are_not_joined_again() {
    let records = [("a", 2, r#"{"text":"older"}"#)];
    let (first, _) = joined(OLD, &records);
    let more = [records[0], ("b", 3, r#"{"text":"new"}"#)];
    let (second, counts) = joined(&first, &more);
    assert_eq!((counts.known_rows, counts.new_rows), (1, 1));
    assert_eq!(second, format!("{first},new,spam,2026-01-03T00:00:00Z\n"));
}

#[test]
fn json_lines_stay_json_lines_and_semicolons_stay() {
    let truth = truth("id,truth\na,ham\n");
    let row = [("a", 2, r#"{"text":"n;m","n":1.5}"#)];
    let mut out = Vec::new();
    let table = reader("{\"text\":\"x\",\"n\":2,\"label\":\"ham\"}\n", "old.jsonl");
    let form = TableForm::JsonLines;
    append(table, captured(&truth, &row), COLUMNS, form, &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap().lines().nth(1).unwrap(),
        r#"{"text":"n;m","n":1.5,"label":"ham","captured_at":"2026-01-02T00:00:00Z"}"#
    );
    let truth = self::truth("id,truth\na,ham\n");
    let mut out = Vec::new();
    let table = reader("text;n;label\nx;2,5;ham\n", "old.csv");
    let form = TableForm::Delimited(b';');
    append(table, captured(&truth, &row), COLUMNS, form, &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap().lines().nth(2).unwrap(),
        "\"n;m\";\"1,5\";ham;2026-01-02T00:00:00Z"
    );
}

#[test]
fn rows_of_other_columns_are_refused() {
    let truth = truth("id,truth\na,ham\n");
    let rows = captured(&truth, &[("a", 2, r#"{"other":"x"}"#)]);
    let form = TableForm::Delimited(b',');
    let error = append(reader(OLD, "old.csv"), rows, COLUMNS, form, &mut Vec::new()).unwrap_err();
    assert!(error.to_string().contains("they have other"), "{error}");
}
