//! Names, lengths and tags of files and objects.

use crate::Location;

/// A file or an object of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place.
    pub location: Location,
    /// Its length in bytes.
    pub size: u64,
    /// S3's tag of the content, with its quotes.
    pub etag: Option<String>,
}

/// Length and tag of a file or an object, known without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its length in bytes.
    pub size: u64,
    /// S3's tag of the content, with its quotes.
    pub etag: Option<String>,
}
