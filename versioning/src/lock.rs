//! Outputs of a project: `dvc.lock` and `*.dvc`, of the working tree or of any revision.

use super::flags::{Flags, StageFlags};
use super::git::Git;
use super::object::{Object, open};
use super::paths::below;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// An output that DVC keeps: a file or a folder, with the name of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its path below the project's root, with slashes.
    pub path: String,
    /// Its content.
    pub object: Object,
    /// Bytes, of a folder all together.
    pub size: Option<u64>,
    /// Files of a folder.
    pub files: Option<u64>,
    /// A file that may be run (`isexec`).
    pub is_executable: bool,
    /// The remote that is named for this output alone.
    pub remote: Option<String>,
    /// Reason why no push sends it, as `push: false`; `None` for an output that pushes send.
    pub unpushed: Option<&'static str>,
    /// The file that says so.
    pub said_by: String,
}

/// A dependency or a parameter of a stage, as it was when the stage ran.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name in `dvc.yaml`.
    pub name: String,
    /// Files and folders that it read.
    pub deps: Vec<(String, Object)>,
    /// For each parameters file, the values that it used.
    pub params: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
}

#[derive(Deserialize)]
struct LockFile {
    #[serde(default)]
    schema: String,
    #[serde(default)]
    stages: BTreeMap<String, LockStage>,
}

#[derive(Deserialize)]
struct LockStage {
    #[serde(default)]
    deps: Vec<Entry>,
    #[serde(default)]
    params: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    #[serde(default)]
    outs: Vec<Entry>,
}

#[derive(Deserialize)]
struct DotDvc {
    #[serde(default)]
    wdir: Option<String>,
    #[serde(default)]
    deps: Vec<Dependency>,
    #[serde(default)]
    outs: Vec<Entry>,
}

#[derive(Deserialize)]
struct Dependency {
    /// The repository of `dvc import`.
    repo: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    md5: Option<String>,
    hash: Option<String>,
    size: Option<u64>,
    nfiles: Option<u64>,
    #[serde(default)]
    isexec: bool,
    cache: Option<bool>,
    push: Option<bool>,
    remote: Option<String>,
    #[serde(default)]
    files: Vec<serde_json::Value>,
}

/// Where the project is looked at: its working tree, or a commit.
pub struct Snapshot<'p> {
    root: &'p Path,
    git: Git,
    commit: Option<String>,
}

