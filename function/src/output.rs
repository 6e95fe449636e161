//! Standard output: EMF lines, and what is captured, each line whole.
//!
//! An answer is worth more than its line. Where nobody reads, a pipe is full after 64 KB, and a
//! write to it would wait for ever: so it is asked first whether there is room, a line of a request
//! is dropped after a tenth of a second, and those after it at once until there is room again.

use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Bytes that a pipe takes without waiting when `poll` says that it takes any: `PIPE_BUF` of Linux,
/// pipe(7).
const CHUNK: usize = 4096;

/// How long a request waits for room for its line: what reads in Lambda is never so far behind.
const PATIENCE: Duration = Duration::from_millis(100);

/// Held while a line is written.
static LINE: Mutex<()> = Mutex::new(());

/// Whether the last line found no room: nobody waits then.
static IS_STUCK: AtomicBool = AtomicBool::new(false);

/// Whether a line ended in its middle.
static IS_TORN: AtomicBool = AtomicBool::new(false);

/// Writes whole lines of a request, or drops them where there is no room, and says so with `false`.
pub fn write(lines: &[u8]) -> bool {
    let was_stuck = IS_STUCK.load(Ordering::Relaxed);
    let patience = match was_stuck {
        true => Duration::ZERO,
        false => PATIENCE,
    };
    let deadline = Instant::now() + patience;
    let is_written = lock_until(deadline).is_some_and(|line| write_chunks(&line, lines, deadline));
    IS_STUCK.store(!is_written, Ordering::Relaxed);
    if !is_written && !was_stuck {
        tracing::warn!("nobody reads standard output: lines of metrics are dropped");
    }
    is_written
}

/// Writes a line when there is room for it, however long that takes; gives up, and says so with
/// `false`, when `is_over` says that it need not be.
pub fn write_patiently(line: &[u8], is_over: &dyn Fn() -> bool) -> bool {
    // Nobody else is kept waiting meanwhile.
    while !is_ready(PATIENCE) {
        if is_over() {
            return false;
        }
    }
    let lock = LINE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut rest = begin(line);
    while !rest.is_empty() {
        let deadline = Instant::now() + PATIENCE;
        match write_some(&mut rest, deadline) {
            Ok(()) => {}
            Err(Stop::Full) if is_over() => {
                IS_TORN.store(true, Ordering::Relaxed);
                return false;
            }
            Err(Stop::Full) => {}
            Err(Stop::Gone) => return false,
        }
    }
    drop(lock);
    true
}

fn lock_until(deadline: Instant) -> Option<MutexGuard<'static, ()>> {
    loop {
        match LINE.try_lock() {
            Ok(line) => return Some(line),
            Err(TryLockError::Poisoned(line)) => return Some(line.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return None,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_micros(50)),
        }
    }
}

/// Whether it was written, or nobody is there who could ever read it.
fn write_chunks(_: &MutexGuard<'_, ()>, lines: &[u8], deadline: Instant) -> bool {
    let mut rest = begin(lines);
    while !rest.is_empty() {
        match write_some(&mut rest, deadline) {
            Ok(()) => {}
            Err(Stop::Gone) => return true,
            Err(Stop::Full) => {
                let is_begun = rest.len() < lines.len();
                IS_TORN.fetch_or(is_begun, Ordering::Relaxed);
                return false;
            }
        }
    }
    true
}

/// The line to write; what was torn before it is ended first.
fn begin(line: &[u8]) -> &[u8] {
    if IS_TORN.load(Ordering::Relaxed) && is_ready(Duration::ZERO) {
        IS_TORN.store(write_now(b"\n").is_err(), Ordering::Relaxed);
    }
    line
}

enum Stop {
    /// There is no room.
    Full,
    /// Nobody can read any more.
    Gone,
}

fn write_some(rest: &mut &[u8], deadline: Instant) -> Result<(), Stop> {
    if !is_ready(deadline.saturating_duration_since(Instant::now())) {
        return Err(Stop::Full);
    }
    let chunk = &rest[..rest.len().min(CHUNK)];
    match write_now(chunk) {
        Ok(()) => {
            *rest = &rest[chunk.len()..];
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock => Err(Stop::Full),
        Err(_) => Err(Stop::Gone),
    }
}

fn write_now(bytes: &[u8]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes)?;
    // What ends in no newline would stay in the standard library's buffer.
    stdout.flush()
}

/// Whether a write would not wait, or would tell why it cannot be; asks for `patience` at most.
fn is_ready(patience: Duration) -> bool {
    let mut asked = libc::pollfd {
        fd: libc::STDOUT_FILENO,
        events: libc::POLLOUT,
        revents: 0,
    };
    let milliseconds = i32::try_from(patience.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: it is given one record, which lives until it returns.
    let count = unsafe { libc::poll(&mut asked, 1, milliseconds) };
    count > 0
}
