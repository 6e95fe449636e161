//! Files on their way: written beside their place under a random name, then renamed into it.

use crate::root::{Root, failed, permissions};
use crate::{Error, Kind};
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::BuildHasher;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Prefix of the names of parts; listings leave them out.
pub(crate) const PREFIX: &str = ".hearth-";
/// Permissions of a new file, before the umask: whoever serves it reads it.
const NEW: Mode = Mode::RUSR
    .union(Mode::WUSR)
    .union(Mode::RGRP)
    .union(Mode::ROTH);

/// The parts of this process, for [`remove_parts`].
static PARTS: Mutex<BTreeMap<OsString, Arc<OwnedFd>>> = Mutex::new(BTreeMap::new());

fn parts() -> MutexGuard<'static, BTreeMap<OsString, Arc<OwnedFd>>> {
    PARTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Deletes all parts of this process, for a signal that ends it. Whoever makes or finishes one
/// afterwards waits for that end.
pub fn remove_parts() {
    let parts = parts();
    for (name, folder) in parts.iter() {
        // It may be in its place by now, or its folder be gone.
        let _ = fs::unlinkat(&**folder, name, AtFlags::empty());
    }
    std::mem::forget(parts);
}

/// A file that nobody sees under its name yet; deleted when it is dropped before
/// [`Part::finish`].
#[derive(Debug)]
pub struct Part {
    file: File,
    folder: Root,
    /// Its random name in `folder`.
    name: OsString,
    /// The last part of the name that it is to have, in the same folder; empty for one that only
    /// [`Part::finish_as`] finishes.
    target: OsString,
    mode: Option<Mode>,
    is_kept: bool,
}

impl Root {
    /// Begins to write the file `name`; folders that are missing are made.
    ///
    /// # Errors
    /// When `name` does not stay below this folder or leads through a link, or the disk does not
    /// take it.
    pub fn part(&self, name: &Path) -> Result<Part, Error> {
        let (folder, target) = self.above(name, true)?;
        let made = folder.new_part("");
        let mut part = made.map_err(|error| error.at(&self.path(name)))?;
        part.target = target.to_os_string();
        Ok(part)
    }

    /// A new part in this folder whose name begins with `stem`, by which [`Root::resume`] finds it.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn new_part(&self, stem: &str) -> Result<Part, Error> {
        let flags =
            OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let (name, file) =
            self.with_random_name(stem, |name| fs::openat(&*self.folder, name, flags, NEW))?;
        Ok(self.known_part(file, name))
    }

    /// A part that an earlier process left in this folder under `stem`; `None` where there is none.
    /// Anything but a plain file of one name is none.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn resume(&self, stem: &str) -> Result<Option<Part>, Error> {
        let start = format!("{PREFIX}{stem}");
        for (name, kind) in self.entries()? {
            if kind != FileType::RegularFile || !name.as_bytes().starts_with(start.as_bytes()) {
                continue;
            }
            let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let Ok(file) = fs::openat(&*self.folder, &*name, flags, Mode::empty()) else {
                continue;
            };
            let is_plain = fs::fstat(&file).is_ok_and(|status| {
                FileType::from_raw_mode(status.st_mode) == FileType::RegularFile
                    && status.st_nlink == 1
            });
            if is_plain {
                return Ok(Some(self.known_part(file, name)));
            }
        }
        Ok(None)
    }

    fn known_part(&self, file: OwnedFd, name: OsString) -> Part {
        parts().insert(name.clone(), Arc::clone(&self.folder));
        Part {
            file: File::from(file),
            folder: self.clone(),
            name,
            target: OsString::new(),
            mode: None,
            is_kept: false,
        }
    }

    /// Puts a link to `source` at `name`, in the place of whatever file is there: a second name of
    /// the same file where `is_hard`, else a symbolic link. `false` where the file system has none
    /// of that kind.
    ///
    /// # Errors
    /// When `name` does not stay below this folder or leads through a link.
    pub fn link(&self, source: &Path, name: &Path, is_hard: bool) -> Result<bool, Error> {
        let (folder, target) = self.above(name, true)?;
        let at = &*folder.folder;
        let made = folder.with_random_name("", |beside| match is_hard {
            true => fs::linkat(fs::CWD, source, at, beside, AtFlags::empty()),
            false => fs::symlinkat(source, at, beside),
        });
        let Ok((beside, ())) = made else {
            return Ok(false);
        };
        let moved = fs::renameat(at, &*beside, at, target);
        // Still there when it failed, and when both are names of one file.
        let _ = fs::unlinkat(at, &*beside, AtFlags::empty());
        Ok(moved.is_ok())
    }

    /// Calls `make` with random names until one is free.
    fn with_random_name<T>(
        &self,
        stem: &str,
        make: impl Fn(&OsStr) -> Result<T, Errno>,
    ) -> Result<(OsString, T), Error> {
        loop {
            // Keys of the system's random numbers; names need not be secret, since EXCL refuses
            // one that is taken.
            let random = RandomState::new().hash_one(stem);
            let name = OsString::from(format!("{PREFIX}{stem}{random:016x}"));
            match make(&name) {
                Ok(made) => return Ok((name, made)),
                Err(Errno::EXIST) => {}
                Err(errno) => return Err(failed(&self.path(""), errno)),
            }
        }
    }
}

