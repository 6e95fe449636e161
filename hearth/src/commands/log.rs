//! `hearth log`.

use super::pull;
use super::versions::{self, OfAnswers};
use crate::bars::Bars;
use crate::terminal;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use crate::terminal::units::size;
use anyhow::{Result, bail};
use clap::Args;
use serde_json::{Value, json};
use std::io::Write;
use training::evaluation::figures::{FIGURES, Figure, text};
use versioning::lock::Output;
use versioning::registry::Registry;
use versioning::{Project, git::Git};

/// Versions that are shown where nothing else is said.
const COUNT: usize = 20;

/// Shows a model's history in git, the newest version first
///
/// Each version with its metrics, tags and size.
///
/// The column `answers show` has the version that answers, metrics and captures
/// name. It is read from the model files that are here; --version fetches those
/// that are not. Examples:
///
///   hearth log
///   hearth log --version 38f6afa6e348       # the commit and the tag of a model that answered
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Log {
    /// Model, if dvc.lock has several
    model: Option<String>,
    /// Show only the model whose answers show this version, or a digest that begins with it
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Show at most this many versions [default: 20; with --version, all are looked at]
    #[arg(long, short = 'n', value_name = "COUNT")]
    count: Option<usize>,
    /// Show only ancestors of this revision
    #[arg(long, value_name = "REVISION", default_value = "HEAD")]
    rev: String,
    /// Remote [default: core.remote of .dvc/config]
    #[arg(long, short, value_name = "NAME")]
    remote: Option<String>,
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
    /// The version that answers show; `None` where the file is not here.
    of_answers: Option<OfAnswers>,
}

impl Log {
    pub(super) fn run(self) -> Result<()> {
        let project = Project::find()?;
        let git = project.git();
        let path = model_path(&project.outputs(Some(&self.rev))?, self.model.as_deref())?;
        let mut entries = self.entries(&project, &git, &path)?;
        self.read_versions(&project, &mut entries)?;
        if let Some(wanted) = &self.version {
            let (count, newest) = (
                entries.len(),
                entries.first().and_then(|of| of.of_answers.as_ref()),
            );
            let newest = newest.map_or(String::new(), |of| {
                format!("; the newest is {}", of.version)
            });
            entries.retain(|entry| entry.of_answers.as_ref().is_some_and(|of| of.is(wanted)));
            if entries.is_empty() {
                bail!(
                    "none of the {count} versions of {path} is {wanted}{newest} (git fetch brings what others committed)"
                );
            }
        }
        if self.json {
            let mut out = terminal::out();
            for entry in &entries {
                writeln!(out, "{}", entry.as_json())?;
            }
            return Ok(());
        }
        terminal::page().table(&table(&entries))?;
        Ok(())
    }

    /// Reads the versions that answers show: from the files that are here, and, where one version is
    /// looked for, from the remote.
    fn read_versions(&self, project: &Project, entries: &mut [Entry]) -> Result<()> {
        let cache = project.cache()?;
        for entry in entries {
            // An output that is no model file has no such version.
            let read = || versions::of_output(project, &cache, &entry.output);
            let Some(wanted) = &self.version else {
                entry.of_answers = read().ok().flatten();
                continue;
            };
            let mut of_answers = read()?;
            if of_answers.is_none() {
                let output = std::slice::from_ref(&entry.output);
                let progress = &Bars::of_page(self.json);
                pull::fetch(project, output, self.remote.as_deref(), progress)?;
                of_answers = read().ok().flatten();
            }
            let is_found = of_answers.as_ref().is_some_and(|of| of.is(wanted));
            entry.of_answers = of_answers;
            if is_found {
                break;
            }
        }
        Ok(())
    }

    /// The commits at which the model or its figures changed.
    fn entries(&self, project: &Project, git: &Git, path: &str) -> Result<Vec<Entry>> {
        let commit = git.commit(&self.rev)?;
        let format = "--format=%H%x09%cI";
        let files = [&commit, "--", "dvc.lock", "metrics.json", "*.dvc"];
        let tags = tags(git)?;
        let most = self.count.unwrap_or(match self.version {
            Some(_) => usize::MAX,
            None => COUNT,
        });
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
                of_answers: None,
            };
            // The newer commit changed something else in the same files: the older one made it.
            let is_full = entries.len() == most;
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

impl Entry {
    fn as_json(&self) -> Value {
        let version = self.of_answers.as_ref().map(|of| &of.version);
        json!({
            "commit": self.commit,
            "date": self.date,
            "tags": self.tags,
            "path": self.output.path,
            "version": version,
            "md5": self.output.object.md5(),
            "size": self.output.size,
            "metrics": self.metrics,
        })
    }
}

/// Figures of a history, at most.
const FIGURES_SHOWN: usize = 2;

fn table(entries: &[Entry]) -> Table {
    let has = |figure: &&Figure| {
        let mut values = entries.iter().map(|entry| &entry.metrics[figure.name]);
        values.any(Value::is_number)
    };
    let figures: Vec<&Figure> = FIGURES.iter().filter(has).take(FIGURES_SHOWN).collect();
    let mut table = Table::indented(0)
        .text("commit", Fit::Whole)
        .text("date", Fit::Spare(1))
        .text("answers show", Fit::Whole);
    for figure in &figures {
        table = table.figure(figure.title, Fit::Whole);
    }
    let mut table = table
        .figure("size", Fit::Spare(2))
        .text("md5", Fit::Spare(3))
        .text("tags", Fit::Wrap);
    for entry in entries {
        let version = entry.of_answers.as_ref().map(|of| of.version.as_str());
        let figure = |figure: &&Figure| {
            let value = entry.metrics[figure.name].as_f64();
            Text::from(value.map_or("-".into(), text))
        };
        let bytes = entry.output.size.map_or("-".into(), size);
        let head = [&entry.commit[..10], &entry.date[..entry.date.len().min(10)]];
        let head = head.map(Text::from).into_iter();
        let version = Text::toned(Tone::Name, version.unwrap_or("-"));
        let tail = [
            bytes,
            entry.output.object.md5()[..8].to_string(),
            entry.tags.join(" "),
        ];
        let figures = figures.iter().map(figure);
        table.row(
            head.chain([version])
                .chain(figures)
                .chain(tail.map(Text::from)),
        );
    }
    table
}

/// Tags for people: versions and stages, and tags that are not GTO's.
fn tags(git: &Git) -> Result<Vec<(String, String)>> {
    let all = git.tags()?;
    let registry = Registry::of(&all);
    let mut tags = Vec::new();
    for model in registry.models() {
        for (version, commit) in registry.versions(model) {
            tags.push((commit.to_string(), format!("{model}@{version}")));
        }
        for (stage, commit) in registry.stages(model) {
            tags.push((commit, format!("{model}#{stage}")));
        }
    }
    let others = all
        .into_iter()
        .filter(|(name, _)| !name.contains(['@', '#']));
    tags.extend(others.map(|(name, commit)| (commit, name)));
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
