//! The version that answers show, of a model that git and DVC keep.
//!
//! It is the beginning of the file's digest, or what `--model-version` gave: the file itself has it, so it
//! is read from the cache or the working tree, where one of them has the file.

use super::model_file::open;
use anyhow::Result;
use versioning::Project;
use versioning::cache::Cache;
use versioning::lock::Output;
use versioning::workspace::{self, State};

/// Names by which answers know a model.
pub(super) struct OfAnswers {
    /// `38f6afa6e348`, or what `--model-version` gave.
    pub version: String,
    /// The whole digest, of which the version usually is the beginning.
    pub sha256: String,
}

impl OfAnswers {
    /// True if `wanted` is the version, or at least 7 digits with which the digest begins.
    pub fn is(&self, wanted: &str) -> bool {
        self.version == wanted || wanted.len() >= 7 && self.sha256.starts_with(wanted)
    }
}

/// The version of an output, if its content is on this machine.
///
/// # Errors
/// When the content is there and is no model file.
pub(super) fn of_output(
    project: &Project,
    cache: &Cache,
    output: &Output,
) -> Result<Option<OfAnswers>> {
    let here = project.root.join(&output.path);
    let path = if cache.has(&output.object) {
        cache.path(&output.object)
    } else if workspace::state(&here, &output.object)? == State::Same {
        here
    } else {
        return Ok(None);
    };
    let model = open(&path)?;
    Ok(Some(OfAnswers {
        version: model.version(),
        sha256: model.digest_hex(),
    }))
}

/// The version of the output at `path` as of a commit, if its content is on this machine.
///
/// # Errors
/// When the commit's files of DVC's cannot be read.
pub(super) fn of_commit(project: &Project, commit: &str, path: &str) -> Result<Option<String>> {
    let outputs = project.outputs(Some(commit))?;
    let Some(output) = outputs.iter().find(|output| output.path == path) else {
        return Ok(None);
    };
    // A file that is no model has no version to show, and is none of this command's business.
    let found = of_output(project, &project.cache()?, output).ok().flatten();
    Ok(found.map(|found| found.version))
}

/// The version behind a sentence; nothing where it is not known here.
pub(super) fn shown(version: Option<&str>) -> String {
    version.map_or(String::new(), |version| {
        format!(" (answers show {version})")
    })
}
