//! Errors of files and objects: a kind for programs, and for people one sentence that says what to
//! do.

use crate::Location;
use std::fmt;
use std::io;

/// Kinds of errors that a program may distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No credentials were found, or S3 does not take them.
    Credentials,
    /// They are known, and not allowed to do this.
    Denied,
    /// There is no such bucket.
    NoBucket,
    /// There is no such object or file.
    NotFound,
    /// It was to be written only if it was not there, and it is.
    Exists,
    /// It changed while it was read.
    Changed,
    /// The region or the endpoint is not set, or is another one's.
    Region,
    /// S3 could not be reached, or broke off, or is overloaded; a later try may succeed.
    Network,
    /// The disk is full.
    Full,
    /// Anything else.
    Other,
}

/// One sentence, beginning with the location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    at: Option<Location>,
    what: String,
}

impl Error {
    /// An error at a location; `what` goes on with the sentence that the location begins.
    pub fn new(kind: Kind, at: &Location, what: impl Into<String>) -> Error {
        Error {
            kind,
            at: Some(at.clone()),
            what: what.into(),
        }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence without its location, for those who put the location in front themselves:
    /// what readers and writers give as the cause of an [`io::Error`].
    pub fn without_location(mut self) -> Error {
        self.at = None;
        self
    }

    /// The same sentence of another place: the one that a person named.
    pub(crate) fn at(mut self, path: &std::path::Path) -> Error {
        self.at = Some(path.into());
        self
    }

    pub(crate) fn of_io(at: &Location, error: &io::Error) -> Error {
        let (kind, what) = match error.kind() {
            io::ErrorKind::NotFound => (Kind::NotFound, "there is no such file".to_string()),
            io::ErrorKind::PermissionDenied => (
                Kind::Denied,
                "the permissions of the file or its folder do not allow it".to_string(),
            ),
            io::ErrorKind::AlreadyExists => (Kind::Exists, "it is there already".to_string()),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                (Kind::Full, FULL.to_string())
            }
            _ => (Kind::Other, error.to_string()),
        };
        Error::new(kind, at, what)
    }
}

/// Advice for a full disk.
pub const FULL: &str = "the disk is full; make room, then do the same again";

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Some(at) => write!(f, "{at}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        let kind = match error.kind {
            Kind::NotFound => io::ErrorKind::NotFound,
            Kind::Full => io::ErrorKind::StorageFull,
            Kind::Exists => io::ErrorKind::AlreadyExists,
            _ => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}
