//! `hearth push`.

use super::pull::{by_remote, left_out, served};
use crate::bars::Bars;
use crate::terminal;
use crate::terminal::units::size;
use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use versioning::lock::Output;
use versioning::object;
use versioning::transfer::{self, Moved, Wanted};
use versioning::{Project, cache::Cache};

/// Sends the outputs of this project that the remote lacks.
///
/// Objects are only added: nothing in the remote is changed or removed. Outputs
/// with push: false in dvc.yaml or a .dvc file are never sent, and those with
/// remote: NAME only to that remote.
#[derive(Args)]
pub struct Push {
    /// Outputs, or folders that contain outputs [default: all]
    targets: Vec<PathBuf>,
    /// Version: a commit, branch or tag; its objects must be in the cache
    #[arg(long, value_name = "REVISION")]
    rev: Option<String>,
    /// Remote [default: core.remote of .dvc/config]
    #[arg(long, short, value_name = "NAME")]
    remote: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Push {
    pub(super) fn run(self) -> Result<()> {
        let project = Project::find()?;
        let outputs = project.outputs(self.rev.as_deref())?;
        let outputs = project.select(outputs, &self.targets)?;
        let (outputs, elsewhere) = served(outputs, self.remote.as_deref());
        let (outputs, kept): (Vec<_>, Vec<_>) =
            outputs.into_iter().partition(|of| of.unpushed.is_none());
        let page = &mut terminal::page_unless(self.json);
        for output in &elsewhere {
            page.line(left_out(output))?;
        }
        for output in &kept {
            let why = output.unpushed.unwrap_or_default();
            let said = format!("{}: {why}", output.said_by);
            page.line(format!("{} is not pushed ({said})", output.path))?;
        }
        let cache = project.cache()?;
        let progress = &Bars::that_stay(self.json);
        let mut moved = Moved::default();
        for (name, group) in by_remote(&outputs, self.remote.as_deref()) {
            let remote = project.remote(name)?;
            let find = |wanted: &Wanted| find(&project, &cache, wanted);
            let batch = transfer::push(&group, &cache, &remote, progress, &find)?;
            moved.objects += batch.objects;
            moved.bytes += batch.bytes;
        }
        if self.json {
            let names = |outputs: &[Output]| -> Vec<String> {
                outputs.iter().map(|output| output.path.clone()).collect()
            };
            let told = json!({
                "outputs": names(&outputs),
                "left_out": names(&elsewhere),
                "not_pushed": names(&kept),
                "objects": moved.objects,
                "bytes": moved.bytes,
            });
            return terminal::json(&mut terminal::out(), &told);
        }
        Ok(page.line(match moved.objects {
            0 if outputs.is_empty() => "there is nothing to push".to_string(),
            0 => "the remote has everything".to_string(),
            count => format!("pushed {count} objects, {}", size(moved.bytes)),
        })?)
    }
}

/// A file with the content that is wanted: in the cache, or in the working tree where DVC has not
/// been, as after `hearth train`. A folder's manifest is then made of what lies there.
fn find(project: &Project, cache: &Cache, wanted: &Wanted) -> Result<PathBuf> {
    if cache.has(&wanted.object) {
        return Ok(cache.path(&wanted.object));
    }
    let path = project.root.join(&wanted.path);
    if wanted.object.is_folder && path.is_dir() {
        let (made, manifest) = object::manifest_of(&path)?;
        if made == wanted.object {
            let part = cache.part()?;
            part.file().write_all(&manifest)?;
            cache.keep(part, &made)?;
            return Ok(cache.path(&made));
        }
    } else if path.is_file() && wanted.object.check(&path)?.is_ok() {
        return Ok(path);
    }
    bail!(
        "{}: neither the cache nor the working tree has {}, which the lock file names; run dvc repro or dvc commit, or hearth pull it",
        wanted.path,
        wanted.object
    )
}
