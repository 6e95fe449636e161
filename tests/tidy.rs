//! Holds the repository to its own rules, so that nobody has to remember them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Files that git tracks, or would track, by their ending.
fn files(ending: &str) -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let files: Vec<PathBuf> = names
        .lines()
        .filter(|name| name.ends_with(ending))
        .map(|name| root().join(name))
        .filter(|path| path.is_file())
        .collect();
    assert!(!files.is_empty(), "there is no {ending} file");
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Lines of code that `function` links, one a package.
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
fn the_function_links_neither_smartcore_nor_the_aws_sdk_nor_tls() {
    let packages = packages("function");
    assert!(
        packages.contains("lambda_http "),
        "this is not the function's tree"
    );
    let banned = [
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
    ];
    for name in banned {
        let found = packages.lines().find(|line| line.starts_with(name));
        assert_eq!(found, None, "a cold start pays for what the function links");
    }
}

#[test]
fn arrows_run_one_way() {
    let model = packages("model");
    for name in [
        "training ",
        "function ",
        "emf ",
        "lambda",
        "hyper ",
        "tokio ",
        "smartcore",
    ] {
        assert!(
            !model.lines().any(|line| line.starts_with(name)),
            "model knows {name}"
        );
    }
    assert!(
        !packages("function")
            .lines()
            .any(|line| line.starts_with("training "))
    );
    assert!(
        !packages("training")
            .lines()
            .any(|line| line.starts_with("function "))
    );
}

#[test]
fn no_file_needs_a_table_of_contents() {
    for path in files(".rs") {
        let lines = read(&path).lines().count();
        assert!(
            lines <= 600,
            "{} has {lines} lines: two files?",
            path.display()
        );
    }
}

#[test]
fn scripts_can_be_run() {
    for path in files(".sh").into_iter().chain([root().join(".ci/run")]) {
        let mode = fs::metadata(&path).expect("it is there").permissions();
        // What has no first line that names a program is sourced.
        let runs = read(&path).starts_with("#!");
        let is_executable = mode.mode() & 0o111 != 0;
        assert_eq!(runs, is_executable, "{}: chmod", path.display());
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

#[test]
fn documents_link_only_to_what_is_there() {
    for path in files(".md") {
        let folder = path.parent().expect("a file lies in a folder");
        for link in read(&path).split("](").skip(1) {
            let target = link.split([')', '#', ' ']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(
                folder.join(target).exists(),
                "{} links to {target}, which is not there",
                path.display()
            );
        }
    }
}

#[test]
fn every_make_target_of_the_documents_exists() {
    let makefile = read(&root().join("Makefile"));
    for path in files(".md") {
        for line in read(&path).lines() {
            // A command stands in backticks, or begins an indented line.
            let commands = line
                .split('`')
                .skip(1)
                .step_by(2)
                .chain(line.strip_prefix("    "));
            for command in commands.filter_map(|command| command.trim().strip_prefix("make ")) {
                let target = command.split([' ', '`']).next().unwrap_or_default();
                let exists = makefile.contains(&format!("\n{target}:"));
                assert!(exists, "{}: there is no target {target:?}", path.display());
            }
        }
    }
}

#[test]
fn every_promise_of_security_md_is_held_by_a_test_that_is_there() {
    let text = read(&root().join("SECURITY.md"));
    let all: String = files(".rs").iter().map(|path| read(path)).collect();
    let start = text.find("| promise | held by |").unwrap();
    let rows = text[start..].lines().skip(2);
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 10);
    for row in rows {
        let tests = row.rsplit('|').nth(1).unwrap();
        let names = tests.split('`').skip(1).step_by(2);
        let mut count = 0;
        for name in names {
            assert!(
                all.contains(&format!("fn {name}()")),
                "{name} is no test: {row}"
            );
            count += 1;
        }
        assert!(count > 0, "no test holds this: {row}");
    }
}
