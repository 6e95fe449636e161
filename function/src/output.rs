//! Standard output and standard error: lines that are written whole, or not at all.
//!
//! An answer is worth more than its line. Where nobody reads, a pipe is full after 64 KB, and a write
//! to it would wait for ever. So each stream is asked first whether it has room: a line is dropped
//! after a tenth of a second, and those after it at once until there is room again. A full disk
//! takes a part of a line or nothing. In each case the lines that are lost are counted, and the log
//! tells how many as soon as it can.

use std::io::{Error, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Bytes that a pipe takes without waiting when `poll` says that it takes any: `PIPE_BUF` of Linux,
/// pipe(7).
const CHUNK: usize = 4096;

/// Longest time that a line waits for room: what reads in Lambda is never so far behind.
const PATIENCE: Duration = Duration::from_millis(100);

/// Standard output: EMF lines, and captured rows.
pub static STDOUT: Stream = Stream::new(libc::STDOUT_FILENO);

/// Standard error: the log.
pub static STDERR: Stream = Stream::new(libc::STDERR_FILENO);

/// Held while a line is written: one lock for each stream, and the first for both where they are the
/// same file, because room in a pipe that one has found the other may take.
static LOCKS: [Mutex<()>; 2] = [Mutex::new(()), Mutex::new(())];

/// Causes of the loss of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Loss {
    /// None are.
    None,
    /// Nobody reads, and there is no room.
    Full,
    /// The write failed: a full disk, as a rule.
    Failed,
    /// Nobody can read any more: the other end is closed.
    Gone,
}

/// A stream of lines.
#[derive(Debug)]
pub struct Stream {
    descriptor: libc::c_int,
    /// Loss of the last line, as a number of [`Loss`]; no line waits for room after [`Loss::Full`].
    loss: AtomicU8,
    /// True if a line ended in its middle.
    is_torn: AtomicBool,
    /// Lost writes since the last report.
    lost: AtomicU64,
}

impl Stream {
    const fn new(descriptor: libc::c_int) -> Stream {
        Stream {
            descriptor,
            loss: AtomicU8::new(Loss::None as u8),
            is_torn: AtomicBool::new(false),
            lost: AtomicU64::new(0),
        }
    }

    /// Writes whole lines, or drops and counts them; true if they were written.
    pub fn write(&self, lines: &[u8]) -> bool {
        let had_room = self.loss() != Loss::Full;
        let patience = if had_room { PATIENCE } else { Duration::ZERO };
        let deadline = Instant::now() + patience;
        let written = match self.lock_until(deadline) {
            Some(lock) => self.write_until(&lock, lines, deadline),
            None => Err(Loss::Full),
        };
        self.note(written)
    }

    /// Writes a line when there is room for it, however long that takes; gives up, with `false`, when
    /// `is_over` says so, or the write fails.
    pub fn write_patiently(&self, line: &[u8], is_over: &dyn Fn() -> bool) -> bool {
        // Nobody else is kept waiting meanwhile.
        while !self.has_room(PATIENCE) {
            if is_over() {
                return self.note(Err(Loss::Full));
            }
        }
        let lock = self.lock();
        let lock = lock.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rest = line;
        loop {
            let deadline = Instant::now() + PATIENCE;
            let written = self.write_some(&mut rest, line, deadline);
            match written {
                Err(Loss::Full) if !is_over() => {}
                Ok(()) if !rest.is_empty() => {}
                _ => {
                    drop(lock);
                    return self.note(written);
                }
            }
        }
    }

    /// Loss of the last line.
    pub fn loss(&self) -> Loss {
        match self.loss.load(Ordering::Relaxed) {
            0 => Loss::None,
            1 => Loss::Full,
            2 => Loss::Failed,
            _ => Loss::Gone,
        }
    }

    /// Takes the number of writes that were lost, where lines are written again.
    pub fn take_lost(&self) -> u64 {
        // Read first: nearly always it is 0, and a read costs the other cores nothing.
        match self.lost.load(Ordering::Relaxed) {
            0 => 0,
            _ if self.loss() != Loss::None => 0,
            _ => self.lost.swap(0, Ordering::Relaxed),
        }
    }

    /// Counts again what could not be written.
    pub fn put_back_lost(&self, count: u64) {
        self.lost.fetch_add(count, Ordering::Relaxed);
    }

