//! The binaries under test: built by the cargo that runs the tests, with their profile, into their
//! target directory.

use std::collections::HashMap;
use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde_json::Value;

use crate::message::json;

/// Builds the binary `name`, once in a test process, and returns the path of its executable.
///
/// Cargo itself says where that is, so that `CARGO_TARGET_DIR`, profiles and targets need no
/// knowledge here.
///
/// # Panics
///
/// If the workspace has no such binary, or it doesn't compile; cargo's words are in the panic.
pub fn binary(name: &str) -> PathBuf {
    static BUILT: Mutex<Option<HashMap<String, PathBuf>>> = Mutex::new(None);
    // Held through the build: the threads of a test process would only wait for cargo's own lock. A
    // panic in a build leaves the map as it was, so that every test that needs the binary shows why
    // there is none.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let built = built.get_or_insert_default();
    if let Some(path) = built.get(name) {
        return path.clone();
    }
    let path = build(name);
    built.insert(name.to_string(), path.clone());
    path
}

/// Prefixes of the variables that cargo sets for the package whose test it runs.
/// <https://doc.rust-lang.org/cargo/reference/environment-variables.html>
const OF_A_PACKAGE: [&str; 5] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_EXE_",
    "CARGO_CRATE_",
    "CARGO_PRIMARY_",
];

/// The programs of the workspace.
const NAMES: [&str; 3] = ["batch", "function", "hearth"];

fn build(name: &str) -> PathBuf {
    assert!(
        NAMES.contains(&name),
        "the workspace has the binaries {NAMES:?}, not `{name}`"
    );
    let cargo = env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let mut command = Command::new(cargo);
    command
        // The programs with the features that `cargo test --workspace` gives them. The test makes cargo
        // count the dependencies of tests; of fewer packages it would unite fewer features, and compile
        // the AWS SDK once more.
        .args(["build", "--workspace", "--bins", "--test", "tidy"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null());
    // What cargo says to a test about its package. Build scripts ask for the same variables (that of
    // `ring` does), and would find all of them changed: TLS and the AWS SDK were compiled anew.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if OF_A_PACKAGE.iter().any(|start| text.starts_with(start)) {
            command.env_remove(name);
        }
    }
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "cargo can't build the binary `{name}` ({}):\n{said}",
        output.status
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .find_map(|line| executable(line, name))
        .unwrap_or_else(|| panic!("cargo built `{name}` and did not say where it is:\n{said}"))
}

/// The executable a message of cargo's is about, if it is about this binary's.
/// <https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages>
fn executable(line: &str, name: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let is_binary = message["reason"] == "compiler-artifact"
        && message["target"]["name"] == name
        && message["target"]["kind"][0] == "bin"
        && message["profile"]["test"] == false; // its unit tests are built, too
    is_binary.then(|| message["executable"].as_str().map(PathBuf::from))?
}

/// Result of a program that ended.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Exit status.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Finished {
    /// Itself, for a program that had to succeed.
    ///
    /// # Panics
    ///
    /// If it did not; the sentence has its standard error.
    #[track_caller]
    pub fn success(self) -> Finished {
        assert!(
            self.status.success(),
            "expected success, but {}:\n{}",
            self.status,
            self.stderr
        );
        self
    }

    /// Its standard output, parsed as JSON.
    ///
    /// # Panics
    ///
    /// If it is not JSON; the sentence shows it.
    pub fn json(&self) -> Value {
        json(self.stdout.as_bytes(), "standard output")
    }
}

/// Runs `hearth`, the training program, in `directory` until it ends.
///
/// # Panics
///
/// If it can't be built or started, or prints what is not UTF-8.
pub fn hearth(directory: impl AsRef<Path>, arguments: &[&str]) -> Finished {
    hearth_with(directory, arguments, &[], b"")
}

/// As [`hearth()`], with these variables over the test's own environment, and `input` on its standard
/// input.
///
/// # Panics
///
/// As [`hearth()`].
pub fn hearth_with(
    directory: impl AsRef<Path>,
    arguments: &[&str],
    environment: &[(&str, &str)],
    input: &[u8],
) -> Finished {
    let mut command = Command::new(binary("hearth"));
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(directory);
    finish(&mut command, input)
}

/// Runs `command` until it ends, with `input` on its standard input.
///
/// # Panics
///
/// If it doesn't start, or prints what is not UTF-8.
pub fn finish(command: &mut Command, input: &[u8]) -> Finished {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let mut stdin = child.stdin.take().expect("standard input is piped");
    let output = thread::scope(|scope| {
        // Beside the reading: a program that answers while it is asked would fill its pipe, stop,
        // and take no more. One that ends without asking for all is no error here.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output()
    });
    let output = output.unwrap_or_else(|error| panic!("{command:?} can't be waited for: {error}"));
    let text = |bytes, what| {
        String::from_utf8(bytes).unwrap_or_else(|error| panic!("{what} of {command:?}: {error}"))
    };
    Finished {
        status: output.status,
        stdout: text(output.stdout, "standard output"),
        stderr: text(output.stderr, "standard error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_the_binary_s_and_not_the_library_s() {
        let message = |kind: &str, path: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"],"name":"function"}},"profile":{{"test":false}},"executable":{path}}}"#
            )
        };
        assert_eq!(executable(&message("lib", "null"), "function"), None);
        assert_eq!(
            executable(r#"{"reason":"build-finished","success":true}"#, "function"),
            None
        );
        let path = executable(&message("bin", r#""/target/debug/function""#), "function");
        assert_eq!(path, Some("/target/debug/function".into()));
    }

    #[test]
    fn a_program_that_answers_while_it_is_asked_gets_and_gives_all() {
        let input = "a line\n".repeat(100_000);
        let finished = finish(&mut Command::new("cat"), input.as_bytes()).success();
        assert_eq!(finished.stdout.len(), input.len());
        assert_eq!(
            finish(&mut Command::new("true"), &[b'x'; 1 << 20]).stdout,
            ""
        );
    }

    #[test]
    #[should_panic(expected = "not `hearh`")]
    fn a_binary_that_nobody_has_is_a_typing_error() {
        binary("hearh");
    }
}
