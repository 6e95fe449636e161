//! Attacks of a stranger on the function over HTTP: each promise of SECURITY.md, with its numbers.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::models;
use crate::process::Attacked;
use crate::requests::{GZIP, JSON, exchange, gzipped, instances, small_and_large};
use support::Answer;
use support::http::{Connection, request};
use support::process::send_sigterm;

const CSV_WANTED: (&str, &str) = ("accept", "text/csv");

/// A function with this many MiB of memory that says nothing.
fn start(model: &Path, mebibytes: usize, variables: &[(&str, &str)]) -> Attacked {
    let all: Vec<(&str, OsString)> = variables
        .iter()
        .map(|(name, value)| (*name, OsString::from(value)))
        .collect();
    Attacked::start_within(mebibytes, model, &all)
}

fn post(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    request(address, "POST", path, headers, body)
}

/// As [`post`], for a request that waits behind many others.
fn post_in_a_crowd(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let answer = exchange(address, "POST", path, headers, body);
    answer.unwrap().unwrap()
}

/// Status and text of a refusal.
fn refused(answer: &Answer) -> (u16, String) {
    let text = answer.text();
    (answer.status, text.to_owned())
}

fn is_healthy(address: SocketAddr) -> bool {
    request(address, "GET", "/health", &[], b"").status == 200
}

/// Each of them at a time, then two hundred at once; the peak is within the memory and goes back.
#[test]
fn no_request_takes_more_memory_than_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let refuses = [("HEARTH_UNKNOWN_FIELDS", "refuse")];
    for (columns, mebibytes, variables) in
        [(50, 128, &[][..]), (1_000, 128, &refuses), (200, 512, &[])]
    {
        let model = models::wide(folder.path(), columns);
        let mut function = start(&model, mebibytes, variables);
        let address = function.address;
        let before = function.memory("RssAnon");
        let requests = small_and_large();
        for (path, headers, body) in &requests {
            let answer = post(address, path, headers, body);
            assert!(answer.status < 500, "{path}: {:?}", refused(&answer));
            assert!(
                function.memory("VmHWM") < mebibytes << 10,
                "{path}: {columns} columns"
            );
        }
        thread::scope(|scope| {
            for index in 0..200 {
                let (path, headers, body) = &requests[index % requests.len()];
                scope.spawn(move || {
                    let answer = post_in_a_crowd(address, path, headers, body);
                    let is_expected = answer.status < 500 || answer.status == 503;
                    assert!(is_expected, "{path}: {:?}", refused(&answer));
                });
            }
        });
        let peak = function.memory("VmHWM");
        let limit = function.check_group().unwrap();
        println!(
            "{columns} columns, {mebibytes} MiB: {before} KiB before, peak {peak} KiB ({limit})"
        );
        assert!(peak < mebibytes << 10);
        assert!(is_healthy(address));
        // The last bodies and responses go back within ten seconds.
        let start = Instant::now();
        let is_given_back = || function.memory("RssAnon") < before + (24 << 10);
        while !is_given_back() {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{before} KiB before, {} KiB after",
                function.memory("RssAnon")
            );
            thread::sleep(Duration::from_millis(100));
        }
        function.terminate();
    }
}

#[test]
fn a_refusal_tells_the_number() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 1_000);
    let function = start(&model, 128, &[]);
    let rows = instances("{}", 1_000);
    let answer = post(function.address, "/predict", &[JSON], &rows);
    let problem = answer.json();
    assert_eq!(
        (answer.status, &problem["code"]),
        (413, &"too_many_cells".into())
    );
    assert!(
        problem["detail"].as_str().unwrap().contains("393216"),
        "{problem}"
    );
    drop(function);
    // The rows are within the cells, but each explanation has a thousand entries.
    let function = start(&model, 512, &[]);
    let rows = instances(&format!("[{}1]", "1,".repeat(999)), 110);
    let path = "/predict?explain=1000";
    let csv = ("accept", "text/csv");
    let answer = post(function.address, path, &[JSON, csv], &rows);
    let problem = answer.json();
    assert_eq!(
        (answer.status, &problem["code"]),
        (413, &"too_many_explanations".into())
    );
    assert!(
        problem["detail"].as_str().unwrap().contains("100000"),
        "{problem}"
    );
    let answer = post(function.address, "/predict", &[JSON, csv], &rows);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn words_of_a_text_are_counted_before_they_take_memory() {
    let folder = tempfile::tempdir().unwrap();
    // Where characters are words, a text of them has no spaces.
    let words = ["ab ", "a ", "日 ", "İ", "ab cd "];
    for (characters, words) in [(false, &words[..]), (true, &["日", "ก", "日a", "ab "][..])] {
        let model = models::text(folder.path(), characters);
        let function = start(&model, 128, &[]);
        for word in words {
            let text = word.repeat(5_900_000 / word.len());
            let body = format!("{{\"text\":\"{text}\"}}");
            let answer = post(function.address, "/predict", &[JSON], body.as_bytes());
            let code = &answer.json()["code"];
            assert_eq!(
                (answer.status, code),
                (413, &"too_many_tokens".into()),
                "{word}"
            );
        }
        // Few words, however long.
        let body = format!("{{\"text\":\"{}\"}}", "a".repeat(6_000_000));
        let answer = post(function.address, "/predict", &[JSON], body.as_bytes());
        assert_eq!(answer.status, 200);
        assert!(function.memory("VmHWM") < 128 << 10);
        function.check_group().unwrap();
    }
}

