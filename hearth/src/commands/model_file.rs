//! The model file that a command names.

use anyhow::{Context, Result};
use model::Model;
use std::path::Path;

/// Opens a model file; an error begins with its path.
pub(super) fn open(path: &Path) -> Result<Model<'static>> {
    model::source::open_path(path).with_context(|| path.display().to_string())
}
