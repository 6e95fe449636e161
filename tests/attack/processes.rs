//! The process itself under attack: its log, its settings, its model file, its captures. The
//! promises are those of SECURITY.md.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::models;
use crate::process::Attacked;
use crate::requests::{JSON, instances};
use support::Answer;
use support::http::{Connection, request};

fn post(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    request(address, "POST", path, headers, body)
}

/// A pipe that nobody reads, filled by a stranger's bad requests.
#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 5);
    for (metrics, level) in [("off", "info"), ("request", "debug"), ("window", "info")] {
        let variables = [
            ("HEARTH_EMF", OsString::from(metrics)),
            ("HEARTH_LOG", OsString::from(level)),
        ];
        let mut function = Attacked::start(&model, &variables, &[], Stdio::piped(), Stdio::piped());
        let mut connection = Connection::open(function.address).unwrap();
        // Some two hundred lines fill a pipe. All are sent at once, and answered one by one.
        let bad = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n[";
        connection.send(&bad.repeat(500)).unwrap();
        for _ in 0..500 {
            assert_eq!(connection.receive("POST").unwrap().unwrap().status, 400);
        }
        let stderr = function.child.stderr.take().unwrap();
        // Once somebody reads again, the log tells how many lines were lost.
        let reader = thread::spawn(move || std::io::read_to_string(stderr).unwrap());
        thread::sleep(Duration::from_millis(200));
        for _ in 0..3 {
            connection.send(bad).unwrap();
            connection.receive("POST").unwrap();
        }
        assert!(function.terminate() < Duration::from_secs(5));
        let text = reader.join().unwrap();
        if metrics != "request" || level == "debug" {
            assert!(
                text.contains("lines of the log were lost"),
                "{metrics} {level}"
            );
        }
        for line in text.lines().filter(|line| line.starts_with('{')) {
            assert!(
                serde_json::from_str::<serde_json::Value>(line).is_ok(),
                "{line}"
            );
        }
    }
}

#[test]
fn a_full_disk_behind_standard_output_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 5);
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut function = Attacked::start(&model, &[], &[], Stdio::from(full), Stdio::piped());
    for _ in 0..20 {
        assert_eq!(
            post(function.address, "/predict", &[JSON], b"{}").status,
            200
        );
    }
    function.terminate();
    let text = std::io::read_to_string(function.child.stderr.take().unwrap()).unwrap();
    let told = text
        .lines()
        .filter(|line| line.contains("standard output cannot be written"));
    assert_eq!(told.count(), 1, "{text}");
}

/// A file that may not grow is as a full disk: a part of a line fits. Then there is room again.
#[test]
fn a_torn_line_ends_before_the_next_and_what_was_lost_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 5);
    let path = folder.path().join("stdout");
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .unwrap();
    let limits = [(libc::RLIMIT_FSIZE, 10_000)];
    let mut function = Attacked::start(
        &model,
        &[],
        &limits,
        Stdio::from(file.try_clone().unwrap()),
        Stdio::piped(),
    );
    let ask = || {
        assert_eq!(
            post(function.address, "/predict", &[JSON], b"{}").status,
            200
        )
    };
    (0..30).for_each(|_| ask());
    // As a log is rotated by copying and truncating.
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 10_000);
    file.set_len(0).unwrap();
    (0..5).for_each(|_| ask());
    function.terminate();
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert!(lines.iter().all(|line| emf::lint(line).is_ok()), "{text}");
    let of_requests = lines.iter().filter(|line| line.contains("latency.handler"));
    assert_eq!(of_requests.count(), 5, "{text}");
    let log = std::io::read_to_string(function.child.stderr.take().unwrap()).unwrap();
    let told = log
        .lines()
        .find(|line| line.contains("lines of metrics were lost"));
    let told: serde_json::Value = serde_json::from_str(told.expect(&log)).unwrap();
    assert!(told["lost"].as_u64().unwrap() >= 10, "{told}");
}

