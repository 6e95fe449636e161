//! Figures of the documentation: the pages and `docs/figures.json` agree, and so do the file and the
//! programs.
//!
//! `make figures` measures the bytes of the log anew, and writes them into the file and the pages; `make
//! bench` does so with starts and requests.

use std::env;
use std::path::Path;

use serde_json::Value;
use support::example::{self, root};
use support::figures::{differences, figure, find, write};
use support::traffic::{Shift, train, week};
use support::{Event, Function, Kind, RuntimeApi};

/// Requests over which bytes are measured: as many as make a window of drift.
const REQUESTS: usize = 500;

/// Share by which bytes may differ: times and ids have more digits or fewer.
const TOLERANCE: f64 = 0.03;

#[test]
fn every_page_states_the_figures_of_the_file() {
    assert_eq!(differences(), [""; 0]);
}

#[test]
fn a_sentence_is_found_across_line_ends_and_its_figures_have_names() {
    let page = "First. A start takes 0.76\nms, and 12. No more.";
    let found = find(page, "takes {a.b} ms, and {c}.").unwrap();
    let found: Vec<(&str, &str)> = found
        .into_iter()
        .map(|(range, name)| (&page[range], name))
        .collect();
    assert_eq!(found, [("0.76", "a.b"), ("12", "c")]);
    assert_eq!(find(page, "takes {a} s"), None);
}

#[test]
fn the_bill_counts_with_the_figures_of_the_file() {
    let prices = std::fs::read_to_string(root().join("cdk/prices.json")).unwrap();
    let prices: Value = serde_json::from_str(&prices).unwrap();
    let deployed = |name: &str| prices["deployed"][name].as_f64().unwrap();
    assert_eq!(deployed("emf_request_bytes"), figure("log.request_bytes"));
    assert_eq!(deployed("emf_window_bytes"), figure("log.window_bytes"));
    assert_eq!(deployed("warm_ms"), figure("starts.warm_ms").ceil());
}

/// Bytes of standard output per request in Lambda, without line ends: lines of metrics, or those of captured rows.
fn bytes(model: &Path, bodies: &[String], variables: &[(&str, &str)]) -> f64 {
    let api = RuntimeApi::start();
    let mut function = Function::in_lambda(&api, model, variables);
    let event = Event::load(Kind::HttpApi);
    for body in bodies {
        let answer = event.answer(&api.invoke(&event.clone().with_body(body)).response().body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    api.wait_for_polls(bodies.len() + 1);
    let is_window = variables.contains(&("HEARTH_EMF", "window"));
    function.wait_for_stdout(if is_window { 1 } else { bodies.len() });
    function.terminate();
    let is_captured = |line: &&String| line.contains("captureData");
    let wants_captured = variables.iter().any(|(name, _)| *name == "HEARTH_CAPTURE");
    let lines = function.stdout_lines();
    let lines = lines
        .iter()
        .filter(|line| is_captured(line) == wants_captured);
    lines.map(String::len).sum::<usize>() as f64 / bodies.len() as f64
}

#[test]
fn the_programs_write_as_many_bytes_as_the_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let columns = train(folder.path(), 4_000);
    let sent = week(1, Shift::None, REQUESTS);
    let sent: Vec<String> = sent.iter().map(|sent| sent.row.to_string()).collect();
    let texts: Vec<String> = example::rows()[..50]
        .iter()
        .map(|(text, _)| example::row(text))
        .collect();
    let window = [("HEARTH_EMF", "window")];
    let captured = [("HEARTH_EMF", "off"), ("HEARTH_CAPTURE", "1")];
    let measured = [
        ("columns_request_bytes", bytes(&columns, &sent, &[]).round()),
        (
            "columns_window_bytes",
            bytes(&columns, &sent, &window).round(),
        ),
        (
            "captured_bytes",
            bytes(example::model(), &texts, &captured).round(),
        ),
    ];
    println!("{measured:?}");
    if env::var("FIGURES").is_ok_and(|mode| mode == "write") {
        return write("log", &measured);
    }
    for (name, bytes) in measured {
        let told = figure(&format!("log.{name}"));
        assert!(
            (bytes / told - 1.0).abs() < TOLERANCE,
            "{name}: {bytes}, and docs/figures.json has {told}; make figures writes it anew"
        );
    }
}
