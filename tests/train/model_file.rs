//! `hearth train` on the example table: the figures, the same bytes every time, and the ways to say
//! what is wanted.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use support::example::{self, card, row, rows, table};
use support::{hearth, hearth_with};

fn read_json(path: &Path) -> Value {
    let bytes = fs::read(path).expect("the file is there");
    serde_json::from_slice(&bytes).expect("it is JSON")
}

/// Trains in a folder of its own, and returns that.
fn trained(arguments: &[&str], environment: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let table = table().display().to_string();
    let always = ["train", "--data", &table, "--target", "label"];
    let arguments = [&always, arguments].concat();
    hearth_with(folder.path(), &arguments, environment, b"").success();
    folder
}

#[test]
fn the_figures_are_good_and_stand_in_the_terminal_the_card_and_metrics_json() {
    let folder = tempfile::tempdir().unwrap();
    let table = table().display().to_string();
    let arguments = ["train", "--data", &table, "--target", "label"];
    let arguments = [&arguments[..], &["--metrics", "metrics.json"]].concat();
    let finished = hearth(folder.path(), &arguments).success();

    let metrics = read_json(&folder.path().join("metrics.json"));
    let number = |name: &str| metrics[name].as_f64().unwrap();
    assert!(number("accuracy") > 0.85, "{metrics}");
    assert!(number("accuracy") > 2.0 * metrics["baseline"]["accuracy"].as_f64().unwrap());
    assert!((0.8..=1.0).contains(&number("macro_f1")), "{metrics}");
    assert!((0.0..0.6).contains(&number("log_loss")), "{metrics}");
    let label_counts = (
        metrics["training_rows"].as_u64(),
        metrics["testing_rows"].as_u64(),
    );
    assert_eq!(label_counts, (Some(1600), Some(400)));
    assert_eq!(metrics["baseline"]["label"], "delivery");
    let per_class = metrics["per_class"].as_array().unwrap();
    let support: u64 = per_class
        .iter()
        .filter_map(|class| class["support"].as_u64())
        .sum();
    assert_eq!((per_class.len(), support), (7, 400));

    assert_eq!(
        card(&folder.path().join("model.hearth"))["metrics"],
        metrics
    );
    let shown = format!("\n  accuracy  {:.4} (", number("accuracy"));
    for shown in [&shown, ") on 400 held-out rows"] {
        assert!(finished.stdout.contains(shown), "{}", finished.stdout);
    }
}

#[test]
fn the_same_table_gives_the_same_bytes_in_any_folder_on_any_number_of_threads() {
    let model = |out: &str, threads: &str| {
        let environment = [("RAYON_NUM_THREADS", threads)];
        let folder = trained(&["--out", out, "--quiet"], &environment);
        fs::read(folder.path().join(out)).unwrap()
    };
    let first = model("model.hearth", "1");
    assert!(first.len() > 100_000);
    for (out, threads) in [("other.hearth", "1"), ("model.hearth", "2"), ("m", "7")] {
        assert!(model(out, threads) == first, "{out} on {threads} threads");
    }
    let other_seed = trained(&["--seed", "1"], &[]);
    assert!(fs::read(other_seed.path().join("model.hearth")).unwrap() != first);
}

/// The example table with this delimiter.
fn delimited(delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    let header = ("text".to_string(), "label".to_string());
    for (text, label) in [header].into_iter().chain(rows()) {
        writer.write_record([text, label]).expect("memory takes it");
    }
    writer.into_inner().expect("memory takes it")
}

/// The example table as JSON Lines, its columns the other way round.
fn json_lines() -> Vec<u8> {
    let lines = rows().into_iter();
    let lines = lines.map(|(text, label)| json!({"label": label, "text": text}).to_string() + "\n");
    lines.collect::<String>().into_bytes()
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[test]
fn the_format_of_the_table_does_not_change_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for (table, bytes) in [
        ("table.csv", delimited(b',')),
        ("table.tsv", delimited(b'\t')),
        ("table.jsonl", json_lines()),
        ("zipped.csv.gz", zipped(&delimited(b','))),
        ("zipped.jsonl.gz", zipped(&json_lines())),
    ] {
        fs::write(folder.path().join(table), bytes).unwrap();
        let arguments = ["train", "--data", table, "--target", "label", "--quiet"];
        let identity = ["--name", "messages", "--model-version", "1"];
        hearth(folder.path(), &[&arguments[..], &identity].concat()).success();
        let card = card(&folder.path().join("model.hearth"));
        assert_eq!(card["data"]["train"]["name"], table);
        let input: String = rows()[..100]
            .iter()
            .map(|(text, _)| row(text) + "\n")
            .collect();
        let arguments = ["predict", "model.hearth"];
        let predicted = hearth_with(folder.path(), &arguments, &[], input.as_bytes()).success();
        all.push((card["metrics"].clone(), predicted.stdout));
    }
    for other in &all[1..] {
        assert!(*other == all[0], "{} {}", other.0, all[0].0);
    }
}

