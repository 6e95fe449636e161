//! `hearth verify`.

use super::model_file::open;
use crate::terminal::{self, page::Mark};
use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Checks a model file: its digest and its golden answers.
#[derive(Args)]
pub struct Verify {
    /// The model file
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> Result<()> {
        let model = open(&self.file)?;
        let cases =
            model::verify::verify(&model).with_context(|| self.file.display().to_string())?;
        let (file, sha256, version) = (self.file.display(), model.digest_hex(), model.version());
        if self.json {
            let file = file.to_string();
            let facts =
                json!({"file": file, "version": version, "sha256": sha256, "golden_rows": cases});
            return terminal::json(&mut terminal::out(), &facts);
        }
        let page = &mut terminal::page();
        page.checks([
            (
                Mark::Holds,
                format!("{file}: version {version}, sha256 {sha256} is right"),
            ),
            (
                Mark::Holds,
                format!("{cases} golden rows answered to the last bit"),
            ),
        ])?;
        Ok(())
    }
}
