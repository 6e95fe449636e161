//! Files, and objects in S3, that appear whole or not at all.

use crate::error::FULL;
use crate::root::or_here;
use crate::{Location, Part, Root, Store, is_passage};
use anyhow::{Context, Result, anyhow, bail};
use std::fs::File;
use std::io::{Error, ErrorKind, Write};
use std::path::Path;

/// As [`check`], of a file or of S3: that it is reached, with credentials that it knows.
///
/// # Errors
/// As [`check`]; of S3 whatever is wrong with the way there.
pub fn check_at(at: &Location) -> Result<()> {
    match at {
        Location::File(path) => check(path),
        _ if at.is_prefix() => bail!("{at}: this is a folder; the name of an object was expected"),
        _ => Ok(Store::from_env().head(at).map(drop)?),
    }
}

/// Writes `bytes` to a file, as [`write()`], or to an object.
///
/// # Errors
/// As [`write()`]; of S3 whatever it answers.
pub fn write_at(at: &Location, bytes: &[u8]) -> Result<()> {
    match at {
        Location::File(path) => write(path, bytes),
        _ => Ok(Store::from_env().put(at, bytes)?),
    }
}

/// Checks that `path` can be written: what would fail after an hour of training must fail before
/// it.
///
/// # Errors
/// When `path` is a folder, or its folder is missing, none, or read-only.
pub fn check(path: &Path) -> Result<()> {
    if path.is_dir() {
        bail!("{}: this is a folder; a file was expected", path.display());
    }
    if is_passage(path) {
        return Ok(());
    }
    beside(path).map(drop)
}

/// Writes `bytes` to a file beside `path` and renames it into its place: whatever stops the program,
/// the old file or the new one is there, whole.
///
/// # Errors
/// When the folder is missing, read-only or full.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = || format!("{}: it cannot be written", path.display());
    let fill = |mut file: &File| {
        let filled = file.write_all(bytes);
        filled.map_err(|error| unwritten(path, error.into()))
    };
    if is_passage(path) {
        let opened = File::options().write(true).open(path);
        return fill(&opened.with_context(failed)?);
    }
    let part = beside(path)?;
    fill(part.file())?;
    let synced = part.file().sync_all();
    synced.map_err(|error| unwritten(path, error.into()))?;
    part.finish()
        .map_err(|error| error.without_location())
        .with_context(failed)
}

/// Why `path` cannot be written, with what to do where the disk is full. What is not the disk's
/// refusal stays as it is.
pub fn unwritten(path: &Path, error: anyhow::Error) -> anyhow::Error {
    let kind = error.root_cause().downcast_ref::<Error>().map(Error::kind);
    match kind {
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            anyhow!("{}: {FULL}", path.display())
        }
        Some(_) => error.context(format!("{}: it cannot be written", path.display())),
        None => error,
    }
}

/// A part in the folder of `path`, gone when dropped.
fn beside(path: &Path) -> Result<Part> {
    let folder = or_here(path.parent().unwrap_or(Path::new("")));
    if !folder.is_dir() {
        let (path, folder, exists) = (path.display(), folder.display(), folder.exists());
        let what = if exists {
            "is a file"
        } else {
            "does not exist"
        };
        bail!("{path}: it cannot be written: {folder} {what}; an existing folder was expected");
    }
    Root::beside(path)
        .and_then(|(root, name)| root.part(&name))
        .map_err(|error| error.without_location())
        .with_context(|| format!("{}: it cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::write;
    use std::path::Path;

    /// Found by `make torture`: training said no more than the kernel's words, without the path.
    #[test]
    fn a_full_disk_is_told_with_the_path_and_what_to_do() {
        let error = write(Path::new("/dev/full"), b"a model").unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            "/dev/full: the disk is full; make room, then do the same again"
        );
    }
}
