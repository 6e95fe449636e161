//! Moving content between the cache and a remote: what is missing where, several at once, with a
//! bar; resumed where it stopped, and checked before it counts.

use super::cache::Cache;
use super::object::{self, Object};
use super::pieces::Pieces;
use super::remote::Remote;
use crate::progress::{Progress, Step};
use anyhow::{Context, Result, anyhow, bail};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use storage::Kind;

/// Objects that move at once; of S3's requests nearly all time is waiting.
pub(super) const JOBS: usize = 8;
/// Objects from here up are fetched in pieces.
const LARGE: u64 = 32 << 20;
/// Bytes between two looks at the bar.
const BLOCK: usize = 1 << 18;

/// An object that is wanted, with its size where that is known and the path that it is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The content.
    pub object: Object,
    /// In bytes.
    pub size: Option<u64>,
    /// What a person calls it.
    pub path: String,
}

/// What moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Objects.
    pub objects: usize,
    /// Their bytes, where they were known.
    pub bytes: u64,
}

/// Fetches into the cache what it lacks of `wanted`, folders with all their members.
///
/// # Errors
/// The first thing that went wrong; what was fetched whole before it stays in the cache.
pub fn fetch(
    wanted: &[Wanted],
    cache: &Cache,
    remote: &Remote,
    progress: Progress,
) -> Result<Moved> {
    remote.check()?;
    let folders = wanted.iter().filter(|wanted| wanted.object.is_folder);
    let (folders, files): (Vec<Wanted>, Vec<Wanted>) = (
        folders.cloned().collect(),
        wanted
            .iter()
            .filter(|wanted| !wanted.object.is_folder)
            .cloned()
            .collect(),
    );
    let mut moved = fetch_all(folders.clone(), cache, remote, progress)?;
    let mut all = files;
    for folder in &folders {
        all.extend(members(cache, folder)?);
    }
    let files = fetch_all(all, cache, remote, progress)?;
    moved.objects += files.objects;
    moved.bytes += files.bytes;
    Ok(moved)
}

/// The members of a folder whose manifest is in the cache.
///
/// # Errors
/// When it cannot be read.
pub fn members(cache: &Cache, folder: &Wanted) -> Result<Vec<Wanted>> {
    let path = cache.path(&folder.object);
    let manifest = fs::read(&path).with_context(|| path.display().to_string())?;
    let manifest = object::manifest(&manifest).with_context(|| path.display().to_string())?;
    let wanted = manifest.into_iter().map(|member| {
        Ok(Wanted {
            object: Object::parse(&member.md5, folder.object.is_legacy)?,
            size: None,
            path: format!("{}/{}", folder.path, member.relpath),
        })
    });
    wanted.collect()
}

fn fetch_all(
    wanted: Vec<Wanted>,
    cache: &Cache,
    remote: &Remote,
    progress: Progress,
) -> Result<Moved> {
    let missing = unique(
        wanted
            .into_iter()
            .filter(|wanted| !cache.has(&wanted.object)),
    );
    if missing.is_empty() {
        return Ok(Moved::default());
    }
    let step = progress.step(
        "pull",
        missing.iter().filter_map(|wanted| wanted.size).sum(),
    );
    let bytes = in_parallel(&missing, |wanted| {
        step.say(wanted.path.clone());
        fetch_one(wanted, cache, remote, &step)
    })?;
    let moved = Moved {
        objects: missing.len(),
        bytes: bytes.iter().sum(),
    };
    step.done(&moved.sentence("from", remote));
    Ok(moved)
}

/// Fetches one object; a part that an earlier run left, and that is not what it should be, is
/// fetched anew once.
fn fetch_one(wanted: &Wanted, cache: &Cache, remote: &Remote, step: &Step) -> Result<u64> {
    let part = cache.part(&wanted.object)?;
    let lock = open_locked(&part, &wanted.path)?;
    let pieces = part.with_extension("pieces");
    let resumed = pieces.exists();
    let (mut size, mut checked) = fill(wanted, &part, &lock, &pieces, remote, step)?;
    if checked.is_err() && resumed {
        fs::remove_file(&pieces).with_context(|| pieces.display().to_string())?;
        (size, checked) = fill(wanted, &part, &lock, &pieces, remote, step)?;
    }
    let _ = fs::remove_file(&pieces);
    if let Err(found) = checked {
        let _ = fs::remove_file(&part);
        bail!(
            "{}: {} has the MD5 {found}, so it was damaged or changed there; nothing was put in its place: delete that object, then run hearth push where the file is whole",
            wanted.path,
            remote.location(&wanted.object)
        );
    }
    cache.keep(&part, &wanted.object)?;
    Ok(size)
}

/// Opens a part; one that another process is filling is left to that one.
fn open_locked(part: &Path, path: &str) -> Result<File> {
    let at = || part.display().to_string();
    let mut options = OpenOptions::new();
    let file = options
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(part)
        .with_context(at)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => bail!(
            "{path}: another hearth is fetching it into the same cache; wait for that one, then do the same again"
        ),
    }
}

