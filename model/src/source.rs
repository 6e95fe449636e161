//! Where a model file's bytes come from: a map of the file, for the life of the process.

use crate::error::OpenError;
use crate::open::Model;
use memmap2::Mmap;
use std::fs::File;
use std::path::Path;

/// From this size on, [`open_path_for_few`] has pages read one by one.
///
/// Measured with the page cache dropped, start and first request together, with the system's
/// read-ahead and without (a disk with 0.13 ms a read and 8 MB of read-ahead): 1 MB 2.5 and 5.1 ms,
/// 10 MB 8.1 and 6.5 ms, 100 MB 85 and 9.7 ms. With the file in memory it makes no difference.
const READ_BY_PAGES: u64 = 8_000_000;

/// Maps the model file at `path` and opens it.
///
/// The map is never undone: a process serves, verifies or shows a model or two in its life, and a
/// view for `'static` needs no lifetime in the servers built on it.
///
/// # Errors
/// When the file cannot be read, or is refused; the caller adds the path where a stranger won't
/// see it.
pub fn open_path(path: &Path) -> Result<Model<'static>, OpenError> {
    Model::open(map(path, false)?)
}

/// As [`open_path`], for a process that may be asked for a few rows and then wait: a large file
/// that is not in memory is read where it is touched, and not around it.
///
/// # Errors
/// As [`open_path`].
pub fn open_path_for_few(path: &Path) -> Result<Model<'static>, OpenError> {
    Model::open(map(path, true)?)
}

fn map(path: &Path, for_few: bool) -> Result<&'static [u8], OpenError> {
    let map = || {
        // Looked at first: to open a FIFO would wait for who writes into it.
        if !std::fs::metadata(path)?.is_file() {
            return Err(std::io::Error::other("this is not a file"));
        }
        let file = File::open(path)?;
        // SAFETY: the map is private and read-only, and what reads it checks what it reads. Bytes
        // that change under it can give wrong answers, and a file cut short a SIGBUS; so a model
        // file is replaced by renaming a new one over it (as `hearth train` does), never edited.
        let map = unsafe { Mmap::map(&file) }?;
        #[cfg(unix)]
        if for_few && map.len() as u64 >= READ_BY_PAGES {
            // Advice only: a system that does not take it serves all the same.
            let _ = map.advise(memmap2::Advice::Random);
        }
        Ok(map)
    };
    match map() {
        Ok(map) => Ok(Box::leak(Box::new(map))),
        Err(error) => Err(OpenError::Unreadable(error)),
    }
}
