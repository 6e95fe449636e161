//! Capture: rows and answers on standard output, and that it can never delay, fail or enlarge an
//! answer, whatever becomes of standard output.

use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::function::free_address;
use support::http::{Connection, render, request};
use support::process::send_sigterm;
use support::{Answer, Function, binary, small};
use tempfile::TempDir;

const JSON: (&str, &str) = ("content-type", "application/json");

fn model() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.hearth");
    std::fs::write(&path, small::model("1", 0)).unwrap();
    (folder, path)
}

fn send(address: SocketAddr, id: &str, body: &Value) -> Answer {
    let headers = [JSON, ("x-request-id", id)];
    request(
        address,
        "POST",
        "/predict",
        &headers,
        body.to_string().as_bytes(),
    )
}

/// The data of one side of a record.
fn data(record: &Value, side: &str) -> Value {
    let side = &record["captureData"][side];
    assert_eq!(side["encoding"], "JSON");
    serde_json::from_str(side["data"].as_str().unwrap()).unwrap()
}

#[test]
fn a_row_and_its_answer_are_a_record_in_sagemakers_shape() {
    let (_folder, model) = model();
    let settings = [
        ("HEARTH_EMF", "off"),
        ("HEARTH_CAPTURE", "1"),
        ("HEARTH_CAPTURE_REDACT", "plan"),
    ];
    let mut function = Function::over_http(model, &settings);
    let one =
        json!({"text": "my \"parcel\"\n", "amount": 2.5, "plan": "gold", "other": "kept out"});
    let answer = send(function.address(), "r1", &one).json();
    let many = json!({"instances": [{"text": "invoice"}, {"text": "", "plan": "tin"}]});
    let answers = send(function.address(), "r2", &many).json();
    let nameless = function.predict(&[], "{\"text\": \"\"}");
    assert_eq!(nameless.status, 200);
    // What is refused has no answer, so there is nothing to capture.
    assert_eq!(send(function.address(), "r3", &json!([])).status, 422);
    function.terminate();
    let lines = function.stdout_lines();
    let records: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records.len(), 4, "{lines:#?}");
    assert_eq!(
        data(&records[0], "endpointInput"),
        json!({"text": "my \"parcel\"\n", "amount": 2.5, "plan": "[redacted]"})
    );
    let said = data(&records[0], "endpointOutput");
    assert_eq!(
        (&said["label"], &said["probabilities"]),
        (&answer["label"], &answer["probabilities"])
    );
    // The ids of clients are beside the events' own, which are unique.
    let about = |name: &'static str| {
        let values = records.iter().map(move |one| &one["eventMetadata"][name]);
        values.map(|id| id.as_str().unwrap_or("none"))
    };
    let clients: Vec<&str> = about("inferenceId").collect();
    assert_eq!(clients, ["r1", "r2/0", "r2/1", "none"]);
    let events: Vec<&str> = about("eventId").collect();
    let request = events[1].strip_suffix("/0").unwrap();
    assert_eq!(events[2], format!("{request}/1"));
    for id in [events[0], request, events[3]] {
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    assert!(events[0] != request && request != events[3], "{events:?}");
    // Without one of the client's, the response states the event's own.
    assert_eq!(nameless.headers.get("x-request-id"), Some(events[3]));
    assert_eq!(data(&records[1], "endpointInput")["amount"], Value::Null);
    assert_eq!(
        data(&records[2], "endpointOutput")["label"],
        answers["predictions"][1]["label"]
    );
    for record in &records {
        let about = &record["eventMetadata"];
        assert_eq!(
            (&about["modelName"], &about["modelVersion"]),
            (&json!("small"), &json!("1"))
        );
        assert!(about["inferenceTime"].as_str().unwrap().ends_with('Z'));
        assert_eq!(record["eventVersion"], "0");
        assert!(record.get("_aws").is_none());
    }
    let printed = lines.join("\n");
    assert!(!printed.contains("gold") && !printed.contains("kept out"));
}

#[test]
fn a_redaction_that_names_no_column_refuses_to_serve() {
    let (_folder, model) = model();
    let settings = [("HEARTH_CAPTURE", "1"), ("HEARTH_CAPTURE_REDACT", "plann")];
    let mut function = Function::over_http(model, &settings);
    let health = request(function.address(), "GET", "/health", &[], b"");
    for refusal in [send(function.address(), "r1", &json!({"text": ""})), health] {
        assert_eq!(refusal.status, 503);
        assert!(refusal.text().contains("HEARTH_CAPTURE_REDACT"));
    }
    function.terminate();
    let printed = function.stdout_lines().join("\n");
    assert!(!printed.contains("captureData"), "{printed}");
    let log = function.stderr_lines().join("\n");
    assert!(log.contains("HEARTH_CAPTURE_REDACT"), "{log}");
}

/// A function whose standard output the test holds, or has closed.
struct Bare {
    child: Child,
    address: SocketAddr,
}

