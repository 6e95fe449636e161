//! Time per row, from its JSON to its answer, as in the function:
//!
//! ```text
//! cargo run --release -p training --example row_time -- model.hearth rows.jsonl
//! ```
//!
//! Prints one JSON object: the number of rows, and the mean and the tenth percentile of their times
//! in microseconds. The tenth percentile is the nearest to what an idle machine takes.

use anyhow::{Context, Result, bail};
use model::row::Row;
use model::score::Scorer;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Passes over all rows, of which the first one, which loads the model's pages, is not counted.
const PASSES: usize = 11;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, rows] = arguments.as_slice() else {
        bail!("a model file and a table of rows in JSON Lines were expected");
    };
    let model = model::source::open_path(Path::new(model))?;
    let rows = std::fs::read_to_string(rows).with_context(|| rows.clone())?;
    let mut scorer = Scorer::default();
    let mut nanoseconds = Vec::new();
    for pass in 0..PASSES {
        for row in rows.lines() {
            let began = Instant::now();
            let cells = Row::from_json(&model.columns, row.as_bytes())?;
            black_box(scorer.answer(&model, &cells)?);
            if pass > 0 {
                nanoseconds.push(began.elapsed().as_nanos());
            }
        }
    }
    if nanoseconds.is_empty() {
        bail!("there are no rows to time");
    }
    nanoseconds.sort_unstable();
    let mean = nanoseconds.iter().sum::<u128>() as f64 / nanoseconds.len() as f64;
    let tenth = nanoseconds[nanoseconds.len() / 10] as f64;
    let (rows, mean, tenth) = (rows.lines().count(), mean / 1e3, tenth / 1e3);
    println!("{{\"rows\": {rows}, \"mean\": {mean:.3}, \"tenth\": {tenth:.3}}}");
    Ok(())
}
