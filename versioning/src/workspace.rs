//! Putting content into its place in the working tree, and telling what is there.

use super::cache::{Cache, Link};
use super::object::{self, Object};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use storage::Root;
use storage::output::unwritten;
use storage::root::FileType;

/// State of a path of the working tree, compared with its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The expected content.
    Same,
    /// Something else.
    Different,
    /// Nothing.
    Missing,
}

/// State of `path`.
///
/// # Errors
/// When it cannot be read.
pub fn state(path: &Path, object: &Object) -> Result<State> {
    if !path.exists() {
        return Ok(State::Missing);
    }
    let same = if object.is_folder {
        // Legacy manifests were named by other hashes of texts; content decides only for DVC 3.
        path.is_dir() && object::manifest_of(path)?.0.md5() == object.md5()
    } else {
        path.is_file() && object.check(path)?.is_ok()
    };
    Ok(if same { State::Same } else { State::Different })
}

/// Destination of an object.
#[derive(Clone, Copy)]
pub struct Place<'p> {
    /// A folder that nothing is written outside of.
    pub root: &'p Root,
    /// The path below it.
    pub name: &'p Path,
    /// A file that may be run.
    pub is_executable: bool,
}

impl Place<'_> {
    fn path(&self) -> PathBuf {
        self.root.path(self.name)
    }

    /// Refuses where something is in the way that is no `wanted`.
    fn free_for(&self, wanted: FileType) -> Result<()> {
        let (what, other) = match wanted {
            FileType::Directory => ("folder", "file"),
            _ => ("file", "folder"),
        };
        let path = self.path();
        let path = path.display();
        match self.root.kind(self.name)? {
            Some(FileType::Symlink) if wanted == FileType::Directory => bail!(
                "{path}: this is a symbolic link, and a folder is not written or deleted through links; put a real folder in its place, then do the same again"
            ),
            Some(kind) if (kind == FileType::Directory) != (wanted == FileType::Directory) => {
                bail!(
                    "{path}: a {other} is in the way of this {what}; move it, then do the same again"
                )
            }
            _ => Ok(()),
        }
    }
}

/// Puts a cached object, a file or a whole folder, into its place; gives whether anything changed.
/// Content that the cache does not hold is only overwritten with `force`.
///
/// # Errors
/// When there is such content, the cache's object is damaged, the place lies behind a link, or the
/// disk does not take it.
pub fn place(cache: &Cache, object: &Object, place: Place<'_>, force: bool) -> Result<bool> {
    let path = place.path();
    if state(&path, object)? == State::Same {
        return Ok(false);
    }
    if !object.is_folder {
        place.free_for(FileType::RegularFile)?;
        may_go(cache, &path, force)?;
        place_file(cache, object, place)?;
        return Ok(true);
    }
    place.free_for(FileType::Directory)?;
    let manifest = cache.path(object);
    let manifest = fs::read(&manifest).with_context(|| manifest.display().to_string())?;
    let mut placed = BTreeSet::new();
    let mut changed = Vec::new();
    // All are looked at before the first is touched.
    for member in object::manifest(&manifest)? {
        let name = place.name.join(&member.relpath);
        let wanted = Object::parse(&member.md5, object.is_legacy)?;
        let member = Place {
            name: &name,
            is_executable: false,
            ..place
        };
        member.free_for(FileType::RegularFile)?;
        let state = state(&member.path(), &wanted)?;
        if state == State::Different {
            may_go(cache, &member.path(), force)?;
        }
        if state != State::Same {
            changed.push((name.clone(), wanted));
        }
        placed.insert(name);
    }
    let mut extra = place.root.files(place.name)?;
    extra.retain(|file| !placed.contains(file));
    for file in &extra {
        may_go(cache, &place.root.path(file), force)?;
    }
    for (name, wanted) in &changed {
        let member = Place {
            name,
            is_executable: false,
            ..place
        };
        place_file(cache, wanted, member)?;
    }
    for file in extra {
        place.root.remove(&file)?;
    }
    Ok(true)
}

/// True if `path` may be replaced: there is nothing, or the cache has it too.
fn may_go(cache: &Cache, path: &Path, force: bool) -> Result<()> {
    if force || !path.exists() {
        return Ok(());
    }
    let md5 = object::md5_of(path)?;
    let kept = [false, true]
        .into_iter()
        .any(|is_legacy| Object::parse(&md5, is_legacy).is_ok_and(|object| cache.has(&object)));
    if kept {
        return Ok(());
    }
    bail!(
        "{}: its content is kept nowhere else and would be lost; keep it (dvc repro, dvc commit or a copy), or give --force",
        path.display()
    )
}

fn place_file(cache: &Cache, object: &Object, place: Place<'_>) -> Result<()> {
    let (path, root) = (place.path(), place.root);
    for link in &cache.links {
        if *link == Link::Copy {
            let mut part = root.part(place.name)?;
            // A link into the cache is read-only; a copy of it is not.
            let mode = root.mode(place.name)?.unwrap_or(part.mode()?) | 0o200;
            // Whoever may read it may run it.
            let run = if place.is_executable {
                (mode & 0o444) >> 2
            } else {
                0
            };
            part.set_mode(mode | run);
            let copied = cache.copy(object, part.file());
            if !copied.map_err(|error| unwritten(&path, error))? {
                bail!(damaged(&path));
            }
            // Not synced: what a power cut takes, hearth status misses and hearth pull puts back.
            part.finish()?;
            return Ok(());
        }
        if !cache.verified(object)? {
            bail!(damaged(&path));
        }
        let source = fs::canonicalize(cache.path(object));
        let source = source.with_context(|| format!("{}: it cannot be written", path.display()))?;
        if root.link(&source, place.name, *link == Link::Hard)? {
            return Ok(());
        }
    }
    bail!(
        "{}: none of cache.type's links works here; add copy to it in .dvc/config",
        path.display()
    )
}

fn damaged(path: &Path) -> String {
    format!(
        "{}: the cache's object was damaged and has been removed; do the same again, and it is fetched anew",
        path.display()
    )
}
