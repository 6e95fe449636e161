//! Moving content between the cache and a remote: what is missing where, several at once, with a
//! bar; resumed where it stopped, and checked before it counts.

use super::cache::{Cache, Resumable};
use super::object::{self, Object};
use super::pieces::{JOBS, Pieces};
use super::remote::Remote;
use anyhow::{Context, Result, anyhow, bail};
use progress::{Progress, Step};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use storage::error::FULL;
use storage::{Kind, Part};

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
    /// Name for people.
    pub path: String,
}

/// Counts of moved objects and bytes.
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
    progress: &dyn Progress,
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
    progress: &dyn Progress,
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
        fetch_one(wanted, cache, remote, &*step)
    })?;
    let moved = Moved {
        objects: missing.len(),
        bytes: bytes.iter().sum(),
    };
    step.done(&moved.sentence("from", remote));
    Ok(moved)
}

/// Fetches one object into the cache.
fn fetch_one(wanted: &Wanted, cache: &Cache, remote: &Remote, step: &dyn Step) -> Result<u64> {
    let (part, size, checked) = match wanted.size {
        Some(size) if size >= LARGE => fetch_large(wanted, size, cache, remote, step)?,
        _ => {
            let part = cache.part()?;
            let at = remote.location(&wanted.object);
            let progress = |bytes| step.advance(bytes);
            let got = remote.store.get_file(&at, part.file(), &progress);
            let size = got.map_err(|error| explain(error, wanted, remote))?;
            let checked = wanted.object.check_file(part.file())?;
            (part, size, checked)
        }
    };
    if let Err(found) = checked {
        bail!(
            "{}: {} has the MD5 {found}, so it was damaged or changed there; nothing was put in its place: delete that object, then run hearth push where the file is whole",
            wanted.path,
            remote.location(&wanted.object)
        );
    }
    cache.keep(part, &wanted.object)?;
    Ok(size)
}

/// The MD5 that was found where it is not the object's.
type Checked = std::result::Result<(), String>;

/// Fetches a large object in pieces. A failure leaves what came for the next run; what an earlier
/// run left, and is not what it should be, is fetched anew once.
fn fetch_large(
    wanted: &Wanted,
    size: u64,
    cache: &Cache,
    remote: &Remote,
    step: &dyn Step,
) -> Result<(Part, u64, Checked)> {
    let resumable = cache.resumable(&wanted.object);
    let mut resumable = resumable.with_context(|| wanted.path.clone())?;
    let mut checked = fill(wanted, size, &resumable, remote, step)?;
    if checked.is_err() && resumable.is_resumed {
        resumable.log.file().set_len(0)?;
        checked = fill(wanted, size, &resumable, remote, step)?;
    }
    resumable.log.discard();
    resumable.part.discard();
    Ok((resumable.part, size, checked))
}

fn explain(error: storage::Error, wanted: &Wanted, remote: &Remote) -> anyhow::Error {
    match error.kind() {
        Kind::NotFound => anyhow!(
            "{}: {} has no such object ({}); whoever made this version runs hearth push (or dvc push), then do the same again",
            wanted.path,
            remote,
            remote.location(&wanted.object)
        ),
        _ => anyhow!(error).context(wanted.path.clone()),
    }
}

/// Fills a part with the remote's bytes, whatever they are, and checks whether they are the object.
fn fill(
    wanted: &Wanted,
    size: u64,
    Resumable { part, log, .. }: &Resumable,
    remote: &Remote,
    step: &dyn Step,
) -> Result<Checked> {
    let at = remote.location(&wanted.object);
    let on_disk = |error: io::Error| on_disk(&part.path(), &error);
    let file = part.file();
    file.set_len(size).map_err(on_disk)?;
    let filling = Pieces::resume(file, size, log.file()).map_err(on_disk)?;
    step.advance(filling.had());
    let md5 = filling.fill(|range, write| {
        let mut body = remote
            .store
            .read_range(&at, range.clone())
            .map_err(|error| explain(error, wanted, remote))?;
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
            write(&block[..count], position).map_err(on_disk)?;
            position += count as u64;
            step.advance(count as u64);
        }
        Ok(())
    })?;
    // A text of DVC 2 has another hash than its bytes, which the slower way knows.
    match md5 == wanted.object.md5() {
        true => Ok(Ok(())),
        false => Ok(wanted.object.check_file(file)?),
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
    progress: &dyn Progress,
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
        // To find what only the working tree has, all of it is read: once.
        let found = missing.iter().map(|wanted| {
            let path = find(wanted)?;
            let size = fs::metadata(&path)?.len();
            Ok((wanted, path, size))
        });
        let found = found.collect::<Result<Vec<_>>>()?;
        let step = progress.step("push", found.iter().map(|(.., size)| size).sum());
        let sent = in_parallel(&found, |(wanted, path, size)| {
            step.say(wanted.path.clone());
            if let Err(found) = wanted.object.check(path)? {
                bail!(
                    "{}: {} has the MD5 {found}, so it was damaged; remove it, then run dvc repro or hearth pull",
                    wanted.path,
                    path.display()
                );
            }
            let sent = remote.put(path, &wanted.object, &|bytes| step.advance(bytes));
            match sent {
                // Somebody sent it meanwhile: an object has its content for a name.
                Err(error) if error.kind() == Kind::Exists => {}
                sent => sent.with_context(|| wanted.path.clone())?,
            }
            Ok(*size)
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
            anyhow!("{}: {FULL}", path.display())
        }
        _ => anyhow!("{}: {error}", path.display()),
    }
}
