//! The environment: how its variables are read, and what several parts need to know of it.

mod names;
mod reader;

pub use names::warn_unknown;
pub use reader::Reader;

use std::net::IpAddr;

/// The way to read an environment variable; a test gives a closure.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Stands for bytes that are not UTF-8: `to_string_lossy` puts it in their place.
pub(crate) const NOT_UTF_8: char = char::REPLACEMENT_CHARACTER;

/// A variable that is set and not empty.
pub(crate) fn filled(get: Variables<'_>, variable: &str) -> Option<String> {
    get(variable).filter(|value| !value.is_empty())
}

/// True if the process runs in Lambda.
pub fn is_lambda(get: Variables<'_>) -> bool {
    filled(get, "AWS_LAMBDA_RUNTIME_API").is_some()
}

/// Where to listen. Without a word only on this machine: a model on a laptop is not for the café's
/// network. An image sets `HOST`.
///
/// # Errors
/// When `PORT` is no port.
pub fn address(get: Variables<'_>) -> Result<(String, u16), String> {
    let host = filled(get, "HOST").unwrap_or_else(|| "127.0.0.1".to_owned());
    if host.contains(NOT_UTF_8) {
        return Err("HOST is not UTF-8; a name or an address was expected".to_owned());
    }
    let port = filled(get, "PORT").unwrap_or_else(|| "8080".to_owned());
    match port.parse() {
        Ok(port) => Ok((host, port)),
        Err(_) => Err(format!(
            "PORT is {port:?}; a number from 0 to 65535 was expected"
        )),
    }
}

/// True if the server listens on the loopback interface only.
pub(crate) fn listens_on_loopback(get: Variables<'_>) -> bool {
    address(get).is_ok_and(|(host, _)| is_of_loopback(host.trim_matches(['[', ']'])))
}

/// True if a name can only mean this machine: no DNS server is asked for `localhost` (RFC 6761,
/// section 6.3).
pub fn is_of_loopback(name: &str) -> bool {
    let address = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    match address.unwrap_or(name).parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name.is_empty() || name == "localhost" || name.ends_with(".localhost")
        }
    }
}
