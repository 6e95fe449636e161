//! The facade: every call takes a [`Location`] and blocks until it is done.

use crate::entry::Head;
use crate::list::Listing;
use crate::objects::Objects;
use crate::options::Options;
use crate::writer::Writer;
use crate::{Error, Kind, Location, file, objects};
use std::fs::File;
use std::io::{Read, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock};

/// Files and S3 objects. Clones share one client. Calls block, so they must not be made from an
/// asynchronous task (`spawn_blocking` is the way from there).
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    options: Options,
    s3: OnceLock<Result<Arc<dyn Objects>, Error>>,
}

impl Store {
    /// A store that reaches S3 as `options` say; nothing is looked up yet.
    pub fn new(options: Options) -> Store {
        Store {
            shared: Arc::new(Shared {
                options,
                s3: OnceLock::new(),
            }),
        }
    }

    /// A store that reaches S3 as the environment and the AWS profile say: `AWS_PROFILE`,
    /// `AWS_REGION`, `AWS_ENDPOINT_URL_S3`, SSO, web identity, a role of the machine. One for the
    /// whole process, so that credentials are looked up once.
    pub fn from_env() -> Store {
        static STORE: LazyLock<Store> = LazyLock::new(|| Store::new(Options::default()));
        STORE.clone()
    }

    fn s3(&self, at: &Location) -> Result<Arc<dyn Objects>, Error> {
        let connect = || objects::connect(&self.shared.options, at);
        self.shared.s3.get_or_init(connect).clone()
    }

    /// Streams the bytes at `at`. A broken connection is opened again where it broke.
    ///
    /// # Errors
    /// When it is not there or cannot be read; later, as [`std::io::Error`] whose cause is an
    /// [`Error`] without its location.
    pub fn read(&self, at: &Location) -> Result<Box<dyn Read + Send>, Error> {
        self.open(at, None)
    }

    /// Streams a part of them: bytes `range.start` up to, not with, `range.end`.
    ///
    /// # Errors
    /// As [`Store::read`], and when it is shorter than `range.start`.
    pub fn read_range(
        &self,
        at: &Location,
        range: Range<u64>,
    ) -> Result<Box<dyn Read + Send>, Error> {
        self.open(at, Some(range))
    }

    fn open(
        &self,
        at: &Location,
        range: Option<Range<u64>>,
    ) -> Result<Box<dyn Read + Send>, Error> {
        match at {
            Location::File(path) => file::read(path, range),
            Location::S3 { .. } => self.s3(at)?.read(at, range),
        }
    }

    /// All bytes at `at`, for what is known to be small.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_all(&self, at: &Location) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        match self.read(at)?.read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(Error::of_io(at, &error)),
        }
    }

    /// Begins to write `at`; what was there before stays until [`Writer::finish`]. A file's folder
    /// is made where it is missing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, at: &Location) -> Result<Writer, Error> {
        self.begin(at, false)
    }

    /// The same, but [`Writer::finish`] gives [`Kind::Exists`] when something is there by then:
    /// of several who write, one wins (`If-None-Match: *`).
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_new(&self, at: &Location) -> Result<Writer, Error> {
        self.begin(at, true)
    }

    /// As [`Store::write`] or, where `is_new`, [`Store::write_new`], of a name that data gave: `at`
    /// has to lie below the folder `above`, without a link between them, and outside of `.git` and
    /// `.dvc`. In S3 a name is a name.
    ///
    /// # Errors
    /// When it does not lie there, or cannot be written.
    pub fn write_below(
        &self,
        above: &Location,
        at: &Location,
        is_new: bool,
    ) -> Result<Writer, Error> {
        match (above, at) {
            (Location::File(above), Location::File(path)) => {
                let pending = file::Pending::below(above, path)?;
                Ok(Writer::of_file(pending, is_new))
            }
            _ => self.begin(at, is_new),
        }
    }

    fn begin(&self, at: &Location, is_new: bool) -> Result<Writer, Error> {
        match at {
            Location::File(path) => {
                let pending = file::Pending::new(path, is_new)?;
                Ok(Writer::of_file(pending, is_new))
            }
            Location::S3 { .. } => Ok(Writer::of_upload(self.s3(at)?.write(at, is_new))),
        }
    }

    /// Writes `bytes` to `at`, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, at: &Location, bytes: &[u8]) -> Result<(), Error> {
        let mut writer = self.write(at)?;
        let written = writer.write_all(bytes);
        written.map_err(|error| Error::of_io(at, &error))?;
        writer.finish()
    }

    /// Size and tag of `at`, `None` when it is not there.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn head(&self, at: &Location) -> Result<Option<Head>, Error> {
        let found = match at {
            Location::File(path) => file::head(path),
            Location::S3 { .. } => self.s3(at)?.head(at),
        };
        match found {
            Ok(head) => Ok(Some(head)),
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Everything under a prefix or folder, by name; of a single file that one.
    ///
    /// # Errors
    /// When the folder cannot be read; for S3 the listing's items tell.
    pub fn list(&self, at: &Location) -> Result<Listing, Error> {
        match at {
            Location::File(path) => file::list(path).map(Listing::of_files),
            Location::S3 { .. } => Ok(Listing::of_objects(self.s3(at)?.list(at))),
        }
    }

    /// Names of the folders directly under a folder or a prefix that ends with a slash; none where
    /// it is not there.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn folders(&self, at: &Location) -> Result<Vec<String>, Error> {
        match at {
            Location::File(path) => file::folders(path),
            Location::S3 { .. } => self.s3(at)?.folders(at),
        }
    }

    /// Copies `at` into the open file `file`, large objects by several connections at once;
    /// `progress` is called with the number of bytes as they come. What is to appear whole is
    /// checked and renamed by the caller. Gives the size.
    ///
    /// # Errors
    /// When it is not there, cannot be read, or changes meanwhile; `file` then holds a part. An
    /// error of the disk has no location.
    pub fn get_file(
        &self,
        at: &Location,
        file: &File,
        progress: &dyn Fn(u64),
    ) -> Result<u64, Error> {
        match at {
            Location::File(from) => file::copy(from, file, None, progress),
            Location::S3 { .. } => self.s3(at)?.get_file(at, file, progress),
        }
    }

    /// Copies the file `path` to `at`, in parallel parts where it is large; whole or not at all, and
    /// only where nothing is yet. `above` and `at` are those of [`Store::write_below`].
    ///
    /// # Errors
    /// When it cannot be read or written; of [`Kind::Exists`] when there is something by then.
    pub fn put_file(
        &self,
        path: &Path,
        above: &Location,
        at: &Location,
        progress: &dyn Fn(u64),
    ) -> Result<(), Error> {
        match (above, at) {
            (Location::File(above), Location::File(to)) => {
                let pending = file::Pending::below(above, to)?;
                file::copy(path, pending.file(), Some(to), progress)?;
                pending.finish(true)
            }
            _ => self.s3(at)?.put_file(path, at, progress),
        }
    }
}
