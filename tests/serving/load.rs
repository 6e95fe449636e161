//! `hearth load` against the real function, and against servers that stall, fail, lie or say nothing.

use crate::canned::CannedServer;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;
use support::binary::finish;
use support::{Finished, Function, binary, example, hearth, hearth_with};

/// A folder with the example model and rows of it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(example::model(), folder.path().join("model.hearth")).unwrap();
    let rows = "text,other\nwhere is my parcel,1\n\"I want my money, back\",2\n\"two\nlines\",3\n";
    fs::write(folder.path().join("rows.csv"), rows).unwrap();
    folder
}

fn load(folder: &tempfile::TempDir, url: &str, more: &str) -> Finished {
    let arguments = ["load", url].into_iter().chain(more.split_whitespace());
    hearth(folder, &arguments.collect::<Vec<_>>())
}

#[test]
fn every_answer_of_the_function_is_that_of_the_model_file() {
    let folder = folder();
    let function = Function::over_http(example::model(), &[("HEARTH_EMF", "off")]);
    let url = format!("http://{}/", function.address());
    let more = "--model model.hearth --rate 200 --for 1s --json --report load.html";
    for rows in ["", " --rows rows.csv"] {
        let told = load(&folder, &url, &format!("{more}{rows}"))
            .success()
            .json();
        assert_eq!(told["end"], "done");
        for name in ["sent", "compared"] {
            assert_eq!(told[name], 200, "{told:#}");
        }
        assert_eq!(
            (&told["failed"], &told["unfinished"]),
            (&0.into(), &0.into())
        );
        let bars = told["histogram"].as_array().unwrap();
        let counted: u64 = bars
            .iter()
            .map(|bar| bar["requests"].as_u64().unwrap())
            .sum();
        assert_eq!(counted, 200);
        let latency = |name: &str| told["latency_ms"][name].as_f64().unwrap();
        assert!(latency("p50") > 0.0 && latency("p50") <= latency("p99"));
        assert!(latency("p99") <= latency("max"));
    }
    let page = fs::read_to_string(folder.path().join("load.html")).unwrap();
    assert!(page.contains("200 answers are those of the model file") && page.contains("<svg"));
    // JSON Lines, without a model, and for a person.
    fs::write(
        folder.path().join("rows.jsonl"),
        "{\"text\": \"a\"}\n{\"text\": \"b\"}\n",
    )
    .unwrap();
    let shown = load(&folder, &url, "--rows rows.jsonl --rate 50 --for 200ms").success();
    assert!(
        shown.stdout.contains("no request failed, 10 were answered"),
        "{}",
        shown.stdout
    );
    let slow = load(
        &folder,
        &url,
        "--rows rows.csv --rate 50 --for 200ms --limit 0.001ms",
    );
    assert!(!slow.status.success());
    assert!(
        slow.stderr.contains("above the limit of 0.00 ms"),
        "{}",
        slow.stderr
    );
}

#[test]
fn a_stall_delays_every_request_that_was_due_in_it() {
    // Half a second in which nothing is answered: of 100 requests per second, 50 are due in it. A
    // generator that waits for responses would see a few.
    let stalled = Mutex::new(());
    let server = CannedServer::start(Box::new(move |number| {
        let _turn = stalled.lock().unwrap();
        if number == 50 {
            thread::sleep(Duration::from_millis(500));
        }
        (200, String::new())
    }));
    let folder = folder();
    let more = "--rows rows.csv --rate 100 --for 2s --json";
    let told = load(&folder, &server.url(), more).success().json();
    let bars = told["histogram"].as_array().unwrap();
    let late = bars
        .iter()
        .filter(|bar| bar["up_to"].as_f64().unwrap() > 50.0);
    let late: u64 = late.map(|bar| bar["requests"].as_u64().unwrap()).sum();
    assert!(
        (30..=120).contains(&late),
        "{late} of about 45 requests: {told:#}"
    );
}

