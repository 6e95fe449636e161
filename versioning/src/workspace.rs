//! Putting content into its place in the working tree, and telling what is there.

use super::cache::{Cache, Link};
use super::object::{self, Object};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use storage::output::unwritten;

/// What a path of the working tree holds, beside what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// What it should.
    Same,
    /// Something else.
    Different,
    /// Nothing.
    Missing,
}

/// What `path` holds.
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

/// Puts a cached object, a file or a whole folder, into `path`; gives whether anything changed.
/// Content that the cache does not hold is only overwritten with `force`.
///
/// # Errors
/// When there is such content, the cache's object is damaged, or the disk does not take it.
pub fn place(cache: &Cache, object: &Object, path: &Path, force: bool) -> Result<bool> {
    if state(path, object)? == State::Same {
        return Ok(false);
    }
    if !object.is_folder {
        if path.is_dir() {
            bail!(
                "{}: a folder is in the way of this file; move it, then do the same again",
                path.display()
            );
        }
        may_go(cache, path, force)?;
        place_file(cache, object, path)?;
        return Ok(true);
    }
    if path.is_file() {
        bail!(
            "{}: a file is in the way of this folder; move it, then do the same again",
            path.display()
        );
    }
    let manifest = cache.path(object);
    let manifest = fs::read(&manifest).with_context(|| manifest.display().to_string())?;
    let mut placed = BTreeSet::new();
    let members = object::manifest(&manifest)?;
    // All are looked at before the first is touched.
    for member in &members {
        let (target, wanted) = (
            path.join(&member.relpath),
            Object::parse(&member.md5, object.is_legacy)?,
        );
        if state(&target, &wanted)? == State::Different {
            may_go(cache, &target, force)?;
        }
        placed.insert(target);
    }
    let extra: Vec<PathBuf> = files(path)?
        .into_iter()
        .filter(|file| !placed.contains(file))
        .collect();
    for file in &extra {
        may_go(cache, file, force)?;
    }
    for member in &members {
        let (target, wanted) = (
            path.join(&member.relpath),
            Object::parse(&member.md5, object.is_legacy)?,
        );
        if state(&target, &wanted)? != State::Same {
            place_file(cache, &wanted, &target)?;
        }
    }
    for file in extra {
        fs::remove_file(&file).with_context(|| file.display().to_string())?;
    }
    Ok(true)
}

/// Whether what is at `path` may be replaced: when it is nothing, or the cache has it too.
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

fn place_file(cache: &Cache, object: &Object, path: &Path) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let failed = || format!("{}: it cannot be written", path.display());
    fs::create_dir_all(folder).with_context(failed)?;
    for link in &cache.links {
        let linked = match link {
            Link::Copy => match cache
                .copy_beside(object, folder)
                .map_err(|error| unwritten(path, error))?
            {
                // Not synced: what a power cut takes, hearth status misses and hearth pull puts back.
                Some(copy) => {
                    copy.persist(path)
                        .map_err(|error| error.error)
                        .with_context(failed)?;
                    true
                }
                None => bail!(damaged(path)),
            },
            Link::Hard | Link::Symbolic => {
                if !cache.verified(object)? {
                    bail!(damaged(path));
                }
                let source = fs::canonicalize(cache.path(object)).with_context(failed)?;
                // A link has no content that could be half there; a free name, then renamed over.
                let beside = tempfile::Builder::new()
                    .prefix(".hearth-")
                    .tempdir_in(folder)
                    .with_context(failed)?;
                let beside = beside.path().join("link");
                let made = match link {
                    Link::Hard => fs::hard_link(source, &beside),
                    _ => symlink(source, &beside),
                };
                made.and_then(|()| fs::rename(&beside, path)).is_ok()
            }
        };
        if linked {
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

/// All files below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry.with_context(|| folder.display().to_string())?.path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
