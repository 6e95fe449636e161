//! The S3 client: credentials, region and endpoint as every AWS tool finds them.

use crate::{Error, Kind, Location, Options};
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use std::future::Future;
use tokio::runtime::{Builder, Handle, Runtime};

/// A client and the runtime that drives it.
pub(crate) struct S3 {
    pub client: Client,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

/// The variables that move S3 elsewhere, the special one first.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];

impl S3 {
    /// Finds everything out; `at` is the location that asked for it.
    pub fn connect(options: &Options, at: &Location) -> Result<S3, Error> {
        // Two threads: connections are served while the caller scores, and one more decrypts.
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("storage")
            .enable_all()
            .build()
            .map_err(|error| Error::of_io(at, &error))?;
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http.clone())
            // Standard: exponential backoff with jitter, 20 s at most between two tries.
            .retry_config(RetryConfig::standard().with_max_attempts(options.attempts.max(1)));
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &options.region {
            loader = loader.region(Region::new(region.clone()));
        }
        let shared = runtime.block_on(loader.load());
        let of_env = || {
            let mut set = ENDPOINTS.iter().filter_map(|name| std::env::var(name).ok());
            set.find(|endpoint| !endpoint.is_empty())
        };
        let endpoint = options.endpoint_url.clone().or_else(of_env);
        let is_elsewhere = endpoint.is_some() || shared.endpoint_url().is_some();
        let mut config = aws_sdk_s3::config::Builder::from(&shared);
        if let Some(endpoint) = endpoint {
            config = config.endpoint_url(endpoint);
        }
        if is_elsewhere {
            // Other servers know no bucket.host names, and many know no checksum trailers.
            config = config
                .force_path_style(true)
                .request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        }
        match (shared.region(), is_elsewhere) {
            (Some(_), _) => {}
            // Other servers don't care, but a signature must name one.
            (None, true) => config = config.region(Region::from_static("us-east-1")),
            (None, false) => {
                return Err(Error::new(
                    Kind::Region,
                    at,
                    "no region is set; set AWS_REGION, or region in the AWS profile",
                ));
            }
        }
        if let Some(profile) = &options.profile {
            // As in boto: a profile that is named overrules keys in the environment.
            let found = ProviderConfig::without_region()
                .with_region(shared.region().cloned())
                .with_http_client(http);
            let provider = ProfileFileCredentialsProvider::builder()
                .configure(&found)
                .profile_name(profile);
            config = config.credentials_provider(provider.build());
        }
        if let Some(credentials) = &options.credentials {
            config = config.credentials_provider(aws_sdk_s3::config::Credentials::new(
                &credentials.access_key_id,
                &credentials.secret_access_key,
                credentials.session_token.clone(),
                None,
                "options",
            ));
        }
        Ok(S3 {
            client: Client::from_conf(config.build()),
            runtime: Some(runtime),
        })
    }

    /// Waits for a future on the calling thread.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.handle().block_on(future)
    }

    /// Where tasks are spawned that go on while nobody waits.
    pub fn handle(&self) -> &Handle {
        let runtime = self.runtime.as_ref();
        runtime.expect("it is taken in `drop` only").handle()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        // A plain drop of a runtime panics where another runtime's task lets go of the store.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
