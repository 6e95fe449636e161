//! Signatures of AWS (Signature Version 4), for endpoints with `auth: { kind: 'iam' }`.

use anyhow::Result;

/// The service that checks the signature, by the host of the endpoint: a function URL or API Gateway.
pub fn service(host: &str) -> &'static str {
    match host.contains(".lambda-url.") {
        true => "lambda",
        false => "execute-api",
    }
}

/// The region in a host name of AWS, such as `abc.execute-api.eu-west-1.amazonaws.com`.
pub fn region(host: &str) -> Option<&str> {
    let mut steps = host.split('.').skip(1);
    match (steps.next()?, steps.next()?, steps.next()?) {
        ("execute-api", region, "amazonaws") | ("lambda-url", region, "on") => Some(region),
        _ => None,
    }
}

/// Keys of AWS, as `aws configure export-credentials` prints them.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(
    not(feature = "https"),
    expect(dead_code, reason = "a build without TLS signs nothing")
)]
pub struct AwsKeys {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

#[cfg(feature = "https")]
mod signer {
    use super::AwsKeys;
    use anyhow::{Context, Result};
    use aws_credential_types::Credentials;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    use aws_sigv4::sign::v4::SigningParams;
    use http::Request;
    use std::time::SystemTime;

    /// Signs requests to one service of one region.
    pub struct Signer {
        credentials: Credentials,
        region: String,
        service: &'static str,
    }

    impl Signer {
        /// A signer with these keys.
        pub fn new(keys: AwsKeys, region: String, service: &'static str) -> Signer {
            let AwsKeys {
                access_key_id,
                secret_access_key,
                session_token,
            } = keys;
            let credentials = Credentials::new(
                access_key_id,
                secret_access_key,
                session_token,
                None,
                "hearth",
            );
            Signer {
                credentials,
                region,
                service,
            }
        }

        /// Adds the headers of the signature to a request with this body.
        ///
        /// # Errors
        /// When a header is no text.
        pub fn sign<B>(&self, request: &mut Request<B>, body: &[u8]) -> Result<()> {
            let identity = self.credentials.clone().into();
            let params = SigningParams::builder()
                .identity(&identity)
                .region(&self.region)
                .name(self.service)
                .time(SystemTime::now())
                .settings(SigningSettings::default())
                .build()?;
            let headers = request.headers().iter().map(|(name, value)| {
                let value = value
                    .to_str()
                    .with_context(|| format!("the header {name}"))?;
                Ok((name.as_str(), value))
            });
            let headers = headers.collect::<Result<Vec<_>>>()?;
            let uri = request.uri().to_string();
            let method = request.method().as_str();
            let body = SignableBody::Bytes(body);
            let signable = SignableRequest::new(method, uri, headers.into_iter(), body)?;
            let (instructions, _) = sign(signable, &params.into())?.into_parts();
            instructions.apply_to_request_http1x(request);
            Ok(())
        }
    }
}

#[cfg(feature = "https")]
pub use signer::Signer;

/// A build without TLS has no signer.
#[cfg(not(feature = "https"))]
pub type Signer = std::convert::Infallible;

/// Adds the headers of the signature to a request with this body.
///
/// # Errors
/// When a header is no text.
pub fn sign<B>(signer: &Signer, request: &mut http::Request<B>, body: &[u8]) -> Result<()> {
    #[cfg(feature = "https")]
    return signer.sign(request, body);
    #[cfg(not(feature = "https"))]
    {
        let _ = (request, body);
        match *signer {}
    }
}

/// A signer for the endpoint at `host`.
///
/// # Errors
/// When this build cannot sign.
pub fn signer(keys: AwsKeys, region: String, host: &str) -> Result<Signer> {
    let service = service(host);
    #[cfg(feature = "https")]
    return Ok(Signer::new(keys, region, service));
    #[cfg(not(feature = "https"))]
    {
        let _ = (keys, region, service);
        anyhow::bail!(
            "this build of hearth signs nothing; cargo build -p hearth makes one that does"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{region, service};

    #[test]
    fn a_host_of_aws_names_service_and_region() {
        let api = "abc123.execute-api.eu-west-1.amazonaws.com";
        let url = "abc123.lambda-url.us-east-1.on.aws";
        assert_eq!(
            (service(api), region(api)),
            ("execute-api", Some("eu-west-1"))
        );
        assert_eq!((service(url), region(url)), ("lambda", Some("us-east-1")));
        assert_eq!(region("models.example.com"), None);
        assert_eq!(region("127.0.0.1"), None);
    }
}
