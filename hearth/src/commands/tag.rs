//! `hearth tag`.

use super::versions;
use crate::terminal;
use crate::terminal::page::{Mark, Page};
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use model::hint::did_you_mean;
use std::io::Write;
use versioning::Project;
use versioning::registry::{self, Registry, Version};

/// Tags a version of a model in git: model@v1.2.0
///
/// GTO and DVC Studio read it.
///
///   hearth tag model                    # the next patch version, of the commit checked out
///   hearth tag model --bump minor       # v0.1.0, or the minor version after the last one
///   hearth tag model@v2.0.0 --rev main~1
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Tag {
    /// Name under `artifacts:` in dvc.yaml, with @v1.2.0 after it to set the version
    model: String,
    /// The commit [default: HEAD]
    #[arg(long, value_name = "REVISION", default_value = "HEAD")]
    rev: String,
    /// Part of the version to increment
    #[arg(long, default_value = "patch")]
    bump: Bump,
    /// Message of the tag
    #[arg(long, short)]
    message: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Bump {
    Patch,
    Minor,
    Major,
}

impl Tag {
    pub(super) fn run(self) -> Result<()> {
        let project = Project::find()?;
        let git = project.git();
        let (model, version) = registry::model_and_version(&self.model)?;
        let commit = git.commit(&self.rev)?;
        let path = path(&project, model, &commit)?;
        let registry = Registry::read(&git)?;
        let versions = registry.versions(model);
        let version =
            version.unwrap_or_else(|| self.next(versions.last().map(|(version, _)| *version)));
        if let Some((_, other)) = versions.iter().find(|(known, _)| *known == version) {
            bail!(
                "{model}@{version} is there already, on {}; a version stays what it is, so take the next number",
                &other[..10]
            );
        }
        if let Some((known, _)) = versions.iter().find(|(_, other)| *other == commit) {
            bail!(
                "{} is {model}@{known} already; a commit has one version",
                &commit[..10]
            );
        }
        let name = format!("{model}@{version}");
        let of_answers = versions::of_commit(&project, &commit, &path)?;
        let shown = versions::shown(of_answers.as_deref());
        let message = self.message.unwrap_or(format!(
            "Registering artifact {model} version {version}{shown}"
        ));
        git.tag(&name, &message, &commit)?;
        let fact = format!("{name} is {path} at {}{shown}", &commit[..10]);
        show(&mut terminal::page(), &name, fact)
    }

    /// The version after the last one; of a model without any, the one after v0.0.0.
    fn next(&self, last: Option<Version>) -> Version {
        match (last.unwrap_or(Version(0, 0, 0)), self.bump) {
            (Version(major, minor, patch), Bump::Patch) => Version(major, minor, patch + 1),
            (Version(major, minor, _), Bump::Minor) => Version(major, minor + 1, 0),
            (Version(major, ..), Bump::Major) => Version(major + 1, 0, 0),
        }
    }
}

/// Shows what a new tag means, and the command that publishes it.
pub(super) fn show(page: &mut Page<impl Write>, name: &str, fact: String) -> Result<()> {
    page.checks([(Mark::Holds, fact)])?;
    page.facts([("next", format!("git push origin '{name}'"))])?;
    Ok(())
}

/// The path of a model by its name in `dvc.yaml`, once `dvc.lock` of that commit has it too.
pub(super) fn path(project: &Project, model: &str, commit: &str) -> Result<String> {
    if !registry::is_name(model) {
        bail!("{model:?} is not a valid name of a model; letters, digits, - and _ were expected");
    }
    let snapshot = project.snapshot(Some(commit))?;
    let pipeline = snapshot.data("dvc.yaml")?.unwrap_or_default();
    let artifacts = pipeline["artifacts"].as_object();
    let Some(path) = pipeline["artifacts"][model]["path"].as_str() else {
        let names: Vec<_> = artifacts
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        bail!(
            "dvc.yaml at {} has no artifact {model:?}; {} was expected{}",
            &commit[..10],
            match names.is_empty() {
                true => "an entry below artifacts:".to_string(),
                false => names.join(" or "),
            },
            did_you_mean(model, names.iter().copied())
        );
    };
    if !snapshot.outputs()?.iter().any(|output| output.path == path) {
        bail!(
            "{path} has no version at {}; run dvc repro and commit dvc.lock first",
            &commit[..10]
        );
    }
    Ok(path.to_string())
}
