//! `hearth log`.

use anyhow::{Result, bail};
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;
use versioning::lock::Output;
use versioning::registry::Registry;
use versioning::{Project, git::Git};

/// Shows a model's history in git: each version with its metrics, tags and size, newest first.
#[derive(Args)]
pub struct Log {
    /// Model, if dvc.lock has several
    model: Option<String>,
    /// Show at most this many versions
    #[arg(long, short = 'n', value_name = "COUNT", default_value_t = 20)]
    count: usize,
    /// Show only ancestors of this revision
    #[arg(long, value_name = "REVISION", default_value = "HEAD")]
    rev: String,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// One version of a model.
struct Entry {
    commit: String,
    date: String,
    tags: Vec<String>,
    output: Output,
    metrics: Value,
}

impl Log {
    pub(super) fn run(self) -> Result<()> {
        let project = Project::find()?;
        let git = project.git();
        let path = model_path(&project.outputs(Some(&self.rev))?, self.model.as_deref())?;
        let entries = self.entries(&project, &git, &path)?;
        let mut out = crate::terminal::out();
        if self.json {
            for entry in &entries {
                let Entry {
                    commit,
                    date,
                    tags,
                    output,
                    metrics,
                } = entry;
                let (size, md5) = (output.size, output.object.md5());
                let line = json!({"commit": commit, "date": date, "tags": tags, "path": output.path, "md5": md5, "size": size, "metrics": metrics});
                writeln!(out, "{line}")?;
            }
            return Ok(());
        }
        writeln!(
            out,
            "{:10}  {:10}  accuracy  macro F1       MB  {:8}  tags",
            "commit", "date", "md5"
        )?;
        for Entry {
            commit,
            date,
            tags,
            output,
            metrics,
        } in &entries
        {
            let figure = |key: &str| {
                metrics[key]
                    .as_f64()
                    .map_or("-".into(), |value| format!("{value:.4}"))
            };
            writeln!(
                out,
                "{}  {}  {:>8}  {:>8}  {:>7}  {:8}  {}",
                &commit[..10],
                &date[..date.len().min(10)],
                figure("accuracy"),
                figure("macro_f1"),
                output
                    .size
                    .map_or("-".into(), |size| format!("{:.1}", size as f64 / 1e6)),
                &output.object.md5()[..8],
                tags.join(" ")
            )?;
        }
        Ok(())
    }

    /// The commits at which the model or its figures changed.
    fn entries(&self, project: &Project, git: &Git, path: &str) -> Result<Vec<Entry>> {
        let commit = git.commit(&self.rev)?;
        let format = "--format=%H%x09%cI";
        let files = [&commit, "--", "dvc.lock", "metrics.json", "*.dvc"];
        let tags = tags(git)?;
        let mut entries: Vec<Entry> = Vec::new();
        for line in git.lines(&["log", format], &files)? {
            let (commit, date) = line.split_once('\t').unwrap_or((&line, ""));
            let snapshot = project.snapshot(Some(commit))?;
            // A commit whose files of DVC's are broken has no version to show; those before it do.
            let Ok(outputs) = snapshot.outputs() else {
                continue;
            };
            let Some(output) = outputs.into_iter().find(|output| output.path == path) else {
                continue;
            };
            let metrics = snapshot.read("metrics.json")?.unwrap_or_default();
            let metrics = serde_json::from_slice(&metrics).unwrap_or(Value::Null);
            let entry = Entry {
                commit: commit.to_string(),
                date: date.to_string(),
                tags: tags
                    .iter()
                    .filter(|(of, _)| of == commit)
                    .map(|(_, tag)| tag.clone())
                    .collect(),
                output,
                metrics,
            };
            // The newer commit changed something else in the same files: the older one made it.
            let is_full = entries.len() == self.count;
            match entries.last_mut() {
                Some(newer)
                    if newer.output.object == entry.output.object
                        && newer.metrics == entry.metrics
                        && newer.tags.is_empty() =>
                {
                    *newer = entry;
                }
                _ if is_full => break,
                _ => entries.push(entry),
            }
        }
        Ok(entries)
    }
}

/// Tags for people: versions and stages, and tags that are not GTO's.
fn tags(git: &Git) -> Result<Vec<(String, String)>> {
    let registry = Registry::read(git)?;
    let mut tags = Vec::new();
    for model in registry.models() {
        for (version, commit) in registry.versions(model) {
            tags.push((commit.to_string(), format!("{model}@{version}")));
        }
        for (stage, commit) in registry.stages(model) {
            tags.push((commit, format!("{model}#{stage}")));
        }
    }
    let format = "--format=%(refname:strip=2)%09%(objectname)%09%(*objectname)";
    for line in git.lines(&["for-each-ref", format], &["refs/tags"])? {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [name, object, behind] = fields[..]
            && !name.contains(['@', '#'])
        {
            let commit = if behind.is_empty() { object } else { behind };
            tags.push((commit.to_string(), name.to_string()));
        }
    }
    Ok(tags)
}

/// The one model file among outputs, or the one that was typed.
pub(super) fn model_path(outputs: &[Output], typed: Option<&str>) -> Result<String> {
    let models: Vec<&str> = outputs.iter().map(|output| output.path.as_str()).collect();
    let models: Vec<&str> = match typed {
        Some(typed) => models.into_iter().filter(|path| *path == typed).collect(),
        None => models
            .into_iter()
            .filter(|path| path.ends_with(".hearth"))
            .collect(),
    };
    match (models.as_slice(), typed) {
        ([path], _) => Ok(path.to_string()),
        ([], Some(typed)) => bail!(
            "{typed}: this is not an output that DVC keeps; a path that dvc.lock or a .dvc file \
             names was expected"
        ),
        ([], None) => {
            bail!("DVC keeps no model file (.hearth) here; dvc repro makes it, or name the output")
        }
        (several, _) => bail!(
            "DVC keeps several models; name one of {}",
            several.join(", ")
        ),
    }
}
