//! Awkward tables through the programs: `hearth train` and `hearth predict`, the HTTP server and Lambda
//! events give one answer, whatever form a table has. [`crate::targets`] compares many more of them
//! within a process.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::http::request;
use support::{Event, Finished, Function, Kind, RuntimeApi, hearth};

use crate::options::Options;
use crate::table::Row;
use crate::targets::awkward::{self, Sheet, Typing};

/// Tries tables until so many have models.
pub fn run(folder: &Path, options: &Options) -> Vec<Row> {
    let mut row = Row::new(
        "awkward tables through `hearth train`, `hearth predict`, the HTTP server and Lambda events",
    );
    let folder = folder.join("programs");
    fs::create_dir_all(&folder).unwrap();
    let wanted = options.of(12, 2);
    let mut seed = options.seed * 1_000;
    while row.tries < wanted && row.findings.len() < 3 {
        seed += 1;
        let Some(sheet) = awkward::readable(seed, &folder) else {
            continue;
        };
        match one(&sheet, &folder) {
            Ok(false) => {}
            Ok(true) => row.tried(Ok(())),
            Err(what) => row.tried(Err(format!("table {seed}: {what}: {sheet}"))),
        }
    }
    vec![row]
}

/// One table; false if no model can be trained on it.
fn one(sheet: &Sheet, folder: &Path) -> Result<bool, String> {
    let order = sheet.in_order();
    let csv = train(
        sheet,
        folder,
        "csv",
        &sheet.csv(awkward::commas(sheet), &order),
    );
    let lines = train(sheet, folder, "jsonl", &sheet.lines(Typing::Typed, &order));
    match (csv.status.success(), lines.status.success()) {
        (true, true) => {}
        (false, false) => return Ok(false),
        _ => return Err(format!("one is refused: {}{}", csv.stderr, lines.stderr)),
    }
    let model = fs::read(folder.join("csv.hearth")).map_err(|error| error.to_string())?;
    let asked = awkward::asked(sheet, &model)?;
    let order = asked.in_order();
    let table = asked.csv(awkward::commas(&asked), &order);
    let typed = asked.lines(Typing::Typed, &order);
    fs::write(folder.join("asked.csv"), &table).map_err(|error| error.to_string())?;
    fs::write(folder.join("asked.jsonl"), &typed).map_err(|error| error.to_string())?;
    let first = predict(folder, "csv.hearth", "asked.csv");
    for (model, rows) in [
        ("csv.hearth", "asked.jsonl"),
        ("jsonl.hearth", "asked.csv"),
        ("jsonl.hearth", "asked.jsonl"),
    ] {
        let other = predict(folder, model, rows);
        if other != first {
            return Err(format!("{model} of {rows} answers {other}, of CSV {first}"));
        }
    }
    // Where a row is refused, so is the request that holds it.
    let answers: Vec<Value> = first.lines().flat_map(serde_json::from_str).collect();
    if answers.len() == asked.rows() {
        served(&folder.join("csv.hearth"), &table, &typed, &answers)?;
    }
    Ok(true)
}

fn train(sheet: &Sheet, folder: &Path, form: &str, text: &str) -> Finished {
    let (data, out) = (format!("rows.{form}"), format!("{form}.hearth"));
    fs::write(folder.join(&data), text).unwrap();
    let target = format!("--target={}", sheet.columns[sheet.target].name);
    let mut arguments = vec!["train", "--quiet", "--data", &data, &target, "--out", &out];
    // The same version makes the answers the same to the byte.
    arguments.extend(["--estimator", "random_forest"]);
    arguments.extend(["--model-version", "1"]);
    arguments.extend(["--set", "random_forest.n_estimators=5"]);
    if sheet.skips_empty {
        arguments.push("--skip-empty");
    }
    if let Some(decimal) = sheet.decimal {
        let mark = if decimal.is_comma() { "comma" } else { "point" };
        arguments.extend(["--decimal", mark]);
    }
    if let Some(is_first) = sheet.day_first {
        arguments.extend(["--day-first", if is_first { "true" } else { "false" }]);
    }
    let finished = hearth(folder, &arguments);
    // A table is refused for what it holds, not for an option that does not exist.
    assert!(!finished.stderr.contains("Usage:"), "{}", finished.stderr);
    finished
}

/// The answers, a line each; rows that are refused are left out.
fn predict(folder: &Path, model: &str, rows: &str) -> String {
    let bad_rows = ["--bad-rows", "bad.jsonl"];
    hearth(
        folder,
        &[&["predict", model, "--input", rows], &bad_rows[..]].concat(),
    )
    .success()
    .stdout
}

/// Asks the function over HTTP for all rows, and by a Lambda event for the first one.
fn served(model: &Path, table: &str, lines: &str, answers: &[Value]) -> Result<(), String> {
    let server = Function::over_http(model, &[]);
    for (content_type, body) in [("text/csv", table), ("application/x-ndjson", lines)] {
        let headers = [("content-type", content_type)];
        let answer = request(
            server.address(),
            "POST",
            "/predict",
            &headers,
            body.as_bytes(),
        );
        let found: Vec<Value> = match content_type {
            "text/csv" => vec![answer.json()["predictions"].take()],
            _ => answer
                .text()
                .lines()
                .flat_map(serde_json::from_str)
                .collect(),
        };
        let found = match &found[..] {
            [Value::Array(all)] => all.clone(),
            _ => found,
        };
        let said = |answers: &[Value]| -> Vec<_> { answers.iter().map(awkward::said).collect() };
        if said(&found) != said(answers) {
            return Err(format!(
                "{content_type} is answered {found:?}, not {answers:?}"
            ));
        }
    }
    let api = RuntimeApi::start();
    let _function = Function::in_lambda(&api, model, &[]);
    let first = lines.lines().next().unwrap_or_default();
    let event = Event::load(Kind::HttpApi).with_body(first);
    let answer = event.answer(&api.invoke(&event).response().body).json();
    match awkward::said(&answer) == awkward::said(&answers[0]) {
        true => Ok(()),
        false => Err(format!(
            "the event is answered {answer}, not {}",
            json!(answers[0])
        )),
    }
}
