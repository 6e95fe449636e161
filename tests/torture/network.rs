//! A bad S3 under what sends and fetches, a model that is replaced while it is served, and a bad
//! Runtime API under the function.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use support::function::lambda_environment;
use support::process::Process;
use support::{Function, Invocation, RuntimeApi, binary, example};

use crate::options::Options;
use crate::table::Row;
use crate::{transfers, uploads};

/// All of it.
pub fn run(folder: &Path, options: &Options) -> Vec<Row> {
    let folder = folder.join("network");
    fs::create_dir_all(&folder).unwrap();
    // These wait for the retries of the SDK most of the time.
    let mut rows = thread::scope(|scope| {
        let push = scope.spawn(|| uploads::push(&folder, options));
        let predict = scope.spawn(|| uploads::predict(&folder, options));
        let pushes = scope.spawn(|| transfers::push(&folder, options));
        let pulls = transfers::pull(&folder, options);
        let mut rows = vec![pulls];
        rows.extend([pushes, push, predict].map(|row| row.join().unwrap()));
        rows
    });
    rows.push(replaced(&folder));
    rows.push(runtime_api());
    rows
}

/// A model file that another is renamed over, again and again, while it is asked.
fn replaced(folder: &Path) -> Row {
    let mut row = Row::new("a model file replaced by renaming while it is served");
    let path = folder.join("served.hearth");
    fs::copy(example::model(), &path).unwrap();
    let expected = example::answers(&["where is my parcel"]);
    let function = Function::over_http(&path, &[]);
    let others = [
        example::root().join("model/tests/files/format-1.hearth"),
        example::model().to_path_buf(),
    ];
    for number in 0..200 {
        let beside = folder.join("next.hearth");
        fs::copy(&others[number % 2], &beside).unwrap();
        fs::rename(&beside, &path).unwrap();
        let body = example::row("where is my parcel");
        let answer = function.predict(&[], &body);
        row.tried(match answer.status {
            200 if answer.body == expected[0].as_bytes() => Ok(()),
            status => Err(format!(
                "{status}: {}",
                String::from_utf8_lossy(&answer.body)
            )),
        });
    }
    row
}

/// A Runtime API that goes away at every point of the protocol, and a deadline that is over.
fn runtime_api() -> Row {
    let mut row = Row::new(
        "a Runtime API that ends its connection, or hands out an event whose deadline is past",
    );
    let event = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\nLambda-Runtime-Deadline-Ms: 1\r\n\
        Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:111122223333:function:f\r\n\
        Content-Length: 18\r\n\r\n{\"text\": \"parcel\"}";
    for (what, answer) in [
        ("closed at once", ""),
        ("closed in the head", &event[..60]),
        ("closed in the body", &event[..event.len() - 5]),
        ("closed behind the event", event),
        ("no HTTP", "SSH-2.0-x\r\n"),
        (
            "an event without an id",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        ),
        ("500", "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"),
    ] {
        row.tried(goes_away(what, answer));
    }
    let api = RuntimeApi::start();
    let function = Function::in_lambda(&api, example::model(), &[]);
    let expected = example::answers(&["where is my parcel"]);
    for _ in 0..20 {
        let event = Invocation::new(example::row("where is my parcel"));
        let outcome = api.invoke(event.with_header("Lambda-Runtime-Deadline-Ms", "1"));
        let report = outcome.response();
        row.tried(match report.body == expected[0].as_bytes() {
            true => Ok(()),
            false => Err(format!(
                "a deadline past: {}",
                String::from_utf8_lossy(&report.body)
            )),
        });
    }
    drop(function);
    row
}

/// A Runtime API that says `answer` to whatever it is asked, three times, and is gone. The function must
/// end, so that Lambda starts it anew, and not by a panic of ours.
fn goes_away(what: &str, answer: &str) -> Result<(), String> {
    const TIMES: usize = 3;
    const PATIENCE: Duration = Duration::from_secs(30);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let path = binary("function");
    let mut command = Command::new(&path);
    command
        .env_clear()
        .current_dir(path.parent().unwrap())
        .env("MODEL_PATH", example::model());
    lambda_environment(&mut command, listener.local_addr().unwrap());
    let mut process = Process::start("the function", &mut command);
    listener.set_nonblocking(true).unwrap();
    let end = Instant::now() + PATIENCE;
    let mut asked = 0;
    while asked < TIMES && Instant::now() < end && process.has_ended().is_none() {
        if let Ok((mut stream, _)) = listener.accept() {
            asked += 1;
            let _ = stream.set_nonblocking(false);
            let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        } else {
            thread::sleep(Duration::from_millis(5));
        }
    }
    drop(listener);
    while Instant::now() < end && process.has_ended().is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    let has_ended = process.has_ended().is_some();
    let said = process.stderr_lines().join(" ");
    // lambda_runtime itself panics over what the Runtime API never sends, or sends before the end.
    let is_ours = said.contains("panicked") && !said.contains("lambda_runtime-");
    match (is_ours, asked, has_ended) {
        (true, ..) => Err(format!("{what}: {said}")),
        (_, 0, _) => Err(format!("{what}: the function never asked")),
        (.., false) => Err(format!("{what}: not ended {PATIENCE:?} after its start")),
        _ => Ok(()),
    }
}
