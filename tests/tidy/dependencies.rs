//! Packages depend on each other one way, and link nothing that they have no use for.

use crate::{read, root};
use std::collections::BTreeMap;
use std::process::Command;

/// Packages of the workspace that each package uses. `tests` knows all, and nothing knows `tests`.
const ARROWS: [(&str, &[&str]); 12] = [
    ("batch", &["emf", "model", "storage"]),
    ("emf", &[]),
    ("function", &["emf", "model", "monitor"]),
    (
        "hearth",
        &[
            "batch",
            "emf",
            "import",
            "model",
            "monitor",
            "progress",
            "storage",
            "traffic",
            "training",
            "versioning",
        ],
    ),
    ("import", &["model"]),
    ("model", &[]),
    ("monitor", &["model"]),
    ("progress", &[]),
    ("storage", &[]),
    (
        "traffic",
        &["emf", "model", "monitor", "progress", "storage"],
    ),
    ("training", &["model", "progress"]),
    ("versioning", &["model", "progress", "storage"]),
];

/// Dependencies that a package must not link, by the beginning of their names, with the reason.
const BANNED: [(&str, &[&str], &str); 4] = [
    (
        "function",
        &[
            "smartcore",
            "aws-sdk",
            "aws-config",
            "aws-lc",
            "rustls",
            "native-tls",
            "openssl",
            "ring ",
            "rayon",
            "clap ",
        ],
        "a cold start pays for what the function links",
    ),
    (
        "model",
        &["lambda", "hyper ", "tokio ", "smartcore"],
        "the model file knows neither Lambda, HTTP nor what fits it",
    ),
    (
        "training",
        &["clap ", "indicatif ", "serde-saphyr ", "aws-"],
        "the learning library has no command line, terminal, YAML, storage or S3",
    ),
    (
        "monitor",
        &["storage ", "tokio ", "clap "],
        "it is linked into the function, and does no input or output",
    ),
];

/// The packages that `package` links, one a line.
fn packages(package: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--package", package])
        .args(["--edges", "normal", "--prefix", "none"])
        .current_dir(root())
        .output()
        .expect("cargo tree runs");
    assert!(output.status.success(), "cargo tree failed");
    String::from_utf8(output.stdout).expect("package names are UTF-8")
}

#[test]
fn arrows_run_one_way() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let list =
        |of: &serde_json::Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    let name = |of: &serde_json::Value| of["name"].as_str().unwrap_or_default().to_string();
    let mut found = BTreeMap::new();
    for package in list(&metadata, "packages") {
        let dependencies = list(&package, "dependencies");
        let ours = dependencies
            .iter()
            .filter(|of| of["path"].is_string() && of["kind"].is_null());
        let mut ours: Vec<String> = ours.map(name).collect();
        ours.sort_unstable();
        found.insert(name(&package), ours);
    }
    found.remove("tests").expect("this package is found");
    let expected: BTreeMap<String, Vec<String>> = ARROWS
        .iter()
        .map(|(from, to)| {
            (
                from.to_string(),
                to.iter().map(|to| to.to_string()).collect(),
            )
        })
        .collect();
    assert_eq!(found, expected, "the map of ARCHITECTURE.md says the same");
}

#[test]
fn packages_link_nothing_that_they_have_no_use_for() {
    for (package, banned, why) in BANNED {
        let packages = packages(package);
        assert!(packages.contains("serde "), "this is no tree of {package}");
        for name in banned {
            let found = packages.lines().find(|line| line.starts_with(name));
            assert_eq!(found, None, "{package}: {why}");
        }
    }
}

#[test]
fn every_dependency_has_its_reason_beside_it() {
    let manifest = read(&root().join("Cargo.toml"));
    let section = manifest
        .split("[workspace.dependencies]")
        .nth(1)
        .and_then(|rest| rest.split("\n[").next())
        .expect("the workspace has dependencies");
    // What everybody knows needs no reason.
    let known = ["serde ", "serde_json "];
    for line in section.lines().filter(|line| line.contains(" = ")) {
        let ours = line.contains("path = ");
        let obvious = known.iter().any(|name| line.starts_with(name));
        assert!(ours || obvious || line.contains(" # "), "why: {line}");
    }
}

#[test]
fn the_card_names_the_smartcore_that_is_pinned() {
    let manifest = read(&root().join("Cargo.toml"));
    let source = read(&root().join("training/src/provenance.rs"));
    let version = source
        .split("SMARTCORE: &str = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("provenance.rs names a version");
    assert!(
        manifest.contains(&format!("smartcore = \"={version}\"")),
        "{version}"
    );
}
