//! SIGKILL of `batch`, the Lambda function that answers tables in S3: the object is not there, or
//! whole, and the event that comes again is done.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use support::function::lambda_environment;
use support::process::Process;
use support::tables::{Draw, write};
use support::{Invocation, Outcome, RuntimeApi, binary, example};

use crate::s3::BadS3;
use crate::table::Row;
use crate::uploads::ROWS;

const EVENT: &str =
    r#"{"input": "s3://models/t.csv", "output": "s3://models/t.jsonl", "id": "id"}"#;

/// Time for a batch that is not killed.
const PATIENCE: Duration = Duration::from_secs(120);

/// A batch in Lambda that was handed the event; how it ended, if it did `within` a time. It is
/// killed either way.
fn batch(server: &BadS3, within: Duration) -> Outcome {
    let api = RuntimeApi::start();
    let mut command = Command::new(binary("batch"));
    command
        .env_clear()
        .envs(server.environment())
        .env("MODEL_PATH", example::model());
    lambda_environment(&mut command, api.address());
    let process = Process::start("the batch function", &mut command);
    let outcome = api.invoke(Invocation::new(EVENT).within(within));
    drop(process);
    outcome
}

/// Kills it so many times.
pub fn killed(folder: &Path, times: usize, draw: &mut Draw) -> Row {
    let mut row = Row::new("SIGKILL during `batch`");
    fs::create_dir_all(folder).unwrap();
    // One row in 1,000 is bad, which is another object.
    let rows: String = (0..ROWS)
        .map(|row| match row % 1_000 {
            999 => format!("{row},too,many\n"),
            _ => format!("{row},where is my parcel {}\n", row % 97),
        })
        .collect();
    let table = format!("id,text\n{rows}");
    write(folder, "t.csv", &table);
    let server = BadS3::start();
    server.set("t.csv", Some(table.as_bytes()));
    let objects = ["t.jsonl", "t.bad.jsonl"];
    let reset = || objects.map(|object| server.set(object, None));
    let found = || objects.map(|object| server.get(object));
    // Finding the program may take longer than it runs.
    binary("batch");
    // The first one reads what later ones find in memory.
    batch(&server, PATIENCE).response();
    reset();
    let start = Instant::now();
    batch(&server, PATIENCE).response();
    let whole = start.elapsed();
    let new = found();
    assert!(new.iter().all(Option::is_some), "both are written");
    let (mut none, mut done, mut parts) = (0, 0, 0);
    for number in 0..times {
        reset();
        server.forget_uploads();
        batch(&server, whole.mul_f64(1.1 * draw.share()));
        let left = found();
        parts += usize::from(server.forget_uploads() > 0);
        match left[0].is_some() {
            true => done += 1,
            false => none += 1,
        }
        let is_torn = left
            .iter()
            .zip(&new)
            .any(|(left, new)| left.is_some() && left != new);
        let again = batch(&server, PATIENCE);
        let result = match again {
            _ if is_torn => Err(format!("kill {number}: an object is not whole")),
            // Answers stand for a batch that is done: what belongs to it has to be there before.
            _ if left[0].is_some() && left[1].is_none() => {
                Err(format!("kill {number}: the bad rows are missing"))
            }
            Outcome::Response(_) if found() == new => Ok(()),
            other => Err(format!("kill {number}: the next run: {other}")),
        };
        row.tried(result);
    }
    row.told = format!(
        "no object {none} times, the whole one {done} times; parts that a lifecycle rule removes lay there {parts} times"
    );
    row
}
