//! `hearth predict`, `inspect`, `verify` and every `--help`: what there is to do with a model file.

use std::fs;

use serde_json::Value;
use support::example::{answers, card, model, root, row, rows};
use support::{Finished, hearth, hearth_with, names};

const TEXTS: [&str; 4] = [
    "where is my parcel",
    "please cancel, \"now\"\nthank you",
    "naïve 🙂",
    "",
];

/// Runs a command of hearth on the example model.
fn on_model(command: &str, arguments: &[&str], input: &[u8]) -> Finished {
    let model = model().display().to_string();
    hearth_with(
        root(),
        &[&[command, &model], arguments].concat(),
        &[],
        input,
    )
}

fn csv(records: &[[&str; 3]]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer.write_record(record).expect("memory takes it");
    }
    writer.into_inner().expect("memory takes it")
}

#[test]
fn answers_come_in_the_order_of_the_rows_one_a_row() {
    let rows = rows();
    let texts: Vec<&str> = rows.iter().map(|(text, _)| text.as_str()).collect();
    let answers = answers(&texts);
    let right = answers.iter().zip(&rows).filter(|(answer, (_, label))| {
        let answer: Value = serde_json::from_str(answer).unwrap();
        answer["label"] == label.as_str()
    });
    // In another order, no more than every fourth would be right.
    assert!(right.count() > 1_800);
}

#[test]
fn a_table_may_have_other_columns_in_another_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut records = vec![["note", "text", "id"]];
    records.extend(TEXTS.map(|text| ["x", text, "7"]));
    let (input, output) = (
        folder.path().join("in.csv"),
        folder.path().join("out.jsonl"),
    );
    fs::write(&input, csv(&records)).unwrap();
    let (input, output) = (input.to_str().unwrap(), output.to_str().unwrap());
    let finished = on_model("predict", &["--input", input, "--output", output], b"").success();
    assert_eq!(
        (finished.stdout.as_str(), finished.stderr.as_str()),
        ("", "")
    );
    let written = fs::read_to_string(output).unwrap();
    assert_eq!(written.lines().collect::<Vec<_>>(), answers(&TEXTS));
}

#[test]
fn the_first_line_of_standard_input_tells_its_format() {
    let expected = answers(&TEXTS);
    let mut records = vec![["id", "label", "text"]];
    records.extend(TEXTS.map(|text| ["1", "?", text]));
    let finished = on_model("predict", &[], &csv(&records)).success();
    assert_eq!(finished.stdout.lines().collect::<Vec<_>>(), expected);
    // A lone column has no delimiter to tell by, so it may be said.
    let finished = on_model(
        "predict",
        &["--format", "tsv"],
        b"text\nwhere is my parcel\n",
    );
    assert_eq!(finished.success().stdout.trim_end(), expected[0]);
}

#[test]
fn a_row_that_cannot_be_answered_is_named_by_file_and_line_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let good = row("where is my parcel") + "\n";
    for (name, content, sentence) in [
        (
            "missing.jsonl",
            format!("{good}{good}{{\"body\": \"x\"}}\n"),
            "line 3: the field \"text\" is missing; a string was expected",
        ),
        (
            "kind.jsonl",
            format!("{good}\n{{\"text\": [1]}}\n"),
            "line 3: the field \"text\" is an array; a string was expected",
        ),
        ("cut.jsonl", format!("{good}{{\"text\": \"whe"), "line 2: "),
        (
            "ragged.csv",
            "id,text\n1,a\n2,b,c\n".into(),
            "line 3: this row has 3 values",
        ),
        (
            "other.csv",
            "id,body\n1,a\n".into(),
            "there is no column \"text\"; it has id, body",
        ),
    ] {
        fs::write(at(name), content).unwrap();
        let arguments = ["--input", &at(name), "--output", &at("out.jsonl")];
        let finished = on_model("predict", &arguments, b"");
        assert_eq!(
            (finished.status.code(), finished.stdout.as_str()),
            (Some(1), "")
        );
        let told = finished.stderr.trim_end();
        assert!(told.starts_with(&format!("hearth: {}", at(name))), "{told}");
        assert!(told.contains(sentence) && !told.contains('\n'), "{told}");
    }
    let finished = on_model("predict", &[], b"{\"text\": 5}");
    assert!(
        finished
            .stderr
            .starts_with("hearth: standard input, line 1: ")
    );
    let left = names(&folder);
    let is_output = |name: &&String| name.starts_with("out") || name.starts_with('.');
    assert_eq!(left.iter().find(is_output), None);
}

