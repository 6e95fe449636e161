//! What can go wrong with bytes that lie elsewhere: the kinds a program tells apart, and for a
//! person one sentence that says what to do.

use crate::Location;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use std::fmt;
use std::io;

/// What a program may want to tell apart.
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

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence without its location, for those who put the location in front themselves:
    /// what readers and writers give as the cause of an [`io::Error`].
    pub fn without_location(mut self) -> Error {
        self.at = None;
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

    /// The sentence for what the SDK says of a request for `at`.
    pub(crate) fn of_sdk<E>(at: &Location, error: &SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match error {
            SdkError::ServiceError(context) => {
                let response = context.raw();
                let region = response.headers().get("x-amz-bucket-region");
                let (code, message) = (context.err().code(), context.err().message());
                of_service(at, response.status().as_u16(), code, message, region)
            }
            SdkError::TimeoutError(_) => Error::new(Kind::Network, at, SLOW),
            other => of_dispatch(at, &chain(other)),
        }
    }
}

/// What to do when there is no room for what is written.
pub const FULL: &str = "the disk is full; make room, then do the same again";

const SLOW: &str = "S3 did not answer in time; check the network and the endpoint, then try again";

/// An answer that is a refusal.
fn of_service(
    at: &Location,
    status: u16,
    code: Option<&str>,
    message: Option<&str>,
    region: Option<&str>,
) -> Error {
    let bucket = match at {
        Location::S3 { bucket, .. } => bucket.as_str(),
        Location::File(_) => "",
    };
    let (kind, what) = match (code.unwrap_or_default(), status) {
        ("NoSuchBucket", _) => (
            Kind::NoBucket,
            format!("there is no bucket {bucket:?}; check its name, and the account that the credentials are of"),
        ),
        ("InvalidAccessKeyId" | "InvalidToken" | "SignatureDoesNotMatch", _) => (
            Kind::Credentials,
            "S3 does not take these credentials; check AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_string(),
        ),
        ("ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired", _) => (
            Kind::Credentials,
            "the credentials have expired; log in again (aws sso login)".to_string(),
        ),
        ("RequestTimeTooSkewed", _) => (
            Kind::Credentials,
            "this machine's clock is wrong by more than 15 minutes; set it".to_string(),
        ),
        ("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException", _)
        | (_, 301 | 307) => (
            Kind::Region,
            match region {
                Some(region) => format!("the bucket lies in the region {region}; set AWS_REGION={region}"),
                None => "the bucket lies in another region; set AWS_REGION to its region".to_string(),
            },
        ),
        ("NoSuchKey" | "NotFound", _) | (_, 404) => (
            Kind::NotFound,
            "there is no such object; check the key, and that it was uploaded".to_string(),
        ),
        ("PreconditionFailed" | "ConditionalRequestConflict", _) | (_, 412) => {
            (Kind::Exists, "it is there already".to_string())
        }
        ("SlowDown" | "ServiceUnavailable" | "InternalError", _) | (_, 500..) => (
            Kind::Network,
            format!("S3 is busy or failing (status {status}); try again later"),
        ),
        (_, 401 | 403) => (
            Kind::Denied,
            "access denied; the credentials need s3:GetObject, s3:PutObject or s3:ListBucket there, \
             and S3 says the same of an object that is missing where they may not list"
                .to_string(),
        ),
        (code, status) => {
            let message = message.unwrap_or("no reason given").trim_end_matches('.');
            (Kind::Other, format!("S3 refuses with status {status} {code}: {message}"))
        }
    };
    Error::new(kind, at, what)
}

/// No answer: what the chain of causes tells.
fn of_dispatch(at: &Location, causes: &str) -> Error {
    let lower = causes.to_lowercase();
    let (kind, what) = if lower.contains("region") && lower.contains("missing") {
        (
            Kind::Region,
            "no region is set; set AWS_REGION, or region in the AWS profile".to_string(),
        )
    } else if lower.contains("sso") && lower.contains("token") {
        (
            Kind::Credentials,
            "the SSO session has ended; log in again (aws sso login)".to_string(),
        )
    } else if lower.contains("credential") || lower.contains("profile") {
        (
            Kind::Credentials,
            "no AWS credentials were found; set AWS_PROFILE, log in (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_string(),
        )
    } else {
        let last = causes.rsplit(": ").next().unwrap_or(causes);
        (
            Kind::Network,
            format!(
                "S3 cannot be reached ({last}); check the network, the region and the endpoint, then try again"
            ),
        )
    };
    Error::new(kind, at, what)
}

/// An error and its causes, as one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

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