/// Fills a part with the remote's bytes, whatever they are; gives their number, and whether they
/// are the object.
fn fill(
    wanted: &Wanted,
    part: &Path,
    file: &File,
    pieces: &Path,
    remote: &Remote,
    step: &Step,
) -> Result<(u64, std::result::Result<(), String>)> {
    let at = remote.location(&wanted.object);
    let explain = |error: storage::Error| match error.kind() {
        Kind::NotFound => anyhow!(
            "{}: {} has no such object ({at}); whoever made this version runs hearth push (or dvc push), then do the same again",
            wanted.path,
            remote
        ),
        _ => anyhow!(error).context(wanted.path.clone()),
    };
    let size = match wanted.size {
        Some(size) if size >= LARGE => size,
        _ => {
            let got = remote
                .store
                .get_file(&at, part, &|bytes| step.advance(bytes));
            return Ok((got.map_err(explain)?, wanted.object.check(part)?));
        }
    };
    file.set_len(size).map_err(|error| on_disk(part, &error))?;
    let filling = Pieces::resume(file, size, pieces).map_err(|error| on_disk(pieces, &error))?;
    step.advance(filling.had());
    let md5 = filling.fill(|range, write| {
        let mut body = remote
            .store
            .read_range(&at, range.clone())
            .map_err(explain)?;
        let mut block = vec![0; BLOCK];
        let mut position = range.start;
        while position < range.end {
            let length = block.len().min((range.end - position) as usize);
            let count = body
                .read(&mut block[..length])
                .with_context(|| format!("{}: {at}", wanted.path))?;
            if count == 0 {
                break; // Shorter than the lock file says: the check of its MD5 words that.
            }
            write(&block[..count], position).map_err(|error| on_disk(part, &error))?;
            position += count as u64;
            step.advance(count as u64);
        }
        Ok(())
    })?;
    // A text of DVC 2 has another hash than its bytes, which the slower way knows.
    match md5 == wanted.object.md5() {
        true => Ok((size, Ok(()))),
        false => Ok((size, wanted.object.check(part)?)),
    }
}

/// Sends to the remote what it lacks of `wanted`; `find` gives a file that has the content. A
/// folder's manifest goes last: who finds it there finds all members.
///
/// # Errors
/// The first thing that went wrong; a later run goes on from there.
pub fn push<'w>(
    wanted: &'w [Wanted],
    cache: &Cache,
    remote: &Remote,
    progress: Progress,
    find: &(dyn Fn(&Wanted) -> Result<std::path::PathBuf> + Sync),
) -> Result<Moved> {
    let mut all: BTreeMap<bool, Vec<Wanted>> = BTreeMap::new();
    for wanted in wanted {
        if wanted.object.is_folder {
            find(wanted)?;
            all.entry(false)
                .or_default()
                .extend(members(cache, wanted)?);
        }
        all.entry(wanted.object.is_folder)
            .or_default()
            .push(wanted.clone());
    }
    let mut moved = Moved::default();
    for wanted in all.into_values() {
        let missing = lacking(wanted, remote)?;
        if missing.is_empty() {
            continue;
        }
        let sizes = missing
            .iter()
            .map(|wanted| Ok(fs::metadata(find(wanted)?)?.len()));
        let step = progress.step("push", sizes.sum::<Result<u64>>()?);
        let sent = in_parallel(&missing, |wanted| {
            step.say(wanted.path.clone());
            let path = find(wanted)?;
            if let Err(found) = wanted.object.check(&path)? {
                bail!(
                    "{}: {} has the MD5 {found}, so it was damaged; remove it, then run dvc repro or hearth pull",
                    wanted.path,
                    path.display()
                );
            }
            let at = remote.location(&wanted.object);
            let sent = remote
                .store
                .put_file(&path, &at, &|bytes| step.advance(bytes));
            match sent {
                // Somebody sent it meanwhile: an object has its content for a name.
                Err(error) if error.kind() == Kind::Exists => {}
                sent => sent.with_context(|| wanted.path.clone())?,
            }
            Ok(fs::metadata(&path)?.len())
        })?;
        let batch = Moved {
            objects: missing.len(),
            bytes: sent.iter().sum(),
        };
        step.done(&batch.sentence("to", remote));
        moved.objects += batch.objects;
        moved.bytes += batch.bytes;
    }
    Ok(moved)
}

/// Those that the remote lacks.
///
/// # Errors
/// When it cannot be asked.
pub fn lacking(wanted: Vec<Wanted>, remote: &Remote) -> Result<Vec<Wanted>> {
    let wanted = unique(wanted.into_iter());
    let there = in_parallel(&wanted, |wanted| remote.has(&wanted.object))?;
    let both = wanted.into_iter().zip(there);
    Ok(both
        .filter(|(_, there)| !there)
        .map(|(wanted, _)| wanted)
        .collect())
}

impl Moved {
    fn sentence(self, direction: &str, remote: &Remote) -> String {
        let (count, plural) = (self.objects, if self.objects == 1 { "" } else { "s" });
        format!(
            "{count} object{plural}, {:.1} MB {direction} {remote}",
            self.bytes as f64 / 1e6
        )
    }
}

/// One for each content.
fn unique(wanted: impl Iterator<Item = Wanted>) -> Vec<Wanted> {
    let mut seen = BTreeSet::new();
    wanted
        .filter(|wanted| seen.insert(wanted.object.clone()))
        .collect()
}

/// Does `work` for all `items`, [`JOBS`] at once, on threads of its own: they wait, and those of
/// rayon's global pool are as many as there are cores.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(JOBS.min(items.len().max(1)))
        .build()?;
    pool.install(|| items.par_iter().map(&work).collect())
}

fn on_disk(path: &Path, error: &io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            anyhow!(
                "{}: the disk is full; make room, then do the same again",
                path.display()
            )
        }
        _ => anyhow!("{}: {error}", path.display()),
    }
}
