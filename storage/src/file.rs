//! Files: the same calls as for objects, with the same promises.

use crate::entry::{Entry, Head};
use crate::part::{PREFIX, Part};
use crate::root::Root;
use crate::{Error, Kind, Location};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

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
                .starts_with(PREFIX.as_bytes());
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

/// Names of the folders directly in `path`, sorted; none where it is not there.
pub(crate) fn folders(path: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed(path))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed(path))?;
        if entry.file_type().map_err(failed(path))?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Copies the file `from` into the open file `to`. `target` is its path for messages; without one,
/// an error of the disk has no location.
pub(crate) fn copy(
    from: &Path,
    mut to: &File,
    target: Option<&Path>,
    progress: &dyn Fn(u64),
) -> Result<u64, Error> {
    let unwritten = |error| match target {
        Some(target) => failed(target)(error),
        None => failed(from)(error).without_location(),
    };
    let mut source = read(from, None)?;
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let count = source.read(&mut buffer).map_err(failed(from))?;
        if count == 0 {
            return Ok(size);
        }
        to.write_all(&buffer[..count]).map_err(unwritten)?;
        size += count as u64;
        progress(count as u64);
    }
}

/// True if `path` is something that bytes go through, such as `/dev/null` or a pipe, not a file
/// that another could replace.
pub fn is_passage(path: &Path) -> bool {
    // `/dev/stdout` is a link, to whatever standard output is.
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    let target = fs::metadata(path);
    target.is_ok_and(|target| {
        !target.is_dir() && (!target.is_file() || is_link && path.starts_with("/dev"))
    })
}

/// A file on its way, or something that bytes go through.
pub(crate) enum Pending {
    Part(Part),
    /// It has no place for a file beside it, and must stay what it is.
    Passage(File, PathBuf),
}

impl Pending {
    /// Begins to write the file at a path that a person chose; its folder is made where it is
    /// missing, and links of the folder are followed.
    pub fn new(target: &Path, is_new: bool) -> Result<Pending, Error> {
        if target.is_dir() {
            let what = "this is a folder; a file was expected";
            return Err(Error::new(Kind::Other, &target.into(), what));
        }
        if is_passage(target) && !is_new {
            let opened = File::options().write(true).open(target);
            let opened = opened.map_err(failed(target))?;
            return Ok(Pending::Passage(opened, target.to_path_buf()));
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed(target))?;
        }
        let (root, name) = Root::beside(target)?;
        Ok(Pending::Part(root.part(&name)?))
    }

    /// Begins to write a file whose name below the folder `above` came from data.
    pub fn below(above: &Path, target: &Path) -> Result<Pending, Error> {
        let Ok(name) = target.strip_prefix(above) else {
            let what = format!(
                "this leads out of {}; a path below it was expected",
                above.display()
            );
            return Err(Error::new(Kind::Other, &target.into(), what));
        };
        Ok(Pending::Part(Root::make(above)?.part(name)?))
    }

    /// The file that takes its bytes.
    pub fn file(&self) -> &File {
        match self {
            Pending::Part(part) => part.file(),
            Pending::Passage(file, _) => file,
        }
    }

    /// The place that it is to have.
    pub fn target(&self) -> PathBuf {
        match self {
            Pending::Part(part) => part.target(),
            Pending::Passage(_, path) => path.clone(),
        }
    }

    /// Renames it into its place; where `is_new`, only if nothing is there.
    pub fn finish(self, is_new: bool) -> Result<(), Error> {
        let Pending::Part(part) = self else {
            return Ok(());
        };
        let synced = part.file().sync_all();
        synced.map_err(|error| failed(&part.target())(error))?;
        match is_new {
            true => part.finish_new(),
            false => part.finish(),
        }
    }
}
