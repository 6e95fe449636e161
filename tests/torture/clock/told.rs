//! Comparison of the function's output with the requests that it answered.

use std::collections::{BTreeSet, HashMap};
use std::thread;
use std::time::{Duration, Instant};

use monitor::capture::records;
use serde_json::Value;
use support::process::Process;

use super::faketime::Clock;
use super::{PATIENCE, YEAR};
use crate::table::Row;

/// Ends the function, and holds what it printed against the requests that it answered.
pub fn holds(
    row: &mut Row,
    function: &mut Process,
    ids: &[String],
    is_window: bool,
    is_told_of_its_end: bool,
) {
    let start = Instant::now();
    // What waits in the queue of captures at the end has 150 ms; that is another matter.
    while captured(&function.stdout_lines()).len() < ids.len() && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(5));
    }
    let status = function.terminate();
    Clock::clean(function.id());
    let said = function.stderr_lines().join(" ");
    if (is_told_of_its_end && !status.success()) || said.contains("panicked") {
        row.findings.push(format!("{status}: {said}"));
    }
    let lines = function.stdout_lines();
    let mut told: HashMap<String, usize> = HashMap::new();
    let (mut in_windows, mut times) = (0, BTreeSet::new());
    for line in lines.iter().filter(|line| line.contains("\"_aws\"")) {
        if let Err(problems) = emf::lint(line) {
            row.findings.push(format!("EMF: {}", problems.join("; ")));
        }
        let line: Value = serde_json::from_str(line).unwrap_or_default();
        times.extend(
            line["_aws"]["Timestamp"]
                .as_u64()
                .map(|time| time / 1000 / YEAR as u64),
        );
        match (&line["latency.handler"], line["requestId"].as_str()) {
            (Value::Array(values), _) => in_windows += values.len(),
            (Value::Number(_), None) => in_windows += 1,
            (Value::Number(_), Some(id)) => *told.entry(id.to_owned()).or_default() += 1,
            // Of the watch.
            _ => {}
        }
    }
    let is_once = |found: &HashMap<String, usize>| {
        found.len() == ids.len() && ids.iter().all(|id| found.get(id) == Some(&1))
    };
    let are_told = if is_window {
        in_windows == ids.len()
    } else {
        is_once(&told)
    };
    if !are_told {
        row.lost = "EMF lines".into();
        row.findings.push(format!(
            "{} requests are told by {} lines and {in_windows} values of windows",
            ids.len(),
            told.len()
        ));
    }
    let captured = captured(&lines);
    if !is_once(&captured) {
        row.lost = "captured rows".into();
        row.findings.push(format!(
            "of {} requests {} were captured",
            ids.len(),
            captured.len()
        ));
    }
    // Now, 1970, and the two others: else nothing was tried.
    if times.len() < 4 {
        row.findings
            .push(format!("the clock was not set: {times:?}"));
    }
}

/// Number of captures by request.
fn captured(lines: &[String]) -> HashMap<String, usize> {
    let mut found: HashMap<String, usize> = HashMap::new();
    for line in lines {
        records(line.as_bytes(), &mut |captured| {
            let id = captured.record.label_id().to_owned();
            *found.entry(id).or_default() += 1;
        });
    }
    found
}
