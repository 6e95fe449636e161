//! Requests that the real HTTP server must refuse, and clients that it must outlive.

mod bodies;
mod clients;
mod wires;

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use support::http::request;
use support::{Answer, Function};

use crate::measure;
use crate::options::Options;
use crate::table::Row;
use support::doors_model;

/// Within this a refusal must be there, on a busy machine and without optimisation.
const DEADLINE: Duration = Duration::from_secs(10);

/// Rounds in which memory may still grow: buffers reach their size, the allocator its arenas.
const WARM_UP: usize = 3;

/// Growth over all later rounds that is no growth, in KiB.
const STEADY: i64 = 8 << 10;

/// A server that is asked, with a model of four columns.
pub struct Server {
    function: Function,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Server {
        let folder = tempfile::tempdir().unwrap();
        let model = doors_model::write(&folder);
        Server {
            function: Function::over_http(model, &[]),
            _folder: folder,
        }
    }

    fn address(&self) -> SocketAddr {
        self.function.address()
    }

    /// Checks that it is up and healthy.
    fn still_answers(&self, after: &str) -> Result<(), String> {
        let start = Instant::now();
        let body = br#"{"note": "late parcel", "size": 2, "color": "red"}"#;
        let json = [("content-type", "application/json")];
        let answer = request(self.address(), "POST", "/predict", &json, body);
        let took = start.elapsed();
        match answer.status {
            200 if took < DEADLINE => Ok(()),
            status => Err(format!("{after}: then {status} after {took:?}")),
        }
    }
}

/// Permitted responses to a case.
#[derive(Clone, Copy, PartialEq)]
pub enum Fate {
    /// A 4xx, or no word where HTTP says that nothing more can be said.
    Refused,
    /// An answer: unusual, and no mistake.
    Answered,
    /// One or the other.
    Either,
}

/// True if a response is permitted for a case.
pub fn judge(what: &str, fate: Fate, got: io::Result<Option<Answer>>) -> Result<(), String> {
    let answer = match got {
        Ok(Some(answer)) => answer,
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            return Err(format!("{what}: no answer in time"));
        }
        Ok(None) | Err(_) if fate == Fate::Answered => return Err(format!("{what}: closed")),
        // A server that cannot tell where the next request begins may close.
        Ok(None) | Err(_) => return Ok(()),
    };
    let fits = match answer.status {
        200 => fate != Fate::Refused,
        400..=499 => fate != Fate::Answered,
        _ => false,
    };
    let body = String::from_utf8_lossy(&answer.body);
    if !fits {
        let start: String = body.chars().take(200).collect();
        return Err(format!("{what}: {} {start}", answer.status));
    }
    for secret in ["root:", "panicked", "/rustc/", ".rs:", "hearth\"}/"] {
        if body.contains(secret) {
            return Err(format!("{what}: the answer tells {secret:?}"));
        }
    }
    Ok(())
}

/// Runs all of it several times over, and then compares memory.
pub fn run(options: &Options) -> Vec<Row> {
    let server = Server::start();
    let slow = (!options.is_short).then(|| std::thread::spawn(clients::slower_than_the_limits));
    let mut rows = vec![
        Row::new("bodies of every door: encodings, numbers, nesting, twins, 6 MB of one token"),
        Row::new("tensors whose shape, type or data do not fit"),
        Row::new("gzip: bombs, cuts, several codings"),
        Row::new("lengths and chunks that lie"),
        Row::new("paths, methods and floods of headers"),
        Row::new("50 senders of a byte every 100 ms"),
        Row::new("1,000 idle connections"),
    ];
    let before = measure::resident(server.function.id());
    let rounds = options.of(10, 5);
    let mut sizes = Vec::new();
    for _ in 0..rounds {
        bodies::json(&server, &mut rows[0]);
        bodies::tensors(&server, &mut rows[1]);
        bodies::gzip(&server, &mut rows[2]);
        wires::lengths(&server, &mut rows[3]);
        wires::heads(&server, &mut rows[4]);
        clients::slow(&server, &mut rows[5]);
        clients::idle(&server, &mut rows[6]);
        sizes.push(measure::resident(server.function.id()));
    }
    let mut memory = Row::new("resident memory, after each round of the above");
    memory.tries = rounds as u64;
    let growth = sizes[rounds - 1] as i64 - sizes[WARM_UP - 1] as i64;
    memory.told = format!(
        "{} MB before, {} MB after {WARM_UP}, {} MB after {rounds}",
        before >> 10,
        sizes[WARM_UP - 1] >> 10,
        sizes[rounds - 1] >> 10
    );
    if growth > STEADY {
        memory.findings.push(format!(
            "memory grew by {growth} KiB over the rounds: {sizes:?}"
        ));
    }
    if server
        .function
        .stderr_lines()
        .iter()
        .any(|line| line.contains("panicked"))
    {
        memory.findings.push("the server panicked".into());
    }
    rows.push(memory);
    rows.extend(slow.map(|thread| thread.join().unwrap()));
    rows
}