    fn note(&self, written: Result<(), Loss>) -> bool {
        let loss = written.err().unwrap_or(Loss::None);
        if loss != Loss::None {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        if self.loss() != loss {
            self.loss.store(loss as u8, Ordering::Relaxed);
            let is_of_metrics = self.descriptor == libc::STDOUT_FILENO;
            match loss {
                Loss::Full if is_of_metrics => {
                    tracing::warn!("nobody reads standard output: lines of metrics are dropped");
                }
                Loss::Failed if is_of_metrics => tracing::warn!(
                    "standard output cannot be written: lines of metrics are lost; its disk may be full"
                ),
                _ => {}
            }
        }
        loss == Loss::None
    }

    fn lock(&self) -> &'static Mutex<()> {
        static ARE_SAME: OnceLock<bool> = OnceLock::new();
        let [of_stdout, of_stderr] = &LOCKS;
        let is_stdout = self.descriptor == libc::STDOUT_FILENO;
        match is_stdout || *ARE_SAME.get_or_init(are_same_file) {
            true => of_stdout,
            false => of_stderr,
        }
    }

    fn lock_until(&self, deadline: Instant) -> Option<MutexGuard<'static, ()>> {
        let lock = self.lock();
        loop {
            match lock.try_lock() {
                Ok(guard) => return Some(guard),
                Err(TryLockError::Poisoned(guard)) => return Some(guard.into_inner()),
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return None,
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_micros(50)),
            }
        }
    }

    fn write_until(
        &self,
        _: &MutexGuard<'_, ()>,
        lines: &[u8],
        deadline: Instant,
    ) -> Result<(), Loss> {
        let mut rest = lines;
        while !rest.is_empty() {
            self.write_some(&mut rest, lines, deadline)?;
        }
        Ok(())
    }

    /// Writes a part of `rest`, the end of `whole`; what was torn before it is ended first.
    fn write_some(&self, rest: &mut &[u8], whole: &[u8], deadline: Instant) -> Result<(), Loss> {
        let tear = |loss: Loss, rest: &[u8]| {
            // What stopped behind a line end has torn nothing.
            let done = whole.len() - rest.len();
            let is_torn = done > 0 && whole[done - 1] != b'\n';
            self.is_torn.fetch_or(is_torn, Ordering::Relaxed);
            loss
        };
        let begins = rest.len() == whole.len();
        if begins && self.is_torn.load(Ordering::Relaxed) {
            self.put(b"\n", deadline)?;
            self.is_torn.store(false, Ordering::Relaxed);
        }
        let chunk = &rest[..rest.len().min(CHUNK)];
        let count = self.put(chunk, deadline).map_err(|loss| tear(loss, rest))?;
        *rest = &rest[count..];
        Ok(())
    }

    /// Writes some of the bytes; returns their number, which is at least one.
    fn put(&self, bytes: &[u8], deadline: Instant) -> Result<usize, Loss> {
        loop {
            if !self.has_room(deadline.saturating_duration_since(Instant::now())) {
                return Err(Loss::Full);
            }
            // SAFETY: the pointer and the length are those of a slice.
            let count = unsafe { libc::write(self.descriptor, bytes.as_ptr().cast(), bytes.len()) };
            if let Ok(count @ 1..) = usize::try_from(count) {
                return Ok(count);
            }
            let error = Error::last_os_error();
            return Err(match (count, error.kind()) {
                (0, _) => Loss::Failed,
                (_, ErrorKind::Interrupted) => continue,
                (_, ErrorKind::WouldBlock) => Loss::Full,
                (_, ErrorKind::BrokenPipe) => Loss::Gone,
                _ => Loss::Failed,
            });
        }
    }

    /// True if a write would not block, or would return its error; waits for `patience` at most.
    fn has_room(&self, patience: Duration) -> bool {
        let mut asked = libc::pollfd {
            fd: self.descriptor,
            events: libc::POLLOUT,
            revents: 0,
        };
        let milliseconds = i32::try_from(patience.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: it is given one record, which lives until it returns.
        let count = unsafe { libc::poll(&mut asked, 1, milliseconds) };
        count > 0
    }
}

/// True if standard output and standard error are the same pipe or file.
fn are_same_file() -> bool {
    let identity = |descriptor| {
        // SAFETY: a record of zeros is a valid one; the kernel fills it.
        let mut status: libc::stat = unsafe { std::mem::zeroed() };
        // SAFETY: the record is ours and lives through the call.
        let result = unsafe { libc::fstat(descriptor, &mut status) };
        (result == 0).then_some((status.st_dev, status.st_ino))
    };
    let first = identity(libc::STDOUT_FILENO);
    first.is_some() && first == identity(libc::STDERR_FILENO)
}

/// Reports in the log the lines of metrics that were lost, once lines can be written again.
pub fn tell_lost() {
    let metrics = STDOUT.take_lost();
    if metrics > 0 {
        tracing::warn!(lost = metrics, "lines of metrics were lost before this");
    }
}
