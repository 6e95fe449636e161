//! Tables to learn from, wherever they are.

use anyhow::Result;
use model::rows::Reader;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// A table that can be read as often as needed. Its text is the place that errors name.
pub trait Source: fmt::Display {
    /// The name without folders: the name of the table in the model card.
    fn name(&self) -> String;

    /// The rows, from the first one on.
    ///
    /// # Errors
    /// When it cannot be read, has no known format, or has no legal header.
    fn rows(&self) -> Result<Reader>;

    /// The bytes, as they are stored.
    ///
    /// # Errors
    /// When it cannot be read.
    fn bytes(&self) -> Result<Box<dyn Read + Send>>;
}

/// The tables of a training.
#[derive(Clone, Copy)]
pub struct Tables<'a> {
    /// The training table.
    pub train: &'a dyn Source,
    /// A test table; without one, a holdout is cut from the training table.
    pub test: Option<&'a dyn Source>,
}

/// A table in a file of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFile(pub PathBuf);

impl fmt::Display for TableFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

impl Source for TableFile {
    fn name(&self) -> String {
        let name = self.0.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    fn rows(&self) -> Result<Reader> {
        Ok(Reader::open(&self.0)?)
    }

    fn bytes(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(&self.0)?))
    }
}
