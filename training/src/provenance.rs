//! What made a model.

use model::card::Provenance;
use std::process::{Command, Stdio};

/// The pinned version in the workspace's `Cargo.toml`; a test holds the two together.
pub const SMARTCORE: &str = "0.7.0";

/// The revision checked out in the current folder's repository; empty without git or repository.
pub fn git_revision() -> String {
    let output = storage::without_credentials(&mut Command::new("git"))
        .args(["rev-parse", "--verify", "--quiet", "HEAD"])
        .stderr(Stdio::null())
        .output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_string()
        }
        _ => String::new(),
    }
}

/// What makes a model now, in a repository at this revision.
pub fn provenance(git_revision: &str) -> Provenance {
    Provenance {
        hearth: env!("CARGO_PKG_VERSION").into(),
        smartcore: SMARTCORE.into(),
        git_revision: git_revision.into(),
    }
}
