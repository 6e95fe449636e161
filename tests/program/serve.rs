//! `hearth serve`: one command from a model file to an answer.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

use support::example;
use support::http::request;
use support::process::Process;
use support::{binary, hearth_with};

fn serve(arguments: &[&str]) -> Process {
    // Beside `hearth`, as cargo builds both.
    assert!(binary("function").parent() == binary("hearth").parent());
    let mut command = Command::new(binary("hearth"));
    command.arg("serve").arg(example::model()).args(arguments);
    command
        .env_remove("HEARTH_FUNCTION")
        .env_remove("PORT")
        .env_remove("HOST");
    Process::start("hearth serve", &mut command)
}

/// The address that the server says on standard error.
fn address(process: &Process) -> std::net::SocketAddr {
    let begin = Instant::now();
    loop {
        let lines = process.stderr_lines();
        let found = lines
            .iter()
            .find_map(|line| line.strip_prefix("listening on http://"));
        if let Some(address) = found {
            return address.parse().unwrap();
        }
        assert!(begin.elapsed() < Duration::from_secs(15), "{lines:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_model_is_served_by_the_program_beside_hearth_until_it_is_told_to_end() {
    let mut server = serve(&["--port", "0"]);
    let address = address(&server);
    let body = br#"{"text": "where is my parcel"}"#;
    let answer = request(
        address,
        "POST",
        "/predict",
        &[("content-type", "application/json")],
        body,
    );
    assert_eq!(answer.status, 200);
    assert!(String::from_utf8_lossy(&answer.body).contains("\"label\":\"delivery\""));
    let page = request(address, "GET", "/docs", &[], b"");
    assert_eq!(page.status, 200);
    // No metrics between a person and the server, unless they are asked for.
    assert!(
        !server
            .stdout_lines()
            .iter()
            .any(|line| line.contains("_aws")),
        "{:?}",
        server.stdout_lines()
    );
    assert!(
        server.stdout_lines()[0].starts_with("Serve  messages version "),
        "{:?}",
        server.stdout_lines()
    );
    assert!(server.has_ended().is_none());
    assert!(server.terminate().success());
}

#[test]
fn what_keeps_it_from_serving_is_said_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let model = example::model().display().to_string();
    let run = |arguments: &[&str], environment: &[(&str, &str)]| {
        let finished = hearth_with(
            folder.path(),
            &[&["serve"], arguments].concat(),
            environment,
            b"",
        );
        assert_eq!(finished.status.code(), Some(1), "{}", finished.stdout);
        finished.stderr
    };
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = run(&[&model, "--port", &port], &[]);
    assert!(
        said.contains(&format!("cannot listen on 127.0.0.1:{port}: ")),
        "{said}"
    );
    assert!(said.contains("--port takes another"), "{said}");
    let said = run(&["none.hearth"], &[]);
    assert!(said.starts_with("hearth: none.hearth"), "{said}");
    let other = folder.path().join("other");
    fs::write(&other, "#!/bin/sh\necho other 1.0\n").unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).unwrap();
    let said = run(
        &[&model, "--port", "0"],
        &[("HEARTH_FUNCTION", other.to_str().unwrap())],
    );
    assert!(
        said.contains("it is not the program that serves models"),
        "{said}"
    );
    let said = run(&[&model, "--port", "0"], &[("HEARTH_FUNCTION", "missing")]);
    assert!(said.contains("HEARTH_FUNCTION names no program"), "{said}");
    // Alone in a folder, without a PATH that has it.
    let alone = folder.path().join("hearth");
    fs::copy(binary("hearth"), &alone).unwrap();
    let finished = Command::new(&alone)
        .args(["serve", &model, "--port", "0"])
        .env("PATH", folder.path())
        .env_remove("HEARTH_FUNCTION")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&finished.stderr);
    assert!(
        said.contains("cargo build --release -p function makes it"),
        "{said}"
    );
}
