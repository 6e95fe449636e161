//! `hearth pull`.

use crate::bars::Bars;
use crate::terminal::page::Page;
use crate::terminal::{self, units};
use anyhow::{Result, bail};
use clap::Args;
use progress::Progress;
use serde::Serialize;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use storage::Root;
use versioning::lock::Output;
use versioning::transfer::{self, Wanted};
use versioning::workspace::{self, Place, State};
use versioning::{Project, cache::Cache, remote::Remote};

/// Fetches models and data from DVC's remote, of any version of the project
///
///   hearth pull                                   # all that dvc.lock and *.dvc name
///   hearth pull --rev v1.2 model.hearth           # the model of that tag, branch or commit
///   hearth pull --rev model#prod -o build/model.hearth model.hearth
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Pull {
    /// Outputs, or folders that contain outputs [default: all]
    targets: Vec<PathBuf>,
    /// Version: a commit, branch or tag, or a model's stage (model#prod)
    #[arg(long, value_name = "REVISION")]
    rev: Option<String>,
    /// Remote [default: core.remote of .dvc/config]
    #[arg(long, short, value_name = "NAME")]
    remote: Option<String>,
    /// Write the one target here, instead of to its path
    #[arg(long, short, value_name = "PATH", requires = "targets")]
    output: Option<PathBuf>,
    /// Overwrite files whose content is kept nowhere else
    #[arg(long, short)]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An output that is in its place.
#[derive(Serialize)]
struct Pulled {
    /// The path where it is.
    path: String,
    /// Digest of its content, as dvc.lock has it.
    object: String,
    /// It was not there before.
    changed: bool,
    /// Size in bytes, and number of files of a folder, where dvc.lock has them.
    bytes: Option<u64>,
    files: Option<u64>,
}

impl Pull {
    pub(super) fn run(self) -> Result<()> {
        let project = Project::find()?;
        let outputs = project.outputs(self.rev.as_deref())?;
        let outputs = project.select(outputs, &self.targets)?;
        if self.output.is_some() && outputs.len() != 1 {
            bail!(
                "--output takes one target, and {} were found",
                outputs.len()
            );
        }
        let page = &mut terminal::page_unless(self.json);
        let (outputs, elsewhere) = served(outputs, self.remote.as_deref());
        for output in &elsewhere {
            if outputs.is_empty() && !self.targets.is_empty() {
                bail!(
                    "{}; without --remote, it comes from there",
                    left_out(output)
                );
            }
            page.line(left_out(output))?;
        }
        let cache = project.cache()?;
        // Outputs that are never pushed come last: whatever can be pulled is in its place before one
        // of them is missed.
        let (pushed, unpushed) = outputs.into_iter().partition(|of| of.unpushed.is_none());
        let mut pulled = self.pull(&project, &cache, pushed, page)?;
        pulled.extend(self.pull(&project, &cache, unpushed, page)?);
        if self.json {
            let left_out: Vec<&str> = elsewhere.iter().map(|of| of.path.as_str()).collect();
            let told = json!({"outputs": pulled, "left_out": left_out});
            terminal::json(&mut terminal::out(), &told)?;
        }
        Ok(())
    }

    /// Fetches outputs and puts them into their places.
    fn pull(
        &self,
        project: &Project,
        cache: &Cache,
        outputs: Vec<Output>,
        page: &mut Page<impl Write>,
    ) -> Result<Vec<Pulled>> {
        let progress = &Bars::that_stay(self.json);
        let mut wanted = Vec::new();
        for output in outputs {
            // What no push sends may lie in the working tree only.
            let is_here = self.output.is_none()
                && output.unpushed.is_some()
                && !cache.has(&output.object)
                && workspace::state(&project.root.join(&output.path), &output.object)?
                    == State::Same;
            if !is_here {
                wanted.push(output);
            }
        }
        fetch(project, &wanted, self.remote.as_deref(), progress)?;
        let mut pulled = Vec::new();
        for output in &wanted {
            // A place that was typed may lie behind links; one that a file of DVC's names may not.
            let (root, name) = match &self.output {
                Some(path) => {
                    if let Some(folder) = path.parent() {
                        Root::make(folder)?;
                    }
                    Root::beside(path)?
                }
                None => (Root::open(&project.root)?, PathBuf::from(&output.path)),
            };
            let place = Place {
                root: &root,
                name: &name,
                is_executable: output.is_executable,
            };
            let changed = workspace::place(cache, &output.object, place, self.force)?;
            let shown = self
                .output
                .as_ref()
                .map_or(output.path.clone(), |path| path.display().to_string());
            let what = if changed { "is now" } else { "is already" };
            page.line(format!("{shown} {what} {}", describe(output)))?;
            pulled.push(Pulled {
                path: shown,
                object: output.object.to_string(),
                changed,
                bytes: output.size,
                files: output.files,
            });
        }
        Ok(pulled)
    }
}

/// Fetches what the cache lacks of these outputs, each from its remote.
pub(super) fn fetch(
    project: &Project,
    outputs: &[Output],
    remote: Option<&str>,
    progress: &dyn Progress,
) -> Result<()> {
    let cache = project.cache()?;
    for (name, group) in by_remote(outputs, remote) {
        let mut lacking = false;
        for wanted in &group {
            // A manifest says what else is needed; without it, all is.
            lacking |= !cache.has(&wanted.object)
                || (wanted.object.is_folder
                    && transfer::members(&cache, wanted)?
                        .iter()
                        .any(|member| !cache.has(&member.object)));
        }
        // What is all here needs no remote: a deploy from a warm cache works without a network.
        if lacking {
            let remote = project.remote(name)?;
            unpushed_and_missing(outputs, &group, &cache, &remote)?;
            transfer::fetch(&group, &cache, &remote, progress)?;
        }
    }
    Ok(())
}

/// Refuses to look for an output that no push sends and that nobody has sent by other means: the
/// advice for a missing object, to push it, would not help.
fn unpushed_and_missing(
    outputs: &[Output],
    group: &[Wanted],
    cache: &Cache,
    remote: &Remote,
) -> Result<()> {
    let is_asked = |of: &&Output| {
        let mut asked = group.iter();
        of.unpushed.is_some() && asked.any(|one| one.path == of.path && !cache.has(&of.object))
    };
    for output in outputs.iter().filter(is_asked) {
        if !remote.has(&output.object)? {
            bail!(
                "{}: it is neither in the cache nor in {remote}, since no push sends it ({}: {}); dvc repro makes it again where a stage does, else copy it from where it was made",
                output.path,
                output.said_by,
                output.unpushed.unwrap_or_default()
            );
        }
    }
    Ok(())
}

/// Outputs that the remote that was typed serves, or all without one; and those that name another
/// remote as theirs, which DVC leaves out, too.
pub(super) fn served(outputs: Vec<Output>, typed: Option<&str>) -> (Vec<Output>, Vec<Output>) {
    outputs.into_iter().partition(|output| {
        let own = output.remote.as_deref();
        typed.is_none() || own.is_none() || own == typed
    })
}

/// A line about an output that names another remote.
pub(super) fn left_out(output: &Output) -> String {
    format!(
        "{} is left out: its remote is {:?} ({})",
        output.path,
        output.remote.as_deref().unwrap_or_default(),
        output.said_by
    )
}

/// Objects wanted from each remote: the one on the command line, the output's own, or the default.
pub(super) fn by_remote<'a>(
    outputs: &'a [Output],
    typed: Option<&'a str>,
) -> Vec<(Option<&'a str>, Vec<Wanted>)> {
    let mut groups: Vec<(Option<&str>, Vec<Wanted>)> = Vec::new();
    for output in outputs {
        let remote = typed.or(output.remote.as_deref());
        let wanted = Wanted {
            object: output.object.clone(),
            size: output.size,
            path: output.path.clone(),
        };
        match groups.iter_mut().find(|(name, _)| *name == remote) {
            Some((_, group)) => group.push(wanted),
            None => groups.push((remote, vec![wanted])),
        }
    }
    groups
}

fn describe(output: &Output) -> String {
    let size = output
        .size
        .map_or(String::new(), |size| format!(", {}", units::size(size)));
    let files = output
        .files
        .map_or(String::new(), |files| format!(", {files} files"));
    format!("{}{size}{files}", &output.object.md5()[..12])
}