impl Part {
    /// The file, for writing and reading.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The path that it is to have, for messages.
    pub fn target(&self) -> PathBuf {
        self.folder.path(&self.target)
    }

    /// Path of the unfinished file, for reading.
    pub fn path(&self) -> PathBuf {
        self.folder.path(&self.name)
    }

    /// Permissions that it has now: those of a new file.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn mode(&self) -> Result<u32, Error> {
        let status = fs::fstat(&self.file);
        let status = status.map_err(|errno| failed(&self.target(), errno))?;
        Ok(permissions(&status))
    }

    /// Permissions that it is to have; without this those of the file that it replaces.
    pub fn set_mode(&mut self, mode: u32) {
        self.mode = Some(Mode::from_raw_mode(mode as _));
    }

    /// Leaves it where it is when it is dropped, for [`Root::resume`]. A signal still deletes it.
    pub fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Deletes it when it is dropped, as at first.
    pub fn discard(&mut self) {
        self.is_kept = false;
    }

    /// Renames it into its place, over the file that is there.
    ///
    /// # Errors
    /// When the disk does not take it, or a folder is in its place.
    pub fn finish(mut self) -> Result<(), Error> {
        if self.mode.is_none() {
            let mode = self.folder.mode(Path::new(&self.target))?;
            self.mode = mode.map(|mode| Mode::from_raw_mode(mode as _));
        }
        let (folder, target) = (self.folder.clone(), self.target.clone());
        self.rename(&folder, &target, false)
    }

    /// Renames it into its place.
    ///
    /// # Errors
    /// As [`Part::finish`]; of [`Kind::Exists`] when something is there.
    pub fn finish_new(self) -> Result<(), Error> {
        let (folder, target) = (self.folder.clone(), self.target.clone());
        self.rename(&folder, &target, true)
    }

    /// Renames it to `name` below another root, over the file that is there; folders that are
    /// missing are made.
    ///
    /// # Errors
    /// As [`Root::part`] and [`Part::finish`].
    pub fn finish_as(self, root: &Root, name: &Path) -> Result<(), Error> {
        let (folder, target) = root.above(name, true)?;
        self.rename(&folder, target, false)
    }

    fn rename(self, folder: &Root, target: &OsStr, is_new: bool) -> Result<(), Error> {
        let shown = folder.path(target);
        if let Some(mode) = self.mode {
            fs::fchmod(&self.file, mode).map_err(|errno| failed(&shown, errno))?;
        }
        // Held meanwhile: after `remove_parts` nothing is renamed any more.
        let mut parts = parts();
        let (from, to) = (&*self.folder.folder, &*folder.folder);
        let moved = match is_new {
            false => fs::renameat(from, &*self.name, to, target),
            true => {
                match fs::renameat_with(from, &*self.name, to, target, RenameFlags::NOREPLACE) {
                    // Some file systems do not know how; a second name is as good.
                    Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                        fs::linkat(from, &*self.name, to, target, AtFlags::empty())
                            .and_then(|()| fs::unlinkat(from, &*self.name, AtFlags::empty()))
                    }
                    moved => moved,
                }
            }
        };
        moved.map_err(|errno| match errno {
            Errno::ISDIR => Error::new(
                Kind::Other,
                &shown.into(),
                "this is a folder; a file was expected",
            ),
            errno => failed(&shown, errno),
        })?;
        parts.remove(&self.name);
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if parts().remove(&self.name).is_some() && !self.is_kept {
            // Gone is gone.
            let _ = fs::unlinkat(&*self.folder.folder, &*self.name, AtFlags::empty());
        }
    }
}
