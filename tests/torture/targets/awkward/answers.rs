//! Models of the same rows in two forms, asked for the same rows in every form: one answer, to the bit.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::time::Duration;

use batch::Settings;
use batch::pipeline;
use function::request_id::RequestId;
use function::served::ServedModel;
use function::{App, Body, Request};
use http::Method;
use model::Model;
use model::format::{Estimator, Task};
use model::rows::{Blocks, Format};
use progress::Silent;
use serde_json::{Value, json};
use support::tables::Draw;
use training::params::EstimatorChoice;
use training::source::{TableFile, Tables};
use training::{columns, dataset, run};

use super::columns::Column;
use super::sheet::{Dialect, PLAIN, Sheet, Typing};
use crate::models::with_model;

/// Rows that a model is asked for.
const ASKED: usize = 8;

/// Trains on CSV and on typed JSON Lines and asks both; true if there are models.
pub fn compared(sheet: &Sheet, folder: &Path) -> Result<bool, String> {
    let order = sheet.in_order();
    let csv = train(sheet, folder, "rows.csv", &sheet.csv(commas(sheet), &order));
    let lines = train(
        sheet,
        folder,
        "rows.jsonl",
        &sheet.lines(Typing::Typed, &order),
    );
    let (csv, lines) = match (csv, lines) {
        (Ok(csv), Ok(lines)) => (csv, lines),
        (Err(_), Err(_)) => return Ok(false),
        (Err(error), Ok(_)) => return Err(format!("training: only CSV is refused ({error})")),
        (Ok(_), Err(error)) => {
            return Err(format!("training: only JSON Lines are refused ({error})"));
        }
    };
    let one = with_model(&csv, |model| Asked::of(sheet, model).answers())?;
    let other = with_model(&lines, |model| Asked::of(sheet, model).answers())?;
    match one == other {
        true => Ok(true),
        false => Err(format!(
            "the model of CSV answers {one:?}, that of JSON Lines {other:?}"
        )),
    }
}

/// The dialect of the table, or commas where it has tabs: those are no CSV.
pub fn commas(sheet: &Sheet) -> Dialect {
    match sheet.dialect.delimiter {
        '\t' => PLAIN,
        _ => sheet.dialect,
    }
}

/// Rows to ask a model file for.
///
/// # Errors
/// When it is refused.
pub fn asked(sheet: &Sheet, model: &[u8]) -> Result<Sheet, String> {
    with_model(model, |model| Ok(Asked::of(sheet, model).sheet))
}

/// Trains with a small estimator of the seed's choice; the model file.
fn train(sheet: &Sheet, folder: &Path, file: &str, text: &str) -> Result<Vec<u8>, String> {
    let path = folder.join(file);
    fs::write(&path, text).map_err(|error| error.to_string())?;
    let table = TableFile(path);
    let tables = Tables {
        train: &table,
        test: None,
    };
    let mut params = sheet.params();
    let task = columns::choose(&table, &params).map_err(|error| error.to_string())?;
    let estimators = match task.task {
        Task::Classification => [
            Estimator::LogisticRegression,
            Estimator::RandomForest,
            Estimator::GradientBoosting,
        ],
        Task::Regression => [
            Estimator::Ridge,
            Estimator::RandomForest,
            Estimator::GradientBoosting,
        ],
    };
    let at = Draw::new(sheet.seed ^ 2).below(estimators.len());
    params.estimator = EstimatorChoice::One(estimators[at]);
    for small in [
        "logistic_regression.max_iter=50",
        "random_forest.n_estimators=4",
        "gradient_boosting.max_iter=4",
    ] {
        params
            .assign(&small.parse()?)
            .map_err(|error| error.to_string())?;
    }
    let read = dataset::read(&params, tables, &Silent).map_err(|error| format!("{error:#}"))?;
    let trained = run::train(&params, tables, read, None, "", &Silent);
    Ok(trained.map_err(|error| format!("{error:#}"))?.bytes)
}

/// The rows that a model is asked for: its columns of some rows of the table.
struct Asked<'m> {
    model: &'m Model<'static>,
    sheet: Sheet,
}

