//! The content that is on this machine: `.dvc/cache`, or the folder that several projects share.

use super::config::Config;
use super::object::Object;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::NamedTempFile;

/// How content gets from the cache into the working tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// A copy; on a file system that can, one that shares its blocks.
    Copy,
    /// One file under two names, read-only.
    Hard,
    /// A pointer into the cache, read-only.
    Symbolic,
}

/// A cache in DVC's layout.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    /// The first that works is taken.
    pub links: Vec<Link>,
    /// What this process has checked and put there itself, and need not check again.
    checked: Arc<Mutex<BTreeSet<Object>>>,
}

impl Cache {
    /// The cache that the configuration names.
    ///
    /// # Errors
    /// When `cache.type` is not known.
    pub fn new(dot_dvc: &Path, config: &Config) -> Result<Cache> {
        let links = config.get("cache", "type").unwrap_or("copy");
        let link = |name: &str| match name.trim() {
            // The kernel shares blocks by itself where it can, in `copy_file_range`.
            "copy" | "reflink" => Ok(Link::Copy),
            "hardlink" => Ok(Link::Hard),
            "symlink" => Ok(Link::Symbolic),
            other => bail!(
                ".dvc/config: cache.type {other:?} is not known; reflink, copy, hardlink or symlink was expected"
            ),
        };
        Ok(Cache {
            folder: config.path("cache", "dir").unwrap_or(dot_dvc.join("cache")),
            links: links.split(',').map(link).collect::<Result<_>>()?,
            checked: Arc::default(),
        })
    }

    /// Where an object lies, or would lie.
    pub fn path(&self, object: &Object) -> PathBuf {
        self.folder.join(object.path())
    }

    /// Whether an object is there, whole or not.
    pub fn has(&self, object: &Object) -> bool {
        self.path(object).is_file()
    }

    /// Where an object is gathered until it is whole; it stays there when the program is stopped,
    /// so that the next one goes on. DVC looks only below `files/md5`.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn part(&self, object: &Object) -> Result<PathBuf> {
        let folder = self.folder.join("files");
        fs::create_dir_all(&folder).with_context(|| at(&folder))?;
        Ok(folder.join(format!(".hearth-{object}.part")))
    }

    /// Moves a file whose content was checked into its place, read-only, as DVC has it.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn keep(&self, part: &Path, object: &Object) -> Result<()> {
        let path = self.path(object);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| at(folder))?;
        }
        fs::set_permissions(part, Permissions::from_mode(0o444)).with_context(|| at(part))?;
        fs::rename(part, &path).with_context(|| at(&path))?;
        self.lock().insert(object.clone());
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<Object>> {
        // A panic elsewhere leaves the set as true as it was.
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of an object as a temporary file in `folder`; `None` when the cache's is not what its
    /// name says. That one is then removed, as DVC does.
    ///
    /// # Errors
    /// When it cannot be read, or the disk is full.
    pub fn copy_beside(&self, object: &Object, folder: &Path) -> Result<Option<NamedTempFile>> {
        let path = self.path(object);
        let mut copy = tempfile::Builder::new()
            .prefix(".hearth-")
            .permissions(Permissions::from_mode(0o644))
            .tempfile_in(folder)
            .with_context(|| at(folder))?;
        if self.lock().contains(object) {
            let mut from = File::open(&path).with_context(|| at(&path))?;
            // Within the kernel, or not at all on a file system that shares blocks.
            std::io::copy(&mut from, copy.as_file_mut()).with_context(|| at(&path))?;
            return Ok(Some(copy));
        }
        if object.copy(&path, copy.as_file_mut())? {
            return Ok(Some(copy));
        }
        fs::remove_file(&path).with_context(|| at(&path))?;
        Ok(None)
    }

    /// Whether the object is there and is what its name says; removed where it is not.
    ///
    /// # Errors
    /// When it cannot be read or removed.
    pub fn verified(&self, object: &Object) -> Result<bool> {
        let path = self.path(object);
        if !path.is_file() {
            return Ok(false);
        }
        if object.check(&path)?.is_ok() {
            return Ok(true);
        }
        fs::remove_file(&path).with_context(|| at(&path))?;
        Ok(false)
    }
}

fn at(path: &Path) -> String {
    path.display().to_string()
}