#[test]
fn it_ends_by_itself_when_requests_fail() {
    let folder = folder();
    let fails = |number| match number {
        0..20 => (200, String::new()),
        _ => (503, r#"{"code":"busy","detail":"later"}"#.to_string()),
    };
    let server = CannedServer::start(Box::new(fails));
    let more = "--rows rows.csv --rate 200 --for 60s --json";
    let ended = load(&folder, &server.url(), more);
    assert!(!ended.status.success());
    assert!(
        ended
            .stderr
            .contains("too many requests failed; most often")
            && ended.stderr.contains("503 busy"),
        "{}",
        ended.stderr
    );
    let told = ended.json();
    assert_eq!(told["end"], "failing");
    assert!(told["sent"].as_u64().unwrap() < 2_000, "{told:#}");
    // The first request says at once what is wrong.
    let nobody = load(&folder, &server.url(), "--rows rows.csv --for 60s");
    assert!(
        nobody
            .stderr
            .contains("/predict: the first request failed: 503 busy"),
        "{}",
        nobody.stderr
    );
    let nothing = load(&folder, "http://127.0.0.1:9", "--rows rows.csv");
    assert!(nothing.stderr.contains("refused"), "{}", nothing.stderr);
}

#[test]
fn it_ends_by_itself_when_the_endpoint_cannot_keep_up() {
    let folder = folder();
    let server = CannedServer::start(Box::new(|number| {
        if number > 0 {
            thread::sleep(Duration::from_secs(5));
        }
        (200, String::new())
    }));
    let more = "--rows rows.csv --rate 200 --for 60s --open 25 --json";
    let ended = load(&folder, &server.url(), more);
    assert!(
        ended.stderr.contains("25 requests open at once"),
        "{}",
        ended.stderr
    );
    let told = ended.json();
    assert_eq!(
        (&told["end"], &told["unfinished"]),
        (&"overloaded".into(), &25.into())
    );
    // What has no response is not left out.
    assert!(told["latency_ms"]["max"].as_f64().unwrap() > 0.0);
}

#[test]
fn wrong_answers_and_other_versions_are_told() {
    let folder = folder();
    let answer = example::answers(&["where is my parcel"]).remove(0);
    fs::write(folder.path().join("one.csv"), "text\nwhere is my parcel\n").unwrap();
    let body = |answer: &str| format!("{{\"predictions\":[{answer}]}}");
    let (right, wrong) = (body(&answer), body(&answer.replacen("0.", "0.1", 1)));
    let other = body(&answer.replace("\"version\":\"", "\"version\":\"x"));
    let more = "--rows one.csv --model model.hearth --rate 100 --for 500ms --json";
    let (first, lie) = (right.clone(), wrong);
    let server = CannedServer::start(Box::new(move |number| match number {
        0..=20 => (200, first.clone()),
        _ => (200, lie.clone()),
    }));
    let ended = load(&folder, &server.url(), more);
    assert!(
        ended
            .stderr
            .contains("answers differ from those of the model file"),
        "{}",
        ended.stderr
    );
    assert!(ended.json()["wrong"].as_u64().unwrap() >= 10);
    let server = CannedServer::start(Box::new(move |_| (200, other.clone())));
    let ended = load(&folder, &server.url(), more);
    assert!(
        ended.stderr.contains("nothing was compared"),
        "{}",
        ended.stderr
    );
    let server = CannedServer::start(Box::new(move |_| (200, right.clone())));
    load(&folder, &server.url(), more).success();
    // A row that the model rejects ends the command before anything is sent.
    fs::write(folder.path().join("bad.csv"), "words\na\n").unwrap();
    let bad = load(
        &folder,
        &server.url(),
        "--rows bad.csv --model model.hearth",
    );
    assert!(
        bad.stderr.contains("bad.csv") && bad.stderr.contains("text"),
        "{}",
        bad.stderr
    );
}

#[test]
fn ctrl_c_prints_what_was_measured() {
    let folder = folder();
    let server = CannedServer::start(Box::new(|_| (200, String::new())));
    let child = Command::new(binary("hearth"))
        .args([
            "load",
            &server.url(),
            "--rows",
            "rows.csv",
            "--rate",
            "50",
            "--for",
            "600s",
            "--json",
        ])
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    while server.heads.lock().unwrap().len() < 20 {
        thread::sleep(Duration::from_millis(5));
    }
    let id = child.id().to_string();
    finish(Command::new("kill").args(["-INT", &id]), b"");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["end"], "interrupted");
    assert!(told["sent"].as_u64().unwrap() >= 15);
}

#[test]
fn requests_have_their_headers_and_signatures() {
    let folder = folder();
    let server = CannedServer::start(Box::new(|_| (200, String::new())));
    let programs = folder.path().join("bin");
    fs::create_dir(&programs).unwrap();
    let aws = programs.join("aws");
    let keys = r#"{"Version": 1, "AccessKeyId": "AKIAEXAMPLE", "SecretAccessKey": "secret", "SessionToken": "token"}"#;
    fs::write(&aws, format!("#!/bin/sh\necho '{keys}'\n")).unwrap();
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let url = server.url();
    let arguments = [
        "load",
        &url,
        "--rows",
        "rows.csv",
        "--rate",
        "20",
        "--for",
        "100ms",
        "--sign",
        "--region",
        "eu-west-1",
        "--header",
        "x-api-key: k",
    ];
    hearth_with(&folder, &arguments, &[("PATH", &path)], b"").success();
    for head in server.heads.lock().unwrap().iter() {
        let head = head.to_lowercase();
        assert!(head.starts_with("post /predict http/1.1\r\n"), "{head}");
        for part in [
            "x-api-key: k",
            "x-amz-security-token: token",
            "content-type: text/csv; header=present",
        ] {
            assert!(head.contains(part), "{head}");
        }
        let scope = "authorization: aws4-hmac-sha256 credential=akiaexample/";
        assert!(
            head.contains(scope) && head.contains("/eu-west-1/execute-api/aws4_request"),
            "{head}"
        );
    }
}