impl<'m> Asked<'m> {
    fn of(sheet: &Sheet, model: &'m Model<'static>) -> Asked<'m> {
        let mut draw = Draw::new(sheet.seed ^ 3);
        let rows: Vec<usize> = (0..ASKED).map(|_| draw.below(sheet.rows())).collect();
        let is_input = |column: &&Column| {
            let named = model.columns.iter().any(|input| input.name == column.name);
            named && column.name != sheet.columns[sheet.target].name
        };
        let mut columns: Vec<Column> = sheet.columns.iter().filter(is_input).cloned().collect();
        for column in &mut columns {
            column.cells = rows.iter().map(|row| column.cells[*row].clone()).collect();
        }
        Asked {
            model,
            sheet: Sheet {
                columns,
                target: 0,
                ..sheet.clone()
            },
        }
    }

    /// The answer to each row, or `None` where it is refused, if all forms agree.
    fn answers(mut self) -> Result<Vec<Option<Value>>, String> {
        let served = ServedModel::new(self.model.clone(), None, Duration::ZERO);
        let app = App::new(Ok(served), &|_| None);
        let (_, columns) = self.sheet.in_order();
        let object = |sheet: &Sheet, typing, row| sheet.object(typing, row, &columns, false);
        let mut found = Vec::new();
        for row in 0..self.sheet.rows() {
            let ask = |body: &str| predict(&app, "application/json", body);
            let typed = ask(&object(&self.sheet, Typing::Typed, row));
            let strings = ask(&object(&self.sheet, Typing::Strings, row));
            let csv = self
                .sheet
                .csv(commas(&self.sheet), &(vec![row], columns.clone()));
            let csv = list(predict(&app, "text/csv", &csv)).swap_remove(0);
            for (form, other) in [("strings", strings), ("CSV", csv)] {
                if said(&typed) != said(&other) {
                    let row = object(&self.sheet, Typing::Typed, row);
                    return Err(format!(
                        "{form} of {row} is answered {other}, typed {typed}"
                    ));
                }
            }
            found.push(said(&typed));
        }
        // Those that have answers, in one request or table.
        let good: Vec<usize> = (0..found.len())
            .filter(|row| found[*row].is_some())
            .collect();
        for column in &mut self.sheet.columns {
            column.cells = good.iter().map(|row| column.cells[*row].clone()).collect();
        }
        if !good.is_empty() {
            let expected: Vec<Value> = found.iter().flatten().cloned().collect();
            self.in_one(&app, &expected)?;
        }
        Ok(found)
    }

    /// Asks for all rows at once, in every form.
    fn in_one(&self, app: &App, expected: &[Value]) -> Result<(), String> {
        let (sheet, order) = (&self.sheet, self.sheet.in_order());
        let csv = sheet.csv(commas(sheet), &order);
        let (typed, strings) = (
            sheet.lines(Typing::Typed, &order),
            sheet.lines(Typing::Strings, &order),
        );
        let batch = |text: &str, format| answered_in_batch(self.model, text, format);
        let objects: Vec<&str> = typed.lines().collect();
        let instances = format!("{{\"instances\":[{}]}}", objects.join(","));
        let records = format!("{{\"dataframe_records\":[{}]}}", objects.join(","));
        // MLflow's clients get labels or values alone.
        let labels: Vec<Value> = expected.iter().map(alone).collect();
        let bare = list(post(app, "/invocations", "application/json", &records));
        if bare != labels {
            return Err(format!("MLflow answers {bare:?}, one by one {expected:?}"));
        }
        let mut asked = vec![
            ("batch of CSV", batch(&csv, Format::Csv)?),
            ("batch of strings", batch(&strings, Format::Jsonl)?),
            ("batch of typed lines", batch(&typed, Format::Jsonl)?),
            ("text/csv", list(predict(app, "text/csv", &csv))),
            (
                "x-ndjson",
                list(predict(app, "application/x-ndjson", &typed)),
            ),
        ];
        // A column of this name takes the member for itself.
        if sheet
            .columns
            .iter()
            .all(|column| column.name != "instances")
        {
            let answers = list(predict(app, "application/json", &instances));
            asked.push(("instances", answers));
        }
        for (form, answers) in asked {
            let found: Vec<Option<Value>> = answers.iter().map(said).collect();
            let is_same =
                found.len() == expected.len() && found.iter().flatten().eq(expected.iter());
            if !is_same {
                return Err(format!(
                    "{form} answers {answers:?}, one by one {expected:?}"
                ));
            }
        }
        Ok(())
    }
}

fn answered_in_batch(
    model: &Model<'static>,
    text: &str,
    format: Format,
) -> Result<Vec<Value>, String> {
    let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
    let table = Blocks::new("rows", input, Some(format)).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    pipeline::run(model, &Settings::default(), table, ("out", &mut out), None)
        .map_err(|error| format!("batch: {error:#}"))?;
    let text = String::from_utf8(out).map_err(|error| error.to_string())?;
    let answer = |line| serde_json::from_str(line).map_err(|error| format!("{error}: {line}"));
    text.lines().map(answer).collect()
}

/// What an answer says, without the model's name; `None` where it is a refusal.
pub fn said(answer: &Value) -> Option<Value> {
    let is_answer = answer.get("label").is_some() || answer.get("value").is_some();
    let of = |name: &str| answer.get(name).cloned().unwrap_or_default();
    // The function adds hints to a warning's sentence, which a batch has not.
    let warnings = answer.get("warnings").and_then(Value::as_array);
    let warnings = warnings.into_iter().flatten();
    let warnings: Vec<Value> = warnings
        .map(|warning| json!([warning.get("code"), warning.get("field")]))
        .collect();
    let parts = ["label", "value", "probabilities"].map(of);
    is_answer.then(|| json!([parts[0], parts[1], parts[2], warnings]))
}

/// The label or value of what was said.
fn alone(said: &Value) -> Value {
    match &said[0] {
        Value::Null => said[1].clone(),
        label => label.clone(),
    }
}

/// The answers to several rows.
fn list(answer: Value) -> Vec<Value> {
    match answer {
        Value::Object(members) if members.contains_key("predictions") => members["predictions"]
            .as_array()
            .cloned()
            .unwrap_or_default(),
        Value::Array(answers) => answers,
        other => vec![other],
    }
}

fn predict(app: &App, content_type: &str, body: &str) -> Value {
    post(app, "/predict", content_type, body)
}

/// The answer to a request; of lines, all of them.
fn post(app: &App, path: &str, content_type: &str, body: &str) -> Value {
    let outcome = app.answer(&Request {
        method: &Method::POST,
        path,
        query: None,
        headers: None,
        content_type: Some(content_type),
        body: Body::Whole(body.as_bytes()),
        request_id: RequestId::default(),
        trace_id: None,
        takes_binary: false,
    });
    let body = outcome.response.into_body();
    let lines = body
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_slice(line).unwrap_or_default())
        .collect();
    match <[Value; 1]>::try_from(lines) {
        Ok([one]) => one,
        Err(lines) => Value::Array(lines),
    }
}
