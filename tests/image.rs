//! The image, built by the unchanged Dockerfile, under Lambda's limits. `make image-test` builds it
//! and names it; without that these tests only say that they are skipped.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use storage::Location;
use support::container::{Container, files, image, inspect};
use support::function::{free_address, lambda_environment};
use support::http::request;
use support::{Event, Invocation, Kind, RuntimeApi, S3};

const BODY: &str = r#"{"text": "my parcel has not arrived"}"#;

/// Options that set the variables which Lambda sets.
fn lambda_options(api: &RuntimeApi) -> Vec<String> {
    let mut carrier = Command::new("nothing");
    lambda_environment(&mut carrier, api.address());
    carrier
        .get_envs()
        .flat_map(|(name, value)| {
            let value = value.expect("every variable is set").to_string_lossy();
            [
                "--env".into(),
                format!("{}={value}", name.to_string_lossy()),
            ]
        })
        .collect()
}

fn variable(name: &str, value: impl std::fmt::Display) -> [String; 2] {
    ["--env".into(), format!("{name}={value}")]
}

#[test]
fn it_answers_every_kind_of_event_in_lambda() {
    let Some(image) = image("HEARTH_IMAGE") else {
        return;
    };
    let api = RuntimeApi::start();
    let function = Container::run(&image, &lambda_options(&api), &[]);
    for kind in Kind::ALL {
        let event = Event::load(kind);
        let answer = event.answer(&api.invoke(&event).response().body);
        assert_eq!(answer.status, 200, "{kind:?}: {}", answer.text());
        assert_eq!(answer.json()["label"], "delivery", "{kind:?}");
    }
    let lines = function.emf_lines(Kind::ALL.len());
    let cold: Vec<&Value> = lines.iter().map(|line| &line["cold_start"]).collect();
    assert_eq!(cold, [1, 0, 0, 0, 0, 0]);
}

#[test]
fn it_answers_an_api_gateway_event_through_aws_s_own_emulator() {
    let (Some(image), Some(emulator)) = (image("HEARTH_IMAGE"), image("HEARTH_RIE")) else {
        return;
    };
    let [address, runtime_api] = [free_address(), free_address()];
    let options = [
        "--volume".into(),
        format!("{emulator}:/aws-lambda-rie:ro"),
        "--entrypoint".into(),
        "/aws-lambda-rie".into(),
    ];
    let arguments = [
        "--runtime-interface-emulator-address".into(),
        address.to_string(),
        "--runtime-api-address".into(),
        runtime_api.to_string(),
        "/function".into(),
    ];
    let mut function = Container::run(&image, &options, &arguments);
    function.wait_for_port(address.port());
    let event = Event::load(Kind::HttpApi);
    for _ in 0..2 {
        let path = "/2015-03-31/functions/function/invocations";
        let response = request(address, "POST", path, &[], &event.payload());
        let answer = event.answer(&response.body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json()["label"], "delivery");
    }
    function.emf_lines(2);
}

#[test]
fn it_is_an_http_server_that_ends_when_it_is_told() {
    let Some(image) = image("HEARTH_IMAGE") else {
        return;
    };
    let port = free_address().port();
    let mut server = Container::run(&image, &variable("PORT", port), &[]);
    let address = server.wait_for_port(port);
    let health = request(address, "GET", "/health", &[], b"");
    assert_eq!(health.status, 200, "{}", health.text());
    let headers = &[("Content-Type", "application/json")];
    let answer = request(address, "POST", "/predict", headers, BODY.as_bytes());
    assert_eq!(answer.json()["label"], "delivery");
    let refusal = request(address, "POST", "/predict", headers, b"[");
    assert_eq!(refusal.status, 400);
    server.emf_lines(2);
    assert_eq!(server.terminate().code(), Some(0));
}

