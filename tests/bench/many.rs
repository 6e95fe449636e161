//! Many rows in one request.

use support::{Event, Kind};

use crate::lambda::Program;
use crate::measure::{Side, in_turns, median};
use crate::{TEXT, table};

/// Rows of the request.
const ROWS: usize = 1_000;

/// Requests of a function that warm it, and those before it is the next one's turn.
const WARM_UP: usize = 3;
const BLOCK: usize = 5;

/// Megabytes that Lambda gives for a whole core.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>
const CORE_MB: usize = 1769;

/// An event with that many texts of 200 characters, no two the same.
fn event() -> Vec<u8> {
    let words: Vec<&str> = TEXT.split(' ').collect();
    let row = |number: usize| {
        let (end, start) = words.split_at(number % words.len());
        let text = [start, end].concat().join(" ");
        serde_json::json!({ "text": text.replace("12695", &(10_000 + number).to_string()) })
    };
    let rows: Vec<_> = (0..ROWS).map(row).collect();
    let body = serde_json::json!({ "instances": rows }).to_string();
    Event::load(Kind::HttpApi).with_body(&body).payload()
}

/// Asks each function for the answers to a thousand rows, `requests` times, with the memory that has
/// all cores of this machine, and prints the medians as Markdown; ratios are to the first.
///
/// # Errors
/// When a function fails.
pub fn print(sides: &[&Side], requests: usize) -> Result<(), String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let event = event();
    let programs = sides.iter().map(|side| {
        let mut program = side.program.clone();
        let memory = (cores * CORE_MB).to_string();
        let name = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE".to_owned();
        program.variables.push((name, memory));
        program
    });
    let programs: Vec<Program> = programs.collect();
    let programs: Vec<&Program> = programs.iter().collect();
    let measured = in_turns(&programs, (WARM_UP, BLOCK, requests), &event)?;
    let medians = measured.iter().map(|(_, times)| {
        let times = times.iter().map(|times| times.latency.as_secs_f64() * 1e3);
        median(&times.collect::<Vec<_>>())
    });
    let medians: Vec<f64> = medians.collect();
    println!(
        "| {ROWS} rows of 200 characters in one request, {cores} cores | warm p50 ms | ratio |"
    );
    println!("|---|--:|--:|");
    for (side, time) in sides.iter().zip(&medians) {
        let ratio = time / medians[0];
        println!(
            "| {} | {} | {} |",
            side.name,
            table::digits(*time),
            table::digits(ratio)
        );
    }
    Ok(())
}
