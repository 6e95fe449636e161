//! arm64, which deployments use by default, gives the bits that this machine gives: the function as
//! the image holds it, built for arm64, runs under qemu's emulation of the processor beside the
//! native one. `make image-test` builds it and names its folder; without that these tests only say
//! that they are skipped.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use std::path::{Path, PathBuf};
use std::process::Command;
#[allow(dead_code)] // of its forms of rows, these tests use CSV
use support::doors_model;

use serde_json::Value;
use support::container::image;
use support::example::root;
use support::http::request;
use support::tables::{numbers, texts, tickets, write, yes_or_no};
use support::{Event, Function, Kind, RuntimeApi, hearth};

/// Most rows of one request: those of an estimator come in several.
const ROWS: usize = 500;

/// The arm64 build of `name`, behind the emulator where this machine needs one; `None`, with a
/// message, where it was not built.
fn program(name: &str) -> Option<Vec<PathBuf>> {
    let folder = image("HEARTH_ARM64")?;
    let binary = Path::new(&folder).join(name);
    assert!(binary.is_file(), "{} is not there", binary.display());
    if cfg!(target_arch = "aarch64") {
        return Some(vec![binary]);
    }
    let emulator = image("HEARTH_ARM64_EMULATOR")?;
    Some(vec![emulator.into(), binary])
}

/// The two builds, each serving the model at `path`.
struct Pair {
    native: Function,
    arm64: Function,
}

impl Pair {
    fn serving(path: &Path) -> Option<Pair> {
        let program = program("function")?;
        Some(Pair {
            native: Function::over_http(path, &[]),
            arm64: Function::of_build(&program, path, &[]),
        })
    }

    /// Asks both, and returns the answer that they agree on. The request has an id, since each draws
    /// one of its own otherwise.
    #[track_caller]
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> String {
        let headers = &[headers, &[("x-request-id", "asked-of-both")]].concat();
        let [native, arm64] = [&self.native, &self.arm64]
            .map(|function| request(function.address(), method, path, headers, body));
        let shown = String::from_utf8_lossy(&body[..body.len().min(200)]);
        assert_eq!(native.status, arm64.status, "{method} {path} {shown}");
        assert!(native.status < 500, "{method} {path}: {}", native.text());
        assert_eq!(native.text(), arm64.text(), "{method} {path} {shown}");
        native.text().to_owned()
    }
}

#[test]
fn the_build_is_for_arm64() {
    let Some(program) = program("function") else {
        return;
    };
    let bytes = std::fs::read(program.last().unwrap()).unwrap();
    const EM_AARCH64: [u8; 2] = [183, 0];
    assert_eq!(bytes[18..20], EM_AARCH64);
}

#[test]
fn golden_cases_of_every_kept_model_file_hold() {
    let Some(program) = program("verify") else {
        return;
    };
    let mut files = 0;
    for entry in std::fs::read_dir(root().join("model/tests/files")).unwrap() {
        let path = entry.unwrap().path();
        let mut command = Command::new(&program[0]);
        let output = command.args(&program[1..]).arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", path.display());
        files += 1;
    }
    assert!(files >= 9, "{files} files");
}

#[test]
fn every_door_answers_its_example_with_an_explanation() {
    let folder = tempfile::tempdir().unwrap();
    let Some(pair) = Pair::serving(&doors_model::write(&folder)) else {
        return;
    };
    let examples: Value = serde_json::from_str(&pair.ask("GET", "/example", &[], b"")).unwrap();
    let mut doors = 0;
    for example in examples["examples"].as_array().unwrap() {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let kind = text(&example["headers"]["content-type"]);
        let (path, body) = (text(&example["path"]), text(&example["body"]));
        pair.ask("POST", &path, &[("content-type", &kind)], body.as_bytes());
        doors += 1;
    }
    assert_eq!(doors, 4, "{examples}");
    let rows = doors_model::rows(1, 200);
    let table = doors_model::csv(&rows, true);
    let headers = [("content-type", "text/csv")];
    let answers = pair.ask("POST", "/predict?explain=20", &headers, table.as_bytes());
    assert!(answers.contains("contribution"), "{answers:.200}");
    for path in ["/model", "/openapi.json", "/docs", "/health"] {
        pair.ask("GET", path, &[], b"");
    }
    pair.ask("POST", "/predict", &[], b"{\"note\": 1}");
}

#[test]
fn every_kind_of_event_is_answered_in_lambda() {
    let Some(program) = program("function") else {
        return;
    };
    let api = RuntimeApi::start();
    let model = support::example::model();
    let _function = Function::of_build_in_lambda(&program, &api, model);
    for kind in Kind::ALL {
        let event = Event::load(kind);
        let answer = event.answer(&api.invoke(&event).response().body);
        assert_eq!(answer.status, 200, "{kind:?}: {}", answer.text());
        assert_eq!(answer.json()["label"], "delivery", "{kind:?}");
    }
}

/// Estimators, each with the table that suits it and its target.
const TRAININGS: [(&str, &str, &str); 12] = [
    ("logistic_regression", "texts.csv", "label"),
    ("linear_svc", "texts.csv", "label"),
    ("multinomial_nb", "texts.csv", "label"),
    ("complement_nb", "texts.csv", "label"),
    ("random_forest", "tickets.csv", "queue"),
    ("extra_trees", "yes_or_no.csv", "answer"),
    ("gradient_boosting", "tickets.csv", "queue"),
    ("ridge", "numbers.csv", "y"),
    ("elastic_net", "numbers.csv", "y"),
    ("random_forest", "numbers.csv", "y"),
    ("extra_trees", "numbers.csv", "y"),
    ("gradient_boosting", "numbers.csv", "y"),
];

#[test]
fn two_thousand_rows_of_each_estimator_get_the_same_bytes() {
    if program("function").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let tables = [
        ("numbers.csv", numbers(2_000)),
        ("texts.csv", texts(2_000, 3)),
        ("tickets.csv", tickets(2_000)),
        ("yes_or_no.csv", yes_or_no(2_000, 2)),
    ];
    for (name, table) in &tables {
        write(&folder, name, table);
    }
    for (estimator, name, target) in TRAININGS {
        let arguments = ["train", "--quiet", "--data", name, "--target", target];
        let mut more = vec!["--estimator", estimator, "--out", "model.hearth"];
        // Emulated, a forest of hundreds of trees takes a minute.
        let trees = format!("{estimator}.n_estimators=40");
        if estimator.ends_with("_forest") || estimator == "extra_trees" {
            more.extend(["--set", &trees]);
        }
        hearth(&folder, &[&arguments[..], &more].concat()).success();
        let pair = Pair::serving(&folder.path().join("model.hearth")).unwrap();
        let table = &tables.iter().find(|table| table.0 == name).unwrap().1;
        let (header, rows) = table.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().collect();
        assert_eq!(rows.len(), 2_000, "{name}");
        for rows in rows.chunks(ROWS) {
            let body = format!("{header}\n{}\n", rows.join("\n"));
            let headers = [("content-type", "text/csv")];
            let answers = pair.ask("POST", "/predict?explain=5", &headers, body.as_bytes());
            let predictions: Value = serde_json::from_str(&answers).unwrap();
            let count = predictions["predictions"].as_array().map_or(0, Vec::len);
            assert_eq!(count, ROWS, "{estimator} on {name}: {answers:.200}");
        }
    }
}
