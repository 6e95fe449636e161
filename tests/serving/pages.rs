//! The three pages that people see, `/docs` and the reports of training and drift, in headless Chromium:
//! axe-core finds nothing that keeps people out, and they fit a phone, a tablet and a desktop.
//!
//! `pages/check.py` looks. It needs Chromium (Debian: `apt install chromium`; `CHROMIUM` names another) and
//! what `make client-tools` installs; without them the tests say so and pass.

use std::path::{Path, PathBuf};
use std::process::Command;

use support::binary::finish;
use support::tables::{numbers, texts, tickets, write, yes_or_no};
use support::traffic::{Shift, captured, put, train, truths, week};
use support::{Function, browser, hearth, node_module};
use tempfile::TempDir;

/// Has `pages/check.py` look at these addresses.
fn look(addresses: &[String]) {
    let Some((python, chromium)) = browser() else {
        return;
    };
    let Some(axe) = node_module("pages", "axe-core/axe.min.js") else {
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages/check.py");
    let mut command = Command::new(python);
    command.args([script, chromium, axe]).args(addresses);
    finish(&mut command, b"").success();
}

fn file(path: PathBuf) -> String {
    format!("file://{}", path.display())
}

/// Trains on a table, and returns the address of the report.
fn report(folder: &TempDir, name: &str, table: &str, more: &[&str]) -> String {
    let (data, model, page) = (
        format!("{name}.csv"),
        format!("{name}.hearth"),
        format!("{name}.html"),
    );
    write(folder, &data, table);
    let arguments = ["train", "--quiet", "--data", &data, "--out", &model];
    hearth(
        folder,
        &[&arguments[..], &["--report", &page], more].concat(),
    )
    .success();
    file(folder.path().join(page))
}

#[test]
fn reports_of_training_keep_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let binary = report(
        &folder,
        "binary",
        &yes_or_no(400, 4),
        &["--target", "answer", "--set", "threshold.value=0.3"],
    );
    let against = ["--target", "answer", "--against", "binary.hearth"];
    let compared = report(&folder, "compared", &yes_or_no(400, 4), &against);
    let many = report(&folder, "many", &tickets(300), &["--target", "queue"]);
    let value = report(&folder, "value", &numbers(200), &["--target", "y"]);
    let text = report(&folder, "text", &texts(900, 40), &["--target", "label"]);
    look(&[binary, compared, many, value, text]);
}

#[test]
fn reports_of_drift_keep_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let model = train(folder.path(), 2_000);
    let sent = week(2, Shift::Number, 600);
    put(
        folder.path(),
        "capture.jsonl",
        &captured(&model, &sent, None),
    );
    put(folder.path(), "labels.csv", truths(&sent).as_bytes());
    let model = model.display().to_string();
    let arguments = ["drift", &model, "capture.jsonl", "--truth", "labels.csv"];
    hearth(
        &folder,
        &[&arguments[..], &["--report", "drift.html"]].concat(),
    )
    .success();
    look(&[file(folder.path().join("drift.html"))]);
}

#[test]
fn the_page_of_a_model_keeps_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    report(&folder, "tickets", &tickets(300), &["--target", "queue"]);
    let function = Function::over_http(folder.path().join("tickets.hearth"), &[]);
    look(&[format!("http://{}/docs", function.address())]);
}
