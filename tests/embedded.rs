//! The model in the binary: `HEARTH_EMBED` at build time, one file to deploy.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::function::lambda_environment;
use support::process::Process;
use support::{Event, Kind, RuntimeApi};

#[path = "bench/synthetic.rs"]
mod synthetic;

/// Builds the function with `model` in it, in a target directory of its own: in the shared one the
/// next build would have to undo it.
fn build(model: &Path) -> (Output, PathBuf) {
    let target = support::binary("function").with_file_name("embedded");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args([
            "build",
            "--package",
            "function",
            "--bin",
            "function",
            "--target-dir",
        ])
        .arg(&target)
        .env("HEARTH_EMBED", model)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    (output, target.join("debug/function"))
}

#[test]
#[ignore = "builds the function's dependencies a second time, 2 minutes; `make bench` runs it"]
fn a_model_in_the_binary_answers_without_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.hearth");
    std::fs::write(&model, synthetic::model(1, "where is my parcel")).unwrap();
    let (output, function) = build(&model);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    std::fs::remove_file(&model).unwrap();

    let answer = |model_path: Option<&str>| {
        let api = RuntimeApi::start();
        let mut command = Command::new(&function);
        command.current_dir(folder.path()).env_clear();
        command.envs(model_path.map(|path| ("MODEL_PATH", path)));
        lambda_environment(&mut command, api.address());
        let _process = Process::start("the function with its model", &mut command);
        let event = Event::load(Kind::HttpApi).with_body(r#"{"text": "where is my parcel"}"#);
        event.answer(&api.invoke(&event).response().body).status
    };
    assert_eq!(answer(None), 200);
    assert_eq!(answer(Some("no-such.hearth")), 503, "MODEL_PATH decides");

    for (bytes, reason) in [
        (&b"not a model"[..], "this is not a model file"),
        (b"\x89HEARTH\n", "the model file is cut short"),
    ] {
        std::fs::write(&model, bytes).unwrap();
        let (output, _) = build(&model);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(reason), "{said}");
    }
    let (output, _) = build(Path::new("model.hearth"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("an absolute path"), "{said}");
}