/// Answers are written no further than a response may be long, and what a model of long or of many
/// labels writes counts as memory of the request.
#[test]
fn long_answers_take_no_more_memory_than_there_is() {
    let folder = tempfile::tempdir().unwrap();
    for (labels, length) in [(2, 1_000), (1_000, 8), (3_000, 100)] {
        let model = models::labelled(folder.path(), labels, length);
        let function = start(&model, 128, &[("HEARTH_CAPTURE", "1")]);
        let address = function.address;
        let bodies = [instances("{}", 10_000), instances("{}", 150)];
        let asked = [
            ("/predict", [JSON, ("accept", "application/json")]),
            ("/predict?top=1", [JSON, CSV_WANTED]),
            ("/invocations", [JSON, ("accept-encoding", "gzip")]),
            ("/predict", [JSON, ("accept-encoding", "gzip")]),
        ];
        thread::scope(|scope| {
            for index in 0..60 {
                let (path, headers) = asked[index % asked.len()];
                let body = &bodies[index / asked.len() % bodies.len()];
                scope.spawn(move || {
                    let answer = post_in_a_crowd(address, path, &headers, body);
                    assert!(
                        matches!(answer.status, 200 | 413 | 503),
                        "{:?}",
                        refused(&answer)
                    );
                });
            }
        });
        assert!(is_healthy(address));
        let peak = function.memory("VmHWM");
        println!(
            "{labels} labels of {length}: peak {peak} KiB, {}",
            function.check_group().unwrap()
        );
        assert!(peak < 128 << 10);
    }
}

#[test]
fn trees_are_walked_within_a_number_of_steps() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::deep(folder.path(), 32, 1_000);
    // Fewer than there are by default, so that a slow machine is done soon.
    let function = start(&model, 512, &[("HEARTH_MAX_STEPS", "20000000")]);
    let rows = gzipped(&instances("{}", 10_000));
    let answer = post(function.address, "/predict", &[JSON, GZIP], &rows);
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (413, &"too_many_steps".into())
    );
    assert_eq!(
        post(function.address, "/predict", &[JSON], b"{}").status,
        200
    );
}

/// Opens connections that send these bytes and then nothing.
fn hold(address: SocketAddr, count: usize, bytes: &[u8]) -> Vec<TcpStream> {
    let open = |_| {
        let mut stream = TcpStream::connect(address).ok()?;
        let _ = stream.write_all(bytes);
        Some(stream)
    };
    (0..count).filter_map(open).collect()
}

#[test]
fn without_a_key_nothing_of_a_body_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 5);
    let function = start(&model, 128, &[("HEARTH_API_KEY", "secret")]);
    let address = function.address;
    let head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6000000\r\n\r\n";
    let mut bytes = head.as_bytes().to_vec();
    bytes.resize(1 << 20, b' ');
    let before = function.memory("VmRSS");
    let held = hold(address, 150, &bytes);
    let mut first = held.last().unwrap();
    first
        .set_read_timeout(Some(Duration::from_secs(15)))
        .unwrap();
    let mut answer = [0; 12];
    first.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
    let after = function.memory("VmHWM");
    assert!(
        after < before + (16 << 10),
        "{before} KiB before, {after} KiB at the peak"
    );
    let key = ("x-api-key", "secret");
    assert_eq!(post(address, "/predict", &[JSON, key], b"{}").status, 200);
}

#[test]
fn a_stated_length_is_no_reason_to_take_memory() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 5);
    let function = start(&model, 128, &[]);
    let head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6000000\r\n\r\n{";
    let before = function.memory("VmRSS");
    let held = hold(function.address, 200, head.as_bytes());
    assert!(is_healthy(function.address));
    let after = function.memory("VmHWM");
    assert!(
        after < before + (24 << 10),
        "{before} KiB before, {after} KiB at the peak"
    );
    // Those that send more than there is for bodies are refused, and everybody else is answered.
    let mut whole = vec![b' '; 5_900_000];
    for mut stream in &held {
        stream
            .set_write_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let _ = stream.write(&whole);
    }
    whole.clear();
    assert!(function.memory("VmHWM") < 128 << 10);
    drop(held);
    assert_eq!(
        post(function.address, "/predict", &[JSON], b"{}").status,
        200
    );
}