#[test]
fn two_text_columns_are_both_learnt_from() {
    let folder = tempfile::tempdir().unwrap();
    // The label shows in the subject of every other row, and in the body of the others.
    let mut table = String::from("subject,body,queue\n");
    for number in 0..60 {
        let (word, queue) = [("parcel", "delivery"), ("invoice", "billing")][number % 2];
        let (subject, body) = match number % 4 {
            0 | 1 => (word, "hello there"),
            _ => ("one question please", word),
        };
        table += &format!("{subject} {number},about {body} {number},{queue}\n");
    }
    fs::write(folder.path().join("mails.csv"), table).unwrap();
    let arguments = ["train", "--data", "mails.csv", "--target", "queue"];
    let kinds = ["--kind", "subject=text", "--kind", "body=text"];
    hearth(folder.path(), &[&arguments[..], &kinds].concat()).success();

    let ask = |subject: &str, body: &str| {
        let row = json!({"body": body, "subject": subject}).to_string();
        let arguments = ["predict", "model.hearth"];
        let answer = hearth_with(folder.path(), &arguments, &[], row.as_bytes()).success();
        let answer: Value = serde_json::from_str(&answer.stdout).unwrap();
        answer["label"].as_str().unwrap().to_string()
    };
    assert_eq!(ask("invoice", "hello there"), "billing");
    assert_eq!(ask("one question please", "about invoice"), "billing");
    assert_eq!(ask("one question please", "about parcel"), "delivery");
    let half = br#"{"subject": "invoice"}"#;
    let refused = hearth_with(folder.path(), &["predict", "model.hearth"], &[], half);
    assert!(refused.stderr.contains("\"body\""), "{}", refused.stderr);
}

#[test]
fn params_yaml_of_the_folder_is_read_and_the_command_line_wins() {
    let folder = tempfile::tempdir().unwrap();
    let params = format!(
        "data: {}\ntarget: label\nname: mail-sorter\nlogistic_regression:\n  C: 2.5\ntext:\n  min_df: 2\n",
        table().display()
    );
    fs::write(folder.path().join("params.yaml"), params).unwrap();
    let card_of = |arguments: &[&str]| {
        hearth(folder.path(), &[&["train"], arguments].concat()).success();
        card(&folder.path().join("model.hearth"))
    };
    let card = card_of(&[]);
    assert_eq!(card["name"], "mail-sorter");
    assert_eq!(card["params"]["logistic_regression"]["C"], 2.5);
    assert_eq!(card["params"]["text"]["min_df"], 2);
    let over = card_of(&["--C", "0.5", "--ngram-range", "1,1"]);
    assert_eq!(over["params"]["logistic_regression"]["C"], 0.5);
    assert_eq!(over["params"]["text"]["min_df"], 2);
    assert_eq!(over["params"]["text"]["ngram_range"], json!([1, 1]));
    assert!(over["columns"][0]["features"].as_u64() < card["columns"][0]["features"].as_u64());
}

#[test]
fn a_label_of_the_test_table_that_training_never_saw_counts_as_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let test = "text,label\nmy parcel is late,delivery\nwhere is my parcel,delivery\nwhat is the weather,weather\nmy parcel,weather\n";
    fs::write(folder.path().join("test.csv"), test).unwrap();
    let table = table().display().to_string();
    let arguments = ["train", "--data", &table, "--target", "label"];
    let more = ["--test", "test.csv", "--metrics", "metrics.json"];
    hearth(folder.path(), &[&arguments[..], &more].concat()).success();
    let metrics = read_json(&folder.path().join("metrics.json"));
    assert_eq!(metrics["testing_rows"], 4);
    assert_eq!(metrics["training_rows"], 2000);
    assert_eq!(metrics["accuracy"], 0.5);
    assert!(!metrics["per_class"].to_string().contains("weather"));
}

#[test]
fn skip_empty_leaves_out_rows_without_target_or_text() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = fs::read_to_string(table()).unwrap();
    text += "x1,,delivery\nx2,where is my parcel,\nx3,\"  \",billing\n";
    fs::write(folder.path().join("gaps.csv"), text).unwrap();
    let arguments = ["train", "--data", "gaps.csv", "--target", "label"];
    let refused = hearth(folder.path(), &arguments);
    assert_eq!(refused.status.code(), Some(1));
    let by = ["--estimator", "logistic_regression", "--skip-empty"];
    let skipped = [&arguments[..], &by].concat();
    let finished = hearth(folder.path(), &skipped).success();
    assert!(
        finished.stderr.contains("3 rows without"),
        "{}",
        finished.stderr
    );
    let card = card(&folder.path().join("model.hearth"));
    assert_eq!(card["data"]["train"]["rows"], 2000);
    assert_eq!(card["metrics"], example::card(example::model())["metrics"]);
}