impl Bare {
    fn start(model: &Path, is_closed: bool, settings: &[(&str, &str)]) -> Bare {
        let address = free_address();
        let function = binary("function");
        let mut command = match is_closed {
            true => {
                let mut shell = Command::new("sh");
                shell.args(["-c", "exec \"$0\" >&-"]).arg(&function);
                shell
            }
            false => Command::new(&function),
        };
        let child = command
            .env("MODEL_PATH", model)
            .env("PORT", address.port().to_string())
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "it does not listen"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        Bare { child, address }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers to the same requests, and the longest time of one but the first.
fn flood(address: SocketAddr, count: usize) -> (Vec<Vec<u8>>, Duration) {
    let mut connection = Connection::open(address).unwrap();
    let mut longest = Duration::ZERO;
    let mut answers = Vec::new();
    for number in 0..count {
        let text = format!("parcel {number} {}", "and so on ".repeat(60));
        let body = json!({"text": text, "amount": number % 12}).to_string();
        let id = format!("r{number}");
        let headers = [JSON, ("x-request-id", id.as_str())];
        let request = render(address, "POST", "/predict", &headers, body.as_bytes());
        let start = Instant::now();
        connection.send(&request).unwrap();
        let answer = connection.receive("POST").unwrap().unwrap();
        longest = longest.max(start.elapsed());
        assert_eq!(answer.status, 200);
        let headers: Vec<String> = answer
            .headers
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("date"))
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        answers.push([headers.concat().into_bytes(), answer.body].concat());
    }
    (answers, longest)
}

const FLOOD: usize = 3_000;

#[test]
fn a_pipe_that_nobody_reads_changes_no_answer_and_delays_none() {
    let (_folder, model) = model();
    let without = Bare::start(&model, true, &[("HEARTH_EMF", "off")]);
    let (expected, _) = flood(without.address, FLOOD);
    let mut with = Bare::start(&model, false, &[("HEARTH_CAPTURE", "1")]);
    let (answers, longest) = flood(with.address, FLOOD);
    assert!(answers == expected, "an answer is another one");
    // A line of metrics waits a tenth of a second, once; the rest is a busy machine.
    assert!(longest < Duration::from_secs(2), "{longest:?}");

    // Whoever comes late reads whole lines, is told what was dropped, and nothing is lost twice.
    let mut stdout = with.child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).unwrap();
        text
    });
    std::thread::sleep(Duration::from_millis(500));
    flood(with.address, 3);
    std::thread::sleep(Duration::from_millis(500));
    send_sigterm(with.child.id());
    with.child.wait().unwrap();
    let text = reader.join().unwrap();
    let (mut captured, mut dropped) = (0, 0);
    for line in text.lines().filter(|line| !line.is_empty()) {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("torn: {line}"));
        captured += usize::from(line.get("captureData").is_some());
        dropped += line["capture.dropped"].as_u64().unwrap_or(0) as usize;
    }
    assert!(dropped > 0, "the queue was never full");
    assert_eq!(captured + dropped, FLOOD + 3);
}

#[test]
fn a_standard_output_that_is_closed_changes_no_answer() {
    let (_folder, model) = model();
    let without = Bare::start(&model, true, &[("HEARTH_EMF", "off")]);
    let (expected, _) = flood(without.address, 300);
    let settings = [("HEARTH_CAPTURE", "1"), ("HEARTH_EMF", "request")];
    let closed = Bare::start(&model, true, &settings);
    assert!(flood(closed.address, 300).0 == expected);
    // And one that is closed while it runs.
    let mut gone = Bare::start(&model, false, &settings);
    drop(gone.child.stdout.take());
    assert!(flood(gone.address, 300).0 == expected);
}

#[test]
fn neither_payloads_nor_keys_are_in_any_log() {
    let (_folder, model) = model();
    let (secret, key) = ("xyzzyplugh", "k-frobozz");
    let settings = [
        ("HEARTH_LOG", "trace"),
        ("HEARTH_EMF", "window"),
        ("HEARTH_EMF_WINDOW", "1 requests"),
        ("HEARTH_UNKNOWN_FIELDS", "refuse"),
        ("HEARTH_API_KEY", key),
    ];
    let mut function = Function::over_http(model, &settings);
    let headers = [
        JSON,
        ("x-api-key", key),
        ("x-request-id", "r-1"),
        (
            "x-amzn-trace-id",
            "Root=1-5759e988-bd862e3fe1be46a994272793",
        ),
    ];
    for (body, status) in [
        (format!("{{\"text\": \"{secret}\"}}"), 200),
        (format!("{{\"text\": \"\", \"{secret}\": 1}}"), 422),
        (format!("{{\"text\": {{\"{secret}\": 1}}}}"), 422),
        (format!("{{\"text\": {secret}}}"), 400),
        (format!("{{\"text\": \"\", \"plan\": \"{secret}\"}}"), 200),
    ] {
        let answer = request(
            function.address(),
            "POST",
            "/predict",
            &headers,
            body.as_bytes(),
        );
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let wrong = [JSON, ("x-api-key", secret)];
    assert_eq!(
        request(function.address(), "POST", "/predict", &wrong, b"{}").status,
        403
    );
    function.terminate();
    let printed = [function.stdout_lines(), function.stderr_lines()].concat();
    let leak = |word: &str| printed.iter().find(|line| line.contains(word));
    assert_eq!((leak(secret), leak(key)), (None, None));
    // A refusal is one line, which finds its request.
    let log = function.stderr_lines();
    let refusals: Vec<Value> = log
        .iter()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["code"] == "unknown_field")
        .collect();
    assert_eq!(refusals.len(), 1, "{log:#?}");
    assert_eq!(refusals[0]["request_id"], "r-1");
    assert_eq!(refusals[0]["trace_id"], headers[3].1);
    assert_eq!(refusals[0]["level"], "INFO");
}
