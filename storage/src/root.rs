//! Folders that are held open. Whatever is written or deleted by a name that data gave (a file of
//! DVC's, a manifest, a key in S3) goes through a [`Root`].
//!
//! The kernel resolves such a name part by part: each folder is opened from the one above it, and
//! a symbolic link is refused, so nothing lands outside of the root, also when somebody changes
//! folders meanwhile. `openat2` does the same in one call, but only Linux has it, and some
//! containers forbid it: one way for all systems is one way to test. A name that climbs (`..`), is
//! absolute or goes into `.git` or `.dvc` is refused before.

use crate::{Error, Kind};
pub use rustix::fs::FileType;
use rustix::fs::{self, AtFlags, CWD, Dir, Mode, OFlags};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Names of folders that no name from data leads into.
const PROTECTED: [&str; 2] = [".git", ".dvc"];

/// Flags to open a folder as a place to start from; on Linux without the right to list it.
const FOLDER: OFlags = {
    #[cfg(target_os = "linux")]
    let access = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    let access = OFlags::RDONLY;
    access.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC)
};

/// A folder that names are resolved from. Clones share it.
#[derive(Clone, Debug)]
pub struct Root {
    pub(crate) folder: Arc<OwnedFd>,
    /// Its path as a person knows it, for messages and for reading.
    shown: PathBuf,
}

impl Root {
    /// Opens the folder at a path that the program's user chose: links in it are followed.
    ///
    /// # Errors
    /// When it is not there or is no folder.
    pub fn open(path: &Path) -> Result<Root, Error> {
        let at = or_here(path);
        let opened = fs::openat(CWD, at, FOLDER, Mode::empty());
        Ok(Root {
            folder: Arc::new(opened.map_err(|errno| failed(at, errno))?),
            shown: path.to_path_buf(),
        })
    }

