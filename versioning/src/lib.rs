//! DVC's conventions without DVC: the same files, the same cache, the same remotes.
//!
//! A model's version lies in git, as a line of `dvc.lock`; its bytes lie in a remote, under the
//! name of their MD5. What DVC writes this reads, and the other way round.
//!
//! - [`Project`] finds the folder with `.dvc`; [`config`] reads its configuration, [`lock`] what its
//!   outputs are, now or at any revision, which [`git`] knows, and `flags` what is said of each output
//!   alone; [`registry`] reads and writes GTO's tags.
//! - [`object`] names content; [`cache`] keeps it on this machine, [`remote`] elsewhere (a folder or
//!   S3), [`transfer`] moves it between the two, large objects in [`pieces`], and [`workspace`] puts it into its place.
//!
//! Invariants: MD5 is checked before anything is moved into its place; a file that only the working
//! tree has is not overwritten; no path out of a file of DVC's leads out of the project, through a
//! link or into `.git` and `.dvc`: all writing goes through [`storage::Root`].

pub mod cache;
pub mod config;
mod flags;
pub mod git;
pub mod lock;
pub mod object;
mod paths;
pub mod pieces;
pub mod registry;
pub mod remote;
pub mod transfer;
pub mod workspace;

use anyhow::{Context, Result, bail};
use cache::Cache;
use config::Config;
use lock::{Output, Snapshot};
use remote::Remote;
use std::path::{Path, PathBuf};

/// A folder that DVC knows.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that holds `.dvc`.
    pub root: PathBuf,
    /// Its configuration.
    pub config: Config,
}

impl Project {
    /// The project that the current folder lies in.
    ///
    /// # Errors
    /// When it lies in none, or the configuration cannot be read.
    pub fn find() -> Result<Project> {
        let here = std::env::current_dir().context("the current folder cannot be found")?;
        let Some(root) = here.ancestors().find(|folder| folder.join(".dvc").is_dir()) else {
            bail!(
                "{}: there is no .dvc folder here or above; go to the project's folder, or make it one with dvc init",
                here.display()
            );
        };
        Ok(Project {
            root: root.to_path_buf(),
            config: Config::read(&root.join(".dvc"))?,
        })
    }

    /// The outputs of the working tree, or of a revision: a commit, a branch, a tag, or what GTO
    /// calls a model's stage (`model#prod`).
    ///
    /// # Errors
    /// When there is no such revision, or its files of DVC's cannot be read.
    pub fn outputs(&self, revision: Option<&str>) -> Result<Vec<Output>> {
        self.snapshot(revision)?.outputs()
    }

    /// The project at a revision, as [`Project::outputs`] takes it.
    ///
    /// # Errors
    /// When there is no such revision.
    pub fn snapshot(&self, revision: Option<&str>) -> Result<Snapshot<'_>> {
        let commit = revision.map(|revision| registry::resolve(&self.git(), revision));
        Ok(Snapshot::new(&self.root, commit.transpose()?))
    }

    /// git in the project's folder.
    pub fn git(&self) -> git::Git {
        git::Git::at(&self.root)
    }

    /// The cache of this machine.
    ///
    /// # Errors
    /// When the configuration asks for what this program does not know.
    pub fn cache(&self) -> Result<Cache> {
        Cache::new(&self.root, &self.config)
    }

    /// The remote of that name, or else the default one.
    ///
    /// # Errors
    /// When there is none, or it is of a kind that this program does not speak.
    pub fn remote(&self, name: Option<&str>) -> Result<Remote> {
        Remote::new(&self.config, name)
    }

    /// The outputs that `targets` name: each an output, or a folder above some. All, without any.
    ///
    /// # Errors
    /// When a target is none.
    pub fn select(&self, outputs: Vec<Output>, targets: &[PathBuf]) -> Result<Vec<Output>> {
        if targets.is_empty() {
            return Ok(outputs);
        }
        let mut selected = Vec::new();
        for target in targets {
            let path = self.relative(target)?;
            let path = path.strip_suffix(".dvc").unwrap_or(&path);
            let is_wanted = |output: &&Output| {
                output.path == path || path.is_empty() || Path::new(&output.path).starts_with(path)
            };
            let found: Vec<_> = outputs.iter().filter(is_wanted).cloned().collect();
            if found.is_empty() {
                let known: Vec<_> = outputs.iter().map(|output| output.path.as_str()).collect();
                let known = match known.as_slice() {
                    [] => "there are none (dvc repro and dvc add make them)".to_string(),
                    known => format!("one of {} was expected", known.join(", ")),
                };
                bail!(
                    "{}: this is not an output that DVC keeps; {known}",
                    target.display()
                );
            }
            selected.extend(found);
        }
        selected.sort_by(|a, b| a.path.cmp(&b.path));
        selected.dedup();
        Ok(selected)
    }

    /// A path that was typed, from the project's root.
    fn relative(&self, typed: &Path) -> Result<String> {
        let here = std::env::current_dir().context("the current folder cannot be found")?;
        let whole = here.join(typed);
        let inside = whole.strip_prefix(&self.root).ok().and_then(Path::to_str);
        let inside = inside.with_context(|| {
            format!(
                "{}: this lies outside of the project {}",
                typed.display(),
                self.root.display()
            )
        })?;
        paths::below("", inside)
    }
}