#[test]
fn who_has_a_key_gets_in_while_others_hold_connections() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 5);
    let variables = [("HEARTH_API_KEY", OsString::from("secret"))];
    let limits = [(libc::RLIMIT_NOFILE, 64)];
    let function = Attacked::start(&model, &variables, &limits, Stdio::null(), Stdio::null());
    let address = function.address;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..54 {
            scope.spawn(|| {
                let mut connection = None;
                while !is_over.load(Ordering::Relaxed) {
                    let mut open = connection.take().or_else(|| Connection::open(address).ok());
                    let asked = open.as_mut().is_some_and(|open| {
                        let asked = open.send(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
                        asked.is_ok() && open.receive("GET").is_ok_and(|answer| answer.is_some())
                    });
                    connection = open.filter(|_| asked);
                    thread::sleep(Duration::from_millis(20));
                }
            });
        }
        thread::sleep(Duration::from_millis(300));
        let key = ("x-api-key", "secret");
        let answered = (0..20).filter(|_| {
            let ask = || {
                let mut connection = Connection::open(address).ok()?;
                let head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n";
                let (name, value) = key;
                let whole = format!("{head}{name}: {value}\r\n\r\n{{}}");
                connection.send(whole.as_bytes()).ok()?;
                connection.receive("POST").ok()?
            };
            ask().is_some_and(|answer| answer.status == 200)
        });
        let answered = answered.count();
        is_over.store(true, Ordering::Relaxed);
        assert!(answered >= 18, "{answered} of 20");
    });
}

#[test]
fn health_is_answered_while_a_long_request_is() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::deep(folder.path(), 320, 1_000);
    let mut function = start(&model, 512, &[("HEARTH_MAX_STEPS", "100000000")]);
    let address = function.address;
    let rows = gzipped(&instances("{}", 10_000));
    let is_over = AtomicBool::new(false);
    let (mut slowest, mut asked) = (Duration::ZERO, 0);
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..4 {
            let (rows, is_over) = (&rows, &is_over);
            scope.spawn(move || {
                post(address, "/predict", &[JSON, GZIP], rows);
                is_over.store(true, Ordering::Relaxed);
            });
        }
        while !is_over.load(Ordering::Relaxed) {
            let begin = Instant::now();
            assert!(is_healthy(address));
            slowest = slowest.max(begin.elapsed());
            asked += 1;
        }
    });
    let whole = start.elapsed();
    println!("health: {asked} times, at most {slowest:?}, while a request took {whole:?}");
    // Behind the long request it would have been asked once or twice, and waited for all of it.
    assert!(
        asked > 10 && slowest < whole / 4,
        "{asked} times, {slowest:?} of {whole:?}"
    );
    function.terminate();
}

/// SIGTERM closes the way in at once; the answer that is under way is still given.
#[test]
fn sigterm_is_heard_while_a_long_request_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::deep(folder.path(), 320, 1_000);
    let mut function = start(&model, 512, &[("HEARTH_MAX_STEPS", "1000000000")]);
    let address = function.address;
    let rows = gzipped(&instances("{}", 10_000));
    let (status, closed_after, answered_after) = thread::scope(|scope| {
        let long = scope.spawn(|| post(address, "/predict", &[JSON, GZIP], &rows).status);
        thread::sleep(Duration::from_millis(200));
        let start = Instant::now();
        send_sigterm(function.child.id());
        while TcpStream::connect(address).is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
        let closed_after = start.elapsed();
        let status = long.join().unwrap();
        (status, closed_after, start.elapsed())
    });
    function.child.wait().unwrap();
    println!("closed after {closed_after:?}, answered after {answered_after:?}");
    assert_eq!(status, 413);
    assert!(closed_after < answered_after / 4);
}

#[test]
fn who_does_not_take_answers_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 50);
    let function = start(&model, 128, &[]);
    let body = instances("{}", 600);
    let mut bytes = format!(
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend(body);
    let held = hold(function.address, 60, &bytes);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) && !is_healthy(function.address) {}
    thread::sleep(Duration::from_secs(2));
    assert!(
        function.memory("VmHWM") < 128 << 10,
        "{}",
        function.memory("VmHWM")
    );
    drop(held);
    assert_eq!(
        post(function.address, "/predict", &[JSON], b"{}").status,
        200
    );
}

#[test]
fn sigterm_is_heard_while_clients_hold_on() {
    let folder = tempfile::tempdir().unwrap();
    let model = models::wide(folder.path(), 5);
    let mut function = start(&model, 128, &[]);
    let held = hold(function.address, 100, b"GET /health HTTP/1.1\r\nHost: loc");
    let polite = Connection::open(function.address).unwrap();
    assert!(is_healthy(function.address));
    let took = function.terminate();
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop((held, polite));
}
