//! `hearth promote`.

use anyhow::{Result, bail};
use clap::Args;
use std::io::Write;
use versioning::Project;
use versioning::registry::{self, Registry};

/// Promotes a version of a model to a stage, with a git tag: model#prod#3
///
/// GTO and DVC Studio read it. The tag with the greatest number is in force; hearth pull --rev
/// model#prod fetches that model. Examples:
///
///   hearth promote model@v1.2.0 prod
///   hearth promote model prod            # its greatest version
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Promote {
    /// Model, with @v1.2.0 after it [default: its latest version]
    model: String,
    /// Stage, e.g. dev, staging or prod
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
        if !registry::is_name(stage) || stage.contains('=') {
            bail!(
                "{stage:?} is not a valid name of a stage; letters, digits, - and _ were expected"
            );
        }
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
        let mut out = crate::terminal::out();
        if registry
            .stages(model)
            .iter()
            .any(|(name, now)| name == stage && now == commit)
        {
            writeln!(out, "{model}@{version} is in stage {stage} already")?;
            return Ok(());
        }
        let name = format!("{model}#{stage}#{}", registry.next_count(model));
        let message = self.message.unwrap_or(format!(
            "Assigning stage {stage} to artifact {model} version {version}"
        ));
        git.tag(&name, &message, commit)?;
        writeln!(out, "{model}@{version} is now in stage {stage} ({name})")?;
        writeln!(out, "next: git push origin '{name}'")?;
        Ok(())
    }
}
