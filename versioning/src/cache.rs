//! The content that is on this machine: `.dvc/cache`, or the folder that several projects share.

use super::config::Config;
use super::object::Object;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use storage::{Part, Root};

/// Kind of link by which content gets from the cache into the working tree.
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
    /// The project's folder, where the cache lies in it and not where `cache.dir` says.
    project: Option<PathBuf>,
    /// The first that works is taken.
    pub links: Vec<Link>,
    /// Objects that this process has checked or put there, and need not check again.
    checked: Arc<Mutex<BTreeSet<Object>>>,
}

impl Cache {
    /// The cache that the configuration of the project at `root` names.
    ///
    /// # Errors
    /// When `cache.type` is not known.
    pub fn new(root: &Path, config: &Config) -> Result<Cache> {
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
        let named = config.path("cache", "dir");
        Ok(Cache {
            project: named.is_none().then(|| root.to_path_buf()),
            folder: named.unwrap_or(root.join(".dvc/cache")),
            links: links.split(',').map(link).collect::<Result<_>>()?,
            checked: Arc::default(),
        })
    }

    /// Path of an object, whether it exists or not.
    pub fn path(&self, object: &Object) -> PathBuf {
        self.folder.join(object.path())
    }

    /// True if an object exists, complete or not.
    pub fn has(&self, object: &Object) -> bool {
        self.path(object).is_file()
    }

    /// The cache's folder, made where it is missing. Whoever configures `cache.dir` may use links;
    /// `.dvc/cache` may have come by git.
    fn root(&self) -> Result<Root> {
        match &self.project {
            None => Ok(Root::make(&self.folder)?),
            Some(project) => Root::open(project)?.make_inside(".dvc/cache").context(
                "the cache cannot be used (cache.dir in .dvc/config.local names another folder)",
            ),
        }
    }

    /// The folder of parts: DVC looks only below `files/md5`.
    fn parts(&self) -> Result<Root> {
        Ok(self.root()?.make_inside("files")?)
    }

    /// A new file that gathers an object until it is whole.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn part(&self) -> Result<Part> {
        Ok(self.parts()?.new_part("")?)
    }

    /// The same for a large object: an earlier run's, where a failure or a kill ended that.
    ///
    /// # Errors
    /// When it cannot be made, or another process is filling it.
    pub fn resumable(&self, object: &Object) -> Result<Resumable> {
        let parts = self.parts()?;
        let (stem, log_stem) = (format!("{object}.part-"), format!("{object}.pieces-"));
        let (part, log) = (parts.resume(&stem)?, parts.resume(&log_stem)?);
        let is_resumed = part.is_some() && log.is_some();
        let new = |stem: &str| parts.new_part(stem);
        let mut part = part.map_or_else(|| new(&stem), Ok)?;
        let mut log = log
            .filter(|_| is_resumed)
            .map_or_else(|| new(&log_stem), Ok)?;
        part.keep();
        log.keep();
        if part.file().try_lock().is_err() {
            bail!(
                "another hearth is fetching it into the same cache; wait for that one, then do the same again"
            );
        }
        Ok(Resumable {
            part,
            log,
            is_resumed,
        })
    }

    /// Moves a part whose content was checked into its place, read-only, as DVC has it.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn keep(&self, mut part: Part, object: &Object) -> Result<()> {
        part.set_mode(0o444);
        part.finish_as(&self.root()?, Path::new(&object.path()))?;
        self.lock().insert(object.clone());
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<Object>> {
        // A panic elsewhere leaves the set as true as it was.
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Copies an object into `to`; `false` when the cache's is not what its name says. That one is
    /// then removed, as DVC does.
    ///
    /// # Errors
    /// When it cannot be read, or the disk is full.
    pub fn copy(&self, object: &Object, mut to: &File) -> Result<bool> {
        let path = self.path(object);
        if self.lock().contains(object) {
            let mut from = File::open(&path).with_context(|| at(&path))?;
            // Within the kernel, or not at all on a file system that shares blocks.
            std::io::copy(&mut from, &mut to).with_context(|| at(&path))?;
            return Ok(true);
        }
        if object.copy(&path, to)? {
            return Ok(true);
        }
        self.remove(object)?;
        Ok(false)
    }

    fn remove(&self, object: &Object) -> Result<()> {
        Ok(self.root()?.remove(Path::new(&object.path()))?)
    }

    /// True if the object exists and matches its name; otherwise it is removed.
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
        self.remove(object)?;
        Ok(false)
    }
}

/// A large object on its way, which outlives a failure; [`Part::discard`] ends that.
#[derive(Debug)]
pub struct Resumable {
    /// Its bytes.
    pub part: Part,
    /// The numbers of the pieces that are there, a line each.
    pub log: Part,
    /// Both are of an earlier run.
    pub is_resumed: bool,
}

fn at(path: &Path) -> String {
    path.display().to_string()
}
