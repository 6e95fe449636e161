//! Where the content of all versions lies: a folder, or a prefix of an S3 bucket.

use super::config::Config;
use super::object::Object;
use anyhow::{Context, Result, bail};
use std::path::Path;
use storage::{Credentials, Kind, Location, Options, Store};

/// Settings that change what is read or written in a way that this program does not know: going on
/// without them would be another remote, or one that the bucket's policy refuses for no seen reason.
const REFUSED: [&str; 7] = [
    "allow_anonymous_login",
    "configpath",
    "credentialpath",
    "version_aware",
    "worktree",
    "sse_customer_key",
    "sse_customer_algorithm",
];

/// A remote in DVC's layout.
#[derive(Clone)]
pub struct Remote {
    /// Its name in the configuration.
    pub name: String,
    base: Location,
    /// Store that moves its bytes.
    pub store: Store,
}

impl Remote {
    /// The remote of that name, or else the default one.
    ///
    /// # Errors
    /// When there is none, or it is of a kind that this program does not speak.
    pub fn new(config: &Config, name: Option<&str>) -> Result<Remote> {
        let known = config.remotes();
        let name = match name.or(config.get("core", "remote")) {
            Some(name) => name,
            None if known.is_empty() => bail!(
                ".dvc/config has no remote; `dvc remote add --default NAME URL` adds one, where URL is s3://BUCKET/FOLDER or a folder"
            ),
            None => bail!(
                ".dvc/config names no default remote; --remote names one, and `remote = NAME` below [core] makes it the default (known: {})",
                known.join(", ")
            ),
        };
        let section = format!("remote \"{name}\"");
        let Some(url) = config.get(&section, "url") else {
            bail!(
                ".dvc/config has no remote {name:?}; one of {} was expected",
                known.join(", ")
            );
        };
        if url.contains("REPLACE") {
            bail!(
                ".dvc/config: the remote {name:?} still has the placeholder {url}; put your bucket there (make setup does, once the foundation is deployed)"
            );
        }
        for key in config.keys(&section) {
            let is_off = config
                .get(&section, key)
                .is_some_and(|value| value.eq_ignore_ascii_case("false"));
            if REFUSED.contains(&key) && !is_off {
                bail!(
                    ".dvc/config: this program does not speak remotes with {key}, as {name:?} is; use DVC for it, or a plain remote"
                );
            }
        }
        let base = match url.split_once("://") {
            None => config.path(&section, "url").unwrap_or_default().into(),
            Some(("s3", _)) => url.trim_end_matches('/').parse::<Location>()?,
            Some((scheme, _)) => bail!(
                ".dvc/config: the remote {name:?} is of the kind {scheme}://, which only DVC speaks; a folder or s3:// was expected"
            ),
        };
        Ok(Remote {
            name: name.to_string(),
            base,
            store: Store::new(options(config, &section)?),
        })
    }

    /// Path of an object, whether it exists or not.
    pub fn location(&self, object: &Object) -> Location {
        self.base.join(&object.path())
    }

    /// Sends the file `path` as an object that is not there yet; `progress` is called with the
    /// number of bytes as they go.
    ///
    /// # Errors
    /// As [`Store::put_file`].
    pub fn put(
        &self,
        path: &Path,
        object: &Object,
        progress: &dyn Fn(u64),
    ) -> Result<(), storage::Error> {
        let at = self.location(object);
        self.store.put_file(path, &self.base, &at, progress)
    }

    /// Checks that the remote itself exists: a folder that is missing holds nothing, and a typing
    /// error makes it missing.
    ///
    /// # Errors
    /// When it is a folder that does not exist.
    pub fn check(&self) -> Result<()> {
        match self.base.as_path() {
            Some(path) if !path.is_dir() => bail!(
                "{}: the remote {:?} is not there; mount or make that folder, or put the right one into .dvc/config",
                path.display(),
                self.name
            ),
            _ => Ok(()),
        }
    }

    /// True if it has an object.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn has(&self, object: &Object) -> Result<bool> {
        let location = self.location(object);
        match self.store.head(&location) {
            Ok(Some(_)) => Ok(true),
            // HEAD has no body that would tell a missing bucket from a missing object.
            Ok(None) => self.bucket_is_there().map(|()| false),
            Err(error) => Err(error).with_context(|| self.to_string()),
        }
    }

    /// # Errors
    /// When the bucket does not exist.
    fn bucket_is_there(&self) -> Result<()> {
        if let Location::S3 { .. } = self.base {
            let listing = self
                .store
                .list(&self.base.join("files/md5/"))
                .and_then(|mut l| l.next().transpose());
            match listing {
                // Who may not list sees no difference; the upload will tell.
                Err(error) if error.kind() != Kind::Denied => {
                    return Err(error).with_context(|| self.to_string());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Remote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "remote {:?}", self.name)
    }
}

/// S3 settings in a remote's section; the environment has the others.
fn options(config: &Config, section: &str) -> Result<Options> {
    let get = |key| config.get(section, key).map(String::from);
    let credentials = match (get("access_key_id"), get("secret_access_key")) {
        (Some(access_key_id), Some(secret_access_key)) => Some(Credentials {
            access_key_id,
            secret_access_key,
            session_token: get("session_token"),
        }),
        (None, None) => None,
        _ => bail!(
            ".dvc/config: access_key_id and secret_access_key go together, and one is missing"
        ),
    };
    Ok(Options {
        endpoint_url: get("endpointurl"),
        profile: get("profile"),
        region: get("region"),
        credentials,
        ..Options::default()
    })
}
