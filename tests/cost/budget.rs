//! The budget: what the function may weigh and what its start may cost (`bench/budget.json`).
//!
//! Instructions are counted and not time taken, because a count is the same on a busy machine; and
//! held against those of the empty function, because both move with the toolchain.

use crate::{programs, synthetic};
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;
use support::instructions::{can_build, can_count, instructions};

static BUDGET: LazyLock<Value> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/budget.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
});

fn limit(name: &str) -> f64 {
    let limit = BUDGET[name].as_f64();
    limit.unwrap_or_else(|| panic!("bench/budget.json has no number {name}"))
}

/// Instructions from the first to the request for the first event.
fn instructions_of_start(program: &Path, model: &Path) -> f64 {
    let settings = [("MODEL_PATH", model.display().to_string())];
    instructions(program, &settings, |api| api.wait_for_polls(1))
}

#[test]
fn the_function_is_within_its_budget() {
    let target = programs::musl_target();
    if !can_build(&target) {
        return;
    }
    let function = programs::function("bin", "function", Some(&target)).unwrap();
    let bytes = std::fs::metadata(&function).unwrap().len();
    println!("function: {bytes} bytes");
    assert!(bytes as f64 <= limit("function_bytes"), "{bytes} bytes");

    if !can_count() {
        return;
    }
    let empty = programs::function("example", "empty", Some(&target)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.hearth");
    std::fs::write(&model, small_model()).unwrap();
    let ours = instructions_of_start(&function, &model);
    let theirs = instructions_of_start(&empty, &model);
    println!("instructions of a start: {ours}, and {theirs} of the empty function");
    let most = limit("start_instructions_to_empty");
    assert!(
        ours <= most * theirs,
        "{ours} to {theirs}: more than {most}"
    );
}

/// Opening costs the same for every size, so the smallest will do.
fn small_model() -> Vec<u8> {
    synthetic::model(1, "where is my parcel")
}
