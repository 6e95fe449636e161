//! Where a model file's bytes come from: a map of the file, for the life of the process.

use crate::open::{Model, OpenError};
use memmap2::Mmap;
use std::fs::File;
use std::path::Path;

/// Maps the model file at `path` and opens it.
///
/// The map is never undone: a process serves, verifies or shows a model or two in its life, and a
/// view for `'static` needs no lifetime in the servers built on it.
///
/// # Errors
/// When the file cannot be read, or is refused; the caller adds the path where a stranger won't
/// see it.
pub fn open_path(path: &Path) -> Result<Model<'static>, OpenError> {
    let map = || {
        let file = File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(std::io::Error::other("this is no file"));
        }
        // SAFETY: the map is private and read-only, and what reads it checks what it reads. Bytes
        // that change under it can give wrong answers, and a file cut short a SIGBUS; so a model
        // file is replaced by renaming a new one over it (as `hearth train` does), never edited.
        unsafe { Mmap::map(&file) }
    };
    let bytes: &'static [u8] = match map() {
        Ok(map) => Box::leak(Box::new(map)),
        Err(error) => {
            return Err(OpenError(format!("the model file cannot be read: {error}")));
        }
    };
    Model::open(bytes)
}