#[test]
fn settings_that_are_not_utf_8_refuse_to_serve() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 5);
    let value = OsStr::from_bytes(b"secret\xff").to_owned();
    for variable in [
        "HEARTH_API_KEY",
        "HEARTH_API_KEY_FILE",
        "HEARTH_CAPTURE_REDACT",
        "HEARTH_HIDE_SCHEMA",
        "HEARTH_ALLOWED_ORIGINS",
        "HEARTH_MAX_ROWS",
        "MODEL_PATH",
    ] {
        let variables = [
            ("HEARTH_CAPTURE", OsString::from("1")),
            (variable, value.clone()),
        ];
        let function = Attacked::start(&model, &variables, &[], Stdio::piped(), Stdio::null());
        let answer = post(function.address, "/predict", &[JSON], b"{}");
        assert_eq!(answer.status, 503, "{variable}");
        let health = request(function.address, "GET", "/health", &[], b"");
        assert_eq!(health.status, 503, "{variable}");
        assert!(health.text().contains(variable), "{}", health.text());
        assert!(!health.text().contains("secret"), "{}", health.text());
    }
}

#[test]
fn a_hidden_schema_is_not_told_by_warnings() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 30);
    let hide = [("HEARTH_HIDE_SCHEMA", OsString::from("true"))];
    let function = Attacked::start(&model, &hide, &[], Stdio::null(), Stdio::null());
    for (path, headers, body) in [
        ("/predict", vec![JSON], b"{}".to_vec()),
        ("/predict", vec![JSON], instances("{}", 3)),
        (
            "/predict",
            vec![("content-type", "application/jsonl")],
            b"{}\n{}".to_vec(),
        ),
        (
            "/predict",
            vec![("content-type", "text/csv")],
            b"x\n1\n".to_vec(),
        ),
        ("/predict", vec![JSON], instances("{}", 20_000)),
        ("/predict?explain=3", vec![JSON], b"{}".to_vec()),
        ("/invocations", vec![JSON], b"{}".to_vec()),
        ("/v2/models/wide/infer", vec![JSON], b"{}".to_vec()),
        ("/predict", vec![JSON], b"[]".to_vec()),
    ] {
        // The ids of answers are random, and may have any letters.
        let headers = [&headers[..], &[("x-request-id", "x")]].concat();
        let answer = post(function.address, path, &headers, &body);
        let text = answer.text();
        assert!(
            !text.contains("c1") && !text.contains("/c"),
            "{path}: {text}"
        );
        assert!(!text.contains("30"), "{path}: {text}");
        assert!(text.matches("missing_value").count() <= 3, "{path}: {text}");
    }
}

#[test]
fn a_fifo_is_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.hearth");
    let name = std::ffi::CString::new(path.as_os_str().as_bytes()).unwrap();
    // SAFETY: the name ends with a zero byte and lives through the call.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    let function = Attacked::start(&path, &[], &[], Stdio::null(), Stdio::null());
    assert_eq!(
        request(function.address, "GET", "/health", &[], b"").status,
        503
    );
}

#[test]
fn two_requests_of_one_id_are_two_events() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 5);
    let variables = [
        ("HEARTH_CAPTURE", OsString::from("1")),
        ("HEARTH_EMF", OsString::from("off")),
    ];
    let mut function = Attacked::start(&model, &variables, &[], Stdio::piped(), Stdio::null());
    for _ in 0..3 {
        post(
            function.address,
            "/predict",
            &[JSON, ("x-request-id", "r1")],
            b"{}",
        );
    }
    function.terminate();
    let text = std::io::read_to_string(function.child.stdout.take().unwrap()).unwrap();
    let about: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|record| record["eventMetadata"].clone())
        .collect();
    assert_eq!(about.len(), 3);
    assert!(about.iter().all(|one| one["inferenceId"] == "r1"));
    let mut ids: Vec<&str> = about
        .iter()
        .map(|one| one["eventId"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}
