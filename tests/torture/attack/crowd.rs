//! Many at once: requests that take much, and connections that hold, break off, and take nothing.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::tables::Draw;

use super::process::Attacked;
use super::requests::{JSON, instances, small_and_large};
use super::{ask, is_up, models};
use crate::options::Options;
use crate::table::Row;

/// Requests at once.
const AT_ONCE: usize = 200;

/// Connections at once.
const CONNECTIONS: usize = 300;

const KEY: (&str, &str) = ("x-api-key", "secret");

/// Runs the rows.
pub fn run(folder: &Path, options: &Options) -> Vec<Row> {
    let mut rows: Vec<Row> = [128, 512]
        .map(|mebibytes| at_once(folder, mebibytes, options.of(3, 1)))
        .into();
    rows.push(connections(folder, options));
    rows.push(unread(folder));
    rows
}

/// Small requests that take much, one by one and many at once, while `/health` is asked.
fn at_once(folder: &Path, mebibytes: usize, rounds: usize) -> Row {
    let mut row = Row::new(format!(
        "requests of few bytes that would take much, {AT_ONCE} at once, with {mebibytes} MB"
    ));
    let model = models::wide(folder, 200);
    let mut function = Attacked::start_within(mebibytes, &model, &[]);
    let address = function.address;
    let before = function.memory("RssAnon");
    let requests = small_and_large();
    let one = |index: usize| {
        let (path, headers, body) = &requests[index % requests.len()];
        match ask(address, "POST", path, headers, body) {
            Ok(200 | 400..=499 | 503) => Ok(()),
            other => Err(format!("{path}, {mebibytes} MB: {other:?}")),
        }
    };
    let is_over = AtomicBool::new(false);
    let (mut slowest, mut asked) = (Duration::ZERO, 0);
    for _ in 0..rounds {
        (0..requests.len()).for_each(|index| row.tried(one(index)));
        is_over.store(false, Ordering::Relaxed);
        thread::scope(|scope| {
            let health = scope.spawn(|| {
                let (mut slowest, mut count) = (Duration::ZERO, 0);
                while !is_over.load(Ordering::Relaxed) {
                    let start = Instant::now();
                    let _ = ask(address, "GET", "/health", &[], b"");
                    slowest = slowest.max(start.elapsed());
                    count += 1;
                    thread::sleep(Duration::from_millis(5));
                }
                (slowest, count)
            });
            let all: Vec<_> = (0..AT_ONCE)
                .map(|index| scope.spawn(move || one(index)))
                .collect();
            for one in all {
                row.tried(one.join().unwrap());
            }
            is_over.store(true, Ordering::Relaxed);
            let (of_round, count) = health.join().unwrap();
            slowest = slowest.max(of_round);
            asked += count;
        });
    }
    let up = is_up(&function, "after all of it");
    // Memory that is free goes back to the system, at the latest with the next tick.
    let start = Instant::now();
    let most = before + (24 << 10);
    while function.memory("RssAnon") > most && start.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(100));
    }
    let after = function.memory("RssAnon");
    if after > most {
        let kept = after - before;
        row.findings.push(format!("{kept} KiB were not given back"));
    }
    row.told = format!(
        "{}; heap {} MB before and {} MB after, resident {} MB at most; /health {asked} times, at most {} ms",
        up.as_deref().unwrap_or("down"),
        before >> 10,
        after >> 10,
        function.memory("VmHWM") >> 10,
        slowest.as_millis()
    );
    row.tried(up.map(drop));
    function.terminate();
    row
}

/// A client without a key: holds a connection in one of the ways to do so.
fn hold(address: SocketAddr, draw: &mut Draw, is_over: &AtomicBool) {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return;
    };
    let _ = stream.set_write_timeout(Some(Duration::from_millis(100)));
    let _ = stream.set_read_timeout(Some(Duration::from_millis(100)));
    let wait = |most: usize, draw: &mut Draw| {
        thread::sleep(Duration::from_millis(draw.below(most) as u64));
    };
    let head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6000000\r\n\r\n";
    let health = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    match draw.below(6) {
        // Says nothing.
        0 => wait(1_000, draw),
        // A head, byte by byte.
        1 => {
            for byte in head.as_bytes() {
                if stream.write_all(&[*byte]).is_err() || is_over.load(Ordering::Relaxed) {
                    return;
                }
                wait(20, draw);
            }
        }
        // A head and a part of a body; then it breaks off.
        2 => {
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&vec![b' '; draw.below(1 << 20)]);
        }
        // Requests whose answers it does not take.
        3 => {
            let _ = stream.write_all(&health.repeat(1 + draw.below(2_000)));
            wait(1_000, draw);
        }
        // A reset, where a request is being read.
        4 => {
            let _ = stream.write_all(&head.as_bytes()[..draw.below(head.len())]);
            let _ = reset(&stream);
        }
        // The same request again and again.
        _ => {
            for _ in 0..draw.below(50) {
                let mut answer = [0; 1024];
                if stream.write_all(health).is_err() || stream.read(&mut answer).is_err() {
                    return;
                }
            }
        }
    }
}

