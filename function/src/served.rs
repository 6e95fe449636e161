//! The model that is served, with what every request needs of it.

use crate::problem::Problem;
use model::answer::{Identity, ReportWriter};
use model::source::open_path_for_few;
use model::{Model, OpenError};
use serde::Serialize;
use serde_json::value::RawValue;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Place of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelSource {
    /// A file.
    File(PathBuf),
    /// The binary; these are the model's bytes.
    Embedded(&'static [u8]),
}

/// A model, opened once at start.
#[derive(Debug)]
pub struct ServedModel {
    model: Model<'static>,
    identity: Identity,
    example: Option<&'static RawValue>,
    variant: Option<String>,
    open_time: Duration,
    writer: OnceLock<ReportWriter>,
}

impl ServedModel {
    /// A model that took `open_time` to open, and its name as a variant, if it is one.
    pub fn new(model: Model<'static>, variant: Option<String>, open_time: Duration) -> ServedModel {
        ServedModel {
            identity: Identity::of(&model),
            example: serde_json::from_str(model.example).ok(),
            model,
            variant,
            open_time,
            writer: OnceLock::new(),
        }
    }

    /// Opens a model, and logs the result. Only the log names the path, which is nobody's business
    /// outside.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a model file.
    pub fn open(source: &ModelSource, variant: Option<String>) -> Result<ServedModel, OpenError> {
        let start = Instant::now();
        let (opened, path) = match source {
            ModelSource::File(path) => (open_path_for_few(path), path.as_path()),
            ModelSource::Embedded(bytes) => (Model::open(bytes), Path::new("in the binary")),
        };
        let path = path.display();
        match opened {
            Ok(model) => {
                let served = ServedModel::new(model, variant, start.elapsed());
                // No more than `debug`: `/health` and every EMF line name the model, and each byte
                // of a cold start's log is paid for.
                tracing::debug!(
                    %path,
                    model = served.identity.name,
                    version = served.identity.version,
                    microseconds = served.open_time.as_micros() as u64,
                    "model opened"
                );
                Ok(served)
            }
            Err(error) => {
                tracing::error!(%path, %error, "model refused: it answers no request");
                Err(error)
            }
        }
    }

    /// The model.
    pub fn model(&self) -> &Model<'static> {
        &self.model
    }

    /// Its name and version.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// A row that it can answer; `None` when the model file holds no JSON there.
    pub fn example(&self) -> Option<&'static RawValue> {
        self.example
    }

    /// Its name as a variant, where several models share the requests.
    pub fn variant(&self) -> Option<&str> {
        self.variant.as_deref()
    }

    /// Time that it took to open.
    pub fn open_time(&self) -> Duration {
        self.open_time
    }

    /// The writer of its answers. It is made for the first of them.
    pub fn writer(&self) -> &ReportWriter {
        let make = || ReportWriter::of(&self.model, &self.identity);
        self.writer.get_or_init(make)
    }

    /// The names of its columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.model.columns.iter().map(|column| column.name)
    }

    /// The index of the column that this name stands for.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.model.columns.find(name, 0).map(|found| found.index)
    }

    /// The column that a rejected row is wrong in.
    pub fn column_of(&self, problem: &Problem) -> Option<&str> {
        Some(self.model.columns[problem.column()?].name)
    }

    /// Body of `/health`.
    pub fn health(&self) -> Health<'_> {
        Health {
            status: "ok",
            model: HealthModel {
                name: &self.identity.name,
                version: &self.identity.version,
                digest: self.model.digest_hex(),
                git_revision: self.model.git_revision,
            },
            function: HealthFunction {
                version: env!("CARGO_PKG_VERSION"),
            },
        }
    }
}

/// Body of `/health` if all is well: enough to identify what runs.
#[derive(Debug, Serialize)]
pub struct Health<'a> {
    /// `ok`.
    status: &'static str,
    model: HealthModel<'a>,
    function: HealthFunction,
}

/// The model that is served.
#[derive(Debug, Serialize)]
struct HealthModel<'a> {
    /// Its name.
    name: &'a str,
    /// Its version.
    version: &'a str,
    /// SHA-256 of the model file's content.
    digest: String,
    /// Revision of the repository that it was trained in.
    git_revision: &'a str,
}

/// The function that serves it.
#[derive(Debug, Serialize)]
struct HealthFunction {
    /// Its version.
    version: &'static str,
}
