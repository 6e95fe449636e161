//! `hearth verify`.

use super::model_file::open;
use anyhow::{Context, Result};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Checks a model file: its digest and its golden answers.
#[derive(Args)]
pub struct Verify {
    /// The model file
    file: PathBuf,
}

impl Verify {
    pub(super) fn run(self) -> Result<()> {
        let model = open(&self.file)?;
        let cases =
            model::verify::verify(&model).with_context(|| self.file.display().to_string())?;
        writeln!(
            crate::terminal::out(),
            "{}: sha256 {} is right, {cases} golden cases answered to the last bit",
            self.file.display(),
            model.digest_hex(),
        )?;
        Ok(())
    }
}
