//! Parameters that have no option of their own: `--set`, and their list in `--help`.

use anyhow::{Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use training::estimators;
use training::parameters::Parameters;
use training::params::{Assignment, Named, Params, TextParams};

/// Gives parameters their values, after the options of their own have given those at the paths
/// `typed`.
///
/// # Errors
/// When there is no such parameter, its value is of another type, two values are given, or the
/// estimator that is chosen does not have it.
pub(super) fn assign(
    params: &mut Params,
    assignments: &[Assignment],
    typed: BTreeSet<String>,
) -> Result<()> {
    let mut given = typed;
    for assignment in assignments {
        params.assign(assignment)?;
        let section = assignment.section();
        let is_other = |name: &str| name != params.estimator.name();
        let mut others = estimators::ALL.iter().map(|estimator| estimator.name());
        if params.estimator.estimator().is_some()
            && is_other(section)
            && others.any(|name| name == section)
        {
            bail!(
                "--set {assignment} has no effect, since the estimator is {}",
                params.estimator.name()
            );
        }
        if !given.insert(assignment.path.clone()) {
            bail!("{} is given twice; one value was expected", assignment.path);
        }
    }
    Ok(())
}

/// All parameters of estimators and of text, with defaults and ranges.
pub(super) fn list() -> String {
    let params = Params::default();
    let mut text =
        String::from("Parameters for --set and params.yaml, with their defaults and values:\n");
    for (section, parameters) in params.sections() {
        let mut estimators = estimators::ALL.iter().copied();
        let estimator = estimators.find(|estimator| estimator.name() == section);
        let about = estimator.map_or(TextParams::ABOUT.trim(), estimators::about);
        let _ = write!(text, "\n{section}: {}\n", about.trim_end_matches('.'));
        for parameter in parameters.table() {
            let name = parameter.name;
            let default = match parameters.default_value(name) {
                Value::Null => "none".to_string(),
                Value::String(text) => text,
                other => other.to_string(),
            };
            let (values, about) = (parameter.values(), parameter.about.trim());
            let _ = writeln!(text, "  {section}.{name}={default} ({values})");
            let _ = writeln!(text, "          {}", about.trim_end_matches('.'));
        }
    }
    text
}
