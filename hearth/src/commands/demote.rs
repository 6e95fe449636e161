//! `hearth demote`.

use super::{stages, tag, versions};
use crate::terminal;
use anyhow::{Result, bail};
use clap::Args;
use versioning::Project;
use versioning::registry::Registry;

/// Takes a model's version out of a stage, with a git tag: model#prod!#4
///
/// The version that was in the stage before is in it again, if there was one:
/// the way back after a bad promotion. GTO and DVC Studio read the tag.
/// Examples:
///
///   hearth demote model prod
///   hearth pull --rev model#prod model.hearth     # what is in force now
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Demote {
    /// Model, as named under `artifacts:` in dvc.yaml
    model: String,
    /// Stage
    stage: String,
    /// Message of the tag
    #[arg(long, short)]
    message: Option<String>,
}

impl Demote {
    pub(super) fn run(self) -> Result<()> {
        let project = Project::find()?;
        let git = project.git();
        let registry = Registry::read(&git)?;
        let (model, stage) = (self.model.as_str(), self.stage.as_str());
        stages::check(&project, &registry, model, stage)?;
        let Some(commit) = registry.in_stage(model, stage) else {
            bail!(
                "no version of {model:?} is in stage {stage}; hearth log shows what is where \
                 (git fetch --tags brings what others did)"
            );
        };
        let leaving = named(&project, &registry, model, &commit)?;
        let name = format!("{model}#{stage}!#{}", registry.next_count(model, stage));
        let message = self
            .message
            .unwrap_or(format!("Unassigning stage {stage} from artifact {model}"));
        git.tag(&name, &message, &commit)?;
        let now = Registry::read(&git)?.in_stage(model, stage);
        let now = match now {
            Some(now) => format!(
                "{} is in it again",
                named(&project, &registry, model, &now)?
            ),
            None => "no version is in it now".to_string(),
        };
        let fact = format!("{leaving} has left stage {stage}; {now}: {name}");
        tag::show(&mut terminal::page(), &name, fact)
    }
}

/// A model's version with the one that answers show, by its commit.
fn named(project: &Project, registry: &Registry, model: &str, commit: &str) -> Result<String> {
    let versions = registry.versions(model);
    let found = versions.iter().find(|(_, of)| *of == commit);
    let name = match found {
        Some((version, _)) => format!("{model}@{version}"),
        None => format!("{model} of commit {}", &commit[..10]),
    };
    let path = tag::path(project, model, commit);
    let of_answers = match path {
        Ok(path) => versions::of_commit(project, commit, &path)?,
        Err(_) => None,
    };
    Ok(format!("{name}{}", versions::shown(of_answers.as_deref())))
}