impl<'p> Snapshot<'p> {
    /// The project in the folder `root` at `commit`; its working tree without one.
    pub fn new(root: &'p Path, commit: Option<String>) -> Snapshot<'p> {
        Snapshot {
            git: Git::at(root),
            root,
            commit,
        }
    }

    /// A file's content; `None` when it is not there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match &self.commit {
            Some(commit) => self.git.show(commit, path),
            None => match read(&self.root.join(path)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error).with_context(|| path.to_string()),
            },
        }
    }

    fn yaml<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        let Some(bytes) = self.read(path)? else {
            return Ok(None);
        };
        let at = match &self.commit {
            Some(commit) => format!("{path} at {}", &commit[..commit.len().min(10)]),
            None => path.to_string(),
        };
        let text = String::from_utf8(bytes).with_context(|| format!("{at}: UTF-8 was expected"))?;
        let value = serde_saphyr::from_str(&text);
        let value = value.map_err(|error| {
            let text = error.to_string(); // the first line is the error, the others show the place
            anyhow::anyhow!("{}", text.lines().next().unwrap_or_default())
        });
        Ok(Some(value.with_context(|| {
            format!("{at}: this is not what DVC writes")
        })?))
    }

    /// A YAML file as plain data; `None` when it is not there.
    ///
    /// # Errors
    /// When it is no YAML.
    pub fn data(&self, path: &str) -> Result<Option<serde_json::Value>> {
        self.yaml(path)
    }

    /// All that DVC keeps, by path.
    ///
    /// # Errors
    /// When a file of DVC's cannot be read, or says what this program does not know.
    pub fn outputs(&self) -> Result<Vec<Output>> {
        let mut outputs = Vec::new();
        for path in self.dvc_files()? {
            let folder = folder_of(&path);
            if path.ends_with(".dvc") {
                let Some(file) = self.yaml::<DotDvc>(&path)? else {
                    continue;
                };
                let folder = below(folder, file.wdir.as_deref().unwrap_or("."))?;
                let is_import = file.deps.iter().any(|dep| dep.repo.is_some());
                for entry in file.outs {
                    let flags = Flags {
                        cache: entry.cache.unwrap_or(true),
                        push: entry.push.unwrap_or(true),
                        remote: entry.remote.clone(),
                    };
                    let mut output = output(&path, &folder, entry, flags)?;
                    if let (true, Some(output)) = (is_import, &mut output) {
                        output.unpushed =
                            Some("dvc import, whose content lies in another repository");
                    }
                    outputs.extend(output);
                }
                continue;
            }
            let pipeline = self.data(&beside(folder, "dvc.yaml"))?.unwrap_or_default();
            for (name, stage) in self.lock(&path)? {
                let said = &pipeline["stages"][name.split('@').next().unwrap_or_default()];
                let said = if said["do"].is_object() {
                    &said["do"]
                } else {
                    said
                };
                let folder = below(folder, said["wdir"].as_str().unwrap_or("."))?;
                let flags = StageFlags::read(said).with_context(|| {
                    format!("{}: stage {name:?}", beside(folder_of(&path), "dvc.yaml"))
                })?;
                for entry in stage.outs {
                    let flags = flags.of(&entry.path);
                    outputs.extend(output(&path, &folder, entry, flags)?);
                }
            }
        }
        outputs.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(outputs)
    }

    /// The stages of the root's `dvc.lock`.
    ///
    /// # Errors
    /// As [`Snapshot::outputs`].
    pub fn stages(&self) -> Result<Vec<Stage>> {
        let mut stages = Vec::new();
        for (name, stage) in self.lock("dvc.lock")? {
            let deps = stage.deps.into_iter().filter_map(|entry| {
                let object = Object::parse(entry.md5.as_deref()?, entry.hash.is_none()).ok()?;
                Some((entry.path, object))
            });
            stages.push(Stage {
                name,
                deps: deps.collect(),
                params: stage.params,
            });
        }
        Ok(stages)
    }

    fn lock(&self, path: &str) -> Result<BTreeMap<String, LockStage>> {
        let Some(lock): Option<LockFile> = self.yaml(path)? else {
            return Ok(BTreeMap::new());
        };
        if lock.schema != "2.0" {
            bail!(
                "{path}: schema {:?} is not known; 2.0 was expected, which DVC 2 and 3 write (dvc repro writes it anew)",
                lock.schema
            );
        }
        Ok(lock.stages)
    }

    /// `dvc.lock` and `*.dvc`, wherever they lie.
    fn dvc_files(&self) -> Result<Vec<String>> {
        let mut paths = if self.commit.is_some() || self.git.is_repository() {
            self.git.paths(self.commit.as_deref())?
        } else {
            let mut paths = Vec::new();
            walk(self.root, "", &mut paths)?;
            paths
        };
        paths.retain(|path| {
            let name = path.rsplit('/').next().unwrap_or_default();
            name == "dvc.lock" || (name.ends_with(".dvc") && name != ".dvc")
        });
        Ok(paths)
    }
}

/// The output of an entry; `None` where git keeps it (`cache: false`), or where it has no content yet.
fn output(said_by: &str, folder: &str, entry: Entry, flags: Flags) -> Result<Option<Output>> {
    if !flags.cache {
        return Ok(None);
    }
    if !entry.files.is_empty() {
        bail!(
            "{said_by}: {} was pushed to a version-aware remote, which this program does not speak; pull it with DVC, or push it to a plain remote",
            entry.path
        );
    }
    // A stage that never ran, or a file that was never added, has no content yet.
    let Some(md5) = &entry.md5 else {
        return Ok(None);
    };
    let object = Object::parse(md5, entry.hash.is_none())
        .with_context(|| format!("{said_by}: {}", entry.path))?;
    Ok(Some(Output {
        path: below(folder, &entry.path).with_context(|| said_by.to_string())?,
        object,
        size: entry.size,
        files: entry.nfiles,
        is_executable: entry.isexec,
        remote: flags.remote,
        unpushed: (!flags.push).then_some("push: false"),
        said_by: said_by.to_string(),
    }))
}

/// The folder that a file lies in; empty for the root.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn beside(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_string(),
        folder => format!("{folder}/{name}"),
    }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(root.join(folder)).with_context(|| folder.to_string())? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = beside(folder, &name);
        match entry.file_type()? {
            kind if kind.is_dir() && !name.starts_with('.') => walk(root, &path, paths)?,
            kind if kind.is_file() => paths.push(path),
            _ => {}
        }
    }
    Ok(())
}
