//! Reads captured records: one thread cuts the files into lines, every core looks into them.

use super::decode;
use super::places::{Place, find};
use anyhow::{Result, anyhow, bail};
use model::Model;
use model::queue::{JobQueue, job_queue};
use model::rows::{Block, Blocks, Format};
use monitor::capture::{self, Record};
use progress::Progress;
use std::io::{self, Read};
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread;
use storage::{Location, Store};

/// Accumulator of records, which merges in any order.
pub trait Tally: Send {
    /// Counts a record.
    fn add(&mut self, record: &Record<'_>);
    /// Looks at a line that is no record by itself: another line of the log, or a batch of lines.
    fn other(&mut self, _line: &[u8]) {}
    /// Adds what another part has counted.
    fn merge(&mut self, other: Self);
}

/// Counts of lines and records.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Reading {
    /// Files.
    pub files: u64,
    /// Records; a captured request of several rows is as many.
    pub records: u64,
    /// Records that could not be read: cut short, or without a row and an answer.
    pub broken: u64,
    /// Captured requests whose rows or answers are in no form that is read.
    #[serde(skip_serializing_if = "is_0")]
    pub unread: u64,
    /// The reason why one of them is not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread_reason: Option<String>,
    /// Lines without a record: other lines of the log.
    pub other_lines: u64,
}

fn is_0(count: &u64) -> bool {
    *count == 0
}

impl Reading {
    fn merge(&mut self, other: Reading) {
        self.files += other.files;
        self.records += other.records;
        self.broken += other.broken;
        self.unread += other.unread;
        self.keep_reason(other.unread_reason);
        self.other_lines += other.other_lines;
    }

    /// Keeps the least of all reasons, so that threads do not change which one is shown.
    fn keep_reason(&mut self, reason: Option<String>) {
        let reasons = self.unread_reason.take().into_iter().chain(reason);
        self.unread_reason = reasons.min();
    }

    /// A sentence about requests that are not read; `None` without any.
    pub fn unread_note(&self) -> Option<String> {
        let reason = self.unread_reason.as_ref()?;
        let requests = match self.unread {
            1 => "1 captured request is".to_string(),
            count => format!("{count} captured requests are"),
        };
        Some(format!("{requests} not read: {reason}"))
    }

    /// Counts of skipped lines, for people; empty if there are none.
    pub fn passed_over(&self) -> String {
        let mut parts = Vec::new();
        if let Some(note) = self.unread_note() {
            parts.push(note);
        }
        if self.broken > 0 {
            parts.push(format!("{} broken records", self.broken));
        }
        if self.other_lines > 0 {
            parts.push(format!("{} other lines", self.other_lines));
        }
        match parts.is_empty() {
            true => String::new(),
            false => format!("; skipped: {}", parts.join(", ")),
        }
    }
}

/// Shows every record of the captures to a tally of each core, and puts the tallies together. `model` is
/// the one that was asked, whose columns and labels say what a row or an answer in CSV means; without it
/// only answers are read, and rows that are JSON objects of one answer, as the function captures them.
///
/// # Errors
/// When a file cannot be read, or none of them has a record.
pub fn read<T: Tally>(
    store: &Store,
    meant: &[Location],
    model: Option<&Model<'_>>,
    progress: &dyn Progress,
    make: impl Fn() -> T,
) -> Result<(T, Reading)> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let tallies = (0..cores).map(|_| make()).collect();
    read_on(tallies, store, (meant, model), progress)
}

/// Shows every record of the captures to one tally, in the order of the files and of their lines; otherwise
/// as [`read`].
///
/// # Errors
/// As [`read`].
pub fn read_in_order<T: Tally>(
    store: &Store,
    meant: &[Location],
    model: Option<&Model<'_>>,
    progress: &dyn Progress,
    tally: T,
) -> Result<(T, Reading)> {
    read_on(vec![tally], store, (meant, model), progress)
}

