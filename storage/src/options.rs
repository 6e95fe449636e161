//! The way to S3: endpoint, profile, region, credentials.

use std::fmt;

/// The way to S3, where the environment and the AWS profile are not to decide.
#[derive(Clone, Debug)]
pub struct Options {
    /// Another server than AWS's; objects are then addressed by path.
    pub endpoint_url: Option<String>,
    /// A profile of `~/.aws/config`.
    pub profile: Option<String>,
    /// The bucket's region.
    pub region: Option<String>,
    /// Keys instead of those that are found.
    pub credentials: Option<Credentials>,
    /// Maximum number of attempts of a request.
    pub attempts: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            endpoint_url: None,
            profile: None,
            region: None,
            credentials: None,
            attempts: 5,
        }
    }
}

/// Keys of an AWS account.
#[derive(Clone)]
pub struct Credentials {
    /// Begins with AKIA or ASIA.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// For those that last some hours only.
    pub session_token: Option<String>,
}

/// Without the secrets: this lands in logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.access_key_id)
    }
}
