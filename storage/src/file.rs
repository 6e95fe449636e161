//! Files: the same calls as for objects, with the same promises.

use crate::entry::{Entry, Head};
use crate::{Error, Kind, Location};
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the names of files begin that are being written; listings pass over them.
const PENDING: &str = ".hearth-";

fn failed(path: &Path) -> impl Fn(io::Error) -> Error {
    let at = Location::from(path);
    // The library's own error would name the temporary file, which says nothing to anybody.
    move |error| match error.raw_os_error() {
        Some(code) => Error::of_io(&at, &io::Error::from_raw_os_error(code)),
        None => Error::of_io(&at, &error),
    }
}

pub(crate) fn read(path: &Path, range: Option<Range<u64>>) -> Result<Box<dyn Read + Send>, Error> {
    let mut file = File::open(path).map_err(failed(path))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        let what = "this is a folder; a file was expected";
        return Err(Error::new(Kind::Other, &path.into(), what));
    }
    Ok(match range {
        None => Box::new(file),
        Some(range) => {
            file.seek(SeekFrom::Start(range.start))
                .map_err(failed(path))?;
            Box::new(file.take(range.end.saturating_sub(range.start)))
        }
    })
}

pub(crate) fn head(path: &Path) -> Result<Head, Error> {
    let metadata = fs::metadata(path).map_err(failed(path))?;
    if metadata.is_dir() {
        // As in S3, where a prefix is no object.
        return Err(Error::new(Kind::NotFound, &path.into(), "this is a folder"));
    }
    Ok(Head {
        size: metadata.len(),
        etag: None,
    })
}

/// Every file under `path`, sorted as S3 sorts keys: by bytes of the whole name.
pub(crate) fn list(path: &Path) -> Result<Vec<Entry>, Error> {
    let mut files = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    if path.is_file() {
        folders.clear();
        files.push(path.to_path_buf());
    }
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(failed(&folder))? {
            let entry = entry.map_err(failed(&folder))?;
            let is_pending = entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(PENDING.as_bytes());
            let kind = entry.file_type().map_err(failed(&folder))?;
            // A link to a folder is not walked: it may lead back up.
            if kind.is_dir() {
                folders.push(entry.path());
            } else if !is_pending && entry.path().is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort_by(|a, b| {
        a.as_os_str()
            .as_encoded_bytes()
            .cmp(b.as_os_str().as_encoded_bytes())
    });
    let entry = |path: PathBuf| {
        let Head { size, .. } = head(&path)?;
        Ok(Entry {
            location: Location::File(path),
            size,
            etag: None,
        })
    };
    files.into_iter().map(entry).collect()
}

pub(crate) fn copy(from: &Path, to: &Path, progress: &dyn Fn(u64)) -> Result<u64, Error> {
    let mut source = read(from, None)?;
    let mut target = File::create(to).map_err(failed(to))?;
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let count = source.read(&mut buffer).map_err(failed(from))?;
        if count == 0 {
            return Ok(size);
        }
        target.write_all(&buffer[..count]).map_err(failed(to))?;
        size += count as u64;
        progress(count as u64);
    }
}

/// Whether `path` is something that bytes go through, such as `/dev/null` or a pipe, and no file
/// that another could replace.
pub fn is_passage(path: &Path) -> bool {
    // `/dev/stdout` is a link, to whatever standard output is.
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    let target = fs::metadata(path);
    target.is_ok_and(|target| {
        !target.is_dir() && (!target.is_file() || is_link && path.starts_with("/dev"))
    })
}

/// A file on its way: a temporary one in the same folder, gone when dropped.
pub(crate) struct Pending {
    file: Beside,
    target: PathBuf,
    is_new: bool,
}

enum Beside {
    Temporary(NamedTempFile),
    /// It has no place for a file beside it, and must stay what it is.
    Passage(File),
}

impl Pending {
    pub fn new(target: &Path, is_new: bool) -> Result<Pending, Error> {
        if target.is_dir() {
            let what = "this is a folder; a file was expected";
            return Err(Error::new(Kind::Other, &target.into(), what));
        }
        let file = if is_passage(target) && !is_new {
            let opened = File::options().write(true).open(target);
            Beside::Passage(opened.map_err(failed(target))?)
        } else {
            Beside::Temporary(temporary(target)?)
        };
        Ok(Pending {
            file,
            target: target.to_path_buf(),
            is_new,
        })
    }

    /// Where its bytes lie meanwhile.
    pub fn path(&self) -> &Path {
        match &self.file {
            Beside::Temporary(file) => file.path(),
            Beside::Passage(_) => &self.target,
        }
    }

    /// The place that it is to have.
    pub fn target(&self) -> &Path {
        &self.target
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.file {
            Beside::Temporary(file) => file.as_file_mut().write_all(bytes),
            Beside::Passage(file) => file.write_all(bytes),
        }
    }

    /// Renames it into its place.
    pub fn finish(self) -> Result<(), Error> {
        let Pending {
            file,
            target,
            is_new,
        } = self;
        let Beside::Temporary(file) = file else {
            return Ok(());
        };
        file.as_file().sync_all().map_err(failed(&target))?;
        let moved = match is_new {
            true => file.persist_noclobber(&target),
            false => file.persist(&target),
        };
        moved
            .map(drop)
            .map_err(|error| failed(&target)(error.error))
    }
}

/// A temporary file in the folder of `target`, which is made where it is missing.
fn temporary(target: &Path) -> Result<NamedTempFile, Error> {
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(failed(target))?;
    tempfile::Builder::new()
        .prefix(PENDING)
        // Temporary files are private; this one is to be read by others.
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(failed(target))
}
