//! The model file that a command names.

use anyhow::{Context, Result};
use model::Model;
use model::card::Card;
use std::path::Path;

/// Opens a model file; an error begins with its path.
pub(super) fn open(path: &Path) -> Result<Model<'static>> {
    model::source::open_path(path).with_context(|| path.display().to_string())
}

/// The card of a model file; an error begins with its path.
pub(super) fn card(model: &Model<'_>, path: &Path) -> Result<Card> {
    serde_json::from_slice(model.card)
        .with_context(|| format!("{}: its card is not readable", path.display()))
}