#[test]
fn inspect_shows_the_figures_the_labels_and_the_digest() {
    let shown = on_model("inspect", &[], b"").success().stdout;
    let card = card(model());
    let accuracy = format!(
        "  accuracy     {:.4}",
        card["metrics"]["accuracy"].as_f64().unwrap()
    );
    let digest = format!("sha256     {}", card["sha256"].as_str().unwrap());
    for expected in [
        &accuracy,
        &digest,
        "7 labels",
        "messages.csv (2000 rows)",
        "for the target \"label\"",
    ] {
        assert!(shown.contains(expected), "{expected}:\n{shown}");
    }
    for class in card["metrics"]["per_class"].as_array().unwrap() {
        let label = class["label"].as_str().unwrap();
        assert!(
            shown.contains(&format!("\n  {label} ")),
            "{label}:\n{shown}"
        );
    }
}

#[test]
fn verify_passes_and_fails_wherever_a_byte_is_flipped() {
    let passed = on_model("verify", &[], b"").success();
    let digest = card(model())["sha256"].as_str().unwrap().to_string();
    assert!(passed.stdout.contains(&digest), "{}", passed.stdout);

    let folder = tempfile::tempdir().unwrap();
    let whole = fs::read(model()).unwrap();
    for part in 0..24 {
        let mut flipped = whole.clone();
        let position = part * (whole.len() - 1) / 23;
        flipped[position] ^= 0x10;
        fs::write(folder.path().join("flipped.hearth"), flipped).unwrap();
        let finished = hearth(folder.path(), &["verify", "flipped.hearth"]);
        let told = finished.stderr.trim_end();
        assert_eq!(finished.status.code(), Some(1), "byte {position}: {told}");
        assert_eq!(finished.stdout, "");
        assert!(
            told.starts_with("hearth: flipped.hearth: "),
            "byte {position}: {told}"
        );
        assert!(
            !told.contains('\n') && !told.contains("panicked"),
            "byte {position}: {told}"
        );
    }
}

#[test]
fn help_says_what_each_command_is_for() {
    for (command, purpose) in [
        (None, "Trains, inspects, versions and monitors classic"),
        (Some("train"), "Trains a model file from a table"),
        (Some("inspect"), "Shows a model file: task, columns"),
        (Some("verify"), "Checks a model file"),
        (Some("predict"), "Predicts the rows of a table"),
    ] {
        let arguments: Vec<&str> = command.into_iter().chain(["--help"]).collect();
        let help = hearth(root(), &arguments).success().stdout;
        assert!(help.starts_with(purpose), "{help}");
        if command.is_none() {
            let (_, list) = help.split_once("\nCommands:\n").unwrap();
            let (list, _) = list.split_once("\n\n").unwrap();
            for named in ["init", "train", "inspect", "serve", "evaluate", "demote"] {
                let is_named = |line: &str| line.starts_with(&format!("  {named} "));
                assert!(list.lines().any(is_named), "{named}:\n{help}");
            }
            // One line each, that fits a narrow terminal.
            for line in list.lines() {
                let is_whole = !line.starts_with("    ") && line.chars().count() <= 90;
                assert!(is_whole, "{line:?}:\n{help}");
            }
        }
    }
}
