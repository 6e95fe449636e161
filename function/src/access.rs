//! API keys: the clients that may send requests.

use crate::environment::Reader;
use crate::problem::{Code, Problem};
use crate::request::Request;
use crate::routes::{Docs, Door};
use std::io::Read;

/// Most bytes of a file of keys.
const FILE_BYTES: u64 = 64 * 1024;

/// Paths that need no key: a load balancer or kubelet that checks health has none.
const OPEN: [&str; 4] = ["/health", "/ping", "/v2/health/live", "/v2/health/ready"];

/// True if a request for this door, if there is one, at this path needs a key, where there are keys.
pub(crate) fn asks_for_key(door: Option<Door>, path: &str) -> bool {
    // The page holds nothing of the model, and has the field for the key.
    door != Some(Door::Docs(Docs::Page)) && !OPEN.contains(&path)
}

/// The keys that open the function.
#[derive(Debug)]
pub enum Keys {
    /// None is asked for.
    Open,
    /// One of these. Of several, one can be replaced while the other still holds.
    Among(Secrets),
    /// They could not be read: nobody is let in, rather than everybody.
    Unreadable,
}

/// Keys that no `{:?}` shows.
pub struct Secrets(Vec<String>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Keys {
    /// Those of `HEARTH_API_KEY`, or in the file that `HEARTH_API_KEY_FILE` names; blanks and line
    /// ends are between them. A line of the file that begins with `#` is a comment.
    pub fn read(reader: &Reader<'_>) -> Keys {
        let code = Code::KeysUnavailable;
        let refuse = |sentence: &str| {
            reader.refuse(code, sentence);
            Keys::Unreadable
        };
        let variables = ["HEARTH_API_KEY", "HEARTH_API_KEY_FILE"];
        let is_set = variables.map(|variable| (reader.variables())(variable).is_some());
        let text = match is_set {
            [false, false] => return Keys::Open,
            [true, true] => {
                return refuse(
                    "HEARTH_API_KEY and HEARTH_API_KEY_FILE are both set; one was expected",
                );
            }
            [true, false] => reader.protecting(variables[0], code),
            [false, true] => match reader.protecting(variables[1], code).map(in_file) {
                Some(Ok(keys)) => Some(keys),
                // The kind alone: a path is no stranger's business.
                Some(Err(error)) => {
                    let kind = error.kind();
                    return refuse(&format!("HEARTH_API_KEY_FILE cannot be read: {kind}"));
                }
                None => None,
            },
        };
        // What is wrong with the variable has been noted.
        let Some(text) = text else {
            return Keys::Unreadable;
        };
        let keys: Vec<String> = text.split_whitespace().map(String::from).collect();
        if keys.is_empty() {
            return refuse("there is no API key in the file that HEARTH_API_KEY_FILE names");
        }
        // A header holds no other characters, so such a key would let nobody in.
        let is_sendable = |key: &String| key.bytes().all(|byte| byte.is_ascii_graphic());
        if !keys.iter().all(is_sendable) {
            return refuse("an API key has characters that no header can hold");
        }
        Keys::Among(Secrets(keys))
    }

    /// True if a key is asked for.
    pub fn are_asked_for(&self) -> bool {
        !matches!(self, Keys::Open)
    }

    /// Lets a request for this door in, if there is one at its path.
    ///
    /// # Errors
    /// When it needs a key, and has none or a wrong one.
    pub fn check(&self, request: &Request<'_>, door: Option<Door>) -> Result<(), Problem> {
        let Secrets(keys) = match self {
            Keys::Open => return Ok(()),
            _ if !asks_for_key(door, request.path) => return Ok(()),
            // A bare event has no headers; who may invoke the function is for IAM to say.
            _ if request.headers.is_none() => return Ok(()),
            Keys::Unreadable => {
                let detail = "the function's API keys cannot be read; its log says why";
                return Err(Problem::new(Code::KeysUnavailable, detail));
            }
            Keys::Among(keys) => keys,
        };
        let given = request.header("x-api-key").or_else(|| {
            let (scheme, key) = request.header("authorization")?.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
        });
        let Some(given) = given else {
            let detail =
                "the request has no API key; send it as x-api-key or as authorization: Bearer";
            return Err(Problem::new(Code::KeyMissing, detail));
        };
        // Every key is compared, so that the time does not reveal which one is similar.
        let is_known = keys
            .iter()
            .fold(false, |known, key| known | same(key, given));
        match is_known {
            true => Ok(()),
            false => Err(Problem::new(Code::KeyWrong, "the API key is not known")),
        }
    }
}

/// The keys in a file, without its comments.
fn in_file(path: String) -> std::io::Result<String> {
    let mut text = String::new();
    let mut file = std::fs::File::open(path)?.take(FILE_BYTES + 1);
    if file.read_to_string(&mut text)? as u64 > FILE_BYTES {
        return Err(std::io::ErrorKind::FileTooLarge.into());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let keys = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    Ok(keys.collect::<Vec<_>>().join("\n"))
}

/// Compares two keys, in a time that depends only on the length of `given`.
fn same(key: &str, given: &str) -> bool {
    let (key, given) = (key.as_bytes(), given.as_bytes());
    let mut difference = u8::from(key.len() != given.len());
    for (index, byte) in given.iter().enumerate() {
        difference |= byte ^ key[index % key.len()];
    }
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests;
