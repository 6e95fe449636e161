//! `HEARTH_EMF=window`: a line for many requests, the last one when the process is told to end.

use serde_json::{Value, json};
use support::example::row;
use support::function::emf_line;
use support::{Event, Function, Kind, RuntimeApi, small};

fn model() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.hearth");
    std::fs::write(&path, small::model("1", 0)).unwrap();
    (folder, path)
}

/// The lines that tell of requests, judged.
fn of_requests(lines: &[String]) -> Vec<Value> {
    let lines = lines.iter().map(|line| emf_line(line));
    lines
        .filter(|line| line.get("latency.handler").is_some())
        .collect()
}

fn count(line: &Value, metric: &str) -> usize {
    line[metric].as_array().map_or(1, Vec::len)
}

#[test]
fn in_lambda_the_last_window_is_written_at_sigterm() {
    let (_folder, model) = model();
    let api = RuntimeApi::start();
    let mut function = Function::in_lambda(&api, model, &[("HEARTH_EMF", "window")]);
    let event = Event::load(Kind::HttpApi).with_body(&row("where is my parcel"));
    for _ in 0..230 {
        api.invoke(&event).response();
    }
    api.wait_for_polls(231);
    // Without an extension Lambda would send no SIGTERM.
    assert_eq!(api.extensions(), 1);
    assert_eq!(of_requests(&function.stdout_lines()).len(), 2);
    assert!(function.terminate().success());
    let lines = of_requests(&function.stdout_lines());
    let counts: Vec<usize> = lines
        .iter()
        .map(|line| count(line, "latency.handler"))
        .collect();
    assert_eq!(counts, [100, 100, 30]);
    assert_eq!(lines[0]["cold_start"][0], 1);
    assert_eq!(lines[0]["modelVersion"], "1");
    assert_eq!(lines[2]["input.num_tokens"], json!(vec![4; 30]));
}

#[test]
fn a_line_a_request_needs_no_extension() {
    let (_folder, model) = model();
    let api = RuntimeApi::start();
    let function = Function::in_lambda(&api, model, &[]);
    let event = Event::load(Kind::HttpApi).with_body(&row("where is my parcel"));
    for _ in 0..3 {
        api.invoke(&event).response();
    }
    assert_eq!(api.extensions(), 0);
    assert_eq!(of_requests(&function.wait_for_stdout(3)).len(), 3);
}

#[test]
fn over_http_time_and_the_end_write_a_window() {
    let (_folder, model) = model();
    let settings = [
        ("HEARTH_EMF", "window"),
        ("HEARTH_EMF_WINDOW", "100 requests or 0.2 s"),
    ];
    let mut function = Function::over_http(model, &settings);
    let send = |body: &str| function.predict(&[], body).status;
    assert_eq!((send("{\"text\": \"\"}"), send("[]")), (200, 422));
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(send("{\"text\": \"\"}"), 200);
    let first = of_requests(&function.wait_for_stdout(1));
    assert_eq!(
        (count(&first[0], "latency.handler"), &first[0]["error"]),
        (3, &json!(1))
    );
    assert_eq!(send("{\"text\": \"\"}"), 200);
    assert!(function.terminate().success());
    let lines = of_requests(&function.stdout_lines());
    assert_eq!((lines.len(), count(&lines[1], "latency.handler")), (2, 1));
    // The code of a refusal is a metric, since no line names its request.
    let printed = function.stdout_lines();
    let refusal = printed.iter().map(|line| emf_line(line));
    let refusal = refusal
        .into_iter()
        .find(|line| line.get("refusal.count").is_some());
    let refusal = refusal.unwrap();
    assert_eq!(
        (&refusal["code"], &refusal["refusal.count"]),
        (&json!("not_an_object"), &json!(1))
    );
}

#[test]
fn off_writes_nothing() {
    let (_folder, model) = model();
    let mut function =
        Function::over_http(model, &[("HEARTH_EMF", "off"), ("HEARTH_DRIFT_ROWS", "1")]);
    for body in ["{\"text\": \"\"}", "[]"] {
        function.predict(&[], body);
    }
    function.terminate();
    assert_eq!(function.stdout_lines(), Vec::<String>::new());
}
