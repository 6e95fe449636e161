//! Start and end of the process: a C `main` has to keep what a Rust `main` gives by itself.

use std::io::Read;
use std::process::{Command, Output, Stdio};

fn function(arguments: &[&str]) -> Output {
    let mut command = Command::new(support::binary("function"));
    command.args(arguments).env_clear().output().unwrap()
}

#[test]
fn help_and_version_are_printed() {
    let help = function(&["--help"]);
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(help.status.success());
    assert!(text.starts_with("Serves one model file"), "{text}");
    assert!(text.ends_with("curl http://127.0.0.1:8080/\n"), "{text}");
    let version = String::from_utf8(function(&["-V"]).stdout).unwrap();
    assert!(version.starts_with("function "), "{version}");
}

#[test]
fn an_argument_that_it_does_not_take_is_an_error() {
    let output = function(&["--port=80", "--help"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text,
        "function: \"--port=80\" is not an argument; see function --help\n"
    );
    let output = function(&["\u{e9}"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_misspelt_variable_is_told_the_likely_one() {
    let output = Command::new(support::binary("function"))
        .env_clear()
        .env("HEARTH_MAX_ROW", "5")
        .env("HEARTH_LOG", "warn")
        // Such a host cannot be listened on, so it ends.
        .env("HOST", "host.invalid")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let line: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(line["level"], "WARN", "{text}");
    let expected = "HEARTH_MAX_ROW is no variable of this program; did you mean HEARTH_MAX_ROWS?";
    assert_eq!(line["message"], expected, "{text}");
    assert!(!text.contains("HEARTH_LOG"), "{text}");
}

#[test]
fn a_closed_pipe_is_an_error_and_not_the_end() {
    let mut child = Command::new(support::binary("function"))
        .arg("--help")
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::from(closed_pipe()))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    // By SIGPIPE it would have no code, and nothing to say.
    assert_eq!(child.wait().unwrap().code(), Some(1), "{said}");
    assert!(said.contains("pipe"), "{said}");
}

/// The end to write to of a pipe that nobody reads.
fn closed_pipe() -> std::io::PipeWriter {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer
}
