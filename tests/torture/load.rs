//! Many requests, every answer of which is checked, and every line of metrics counted.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::example::{answers, model, row as json_row, rows};
use support::http::{Connection, render};
use support::{Function, Invocation, Outcome, RuntimeApi};

use crate::measure::{quantile, resident, slope};
use crate::options::Options;
use crate::table::Row;

const CONNECTIONS: usize = 64;

/// Growth of memory that is none, in KiB a thousand requests: a leak of 64 bytes a request.
const STEADY: f64 = 64.0;

/// Trace id of all events of the Runtime API.
const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";

/// Tolerance for a busy machine, in ms.
const SCHEDULED: f64 = 10.0;

/// Rows of the example, as bodies, with their answers.
pub fn asked() -> Vec<(String, String)> {
    let texts: Vec<String> = rows().into_iter().take(200).map(|(text, _)| text).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let bodies = texts.iter().map(|text| json_row(text));
    bodies.zip(answers(&texts)).collect()
}

/// The connection of a client.
pub fn open(address: SocketAddr, client: usize) -> Result<Connection, String> {
    Connection::open(address).map_err(|error| format!("client {client}: {error}"))
}

/// Sends a body under an id, and checks the answer; how long it took.
pub fn ask(
    connection: &mut Connection,
    address: SocketAddr,
    id: &str,
    (body, expected): &(String, String),
) -> Result<Duration, String> {
    let headers = [("content-type", "application/json"), ("x-request-id", id)];
    let request = render(address, "POST", "/predict", &headers, body.as_bytes());
    let start = Instant::now();
    let sent = connection.send(&request);
    let answer = sent.and_then(|()| connection.receive("POST"));
    let took = start.elapsed();
    match answer {
        Ok(Some(answer)) if answer.status == 200 && answer.body == expected.as_bytes() => Ok(took),
        other => Err(format!("{id}: {other:?}")),
    }
}

/// Both ways in.
pub fn run(options: &Options) -> Vec<Row> {
    let asked = asked();
    vec![
        over_http(&asked, options.of(50_000, 5_000), options.is_short),
        in_lambda(&asked, options.of(20_000, 2_000), options.is_short),
    ]
}

fn over_http(asked: &[(String, String)], total: usize, is_short: bool) -> Row {
    let mut row = Row::new(format!("requests over HTTP from {CONNECTIONS} connections"));
    let mut function = Function::over_http(model(), &[]);
    let (address, id) = (function.address(), function.id());
    let (count, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let each = total / CONNECTIONS;
    let client = |client: usize| -> Result<Vec<f64>, String> {
        let mut connection = open(address, client)?;
        let mut times = Vec::with_capacity(each);
        for number in 0..each {
            let row = &asked[(client * 31 + number) % asked.len()];
            let took = ask(
                &mut connection,
                address,
                &format!("load-{client}-{number}"),
                row,
            );
            count.fetch_add(1, Relaxed);
            times.push(took?.as_secs_f64() * 1e3);
        }
        Ok(times)
    };
    let (results, memory) = thread::scope(|scope| {
        let clients: Vec<_> = (0..CONNECTIONS)
            .map(|at| scope.spawn(move || client(at)))
            .collect();
        let watch = scope.spawn(|| {
            let mut points = Vec::new();
            while !is_over.load(Relaxed) {
                points.push((count.load(Relaxed) as f64 / 1e3, resident(id) as f64));
                thread::sleep(Duration::from_millis(50));
            }
            points
        });
        let results: Vec<_> = clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .collect();
        is_over.store(true, Relaxed);
        (results, watch.join().unwrap())
    });
    row.tries = count.load(Relaxed) as u64;
    let mut times = Vec::new();
    for result in results {
        match result {
            Ok(some) => times.extend(some),
            Err(error) => row.findings.push(error),
        }
    }
    function.terminate();
    let ids = (0..CONNECTIONS)
        .flat_map(|client| (0..each).map(move |number| format!("load-{client}-{number}")));
    judge_times(&mut row, &times, is_short);
    judge(&mut row, &memory, ids, &function.stdout_lines());
    row
}

fn in_lambda(asked: &[(String, String)], total: usize, is_short: bool) -> Row {
    let mut row = Row::new("events through the Runtime API");
    let api = RuntimeApi::start();
    let function = Function::in_lambda(&api, model(), &[]);
    let (mut times, mut memory, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..total {
        let (body, expected) = &asked[number % asked.len()];
        let start = Instant::now();
        // One trace for all: lambda_runtime puts each into the environment, where glibc keeps every
        // value for ever (147 bytes an event); the image's musl does not.
        let event = Invocation::new(body.as_bytes()).with_trace_id(TRACE);
        let outcome = api.invoke(event);
        times.push(start.elapsed().as_secs_f64() * 1e3);
        row.tries += 1;
        match outcome {
            Outcome::Response(report) if report.body == expected.as_bytes() => {
                ids.extend(report.request_id);
            }
            other => row.findings.push(format!("event {number}: {other}")),
        }
        if number % 50 == 0 {
            memory.push((number as f64 / 1e3, resident(function.id()) as f64));
        }
    }
    api.wait_for_polls(total + 1);
    function.emf_lines(total);
    let lines = function.wait_for_stdout(total);
    judge_times(&mut row, &times, is_short);
    judge(&mut row, &memory, ids.into_iter(), &lines);
    row
}

/// Holds times against each other. The short form runs beside whatever else a machine does, which
/// the slowest requests tell of: it only tells them.
fn judge_times(row: &mut Row, times: &[f64], is_short: bool) {
    let (half, most) = (quantile(times, 0.5), quantile(times, 0.99));
    row.told = format!("p50 {half:.2} ms, p99 {most:.2} ms; ");
    if !is_short && most > (10.0 * half).max(SCHEDULED) {
        row.findings
            .push(format!("p99 is {most:.1} ms and p50 {half:.1} ms"));
    }
}

/// Holds memory and lines against what they have to be.
fn judge(
    row: &mut Row,
    memory: &[(f64, f64)],
    ids: impl Iterator<Item = String>,
    lines: &[String],
) {
    // Arenas and buffers reach their size in the first third.
    let growth = slope(&memory[memory.len() / 3..]);
    row.told += &format!("memory {growth:+.1} KiB per 1,000 requests");
    if growth > STEADY {
        row.findings.push(format!(
            "memory grows by {growth:.0} KiB per 1,000 requests"
        ));
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    for line in lines {
        if let Err(problems) = emf::lint(line) {
            row.findings.push(format!("EMF: {}", problems.join("; ")));
            break;
        }
        let value: Value = serde_json::from_str(line).unwrap_or_default();
        // Those of the watch are of no request.
        if let Some(id) = value["requestId"].as_str() {
            *seen.entry(id.to_owned()).or_default() += 1;
        }
    }
    let mut expected = 0;
    let wrong: Vec<String> = ids
        .inspect(|_| expected += 1)
        .filter(|id| seen.get(id) != Some(&1))
        .collect();
    if !wrong.is_empty() || seen.len() != expected {
        let some = &wrong[..wrong.len().min(3)];
        row.lost = format!("{} EMF lines", wrong.len());
        row.findings.push(format!(
            "{} lines for {expected} requests; without one: {some:?}",
            seen.len()
        ));
    }
}
