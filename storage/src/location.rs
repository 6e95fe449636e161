//! Where bytes lie, as a person writes it: a path, or `s3://bucket/key`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A file or folder, or an S3 object or prefix.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Location {
    /// A path of this machine.
    File(PathBuf),
    /// An object, or the prefix of many; the key is empty for a whole bucket.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// The object's key, without a slash in front.
        key: String,
    },
}

/// Reason why a text is not a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocationError {
    /// The text is empty.
    Empty,
    /// The text is an address of another kind, such as `https://`.
    UnknownScheme(String),
    /// The text is `s3://` without a bucket.
    NoBucket(String),
    /// The bucket's name has characters that no bucket's name has.
    BadBucket(String),
}

impl fmt::Display for LocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LocationError::Empty => {
                f.write_str("a path or s3://bucket/key was expected, and there is nothing")
            }
            LocationError::UnknownScheme(text) => write!(
                f,
                "{text}: this kind of address is not known; a path or s3://bucket/key was expected"
            ),
            LocationError::NoBucket(text) => write!(
                f,
                "{text}: the bucket is missing; s3://bucket/key was expected"
            ),
            LocationError::BadBucket(text) => write!(
                f,
                "{text}: a bucket's name has letters, digits, dots and hyphens only"
            ),
        }
    }
}

impl std::error::Error for LocationError {}

impl Location {
    /// True if it is in S3.
    pub fn is_s3(&self) -> bool {
        matches!(self, Location::S3 { .. })
    }

    /// The path, when it is one.
    pub fn as_path(&self) -> Option<&Path> {
        match self {
            Location::File(path) => Some(path),
            Location::S3 { .. } => None,
        }
    }

    /// True if it stands for everything under it: a key that ends with a slash, a whole bucket, a
    /// path that ends with a slash, or a folder that is there.
    pub fn is_prefix(&self) -> bool {
        match self {
            Location::File(path) => {
                path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir()
            }
            Location::S3 { key, .. } => key.is_empty() || key.ends_with('/'),
        }
    }

    /// The last part of the path or key; empty for a bucket.
    pub fn name(&self) -> String {
        match self {
            Location::File(path) => {
                let name = path.file_name().unwrap_or_default();
                name.to_string_lossy().into_owned()
            }
            Location::S3 { key, .. } => {
                let key = key.trim_end_matches('/');
                key.rsplit('/').next().unwrap_or_default().to_string()
            }
        }
    }

    /// Location under this one with the relative name `below`, joined by one slash.
    pub fn join(&self, below: &str) -> Location {
        match self {
            Location::File(path) => Location::File(path.join(below)),
            Location::S3 { bucket, key } => Location::S3 {
                bucket: bucket.clone(),
                key: match key.as_str() {
                    "" => below.to_string(),
                    key if key.ends_with('/') => format!("{key}{below}"),
                    key => format!("{key}/{below}"),
                },
            },
        }
    }

    /// The name of `self` relative to the prefix `above`; `None` when it does not lie under it.
    pub fn relative_to(&self, above: &Location) -> Option<String> {
        match (self, above) {
            (Location::File(path), Location::File(above)) => {
                let below = path.strip_prefix(above).ok()?;
                Some(below.to_string_lossy().into_owned())
            }
            (Location::S3 { bucket, key }, Location::S3 { bucket: b, key: k }) if bucket == b => {
                let below = key.strip_prefix(k.as_str())?;
                Some(below.trim_start_matches('/').to_string())
            }
            _ => None,
        }
    }
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Location, LocationError> {
        let refuse = |kind: fn(String) -> LocationError| Err(kind(text.to_string()));
        if text.is_empty() {
            return Err(LocationError::Empty);
        }
        let Some(rest) = text.strip_prefix("s3://") else {
            return match text.split_once("://") {
                Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
                    refuse(LocationError::UnknownScheme)
                }
                _ => Ok(Location::File(PathBuf::from(text))),
            };
        };
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; old buckets
        // have capitals and underscores, access points are ARNs with colons.
        let is_legal = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
        if bucket.is_empty() {
            return refuse(LocationError::NoBucket);
        }
        if !bucket.chars().all(is_legal) {
            return refuse(LocationError::BadBucket);
        }
        Ok(Location::S3 {
            bucket: bucket.to_string(),
            key: key.to_string(),
        })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => write!(f, "{}", path.display()),
            Location::S3 { bucket, key } => write!(f, "s3://{bucket}/{key}"),
        }
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Location {
        Location::File(path)
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Location {
        Location::File(path.to_path_buf())
    }
}

impl From<Location> for String {
    fn from(location: Location) -> String {
        location.to_string()
    }
}

impl TryFrom<String> for Location {
    type Error = LocationError;

    fn try_from(text: String) -> Result<Location, LocationError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::Location;

    fn at(text: &str) -> Location {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_typed_is_what_is_shown() {
        for text in [
            "a.csv",
            "/a/b.csv",
            "./x",
            "s3://b/k/l.csv",
            "s3://b/",
            "a:b",
        ] {
            assert_eq!(at(text).to_string(), text);
        }
        assert_eq!(at("s3://b"), at("s3://b/"));
    }

    #[test]
    fn what_is_no_location_gets_one_sentence() {
        for (text, expected) in [
            (
                "",
                "a path or s3://bucket/key was expected, and there is nothing",
            ),
            (
                "s3:///k",
                "s3:///k: the bucket is missing; s3://bucket/key was expected",
            ),
            (
                "gs://b/k",
                "gs://b/k: this kind of address is not known; a path or s3://bucket/key was expected",
            ),
            (
                "s3://a b/k",
                "s3://a b/k: a bucket's name has letters, digits, dots and hyphens only",
            ),
        ] {
            assert_eq!(text.parse::<Location>().unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn prefixes_join_and_come_off() {
        for prefix in ["s3://b", "s3://b/in/", "s3://b/in", "folder"] {
            let below = at(prefix).join("x/y.csv");
            assert_eq!(
                below.relative_to(&at(prefix)).as_deref(),
                Some("x/y.csv"),
                "{prefix}"
            );
            assert_eq!(below.name(), "y.csv");
        }
        assert!(at("s3://b/in/").is_prefix() && at("s3://b").is_prefix());
        assert!(!at("s3://b/in").is_prefix() && at("out/").is_prefix());
        assert_eq!(at("s3://b/k").relative_to(&at("s3://c/")), None);
    }
}