/// Reads with a thread for each of the tallies, and merges them.
fn read_on<T: Tally>(
    tallies: Vec<T>,
    store: &Store,
    (meant, model): (&[Location], Option<&Model<'_>>),
    progress: &dyn Progress,
) -> Result<(T, Reading)> {
    let places = find(store, meant)?;
    let length = places.iter().map(|place| place.size).sum();
    let is_known = places.iter().all(|place| place.size > 0);
    let step = progress.step("captures", if is_known { length } else { 0 });
    let bytes = Arc::new(AtomicU64::new(0));
    let (tally, reading) = thread::scope(|scope| -> Result<(T, Reading)> {
        let (jobs, queue) = job_queue::<Block>(2 * tallies.len());
        let workers: Vec<_> = tallies
            .into_iter()
            .map(|tally| {
                let queue = queue.clone();
                scope.spawn(move || work(queue, model, tally))
            })
            .collect();
        // The last worker to end lets go of the queue, so that cutting does not wait for ever.
        drop(queue);
        let cut = places.iter().try_for_each(|place| {
            step.say(place.at.to_string());
            let advance = || step.advance(bytes.swap(0, Ordering::Relaxed));
            cut(store, place, &bytes, &jobs, &advance)
        });
        // The end of the queue is the end of the threads.
        drop(jobs);
        let mut all: Option<(T, Reading)> = None;
        for worker in workers {
            let (tally, reading) = worker
                .join()
                .map_err(|_| anyhow!("a thread that reads captures broke off"))?;
            match &mut all {
                Some(all) => {
                    all.0.merge(tally);
                    all.1.merge(reading);
                }
                None => all = Some((tally, reading)),
            }
        }
        cut?;
        all.ok_or_else(|| anyhow!("there is no thread that reads captures"))
    })?;
    let files = places.len() as u64;
    let reading = Reading { files, ..reading };
    let (records, over) = (reading.records, reading.passed_over());
    let of = if files == 1 { "file" } else { "files" };
    step.done(&format!("{records} records of {files} {of}{over}"));
    if records == 0 {
        let name = places
            .first()
            .map_or(String::new(), |first| first.at.to_string());
        if let Some(note) = reading.unread_note() {
            bail!("{name}: {note}");
        }
        bail!(
            "{name}: no captured record is in it{}; the function writes them with HEARTH_CAPTURE",
            if files > 1 { " or the other files" } else { "" }
        );
    }
    Ok((tally, reading))
}

fn work<T: Tally>(queue: JobQueue<Block>, model: Option<&Model<'_>>, mut tally: T) -> (T, Reading) {
    let mut reading = Reading::default();
    for block in queue {
        for line in block.bytes.split(|byte| *byte == b'\n') {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let found = capture::records(line, &mut |captured| match decode::each(
                model,
                captured,
                &mut |record| tally.add(record),
            ) {
                Ok(rows) => reading.records += rows,
                Err(reason) => {
                    reading.unread += 1;
                    reading.keep_reason(Some(reason));
                }
            });
            reading.broken += found.broken;
            reading.other_lines += u64::from(found == capture::Found::default());
            if !line.starts_with(b"{\"captureData\"") {
                tally.other(line);
            }
        }
    }
    (tally, reading)
}

fn cut(
    store: &Store,
    place: &Place,
    bytes: &Arc<AtomicU64>,
    jobs: &SyncSender<Block>,
    advance: &dyn Fn(),
) -> Result<()> {
    let input: Box<dyn Read> = if place.is_standard_input() {
        Box::new(io::stdin())
    } else {
        Box::new(store.read(&place.at)?)
    };
    let input = Counted {
        input,
        bytes: Arc::clone(bytes),
    };
    let name = match place.is_standard_input() {
        true => "standard input".to_string(),
        false => place.at.to_string(),
    };
    let mut lines = Blocks::new(&name, Box::new(input), Some(Format::Jsonl))?;
    while let Some(block) = lines.next_block()? {
        advance();
        // It fails when every worker has stopped, which is reported at the end.
        if jobs.send(block).is_err() {
            break;
        }
    }
    advance();
    Ok(())
}

/// Counts what is read, as it lies in the file.
struct Counted {
    input: Box<dyn Read>,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
