//! `hearth status`.

use super::pull::{by_remote, served};
use crate::terminal;
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use versioning::lock::{Output, Snapshot};
use versioning::workspace::{self, State};
use versioning::{Project, transfer};

/// Shows what differs from dvc.lock and *.dvc, and what the remote lacks.
#[derive(Args)]
pub struct Status {
    /// Outputs, or folders that contain outputs [default: all]
    targets: Vec<PathBuf>,
    /// Show what the remote lacks
    #[arg(long, short)]
    cloud: bool,
    /// Remote [default: core.remote of .dvc/config]
    #[arg(long, short, value_name = "NAME", requires = "cloud")]
    remote: Option<String>,
    /// Exit with code 1 if there is any difference, for CI
    #[arg(long)]
    check: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) fn run(self) -> Result<()> {
        let project = Project::find()?;
        let snapshot = project.snapshot(None)?;
        let outputs = project.select(snapshot.outputs()?, &self.targets)?;
        let mut lines = Vec::new();
        if self.targets.is_empty() {
            inputs(&project, &snapshot, &mut lines)?;
        }
        for output in &outputs {
            lines.extend(line(&project, output)?);
        }
        if self.cloud {
            self.cloud(&project, &outputs, &mut lines)?;
        }
        if self.json {
            terminal::json(&mut terminal::out(), &json!({"differences": lines}))?;
        }
        let page = &mut terminal::page_unless(self.json);
        for line in &lines {
            page.line(line.as_str())?;
        }
        if lines.is_empty() {
            let cloud = if self.cloud {
                ", and the remote has everything"
            } else {
                ""
            };
            page.line(format!("everything is as dvc.lock and *.dvc say{cloud}"))?;
        } else if self.check {
            anyhow::bail!("{} differences", lines.len());
        }
        Ok(())
    }

    fn cloud(&self, project: &Project, outputs: &[Output], lines: &mut Vec<String>) -> Result<()> {
        let cache = project.cache()?;
        let pushed = outputs.iter().filter(|of| of.unpushed.is_none());
        let (outputs, _) = served(pushed.cloned().collect(), self.remote.as_deref());
        for (name, group) in by_remote(&outputs, self.remote.as_deref()) {
            let remote = project.remote(name)?;
            remote.check()?;
            let mut wanted = Vec::new();
            for one in group {
                if one.object.is_folder {
                    if !cache.has(&one.object) && remote.has(&one.object)? {
                        transfer::fetch(
                            std::slice::from_ref(&one),
                            &cache,
                            &remote,
                            &progress::Silent,
                        )?;
                    }
                    if cache.has(&one.object) {
                        wanted.extend(transfer::members(&cache, &one)?);
                    }
                }
                wanted.push(one);
            }
            for lacking in transfer::lacking(wanted, &remote)? {
                let next = if cache.has(&lacking.object) {
                    "hearth push sends it"
                } else {
                    "nor has the cache it"
                };
                lines.push(format!(
                    "{remote} lacks  {} ({}; {next})",
                    lacking.path,
                    &lacking.object.md5()[..12]
                ));
            }
        }
        Ok(())
    }
}

/// Dependencies and parameters that are no longer what the stages ran with.
fn inputs(project: &Project, snapshot: &Snapshot<'_>, lines: &mut Vec<String>) -> Result<()> {
    for stage in snapshot.stages()? {
        for (path, object) in &stage.deps {
            match workspace::state(&project.root.join(path), object)? {
                State::Same => {}
                State::Different => lines.push(format!(
                    "changed   {path} (read by the stage {:?}; dvc repro runs it)",
                    stage.name
                )),
                State::Missing => lines.push(format!(
                    "missing   {path} (read by the stage {:?})",
                    stage.name
                )),
            }
        }
        for (file, values) in &stage.params {
            // Other kinds of parameter files are DVC's business.
            if !file.ends_with(".yaml") && !file.ends_with(".yml") {
                continue;
            }
            let Some(now) = snapshot.data(file)? else {
                lines.push(format!(
                    "missing   {file} (parameters of the stage {:?})",
                    stage.name
                ));
                continue;
            };
            for (key, then) in values {
                let now = key.split('.').fold(&now, |value, key| &value[key]);
                changes(key, then, now, &mut |key, then, now| {
                    lines.push(format!("changed   {file}: {key} from {then} to {now} (stage {:?}; dvc repro runs it)", stage.name));
                });
            }
        }
    }
    Ok(())
}

/// Tells of each parameter that differs by its whole name: a stage may have read all below a key.
fn changes(key: &str, then: &Value, now: &Value, tell: &mut impl FnMut(&str, &Value, &Value)) {
    let (Value::Object(a), Value::Object(b)) = (then, now) else {
        if !same(then, now) {
            tell(key, then, now);
        }
        return;
    };
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for name in names {
        changes(&format!("{key}.{name}"), &then[name], &now[name], tell);
    }
}

/// `10` and `10.0` are one number, whoever wrote it.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        _ => a == b,
    }
}

fn line(project: &Project, output: &Output) -> Result<Option<String>> {
    let path = &output.path;
    Ok(
        match workspace::state(&project.root.join(path), &output.object)? {
            State::Same => None,
            State::Different => Some(format!(
                "changed   {path} (not what {} says; hearth pull --force puts that back)",
                output.said_by
            )),
            State::Missing => Some(format!("missing   {path} (hearth pull fetches it)")),
        },
    )
}
