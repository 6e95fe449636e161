//! The interface between [`crate::Store`] and a store of objects, so that S3, its SDK and TLS can be
//! left out of a build (the feature `s3`).

use crate::entry::Head;
use crate::{Entry, Error, Location, Options};
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Requests to a store of objects; [`crate::Store`] documents what each call promises.
pub(crate) trait Objects: Send + Sync {
    fn read(
        self: Arc<Self>,
        at: &Location,
        range: Option<Range<u64>>,
    ) -> Result<Box<dyn Read + Send>, Error>;

    fn head(self: Arc<Self>, at: &Location) -> Result<Head, Error>;

    fn write(self: Arc<Self>, at: &Location, is_new: bool) -> Box<dyn Upload>;

    fn list(self: Arc<Self>, at: &Location) -> Box<dyn Pages>;

    fn folders(self: Arc<Self>, at: &Location) -> Result<Vec<String>, Error>;

    fn get_file(
        self: Arc<Self>,
        at: &Location,
        file: &File,
        progress: &dyn Fn(u64),
    ) -> Result<u64, Error>;

    fn put_file(
        self: Arc<Self>,
        path: &Path,
        at: &Location,
        progress: &dyn Fn(u64),
    ) -> Result<(), Error>;
}

/// An object that is being written; dropping it before [`Upload::finish`] leaves nothing behind.
pub(crate) trait Upload: Send {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error>;

    fn finish(self: Box<Self>) -> Result<(), Error>;
}

/// The pages of a listing, in order.
pub(crate) trait Pages: Send {
    /// The next page, which may be empty, or `None` after the last one.
    fn next_page(&mut self) -> Result<Option<Vec<Entry>>, Error>;
}

/// Connects to S3 as `options` say; `at` is the location that is asked for, for the error.
#[cfg(feature = "s3")]
pub(crate) fn connect(options: &Options, at: &Location) -> Result<Arc<dyn Objects>, Error> {
    Ok(Arc::new(crate::s3::S3::connect(options, at)?))
}

/// Refuses: S3 is not part of this build.
#[cfg(not(feature = "s3"))]
pub(crate) fn connect(_options: &Options, at: &Location) -> Result<Arc<dyn Objects>, Error> {
    let what = "this build has no S3 support; build the full program with \
                `cargo build --release -p hearth`, or use a local file";
    Err(Error::new(crate::Kind::Other, at, what))
}
