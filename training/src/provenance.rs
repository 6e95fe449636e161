//! Provenance of a model.

use model::card::Provenance;

/// The pinned version in the workspace's `Cargo.toml`; a test holds the two together.
pub const SMARTCORE: &str = "0.7.0";

/// Provenance of a model that is trained now, in a repository at this revision.
pub fn provenance(git_revision: &str) -> Provenance {
    Provenance {
        hearth: env!("CARGO_PKG_VERSION").into(),
        smartcore: SMARTCORE.into(),
        git_revision: git_revision.into(),
        imported: None,
    }
}
