//! Tables to learn from, in files and in S3.

use anyhow::Result;
use model::rows::{Format, Reader};
use std::fmt;
use std::io::Read;
use storage::{Location, Store};
use training::source::{Source, TableFile, Tables};

/// A table at a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableAt(pub Location);

impl fmt::Display for TableAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Source for TableAt {
    fn name(&self) -> String {
        self.0.name()
    }

    fn rows(&self) -> Result<Reader> {
        if let Location::File(path) = &self.0 {
            return TableFile(path.clone()).rows();
        }
        let name = self.to_string();
        let format = Format::of_table(&self.name(), &name)?;
        let input = Store::from_env().read(&self.0)?;
        Ok(Reader::new(&name, input, Some(format))?)
    }

    fn bytes(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Store::from_env().read(&self.0)?)
    }
}

/// The tables of a training, at their locations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablesAt {
    /// The training table.
    pub train: TableAt,
    /// The test table, if there is one.
    pub test: Option<TableAt>,
}

impl TablesAt {
    /// The tables, as training reads them.
    pub fn sources(&self) -> Tables<'_> {
        Tables {
            train: &self.train,
            test: self.test.as_ref().map(|test| test as &dyn Source),
        }
    }
}