    /// As [`Root::open`], and makes the folder where it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make(path: &Path) -> Result<Root, Error> {
        let made = std::fs::create_dir_all(path);
        made.map_err(|error| Error::of_io(&path.into(), &error))?;
        Root::open(path)
    }

    /// The folder and the last part of a path that the program's user chose, as a place to write:
    /// the folder's links are followed.
    ///
    /// # Errors
    /// When the folder cannot be opened, or the path ends with no name.
    pub fn beside(path: &Path) -> Result<(Root, PathBuf), Error> {
        let Some(name) = path.file_name() else {
            let what = "this is a folder; a file was expected";
            return Err(Error::new(Kind::Other, &path.into(), what));
        };
        let above = path.parent().unwrap_or(Path::new(""));
        let root = Root::open(above).map_err(|error| error.at(path))?;
        Ok((root, name.into()))
    }

    /// The folder below this one by a name of the program's own, made where it is missing. Links
    /// are refused as everywhere, `.dvc` and `.git` are not: no data reaches this.
    ///
    /// # Errors
    /// When a part of it is a link or a file, or it cannot be made.
    pub fn make_inside(&self, name: &'static str) -> Result<Root, Error> {
        self.descend(Path::new(name).iter(), true)
    }

    /// The path of a name below this folder, for messages and for reading.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.shown.join(name)
    }

    /// The folder that `name` lies in, with the last part of `name`.
    ///
    /// # Errors
    /// When `name` does not stay below this folder, or leads through a link or a file; of
    /// [`Kind::NotFound`] where a folder is missing and `make` is false.
    pub(crate) fn above<'n>(&self, name: &'n Path, make: bool) -> Result<(Root, &'n OsStr), Error> {
        let mut parts = self.parts(name)?;
        let Some(last) = parts.pop() else {
            let what = "this is the folder itself; a name below it was expected";
            return Err(Error::new(Kind::Other, &self.path(name).into(), what));
        };
        Ok((self.descend(parts.into_iter(), make)?, last))
    }

    /// Type of what lies at `name`; `None` where nothing does. A link is a link.
    ///
    /// # Errors
    /// As [`Root::remove`].
    pub fn kind(&self, name: &Path) -> Result<Option<FileType>, Error> {
        let kind = self.status(name)?;
        Ok(kind.map(|status| FileType::from_raw_mode(status.st_mode)))
    }

    /// Permissions of the file at `name`; `None` where there is no regular file.
    ///
    /// # Errors
    /// As [`Root::remove`].
    pub fn mode(&self, name: &Path) -> Result<Option<u32>, Error> {
        let status = self.status(name)?;
        let is_file = |mode| FileType::from_raw_mode(mode) == FileType::RegularFile;
        let file = status.filter(|status| is_file(status.st_mode));
        Ok(file.as_ref().map(permissions))
    }

    fn status(&self, name: &Path) -> Result<Option<fs::Stat>, Error> {
        let (folder, last) = match self.above(name, false) {
            Err(error) if error.kind() == Kind::NotFound => return Ok(None),
            found => found?,
        };
        match fs::statat(&*folder.folder, last, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(status) => Ok(Some(status)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(failed(&self.path(name), errno)),
        }
    }

    /// Deletes the file or link at `name`.
    ///
    /// # Errors
    /// When `name` does not stay below this folder or leads through a link, or it cannot be
    /// deleted.
    pub fn remove(&self, name: &Path) -> Result<(), Error> {
        let (folder, last) = self.above(name, false)?;
        let removed = fs::unlinkat(&*folder.folder, last, AtFlags::empty());
        removed.map_err(|errno| failed(&self.path(name), errno))
    }

    /// Names of all files and links in the folder `name` and below it, from this folder. Links are
    /// not followed; of a missing folder there are none.
    ///
    /// # Errors
    /// When the folder is none, or one of them cannot be read.
    pub fn files(&self, name: &Path) -> Result<Vec<PathBuf>, Error> {
        let parts = self.parts(name)?;
        let folder = match self.descend(parts.into_iter(), false) {
            Err(error) if error.kind() == Kind::NotFound => return Ok(Vec::new()),
            found => found?,
        };
        let mut files = Vec::new();
        let mut folders = vec![(folder, name.to_path_buf())];
        while let Some((folder, name)) = folders.pop() {
            for (entry, kind) in folder.entries()? {
                let below = name.join(&entry);
                match kind {
                    FileType::Directory => {
                        folders.push((
                            folder.descend([entry.as_os_str()].into_iter(), false)?,
                            below,
                        ));
                    }
                    _ => files.push(below),
                }
            }
        }
        Ok(files)
    }

    /// Names in this folder itself, with their types.
    pub(crate) fn entries(&self) -> Result<Vec<(OsString, FileType)>, Error> {
        let failed = |errno| failed(&self.shown, errno);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let listed = fs::openat(&*self.folder, ".", flags, Mode::empty()).map_err(failed)?;
        let mut entries = Vec::new();
        for entry in Dir::new(listed).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            let kind = match entry.file_type() {
                // Some file systems tell no types in their listings.
                FileType::Unknown => {
                    let status = fs::statat(&*self.folder, name, AtFlags::SYMLINK_NOFOLLOW);
                    FileType::from_raw_mode(status.map_err(failed)?.st_mode)
                }
                kind => kind,
            };
            entries.push((name.to_os_string(), kind));
        }
        Ok(entries)
    }

    /// Opens folder after folder, none of them through a link.
    fn descend<'n>(
        &self,
        parts: impl Iterator<Item = &'n OsStr>,
        make: bool,
    ) -> Result<Root, Error> {
        let mut at = self.clone();
        for part in parts {
            let shown = at.shown.join(part);
            let open = || fs::openat(&*at.folder, part, FOLDER | OFlags::NOFOLLOW, Mode::empty());
            let mut opened = open();
            if make && opened.as_ref().is_err_and(|errno| *errno == Errno::NOENT) {
                match fs::mkdirat(&*at.folder, part, Mode::from_raw_mode(0o777)) {
                    // Another process may have been first.
                    Ok(()) | Err(Errno::EXIST) => opened = open(),
                    Err(errno) => return Err(failed(&shown, errno)),
                }
            }
            let folder = match opened {
                Ok(folder) => folder,
                Err(errno @ (Errno::LOOP | Errno::NOTDIR)) => {
                    let status = fs::statat(&*at.folder, part, AtFlags::SYMLINK_NOFOLLOW);
                    let kind = status.map(|status| FileType::from_raw_mode(status.st_mode));
                    return Err(match kind {
                        Ok(FileType::Symlink) => self.is_link(&shown),
                        Ok(_) => {
                            let what = "this is a file; a folder was expected";
                            Error::new(Kind::Other, &shown.into(), what)
                        }
                        Err(_) => failed(&shown, errno),
                    });
                }
                Err(errno) => return Err(failed(&shown, errno)),
            };
            at = Root {
                folder: Arc::new(folder),
                shown,
            };
        }
        Ok(at)
    }

    fn is_link(&self, shown: &Path) -> Error {
        let root = or_here(&self.shown).display();
        let what = format!(
            "this is a symbolic link, and nothing below {root} is written or deleted through links; put a real folder in its place, then do the same again"
        );
        Error::new(Kind::Other, &shown.into(), what)
    }

    /// The parts of a name that stays below this folder and outside of what is protected.
    fn parts<'n>(&self, name: &'n Path) -> Result<Vec<&'n OsStr>, Error> {
        let mut parts = Vec::new();
        for component in name.components() {
            match component {
                Component::CurDir => {}
                Component::Normal(part) => parts.push(part),
                _ => {
                    let what = format!(
                        "this leads out of {}; a path below it was expected",
                        or_here(&self.shown).display()
                    );
                    return Err(Error::new(Kind::Other, &name.into(), what));
                }
            }
        }
        if let Some(part) = parts.iter().find(|part| is_protected(part)) {
            let what = format!(
                "{} belongs to git or DVC itself; another path was expected",
                part.display()
            );
            return Err(Error::new(Kind::Other, &name.into(), what));
        }
        Ok(parts)
    }
}

/// True if a file system could take this name for `.git` or `.dvc`: macOS folds case and, on HFS+,
/// leaves out invisible characters; Windows, whose disks WSL shows, leaves out dots, spaces and
/// what stands behind a colon at the end, and knows `git~1`.
pub fn is_protected(name: &OsStr) -> bool {
    let text = name.to_string_lossy();
    let text = text.split(':').next().unwrap_or_default();
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let seen = seen.trim_end_matches(['.', ' ']);
    PROTECTED.iter().any(|protected| {
        let short = format!("{}~1", &protected[1..]);
        seen.eq_ignore_ascii_case(protected) || seen.eq_ignore_ascii_case(&short)
    })
}

/// Characters that HFS+ leaves out when it compares names (Apple's TN1150).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

/// The permissions of a file.
pub(crate) fn permissions(status: &fs::Stat) -> u32 {
    (Mode::from_raw_mode(status.st_mode) & Mode::from_raw_mode(0o777)).bits() as _
}

/// The path, or `.` where it is empty.
pub(crate) fn or_here(path: &Path) -> &Path {
    match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    }
}

/// An error of the kernel at a path.
pub(crate) fn failed(path: &Path, errno: Errno) -> Error {
    Error::of_io(&path.into(), &std::io::Error::from(errno))
}

#[cfg(test)]
mod tests;
