//! The way a developer tries the function: `cargo lambda watch` in one terminal, `cargo lambda
//! invoke` in another. cargo-lambda brings its own Runtime API, which these tests did not write.

use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use support::example::{answers, model, root, row};
use support::function::emf_line;
use support::http::request;
use support::process::Process;
use support::{Event, Kind, binary};

/// For a machine that is busy with other builds; `watch` runs cargo, which waits for its turn.
const PATIENCE: Duration = Duration::from_secs(300);

/// The cargo-lambda that `make setup` installs, or the one that `CARGO_LAMBDA` names.
fn cargo_lambda() -> Option<PathBuf> {
    let installed = root().join(".venv/bin/cargo-lambda");
    let path = env::var_os("CARGO_LAMBDA").map_or(installed, PathBuf::from);
    if path.exists() {
        return Some(path);
    }
    let path = path.display();
    eprintln!("skipped: {path} is not there; `make setup` installs it");
    None
}

/// `cargo lambda`, as typed in the root of the repository.
fn cargo(tool: &Path) -> Command {
    let folder = tool.parent().expect("a program lies in a folder");
    let others = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_path_buf()]
        .into_iter()
        .chain(env::split_paths(&others));
    let path = env::join_paths(folders).expect("folders of a PATH make a PATH");
    let mut command = Command::new("cargo");
    command.arg("lambda").env("PATH", path).current_dir(root());
    command
}

/// A running `cargo lambda watch`; it ends with all that it started when dropped.
struct Watch {
    process: Process,
    address: SocketAddr,
}

impl Watch {
    fn start(tool: &Path) -> Watch {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = free.local_addr().expect("a bound listener has an address");
        drop(free);
        let mut command = cargo(tool);
        command
            .args(["watch", "--ignore-changes", "--package", "function"])
            .args(["--invoke-address", "127.0.0.1"])
            .args(["--invoke-port", &address.port().to_string()])
            .env("MODEL_PATH", model());
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        let mut process = Process::start("cargo lambda watch", &mut command);
        wait_until("cargo lambda watch listens", || {
            assert_eq!(process.has_ended(), None, "{:?}", process.stderr_lines());
            TcpStream::connect(address).is_ok()
        });
        Watch { process, address }
    }

    /// Output of `cargo lambda invoke`.
    fn invoke(&self, tool: &Path, payload: &[&str]) -> String {
        let mut command = cargo(tool);
        command
            .args(["invoke", "--invoke-address", "127.0.0.1"])
            .args(["--invoke-port", &self.address.port().to_string()])
            .arg("function")
            .args(payload);
        let mut invoke = Process::start("cargo lambda invoke", &mut command);
        wait_until("cargo lambda invoke ends", || invoke.has_ended().is_some());
        assert!(invoke.wait().success(), "{:?}", invoke.stderr_lines());
        invoke.stdout_lines().join("\n")
    }

    /// The EMF lines among what `watch` says itself, once there are `count`.
    fn emf_lines(&self, count: usize) -> Vec<String> {
        let is_emf = |line: &String| line.starts_with("{\"_aws\"");
        let lines = || -> Vec<String> {
            self.process
                .stdout_lines()
                .into_iter()
                .filter(is_emf)
                .collect()
        };
        wait_until("the EMF lines are there", || lines().len() >= count);
        lines()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // `watch` starts the function in a session of its own, so its process group is not enough.
        let descendants = descendants(self.process.id());
        kill("-TERM", &[self.process.id()]);
        let end = Instant::now() + Duration::from_secs(10);
        while self.process.has_ended().is_none() && Instant::now() < end {
            thread::sleep(Duration::from_millis(10));
        }
        kill("-KILL", &descendants);
    }
}

/// The processes that descend from this one.
fn descendants(ancestor: u32) -> Vec<u32> {
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let table = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let pairs: Vec<(u32, u32)> = table
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .filter_map(|(id, parent)| Some((id.parse().ok()?, parent.trim().parse().ok()?)))
        .collect();
    let mut found = vec![ancestor];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(
            pairs
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(id, _)| *id),
        );
        next += 1;
    }
    found.split_off(1)
}

/// Sends a signal to those of the processes that still run.
fn kill(signal: &str, processes: &[u32]) {
    for id in processes {
        // One that has ended is no error.
        let _ = Command::new("kill")
            .args([signal, &id.to_string()])
            .output();
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "not after {PATIENCE:?}: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn watch_and_invoke_work_as_they_are_documented() {
    let Some(tool) = cargo_lambda() else { return };
    // `watch` would build it, too; like this, a mistake in it shows as one.
    binary("function");
    let watch = Watch::start(&tool);
    let text = "my parcel has not arrived";
    let expected = &answers(&[text])[0];

    let file = ["--data-file", "tests/events/apigw-http.json"];
    let answer = Event::load(Kind::HttpApi).answer(watch.invoke(&tool, &file).as_bytes());
    assert_eq!((answer.status, answer.text()), (200, expected.as_str()));

    let bare = watch.invoke(&tool, &["--data-ascii", &row(text)]);
    // It prints what it got as JSON, by its own order of members.
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(parsed(&bare), parsed(expected));

    // As a function URL, for curl and a browser.
    let path = "/lambda-url/function/predict";
    let headers = [("content-type", "application/json")];
    let body = row(text);
    let answer = request(watch.address, "POST", path, &headers, body.as_bytes());
    assert_eq!((answer.status, answer.text()), (200, expected.as_str()));

    let lines = watch.emf_lines(3);
    for (number, line) in lines.iter().enumerate() {
        let line = emf_line(line);
        assert_eq!(line["service"], "function");
        assert_eq!(line["input.num_chars"], text.len());
        assert_eq!(line["cold_start"], u64::from(number == 0));
        assert!(line["requestId"].is_string());
    }
    let started = descendants(watch.process.id());
    assert!(!started.is_empty());
    drop(watch);
    let left = |id: &u32| Command::new("kill").args(["-0", &id.to_string()]).output();
    let left = |id: &u32| left(id).is_ok_and(|output| output.status.success());
    wait_until("all that it started has ended", || {
        !started.iter().any(left)
    });
}
