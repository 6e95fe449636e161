//! The stages that a model can be promoted to.

use anyhow::{Context, Result, bail};
use model::hint::did_you_mean;
use versioning::Project;
use versioning::registry::{self, Registry};

/// The stages of a project that declares none: the environments of cdk/config.ts.
const USUAL: [&str; 3] = ["dev", "staging", "prod"];

/// GTO's configuration, in YAML. <https://dvc.org/doc/gto/user-guide#config-file>
const FILE: &str = ".gto";

/// The declared stages; the usual ones where none are. Those that a model is in already stay usable.
fn declared(project: &Project, registry: &Registry, model: &str) -> Result<Vec<String>> {
    let config = project.snapshot(None)?.data(FILE)?.unwrap_or_default();
    let mut all: Vec<String> = match &config["stages"] {
        serde_json::Value::Null => USUAL.map(String::from).to_vec(),
        other => serde_json::from_value(other.clone())
            .with_context(|| format!("{FILE}: stages is {other}; a list of names was expected"))?,
    };
    for (stage, _) in registry.stages(model) {
        if !all.contains(&stage) {
            all.push(stage);
        }
    }
    Ok(all)
}

/// Refuses a stage that is not declared.
///
/// # Errors
/// With the stages that there are, and the one that may be meant.
pub(super) fn check(
    project: &Project,
    registry: &Registry,
    model: &str,
    stage: &str,
) -> Result<()> {
    let known = declared(project, registry, model)?;
    if known.iter().any(|known| known == stage) {
        if !registry::is_name(stage) || stage.contains('=') {
            bail!(
                "{FILE}: {stage:?} is not a valid name of a stage; letters, digits, - and _ were expected"
            );
        }
        return Ok(());
    }
    let meant = did_you_mean(stage, known.iter().map(String::as_str));
    bail!(
        "{stage:?} is not a stage of this project; {} was expected (stages: in {FILE} declares others){meant}",
        training::parameters::listed(known.iter().map(String::as_str), "or")
    )
}
