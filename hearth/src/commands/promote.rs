//! `hearth promote`.

use super::{stages, tag, versions};
use crate::terminal::{self, page::Mark};
use anyhow::{Result, bail};
use clap::Args;
use versioning::Project;
use versioning::registry::{self, Registry};

/// Promotes a version of a model to a stage, with a git tag: model#prod#3
///
/// GTO and DVC Studio read it. Each stage counts its tags, and the one with the
/// greatest number is in force; hearth pull --rev model#prod fetches that
/// model. The stages are dev, staging and prod, or those that the file .gto
/// declares, as in `stages: [test, live]`. Examples:
///
///   hearth promote model@v1.2.0 prod
///   hearth promote model prod            # its greatest version
///   hearth promote model@v1.1.0 prod     # back to an older one; hearth demote undoes the last step
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Promote {
    /// Model, with @v1.2.0 after it [default: its latest version]
    model: String,
    /// Stage: dev, staging or prod, or one that .gto declares
    stage: String,
    /// Message of the tag
    #[arg(long, short)]
    message: Option<String>,
}

impl Promote {
    pub(super) fn run(self) -> Result<()> {
        let project = Project::find()?;
        let git = project.git();
        let registry = Registry::read(&git)?;
        let (model, asked) = registry::model_and_version(&self.model)?;
        let stage = self.stage.as_str();
        stages::check(&project, &registry, model, stage)?;
        let versions = registry.versions(model);
        let found = match asked {
            None => versions.last(),
            Some(asked) => versions.iter().find(|(version, _)| *version == asked),
        };
        let Some((version, commit)) = found else {
            let known: Vec<String> = versions
                .iter()
                .map(|(version, _)| version.to_string())
                .collect();
            bail!(
                "there is no {}; {} (git fetch --tags brings what others did)",
                self.model,
                if known.is_empty() {
                    "hearth tag gives the model a version first".to_string()
                } else {
                    format!("one of {} was expected", known.join(", "))
                }
            );
        };
        let path = tag::path(&project, model, commit)?;
        let of_answers = versions::of_commit(&project, commit, &path)?;
        let shown = versions::shown(of_answers.as_deref());
        let page = &mut terminal::page();
        if registry.in_stage(model, stage).as_deref() == Some(*commit) {
            let fact = format!("{model}@{version} is in stage {stage} already{shown}");
            page.checks([(Mark::Holds, fact)])?;
            return Ok(());
        }
        let name = format!("{model}#{stage}#{}", registry.next_count(model, stage));
        let message = self.message.unwrap_or(format!(
            "Assigning stage {stage} to artifact {model} version {version}"
        ));
        git.tag(&name, &message, commit)?;
        let fact = format!("{model}@{version} is now in stage {stage}{shown}: {name}");
        tag::show(page, &name, fact)
    }
}
