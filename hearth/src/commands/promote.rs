//! `hearth promote`.

use anyhow::{Result, bail};
use clap::Args;
use std::io::Write;
use versioning::Project;
use versioning::registry::{self, Registry};

/// Puts a model's version into a stage, as a git tag: model#prod#3
///
/// GTO and DVC Studio read it. The greatest number is what is in the stage now, and
/// hearth pull --rev model#prod gets it.
///
///   hearth promote model@v1.2.0 prod
///   hearth promote model prod            # its greatest version
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Promote {
    /// The model, with @v1.2.0 behind it [default: its greatest version]
    model: String,
    /// The stage, e.g. dev, staging or prod
    stage: String,
    /// What the tag says to a person
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
            bail!("{stage:?} is no name of a stage; letters, digits, - and _ were expected");
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
        git.run(
            &["tag", "--annotate", &format!("--message={message}")],
            &[&name, commit],
        )?;
        writeln!(out, "{model}@{version} is now in stage {stage} ({name})")?;
        writeln!(out, "next: git push origin '{name}'")?;
        Ok(())
    }
}
