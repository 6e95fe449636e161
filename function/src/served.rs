//! The model that is served, with what every request needs of it.

use crate::monitoring::watch::Watch;
use crate::monitoring::worker::Worker;
use crate::settings::ModelSource;
use model::answer::{Identity, ReportWriter};
use model::source::open_path_for_few;
use model::{Model, OpenError};
use serde::Serialize;
use serde_json::value::RawValue;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// A model, opened once at start.
#[derive(Debug)]
pub struct Served {
    /// The model.
    pub model: Model<'static>,
    /// Its name and version.
    pub identity: Identity,
    /// A row that it can answer; none when the model file holds no JSON there.
    pub example: Option<&'static RawValue>,
    /// Its name among several models, where there are several.
    pub variant: Option<String>,
    /// Time to open it.
    pub open_time: Duration,
    /// Rows per report of the watch, if there is one.
    pub watched_rows: Option<u64>,
    watch: OnceLock<Watch>,
    writer: OnceLock<ReportWriter>,
    /// Who is given copies of its rows, where anybody wants any.
    pub worker: Option<Arc<Worker>>,
}

impl From<Model<'static>> for Served {
    fn from(model: Model<'static>) -> Served {
        Served {
            identity: Identity::of(&model),
            example: serde_json::from_str(model.example).ok(),
            model,
            variant: None,
            open_time: Duration::ZERO,
            watched_rows: None,
            watch: OnceLock::new(),
            writer: OnceLock::new(),
            worker: None,
        }
    }
}

impl Served {
    /// Opens the model, and says in the log how that went. Only the log names the path: a stranger
    /// has no use for it.
    ///
    /// # Errors
    /// When the file cannot be read or is refused.
    pub fn open(source: &ModelSource) -> Result<Served, OpenError> {
        let start = Instant::now();
        let (opened, path) = match source {
            ModelSource::File(path) => (open_path_for_few(path), path.as_path()),
            ModelSource::Embedded(bytes) => (Model::open(bytes), Path::new("in the binary")),
        };
        let path = path.display();
        match opened {
            Ok(model) => {
                let mut served = Served::from(model);
                served.open_time = start.elapsed();
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

    /// The watch, if enabled. It is created for the first row: a start has nothing to count.
    pub fn watch(&self) -> Option<&Watch> {
        let rows = self.watched_rows?;
        Some(self.watch.get_or_init(|| Watch::new(&self.model, rows)))
    }

    /// The watch, if there was a row to count.
    pub fn watch_that_counted(&self) -> Option<&Watch> {
        self.watch.get()
    }

    /// The writer of its answers. It is created for the first of them, like the watch.
    pub fn writer(&self) -> &ReportWriter {
        let make = || ReportWriter::new(&self.model.labels, &self.identity);
        self.writer.get_or_init(make)
    }

    /// Where the column stands that this name stands for.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.model.columns.find(name, 0).map(|found| found.index)
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