/// Ends a connection by a reset and not in order.
fn reset(stream: &TcpStream) -> std::io::Result<()> {
    use std::os::fd::AsRawFd;
    let linger = libc::linger {
        l_onoff: 1,
        l_linger: 0,
    };
    // SAFETY: the descriptor and the structure live through the call, which is told the size.
    let result = unsafe {
        libc::setsockopt(
            stream.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_LINGER,
            (&raw const linger).cast(),
            size_of::<libc::linger>() as libc::socklen_t,
        )
    };
    match result {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// Connections without a key that hold on, and one client with a key that must be answered.
fn connections(folder: &Path, options: &Options) -> Row {
    let mut row = Row::new(format!(
        "{CONNECTIONS} connections without a key that hold, break off, reset or take nothing, \
         beside a client with a key, with 128 MB"
    ));
    let model = models::wide(folder, 5);
    let key = [("HEARTH_API_KEY", OsString::from("secret"))];
    let mut function = Attacked::start_within(128, &model, &key);
    let address = function.address;
    let is_over = AtomicBool::new(false);
    let lasts = Duration::from_secs(options.of(20, 4));
    let (mut slowest, mut answered) = (Duration::ZERO, 0);
    thread::scope(|scope| {
        for client in 0..CONNECTIONS {
            let is_over = &is_over;
            let mut draw = Draw::new(options.seed << 16 | client as u64);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    hold(address, &mut draw, is_over);
                }
            });
        }
        let start = Instant::now();
        while start.elapsed() < lasts {
            let begin = Instant::now();
            let answer = ask(address, "POST", "/predict", &[JSON, KEY], b"{}");
            slowest = slowest.max(begin.elapsed());
            answered += usize::from(answer == Ok(200));
            row.tried(match answer {
                // Its own connection may be the oldest that has not shown a key yet.
                Ok(200) | Err(_) => Ok(()),
                Ok(other) => Err(format!("the client with a key has {other}")),
            });
        }
        is_over.store(true, Ordering::Relaxed);
    });
    if answered == 0 {
        row.findings
            .push("the client with the key was never answered".to_owned());
    }
    let up = is_up(&function, "after all connections");
    row.told = format!(
        "{}; resident {} MB at most; the client with the key waited {} ms at most",
        up.as_deref().unwrap_or("down"),
        function.memory("VmHWM") >> 10,
        slowest.as_millis()
    );
    row.tried(up.map(drop));
    let took = function.terminate();
    if took > Duration::from_secs(5) {
        let finding = format!("SIGTERM took {took:?} with nothing under way");
        row.findings.push(finding);
    }
    row
}

/// Standard output and standard error that nobody reads: pipes that are full.
fn unread(folder: &Path) -> Row {
    let mut row = Row::new("standard output and standard error that nobody reads");
    let model = models::wide(folder, 5);
    for (metrics, level) in [("request", "info"), ("off", "trace"), ("window", "debug")] {
        let variables = [
            ("HEARTH_EMF", OsString::from(metrics)),
            ("HEARTH_LOG", OsString::from(level)),
            ("HEARTH_CAPTURE", OsString::from("1")),
        ];
        let pipes = (Stdio::piped(), Stdio::piped());
        let mut function = Attacked::start(&model, &variables, &[], pipes.0, pipes.1);
        let bodies = [instances("{}", 100), b"[".to_vec()];
        for index in 0..400 {
            let body = &bodies[index % 2];
            row.tried(
                match ask(function.address, "POST", "/predict", &[JSON], body) {
                    Ok(200 | 400 | 422) => Ok(()),
                    other => Err(format!("unread, {metrics} {level}: {other:?}")),
                },
            );
        }
        let took = function.terminate();
        if took > Duration::from_secs(5) {
            row.findings
                .push(format!("unread, {metrics}: SIGTERM took {took:?}"));
        }
    }
    row
}
