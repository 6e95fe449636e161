//! Errors of the SDK, turned into one sentence that says what to do.

use crate::{Error, Kind, Location};
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

/// The error for what the SDK reports of a request for `at`.
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

/// No response: the chain of causes explains it.
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