#[test]
fn its_other_binary_answers_a_table_in_s3() {
    let (Some(image), Some(s3)) = (image("HEARTH_IMAGE"), S3::start()) else {
        return;
    };
    s3.make_bucket("hearth-test");
    let at = |text: &str| -> Location { text.parse().expect("a location") };
    let table = b"id,text\na,my parcel has not arrived\n";
    let store = s3.store();
    store
        .put(&at("s3://hearth-test/in/mails.csv"), table)
        .expect("S3 takes the table");
    let api = RuntimeApi::start();
    let mut options = lambda_options(&api);
    options.extend(["--entrypoint".into(), "/batch".into()]);
    for (name, value) in s3.environment() {
        options.extend(variable(name, value));
    }
    let function = Container::run(&image, &options, &[]);
    let event =
        r#"{"input": "s3://hearth-test/in/", "output": "s3://hearth-test/out/", "id": "id"}"#;
    let outcome = api.invoke(Invocation::new(event).within(Duration::from_secs(30)));
    let manifest: Value = serde_json::from_slice(&outcome.response().body).expect("a manifest");
    assert_eq!(manifest["rows"], 1, "{manifest}");
    let place = manifest["objects"][0]["output"].as_str().expect("a place");
    let mut answers = String::new();
    let mut reader = store.read(&at(place)).expect("the answers are there");
    reader.read_to_string(&mut answers).expect("UTF-8");
    assert!(
        answers.starts_with(r#"{"id":"a","label":"delivery""#),
        "{answers}"
    );
    function.emf_lines(1);
}

#[test]
fn it_holds_two_binaries_and_a_model_and_nothing_else() {
    let Some(image) = image("HEARTH_IMAGE") else {
        return;
    };
    let files = files(&image);
    // The engine adds empty files to mount its own over.
    let ours: Vec<_> = files.iter().filter(|(_, size)| *size > 0).collect();
    let names: Vec<&str> = ours.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "batch",
            "etc/ssl/certs/ca-certificates.crt",
            "function",
            "model.hearth"
        ],
        "no shell, no library"
    );
    let function = ours[2].1;
    assert!(function < 4_000_000, "function has {function} bytes");
    let total: u64 = ours.iter().map(|(_, size)| size).sum();
    // The time zones of scheduled batches are in `batch`.
    assert!(total < 13_000_000, "the image has {total} bytes");
}

#[test]
fn it_says_what_it_is_and_runs_as_nobody() {
    let Some(image) = image("HEARTH_IMAGE") else {
        return;
    };
    let config = &inspect(&image)["Config"];
    assert_eq!(config["Entrypoint"], json!(["/function"]));
    assert_eq!(config["User"], "65532:65532");
    let label = |name: &str| config["Labels"][name].as_str().unwrap_or_default();
    let revision = label("org.opencontainers.image.revision");
    assert!(revision.len() >= 40, "{revision:?} is no git revision");
    let digest = label("hearth.model.digest");
    let hexadecimal = digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(digest.len() == 64 && hexadecimal, "{digest:?}");
    let port = free_address().port();
    let mut server = Container::run(&image, &variable("PORT", port), &[]);
    let address = server.wait_for_port(port);
    let health = request(address, "GET", "/health", &[], b"").json();
    let version = health["model"]["version"].as_str().expect("a version");
    assert!(digest.starts_with(version), "{health} is not {digest}");
}

#[test]
fn retraining_leaves_the_binaries_layers_as_they_were() {
    let (Some(image), Some(retrained)) = (image("HEARTH_IMAGE"), image("HEARTH_RETRAINED")) else {
        return;
    };
    let layers = |image: &str| inspect(image)["RootFS"]["Layers"].clone();
    let (before, after) = (layers(&image), layers(&retrained));
    assert_eq!(before.as_array().map(Vec::len), Some(3), "{before}");
    assert_eq!(before[0], after[0], "function");
    assert_eq!(before[1], after[1], "batch");
    assert_ne!(before[2], after[2], "the model");
}

#[test]
fn the_build_knows_every_member_of_the_workspace() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| fs::read_to_string(root.join(name)).expect("it is there");
    let manifest = read("Cargo.toml");
    let members = manifest
        .lines()
        .find(|line| line.starts_with("members = "))
        .expect("the workspace has members");
    let dockerfile = read("Dockerfile.lambda");
    for member in members.split('"').skip(1).step_by(2) {
        let line = format!("COPY {member}/Cargo.toml {member}/");
        assert!(
            dockerfile.contains(&line),
            "Dockerfile.lambda needs: {line}"
        );
    }
}
