//! One table, answered exactly once.
//!
//! The answers' place is derived from the table's and says whether it is done. Bad rows are
//! written first, then the answers, each whole or not at all: a run that is killed in between is
//! done again and writes the same bytes. Of two runs at once, the first to finish wins, by
//! `If-None-Match: *` or a rename that replaces nothing.

use crate::manifest::Done;
use crate::pipeline::{self, Counts};
use crate::plan::Task;
use crate::settings::Settings;
use anyhow::{Result, anyhow};
use model::Model;
use model::rows::{Blocks, Format};
use std::io::{self, BufWriter, Write};
use std::time::Instant;
use storage::{Kind, Location, Store, Writer};

/// Opens a table. Its format follows from the name, compression from the content.
///
/// # Errors
/// When it cannot be read, has no known format, or has no legal header.
pub fn open(store: &Store, at: &Location) -> Result<Blocks> {
    let name = at.to_string();
    let format = Format::of_table(&at.name(), &name)?;
    Ok(Blocks::new(&name, store.read(at)?, Some(format))?)
}

/// Does a task, unless it is done: its answers are there.
///
/// # Errors
/// One sentence; nothing of the answers is written then.
pub fn run(
    model: &Model<'static>,
    settings: &Settings,
    store: &Store,
    task: &Task,
) -> Result<Done> {
    run_on(model, settings, store, task, || open(store, &task.input))
}

/// As [`run`], on the rows that `table` opens in place of the task's own table.
///
/// # Errors
/// As [`run`], and those of `table`.
pub fn run_on(
    model: &Model<'static>,
    settings: &Settings,
    store: &Store,
    task: &Task,
    table: impl FnOnce() -> Result<Blocks>,
) -> Result<Done> {
    let start = Instant::now();
    let done =
        |counts: Counts, skipped| Done::new(task, counts, start.elapsed().as_secs_f64(), skipped);
    if store.head(&task.output)?.is_some() || is_replaced(store, task)? {
        return Ok(done(Counts::default(), true));
    }
    let table = table()?;
    let mut bad: Option<Writer> = None;
    let mut keep = |lines: &[u8]| -> Result<()> {
        let writer = match &mut bad {
            Some(writer) => writer,
            None => bad.insert(begin(store, task, &task.bad, false)?),
        };
        let written = writer.write_all(lines);
        written.map_err(|error| anyhow!("{}: {error}", task.bad))
    };
    let mut answers = BufWriter::with_capacity(1 << 16, begin(store, task, &task.output, true)?);
    let to = task.output.to_string();
    let out = (to.as_str(), &mut answers as &mut (dyn Write + Send));
    let counts = pipeline::run(model, settings, table, out, Some(&mut keep))?;
    // What was read may be the next content, which has answers of its own.
    if is_replaced(store, task)? {
        return Ok(done(Counts::default(), true));
    }
    let lost = |error: io::Error| anyhow!("{}: {error}", task.output);
    let answers = answers
        .into_inner()
        .map_err(|error| lost(error.into_error()))?;
    if let Some(bad) = bad {
        bad.finish()?;
    }
    match answers.finish() {
        Ok(()) => Ok(done(counts, false)),
        // Somebody else was done first, with the same bytes.
        Err(error) if error.kind() == Kind::Exists => Ok(done(Counts::default(), true)),
        Err(error) => Err(error.into()),
    }
}

/// True if the table has another content by now than the task's.
fn is_replaced(store: &Store, task: &Task) -> Result<bool> {
    let Some(etag) = &task.etag else {
        return Ok(false);
    };
    let found = store.head(&task.input)?.and_then(|head| head.etag);
    Ok(found.is_some_and(|found| found.trim_matches('"') != etag))
}

/// Begins to write a task's file or object; a key of S3 does not decide where on this machine.
fn begin(
    store: &Store,
    task: &Task,
    at: &Location,
    is_new: bool,
) -> Result<Writer, storage::Error> {
    match (&task.above, is_new) {
        (Some(above), _) => store.write_below(above, at, is_new),
        (None, true) => store.write_new(at),
        (None, false) => store.write(at),
    }
}
