//! A large object, fetched in pieces by several connections, resumed piece by piece, and hashed
//! while it comes: by the end of the last piece its MD5 is nearly known.

use anyhow::{Result, anyhow};
use md5::{Digest, Md5};
use model::digest::hex;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Objects that move at once; of S3's requests nearly all time is waiting.
pub(super) const JOBS: usize = 8;

/// Bytes of a piece: small enough that little is fetched twice, large enough that a request's
/// round trip is nothing beside it.
const PIECE: u64 = 8 << 20;

/// A file that is being filled.
pub struct Pieces<'f> {
    file: &'f File,
    size: u64,
    /// The numbers of the pieces that are there.
    there: Mutex<BTreeSet<u64>>,
    /// The same as a file, a line each, for the next process.
    log: Mutex<&'f File>,
    hashed: Mutex<Hashed>,
}

/// Digest of all pieces before `next`.
struct Hashed {
    md5: Md5,
    next: u64,
}

impl<'f> Pieces<'f> {
    /// A file of `size` bytes, some of which may be there, as the file `log` says.
    ///
    /// # Errors
    /// When the disk does not take `log`.
    pub fn resume(file: &'f File, size: u64, mut log: &'f File) -> io::Result<Pieces<'f>> {
        let mut text = String::new();
        log.rewind()?;
        // What is no text says that nothing is there.
        let _ = log.read_to_string(&mut text);
        // A line that was cut off by a kill has no line end, and does not count.
        text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
        let lines = text.lines().filter_map(|line| line.parse().ok());
        log.set_len(text.len() as u64)?;
        log.seek(SeekFrom::End(0))?;
        let (md5, next) = (Md5::new(), 0);
        Ok(Pieces {
            file,
            size,
            there: Mutex::new(lines.collect()),
            log: Mutex::new(log),
            hashed: Mutex::new(Hashed { md5, next }),
        })
    }

    /// Bytes that are there.
    pub fn had(&self) -> u64 {
        let there = self.there();
        there
            .iter()
            .map(|number| self.range(*number))
            .map(|range| range.end.saturating_sub(range.start))
            .sum()
    }

    /// Has `fetch` fill what is not there, range by range in their order, several at once; it is
    /// given what writes bytes at a position. Gives the MD5 of the whole, in hexadecimal.
    ///
    /// # Errors
    /// The first of `fetch`, or that the file cannot be read.
    pub fn fill(
        &self,
        fetch: impl Fn(Range<u64>, &dyn Fn(&[u8], u64) -> io::Result<()>) -> Result<()> + Sync,
    ) -> Result<String> {
        let count = self.size.div_ceil(PIECE);
        let missing: Vec<u64> = {
            let there = self.there();
            (0..count)
                .filter(|number| !there.contains(number))
                .collect()
        };
        let next = AtomicUsize::new(0);
        let write = |bytes: &[u8], position| self.file.write_all_at(bytes, position);
        let work = || -> Result<()> {
            while let Some(number) = missing.get(next.fetch_add(1, Ordering::Relaxed)) {
                let done = fetch(self.range(*number), &write).and_then(|()| self.keep(*number));
                if done.is_err() {
                    next.store(missing.len(), Ordering::Relaxed);
                }
                done?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            let jobs = 0..JOBS.min(missing.len());
            let workers: Vec<_> = jobs.map(|_| scope.spawn(work)).collect();
            let ended = workers.into_iter().map(|worker| {
                let ended = worker.join();
                ended.unwrap_or_else(|_| Err(anyhow!("a transfer stopped")))
            });
            ended.collect::<Result<Vec<()>>>()
        })?;
        let mut hashed = self.hashed.lock().unwrap_or_else(PoisonError::into_inner);
        self.hash(&mut hashed)?;
        Ok(hex(&hashed.md5.clone().finalize()))
    }

    fn there(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.there.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn range(&self, number: u64) -> Range<u64> {
        let start = number.saturating_mul(PIECE);
        start..self.size.min(start.saturating_add(PIECE))
    }

    /// A piece is there; what can be hashed now is.
    fn keep(&self, number: u64) -> Result<()> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(log, "{number}")?;
        drop(log);
        let mut there = self.there();
        there.insert(number);
        drop(there);
        match self.hashed.try_lock() {
            Ok(mut hashed) => self.hash(&mut hashed),
            // Another is at it. What that one does not see any more is hashed in the end.
            Err(_) => Ok(()),
        }
    }

    fn hash(&self, hashed: &mut Hashed) -> Result<()> {
        let mut block = vec![0; 1 << 18];
        let is_there = |number: u64| {
            let there = self.there();
            there.contains(&number) && number.saturating_mul(PIECE) < self.size
        };
        while is_there(hashed.next) {
            let range = self.range(hashed.next);
            let mut position = range.start;
            while position < range.end {
                let length = block.len().min((range.end - position) as usize);
                self.file.read_exact_at(&mut block[..length], position)?;
                hashed.md5.update(&block[..length]);
                position += length as u64;
            }
            hashed.next += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn pieces_are_fetched_once_and_hashed_as_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..5 * PIECE / 2).map(|i| (i % 251) as u8).collect();
        let log = folder.path().join("log");
        // The first piece is there; the last line was cut off.
        fs::write(&log, "0\n1").unwrap();
        let options = File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .clone();
        let file = options.open(folder.path().join("part")).unwrap();
        file.set_len(bytes.len() as u64).unwrap();
        file.write_all_at(&bytes[..PIECE as usize], 0).unwrap();
        let opened = File::options().read(true).write(true).open(&log).unwrap();
        let pieces = Pieces::resume(&file, bytes.len() as u64, &opened).unwrap();
        assert_eq!(pieces.had(), PIECE);
        let fetched = Mutex::new(Vec::new());
        let md5 = pieces.fill(|range, write| {
            fetched.lock().unwrap().push(range.start / PIECE);
            let wanted = &bytes[range.start as usize..range.end as usize];
            Ok(write(wanted, range.start)?)
        });
        assert_eq!(md5.unwrap(), hex(&Md5::digest(&bytes)));
        let mut fetched = fetched.into_inner().unwrap();
        fetched.sort_unstable();
        assert_eq!(fetched, [1, 2]);
        assert_eq!(fs::read_to_string(&log).unwrap().lines().count(), 3);
    }

    #[test]
    fn an_error_ends_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create_new(folder.path().join("part")).unwrap();
        let size = 1000 * PIECE;
        let log = File::create_new(folder.path().join("log")).unwrap();
        let pieces = Pieces::resume(&file, size, &log).unwrap();
        let calls = AtomicUsize::new(0);
        let error = pieces.fill(|_, _| {
            calls.fetch_add(1, Ordering::Relaxed);
            Err(anyhow!("no"))
        });
        assert_eq!(error.unwrap_err().to_string(), "no");
        assert!(calls.into_inner() <= 2 * JOBS);
    }
}
