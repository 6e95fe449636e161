//! The clients that people have: MLflow's, Triton's and boto3's, from PyPI, against the real binary.
//!
//! `make client-tools` installs them; without them the tests say so and pass. `CLIENTS_TOOLS` names
//! another folder of programs.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use support::doors_model;
use support::http::request;
use support::{Function, binary::finish, client_tool};

/// Asks with one client, and compares the labels with those of our own door.
fn same_labels_by(client: &str) {
    let Some(python) = client_tool("python") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let function = Function::over_http(doors_model::write(&folder), &[]);
    let rows: Vec<Value> = doors_model::rows(11, 12)
        .iter()
        .map(|row| {
            let mut row = row.object();
            // Left out, as a tensor of booleans has no value for nothing.
            row.as_object_mut().unwrap().remove("urgent");
            row
        })
        .collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("clients")
        .join(client);
    let address = function.address();
    let mut command = Command::new(python);
    command
        .arg(script)
        .args([address.ip().to_string(), address.port().to_string()])
        .arg(json!(rows).to_string())
        .env("MLFLOW_DISABLE_TELEMETRY", "true");
    let finished = finish(&mut command, b"").success();
    let labels: Value = serde_json::from_str(finished.stdout.trim()).unwrap();

    let body = json!({"instances": rows}).to_string();
    let headers = [("content-type", "application/json")];
    let answer = request(address, "POST", "/predict", &headers, body.as_bytes()).json();
    let expected: Vec<Value> = answer["predictions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|prediction| prediction["label"].clone())
        .collect();
    assert_eq!(labels, json!(expected));
}

#[test]
fn mlflows_client_gets_the_same_labels() {
    same_labels_by("mlflow_client.py");
}

#[test]
fn tritons_client_gets_the_same_labels() {
    same_labels_by("triton_client.py");
}

#[test]
fn boto3s_client_of_sagemaker_gets_the_same_labels() {
    same_labels_by("sagemaker_client.py");
}
