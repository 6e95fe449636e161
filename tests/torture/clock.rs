//! A wall clock that is set while the function runs, as by NTP, or by hand. Monotonic time goes on
//! meanwhile, as Linux has it.

mod faketime;
mod told;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use support::{Function, Invocation, Outcome, RuntimeApi, example};

use self::faketime::Clock;
use self::told::holds;
use crate::load::{ask, asked, open};
use crate::options::Options;
use crate::table::Row;

const CLIENTS: usize = 4;

/// Requests between two jumps.
const BETWEEN: usize = 8;

const YEAR: i64 = 365 * 24 * 3600;

/// Timeout of everything that happens by itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// Both modes of EMF, with windows that time ends as often as their number of requests.
const MODES: [&[(&str, &str)]; 2] = [
    &[("HEARTH_CAPTURE", "1"), ("HEARTH_EMF", "request")],
    &[
        ("HEARTH_CAPTURE", "1"),
        ("HEARTH_EMF", "window"),
        ("HEARTH_EMF_WINDOW", "30 requests or 0.01 s"),
    ],
];

/// Where the clock is set, one after the other: to and fro by seconds, by years, beyond what 32 bits
/// count, and to the day on which machines without a battery begin. Linux sets none before 1970.
fn jumps(rounds: usize) -> Vec<i64> {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
    [3, -3, 1, -60, YEAR, 0, 60 - now, 0, 90 * YEAR, -YEAR, 0].repeat(rounds)
}

/// A function whose clock is set, and what it is asked.
struct Trial<'a> {
    clock: &'a Clock,
    settings: Vec<(&'a str, &'a str)>,
    is_window: bool,
    /// Where the clock is set, one after the other.
    jumps: &'a [i64],
    /// Bodies with their answers.
    asked: &'a [(String, String)],
}

/// Both ways in.
pub fn run(folder: &Path, options: &Options) -> Vec<Row> {
    let mut rows = vec![
        Row::new("a wall clock that is set by seconds, by years and to 1970, over HTTP"),
        Row::new("the same through the Runtime API"),
    ];
    let folder = folder.join("clock");
    fs::create_dir_all(&folder).unwrap();
    let Some(clock) = Clock::new(&folder) else {
        for row in &mut rows {
            row.told = "not tried: libfaketime is not installed".into();
        }
        return rows;
    };
    let (asked, jumps) = (asked(), jumps(options.of(20, 3)));
    for mode in MODES {
        let trial = Trial {
            clock: &clock,
            settings: [mode, &clock.environment()].concat(),
            is_window: mode.contains(&("HEARTH_EMF", "window")),
            jumps: &jumps,
            asked: &asked,
        };
        clock.set(0);
        trial.over_http(&mut rows[0]);
        clock.set(0);
        trial.in_lambda(&mut rows[1]);
    }
    for row in &mut rows {
        row.told = format!("set {} times", MODES.len() * jumps.len());
    }
    rows
}

impl Trial<'_> {
    fn over_http(&self, row: &mut Row) {
        let mut function = Function::over_http(example::model(), &self.settings);
        let address = function.address();
        let (count, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
        let client = |client: usize| -> Result<Vec<String>, String> {
            let mut connection = open(address, client)?;
            let mut ids = Vec::new();
            while !is_over.load(Relaxed) {
                let id = format!("clock-{client}-{}", ids.len());
                let row = &self.asked[(client * 31 + ids.len()) % self.asked.len()];
                ask(&mut connection, address, &id, row)?;
                ids.push(id);
                count.fetch_add(1, Relaxed);
            }
            Ok(ids)
        };
        let results = thread::scope(|scope| {
            let client = &client;
            let clients: Vec<_> = (0..CLIENTS)
                .map(|at| scope.spawn(move || client(at)))
                .collect();
            for jump in self.jumps {
                self.clock.set(*jump);
                let (before, start) = (count.load(Relaxed), Instant::now());
                // Nobody asks any more when all clients have failed.
                while count.load(Relaxed) < before + BETWEEN
                    && start.elapsed() < PATIENCE
                    && !clients.iter().all(|client| client.is_finished())
                {
                    thread::sleep(Duration::from_millis(1));
                }
            }
            is_over.store(true, Relaxed);
            let results = clients.into_iter().map(|client| client.join().unwrap());
            results.collect::<Vec<_>>()
        });
        row.tries += count.load(Relaxed) as u64;
        let mut ids = Vec::new();
        for result in results {
            match result {
                Ok(some) => ids.extend(some),
                Err(error) => row.findings.push(error),
            }
        }
        holds(row, &mut function, &ids, self.is_window, true);
    }

    fn in_lambda(&self, row: &mut Row) {
        let api = RuntimeApi::start();
        let mut function = Function::in_lambda(&api, example::model(), &self.settings);
        let mut ids = Vec::new();
        for number in 0..self.jumps.len() * BETWEEN {
            if number % BETWEEN == 0 {
                self.clock.set(self.jumps[number / BETWEEN]);
            }
            let (body, expected) = &self.asked[number % self.asked.len()];
            row.tries += 1;
            match api.invoke(Invocation::new(body.as_bytes())) {
                Outcome::Response(report) if report.body == expected.as_bytes() => {
                    ids.extend(report.request_id);
                }
                other => row.findings.push(format!("event {number}: {other}")),
            }
        }
        // Lambda tells only what collects of the end.
        holds(row, &mut function, &ids, self.is_window, self.is_window);
    }
}
