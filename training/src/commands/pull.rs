//! `hearth pull`.

use crate::dvc::lock::Output;
use crate::dvc::transfer::{self, Wanted};
use crate::dvc::{Project, workspace};
use crate::progress::Progress;
use anyhow::{Result, bail};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Fetches what DVC keeps: models and data of this version of the project, or of any other.
///
///   hearth pull                                   # all that dvc.lock and *.dvc name
///   hearth pull --rev v1.2 model.hearth           # the model of that tag, branch or commit
///   hearth pull --rev model#prod -o build/model.hearth model.hearth
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Pull {
    /// Outputs, or folders above some [default: all]
    targets: Vec<PathBuf>,
    /// The version: a commit, a branch, a tag, or what is in a model's stage (model#prod)
    #[arg(long, value_name = "REVISION")]
    rev: Option<String>,
    /// The remote [default: core.remote of .dvc/config]
    #[arg(long, short, value_name = "NAME")]
    remote: Option<String>,
    /// Where the one target goes, instead of its place
    #[arg(long, short, value_name = "PATH", requires = "targets")]
    output: Option<PathBuf>,
    /// Overwrite files whose content is kept nowhere else
    #[arg(long, short)]
    force: bool,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
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
        let progress = Progress { quiet: self.quiet };
        let cache = project.cache()?;
        fetch(&project, &outputs, self.remote.as_deref(), progress)?;
        let mut out = std::io::stdout().lock();
        for output in &outputs {
            let path = self
                .output
                .clone()
                .unwrap_or_else(|| project.root.join(&output.path));
            let changed = workspace::place(&cache, &output.object, &path, self.force)?;
            if !self.quiet {
                let shown = self
                    .output
                    .as_ref()
                    .map_or(output.path.clone(), |path| path.display().to_string());
                let what = if changed { "is now" } else { "is already" };
                writeln!(out, "{shown} {what} {}", describe(output))?;
            }
        }
        Ok(())
    }
}

/// Fetches what the cache lacks of these outputs, each from its remote.
pub(super) fn fetch(
    project: &Project,
    outputs: &[Output],
    remote: Option<&str>,
    progress: Progress,
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
            transfer::fetch(&group, &cache, &project.remote(name)?, progress)?;
        }
    }
    Ok(())
}

/// What is wanted of each remote: the one that was typed, the output's own, or the default.
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
    let size = output.size.map_or(String::new(), |size| {
        format!(", {:.1} MB", size as f64 / 1e6)
    });
    let files = output
        .files
        .map_or(String::new(), |files| format!(", {files} files"));
    format!("{}{size}{files}", &output.object.md5()[..12])
}
