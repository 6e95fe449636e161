//! A bad S3 under `hearth pull` and `hearth push`, a model that is replaced while it is served, and a
//! bad Runtime API under the function.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use support::function::lambda_environment;
use support::http::request;
use support::process::Process;
use support::{Finished, Function, Invocation, RuntimeApi, binary, example, hearth_with};

use crate::options::Options;
use crate::project::Project;
use crate::s3::{BadS3, Mood};
use crate::table::Row;

/// All of it.
pub fn run(folder: &Path, options: &Options) -> Vec<Row> {
    let folder = folder.join("network");
    fs::create_dir_all(&folder).unwrap();
    let mut rows = s3(&folder, options);
    rows.push(replaced(&folder));
    rows.push(runtime_api());
    rows
}

const SLOW_DOWN: Mood = Mood::Status(503, "SlowDown");
const FAILED: Mood = Mood::Status(500, "InternalError");

/// What S3 does for a while, for how many requests, and whether a run outlives it.
fn moods(options: &Options) -> Vec<(&'static str, Mood, usize, bool)> {
    let all = vec![
        ("500 twice", FAILED, 2, true),
        ("503 SlowDown twice", SLOW_DOWN, 2, true),
        ("half a body", Mood::Half, 1, true),
        ("no word", Mood::Closed, 2, true),
        (
            "an answer after 30 seconds",
            Mood::Late(Duration::from_secs(options.of(30, 3))),
            1,
            true,
        ),
        ("500 for ever", FAILED, usize::MAX, false),
        ("503 for ever", SLOW_DOWN, usize::MAX, false),
        ("403", Mood::Status(403, "AccessDenied"), usize::MAX, false),
        ("no HTTP", Mood::Noise, usize::MAX, false),
        ("half a body for ever", Mood::Half, usize::MAX, false),
        ("other bytes", Mood::Wrong, usize::MAX, false),
    ];
    all
}

/// One sentence, no panic, and not after minutes.
fn judge(what: &str, finished: &Finished, start: Instant) -> Result<(), String> {
    let said: Vec<&str> = finished
        .stderr
        .lines()
        .filter(|line| line.starts_with("hearth: "))
        .collect();
    if finished.status.code() != Some(1) || said.len() != 1 || finished.stderr.contains("panicked")
    {
        return Err(format!(
            "{what}: {}: {}",
            finished.status,
            finished.stderr.trim()
        ));
    }
    match start.elapsed() {
        took if took > Duration::from_secs(120) => Err(format!("{what}: told after {took:?}")),
        _ => Ok(()),
    }
}

fn s3(folder: &Path, options: &Options) -> Vec<Row> {
    let (mut pulls, mut pushes) = (
        Row::new("S3 that fails, ends early, is late or wrong, under `hearth pull`"),
        Row::new("the same under `hearth push`"),
    );
    let server = BadS3::start();
    let environment = server.environment();
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let project = Project::new(folder, "s3://models/dvc");
    let (old, new) = (project.content(1), project.content(2));
    let (object, file) = (
        format!("dvc/{}", project.key(&new)),
        folder.join("data.bin"),
    );
    let cached = project.object(&folder.join(".dvc/cache"), &new);
    project.track(&new);
    let hearth = |command: &str| hearth_with(folder, &[command], &environment, b"");
    let mut longest = Duration::ZERO;
    for (what, mood, count, outlived) in moods(options) {
        // Pulling: the old file or the new one, and the next run succeeds.
        server.set(&object, Some(&new));
        let _ = fs::remove_dir_all(folder.join(".dvc/cache"));
        project.cache(&old);
        fs::write(&file, &old).unwrap();
        server.be(mood, count);
        let start = Instant::now();
        let finished = hearth("pull");
        longest = longest.max(start.elapsed());
        let found = fs::read(&file).unwrap_or_default();
        let result = match (finished.status.success(), outlived) {
            (true, _) if found != new => Err(format!("{what}: pulled, and the file is another")),
            (false, true) => Err(format!("{what}: {}", finished.stderr.trim())),
            (true, false) => Err(format!("{what}: pulled all the same")),
            (false, false) if found != old => Err(format!("{what}: the old file is gone")),
            (true, true) => Ok(()),
            (false, false) => judge(what, &finished, start),
        };
        server.be(Mood::Good, 0);
        let again = hearth("pull");
        let is_whole = again.status.success()
            && fs::read(&file).ok().as_ref() == Some(&new)
            && fs::read(&cached).ok().as_ref() == Some(&new);
        let next = if is_whole {
            Ok(())
        } else {
            Err(format!("{what}: the next pull: {}", again.stderr.trim()))
        };
        pulls.tried(result.and(next));

        // Pushing: the object is there whole, or not at all. Other bytes of an answer are nothing to it.
        if mood == Mood::Wrong || (mood == Mood::Half && outlived) {
            continue;
        }
        server.set(&object, None);
        server.be(mood, count);
        let start = Instant::now();
        let finished = hearth("push");
        longest = longest.max(start.elapsed());
        let found = server.get(&object);
        let result = match finished.status.success() {
            _ if found.as_ref().is_some_and(|found| *found != new) => {
                Err(format!("{what}: another object was pushed"))
            }
            true if found.is_none() => Err(format!("{what}: pushed, and nothing is there")),
            true => Ok(()),
            false if outlived => Err(format!("{what}: {}", finished.stderr.trim())),
            false => judge(what, &finished, start),
        };
        server.be(Mood::Good, 0);
        let again = hearth("push");
        let is_whole = again.status.success() && server.get(&object).as_ref() == Some(&new);
        let next = if is_whole {
            Ok(())
        } else {
            Err(format!("{what}: the next push: {}", again.stderr.trim()))
        };
        pushes.tried(result.and(next));
    }
    pulls.told = format!(
        "{} requests; the longest run took {} s",
        server.requests(),
        longest.as_secs()
    );
    vec![pulls, pushes]
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
        let json = [("content-type", "application/json")];
        let answer = request(
            function.address(),
            "POST",
            "/predict",
            &json,
            body.as_bytes(),
        );
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
    const PATIENCE: Duration = Duration::from_secs(5);
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
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    drop(listener);
    while Instant::now() < end && process.has_ended().is_none() {
        std::thread::sleep(Duration::from_millis(5));
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
