//! The way of the rows: one thread cuts the table, every core answers, one thread writes.
//!
//! A block's number of copies in memory is bounded by the queues, so memory does not grow with the
//! table; the writer takes the blocks in the order in which they were cut.

use crate::answers::{Answered, Answerer, Columns};
use crate::csv::csv_header;
use crate::settings::{Form, Settings};
use anyhow::{Result, anyhow};
use model::Model;
use model::answer::Identity;
use model::explain::Explainer;
use model::queue::job_queue;
use model::rows::{Block, Blocks, ReadError, ReadErrorKind};
use std::io::{self, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Counts of rows and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that were answered.
    pub rows: u64,
    /// Rows that were not, and are written down with the reason.
    pub bad_rows: u64,
    /// Bytes of the table's rows, decompressed.
    pub bytes: u64,
}

/// Where bad rows go: the writer is made when there is one.
pub type BadRows<'a> = &'a mut (dyn FnMut(&[u8]) -> Result<()> + Send);

/// A block on its way to a core, and the way back for its answers.
type Job = (Block, SyncSender<Answered>);

/// Answers every row of `table`, in their order, into `out`, which errors call `to`. A bad row goes to `bad` as a line of
/// JSON; without `bad` it ends the batch.
///
/// # Errors
/// One sentence: the table cannot be read on (file and line), the model is damaged, or answers
/// cannot be written. What `out` holds then is not all.
pub fn run(
    model: &Model<'static>,
    settings: &Settings,
    mut table: Blocks,
    (to, out): (&str, &mut (dyn Write + Send)),
    bad: Option<BadRows<'_>>,
) -> Result<Counts> {
    let explainer = settings.explain.map(|count| Explainer::new(model, count));
    let explainer = explainer.transpose()?;
    let identity = Identity::of(model);
    let columns = Columns::find(model, settings, &table)?;
    let shape = table.shape().clone();
    let name = table.name().to_string();
    if settings.form == Form::Csv {
        let header = csv_header(model, settings);
        out.write_all(&header).map_err(|error| lost(to, error))?;
    }
    let keeps_bad = bad.is_some();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let (jobs, queue) = job_queue::<Job>(cores);
        let (order, answers) = sync_channel::<Receiver<Answered>>(2 * cores);
        let writer = scope.spawn(move || write(&name, answers, (to, out), bad));
        for _ in 0..cores {
            let queue = queue.clone();
            let parts = (&shape, &columns);
            let mut answerer =
                Answerer::new(model, &identity, settings, parts, explainer, keeps_bad);
            scope.spawn(move || {
                for (block, back) in queue {
                    // Nobody waits for it once the writer has given up.
                    let _ = back.send(answerer.answer(&block));
                }
            });
        }
        // The last worker to end lets go of the queue, so that cutting does not wait for ever.
        drop(queue);
        let cut = cut(&mut table, &jobs, &order);
        // The end of the queues is the end of the threads.
        drop((jobs, order));
        let written = writer
            .join()
            .map_err(|_| anyhow!("the thread that writes broke off"))?;
        // What the writer says comes first: it is about an earlier row.
        let mut counts = written?;
        counts.bytes = cut?;
        Ok(counts)
    })
}

/// Cuts the table until its end, or until nobody takes blocks any more: how many bytes.
fn cut(
    table: &mut Blocks,
    jobs: &SyncSender<Job>,
    order: &SyncSender<Receiver<Answered>>,
) -> Result<u64, ReadError> {
    let mut bytes = 0;
    while let Some(block) = table.next_block()? {
        bytes += block.bytes.len() as u64;
        let (back, answers) = sync_channel(1);
        if order.send(answers).is_err() || jobs.send((block, back)).is_err() {
            break;
        }
    }
    Ok(bytes)
}

/// Writes blocks in their order.
fn write(
    name: &str,
    answers: Receiver<Receiver<Answered>>,
    (to, out): (&str, &mut (dyn Write + Send)),
    mut bad: Option<BadRows<'_>>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    for block in answers {
        let broken =
            |_| anyhow!("{name}: a block of rows was lost: the thread that answers broke off");
        let block = block.recv().map_err(broken)?;
        let written = out.write_all(&block.answers);
        written.map_err(|error| lost(to, error))?;
        counts.rows += block.rows;
        counts.bad_rows += block.bad_rows;
        if let Some(bad) = bad.as_mut()
            && !block.bad.is_empty()
        {
            bad(&block.bad)?;
        }
        if let Some((line, what)) = block.stopped {
            out.flush().map_err(|error| lost(to, error))?;
            return Err(ReadError::at(ReadErrorKind::BadValue, name, Some(line), what).into());
        }
    }
    out.flush().map_err(|error| lost(to, error))?;
    Ok(counts)
}

/// Error of a write, with advice.
fn lost(to: &str, error: io::Error) -> anyhow::Error {
    let is_full = error.kind() == io::ErrorKind::StorageFull;
    let error = match error.get_ref() {
        // Only the system's code: a store has its own sentence.
        None if is_full => io::Error::new(error.kind(), storage::error::FULL),
        _ => error,
    };
    anyhow::Error::new(error).context(to.to_string())
}
